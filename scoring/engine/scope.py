"""In which years something is scored: data, for an index changes what it scores."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

YEARS = re.compile(r"(?P<first>\d{4})(?P<open>-)?(?P<last>\d{4})?")


@dataclass(frozen=True, slots=True)
class Period:
    """The years from `first` to `last`, both included; no `last` means still going on."""

    first: int
    last: int | None

    def holds(self, year: int) -> bool:
        """Say whether YEAR lies in the period."""
        return self.first <= year and (self.last is None or year <= self.last)


def periods_from(scored: Iterable[int | str] | int | str) -> tuple[Period, ...]:
    """Build periods from a document's `scored`: years and ranges such as "2010-2014", "2019-".

    A single one need not be in a list. Nothing listed means: scored always.
    Raises ValueError on anything else.

    >>> periods_from([2014, "2019-"])
    (Period(first=2014, last=2014), Period(first=2019, last=None))
    """
    listed = [scored] if isinstance(scored, (int, str)) else scored
    return tuple(_period(str(years)) for years in listed)


def _period(years: str) -> Period:
    match = YEARS.fullmatch(years)
    if not match or (match["last"] and not match["open"]):
        raise ValueError(f"{years!r} is no year and no range of years")
    first = int(match["first"])
    if not match["open"]:
        return Period(first, first)
    last = int(match["last"]) if match["last"] else None
    if last is not None and last < first:
        raise ValueError(f"{years!r} ends before it begins")
    return Period(first, last)


def scored_on(periods: tuple[Period, ...], date: str) -> bool:
    """Say whether something with these periods is scored on an ISO date.

    >>> scored_on(periods_from([2014]), "2015-12-31"), scored_on((), "2015-12-31")
    (False, True)
    """
    return not periods or any(period.holds(int(date[:4])) for period in periods)
