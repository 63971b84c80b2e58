"""Closing the review of a round, and asking to take it up again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questionnaire.models import Round


class ClosingForm(forms.Form):
    """The round's code, typed, so that nobody closes a review by a slip."""

    code = forms.CharField(
        label=_("Type the round’s code to be sure"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "control--short"}),
    )

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.round = round_
        self.fields["code"].help_text = gettext("It is %(code)s.") % {"code": round_.code}

    def clean_code(self) -> None:
        """Compare it and let it go: no service needs it."""
        if self.cleaned_data["code"].strip() != self.round.code:
            raise ValidationError(
                gettext("This is not the code of the round. It is %(code)s.")
                % {"code": self.round.code}
            )

    def clean(self) -> dict[str, Any]:
        self.cleaned_data.pop("code", None)
        return self.cleaned_data


class GoingBackForm(forms.Form):
    """Why the review is to go on."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=2_000,
        help_text=_("For the second person and the audit."),
        error_messages={"required": _("Say in a sentence why.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
