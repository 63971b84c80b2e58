"""What people fill in about letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import MailChoice

HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


class ChoiceForm(forms.Form):
    """The hour of the daily letter, and a rest from it."""

    hour = forms.TypedChoiceField(
        label=_("Hour of the daily letter"),
        choices=HOURS,
        coerce=int,
        help_text=_("Counted in your time zone. A day on which nothing waits has no letter."),
    )
    snoozed_until = forms.DateField(
        label=_("No daily letter before"),
        required=False,
        help_text=_("Empty for no rest. What comes back to you is written at once even so."),
        widget=forms.DateInput(
            attrs={"type": "date", "class": "control--short"}, format="%Y-%m-%d"
        ),
    )

    def __init__(self, *args: Any, choice: MailChoice, **kwargs: Any) -> None:
        own = {"hour": choice.hour, "snoozed_until": choice.snoozed_until}
        super().__init__(*args, initial=own, **kwargs)
