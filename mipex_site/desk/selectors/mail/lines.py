"""A line of the daily letter before it is written, and how moments stand in letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mipex_site.base.templatetags.house import in_words


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody is told: once for each KEY, with a path of the portal to go on from."""

    key: str
    kind: str
    words: str
    address: str
    round_code: str


def moment_words(moment: datetime) -> str:
    """Say a moment in the reader's zone and in UTC; once, where the two are one."""
    local, utc = timezone.localtime(moment), moment.astimezone(UTC)
    if local.tzname() == "UTC":
        return in_words(moment)
    return _("%(here)s, which is %(day)s, %(time)s UTC") % {
        "here": in_words(moment),
        "day": date_format(utc, "j F Y"),
        "time": date_format(utc, "H:i"),
    }
