"""Whether the edition may name a reviewer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

YES, NO = "yes", "no"


class NamingForm(forms.Form):
    is_named = forms.ChoiceField(
        label=_("May the edition list you among its reviewers?"),
        help_text=_(
            "The list is alphabetical and names no country. You can say otherwise until the"
            " edition is published."
        ),
        choices=((YES, _("Yes, list my name.")), (NO, _("No, leave me out."))),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "is_named" in data:
            data["is_named"] = data["is_named"] == YES
        return data
