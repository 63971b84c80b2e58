"""Time zones: those that a person chooses from, and a moment said by day, hour and zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

END_OF_DAY = time(23, 59)
"""When a day is over for whoever works until its end."""

ANYWHERE = "Etc/GMT+12"
"""Anywhere on Earth: where a day ends last."""

REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe",
    "Indian", "Pacific",
)  # fmt: skip


def is_zone(name: str) -> bool:
    return name in available_timezones()


def moment_in(zone: str, day: date, at: time) -> datetime:
    """Return the moment, in UTC, at which clocks in ZONE show that day and hour.

    Raises ValidationError for an hour that clocks show twice or leap over that day, and for a
    zone that is none.
    """
    if not is_zone(zone):
        raise ValidationError(_("There is no such time zone."))
    place = ZoneInfo(zone)
    first = datetime.combine(day, at, place)
    again = first.replace(fold=1)
    # Python gives both readings of a wall clock; they differ only when clocks change.
    if first.utcoffset() != again.utcoffset():
        twice = _(
            "%(time)s comes twice on that day in %(zone)s: clocks go back. Choose another."
        )
        never = _("%(time)s does not exist on that day in %(zone)s: clocks go forward.")
        words = twice if first.utcoffset() > again.utcoffset() else never
        raise ValidationError(words % {"time": f"{at:%H:%M}", "zone": zone})
    return first.astimezone(UTC)


def moved(moment: datetime, zone: str, by: timedelta) -> datetime:
    """Return the moment a span later by the clocks of ZONE: nine o'clock stays nine o'clock."""
    local = moment.astimezone(ZoneInfo(zone))
    return (local + by).astimezone(UTC)


def zone_choices(present: str = "UTC", *, anywhere: bool = False) -> list[tuple[str, Any]]:
    """Return the choices by region, with the PRESENT zone first where the list has it not.

    ANYWHERE adds the zone in which a day ends last, for deadlines.
    """
    zones = sorted(zone for zone in available_timezones() if zone.partition("/")[0] in REGIONS)
    regions = groupby(zones, key=lambda zone: zone.partition("/")[0])
    named = [(region, [(zone, _city(zone)) for zone in inside]) for region, inside in regions]
    first = [("UTC", "UTC")]
    if anywhere:
        first.append((ANYWHERE, gettext_lazy("Anywhere on Earth")))
    choices = [*first, *named]
    known = {zone for zone, _words in first} | set(zones)
    return choices if present in known else [(present, present), *choices]


def _city(zone: str) -> str:
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ")
