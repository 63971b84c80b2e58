"""On which mornings somebody is reminded of a moment, counted where that person is.

A reminder comes with the daily letter, so its days are those of a person's mornings: the last
morning before the moment is day 0, and the others are counted from it by the calendar. Who reads
at seven and has until 01:59 at night is told of the last day on the day before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STAGES = (-14, -7, -2, 0, 2, 5)
"""Days before and after the moment on which somebody is reminded."""

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mornings:
    """A person's mornings: the hour of the daily letter in the person's zone."""

    zone: ZoneInfo
    hour: int

    def at(self, day: date) -> datetime:
        """Return the moment of the letter of that day; an hour that a clock skips comes later."""
        # In UTC, for an hour that a clock skips equals no moment of another zone (PEP 495).
        return datetime.combine(day, time(self.hour), tzinfo=self.zone).astimezone(UTC)

    def last(self, moment: datetime) -> date:
        """Return the day of the last morning at or before a moment."""
        day = moment.astimezone(self.zone).date()
        return day if self.at(day) <= moment else day - A_DAY


@dataclass(frozen=True, slots=True)
class Stage:
    """A reminder that is due: so many DAYS from the last morning, on that DAY of the calendar."""

    days: int
    day: date


def stage_reached(due: datetime, mornings: Mornings, today: date) -> Stage | None:
    """Return the last reminder of a moment that is due on a person's morning, None before all.

    Where mornings were missed, it is the last one alone: nobody is sent what is out of date.
    """
    last = mornings.last(due)
    reached = [days for days in STAGES if last + timedelta(days=days) <= today]
    return Stage(reached[-1], last + timedelta(days=reached[-1])) if reached else None
