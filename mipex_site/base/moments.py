"""A moment as somebody types it, in their own zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .templatetags.house import zone_words

TYPED = "%Y-%m-%dT%H:%M"
SKIPPED_OR_TWICE = "ambiguous_timezone"


class MomentField(forms.DateTimeField):
    """A day and a time in the zone of who fills the form; cleaned to an aware moment.

    Only the year goes first: 06/05 is the sixth of May to some and the fifth of June to others.
    A time that the clocks skip, or that comes twice, is refused and named.
    """

    default_error_messages = {
        "required": _("Choose a day and a time."),
        "invalid": _("Write a day and a time, such as 2025-05-31 18:00."),
    }
    widget = forms.DateTimeInput

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"type": "datetime-local", "class": "control--short"}
        given = {"input_formats": [TYPED, "%Y-%m-%d %H:%M"]}
        given["widget"] = forms.DateTimeInput(format=TYPED, attrs=attrs)
        super().__init__(**given | kwargs)

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except ValidationError as error:
            found = next((one for one in error.error_list if one.params), None)
            if found is None or found.code != SKIPPED_OR_TWICE:
                raise
            raise ValidationError(_why(found.params["datetime"]), code=found.code) from error


def _why(typed: datetime) -> str:
    """Say of a time on the night of a change of the clocks what is wrong with it."""
    zone = timezone.get_current_timezone()
    first, second = (typed.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    words = (
        gettext("The clocks skip %(time)s on %(day)s (%(zone)s). Choose another time.")
        if first < second
        else gettext("%(time)s comes twice on %(day)s (%(zone)s). Choose another time.")
    )
    return words % {
        "time": date_format(typed, "H:i"),
        "day": date_format(typed, "j F Y"),
        "zone": zone_words(typed.replace(tzinfo=zone)),
    }
