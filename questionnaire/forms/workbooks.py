"""Parsing of an uploaded workbook: what is in it is read by its service."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WorkbookForm(forms.Form):
    # The server says what is missing, in the portal's own words.
    use_required_attribute = False

    file = forms.FileField(
        label=_("Your filled-in workbook"),
        help_text=_("You see what it would change before anything is saved."),
        widget=forms.FileInput(attrs={"accept": f".xlsx,{TYPE}"}),
        error_messages={
            "required": _("Choose the workbook that you filled in."),
            "empty": _("This file is empty. Save the workbook and choose it again."),
        },
    )
