"""Which answers are ticked: each with its day and the version that was read."""

from __future__ import annotations

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..services.bulk import Tick

NAME = "agree"
TICK = re.compile(r"([-a-zA-Z0-9_]{1,40})/(\d{4}-\d{2}-\d{2})/(\d{1,9})")
MOST = 1000
"""Far more than a case has answers: beyond that nobody ticked anything."""


def tick_value(indicator: str, day: date, version: int) -> str:
    return f"{indicator}/{day.isoformat()}/{version}"


class Ticks(forms.Field):
    """The values of the ticked boxes; their order is that of the page."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: object) -> list[Tick]:
        return [_tick(each) for each in list(value or ())[:MOST]]


def _tick(value: str) -> Tick:
    match = TICK.fullmatch(value)
    try:
        if match:
            return Tick(match[1], date.fromisoformat(match[2]), int(match[3]))
    except ValueError:  # well formed, and yet no day of the calendar
        pass
    raise ValidationError(_("A tick names no answer. Load the page anew."))


class BulkForm(forms.Form):
    agree = Ticks(required=False)

    def clean(self) -> dict[str, object]:
        """Hand the ticks over under the name by which the service takes them."""
        return {"ticks": self.cleaned_data.get(NAME, [])}
