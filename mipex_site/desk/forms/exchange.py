"""A table that somebody hands in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TableForm(forms.Form):
    """The file itself; what is in it is read by the resource of its things."""

    use_required_attribute = False

    file = forms.FileField(
        label=_("Your table"),
        help_text=_("You see what it would change before anything is saved."),
        widget=forms.FileInput(attrs={"accept": f".xlsx,{XLSX},.csv,text/csv"}),
        error_messages={
            "required": _("Choose the table that you filled in."),
            "empty": _("This file is empty. Save the table and choose it again."),
        },
    )
