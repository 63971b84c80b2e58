"""Whether the edition may name a reviewer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..selectors.naming import Naming

YES, NO = "yes", "no"


class NamingForm(forms.Form):
    """What the person said already is chosen."""

    is_named = forms.ChoiceField(
        label=_("May the edition list you among its reviewers?"),
        help_text=_(
            "The list is alphabetical and names no country. You can say otherwise until the"
            " edition is built."
        ),
        choices=((YES, _("Yes, list my name.")), (NO, _("No, leave me out."))),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )

    def __init__(self, *args: Any, naming: Naming, **kwargs: Any) -> None:
        said = {True: YES, False: NO, None: None}[naming.is_named]
        super().__init__(*args, initial={"is_named": said}, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "is_named" in data:
            data["is_named"] = data["is_named"] == YES
        return data
