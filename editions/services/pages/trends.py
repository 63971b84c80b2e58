"""Small lines over the reference dates of an edition: their geometry, as plain numbers.

Units   across, per cent of the plot from the first date of the edition to the last; down,
        points below 100. Hatches and marks are placed on the whole picture, of which the plot
        takes PLOT per cent: the rest is for the words behind the line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from scoring.engine.rounding import half_up

PLOT = 76
HUNDREDTHS = 100
APART = 14
"""How far two words at the end of a line stay apart, in points of the scale."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch without a score, hatched."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A score whose neighbours in time have none: a point, and no line."""

    x: str
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """One series: polylines where it runs, dots where it stands alone."""

    lines: tuple[str, ...]
    dots: tuple[Dot, ...]
    last_y: int


@dataclass(frozen=True, slots=True)
class Trend:
    own: Line
    mean: Line | None
    hatches: tuple[Span, ...]
    first: int
    first_x: str
    first_y: int
    last: int
    mean_y: int
    mean_shown: int | None


def places(days: Sequence[date]) -> dict[date, Fraction]:
    """Place each date between 0 (the first) and 100 (the last), by its days."""
    whole = (days[-1] - days[0]).days or 1
    return {day: Fraction(100 * (day - days[0]).days, whole) for day in days}


def text(value: Fraction) -> str:
    """Write a number with at most two decimals, for a picture.

    >>> text(Fraction(200, 3)), text(Fraction(25))
    ('66.67', '25')
    """
    whole, rest = divmod(half_up(value * HUNDREDTHS), HUNDREDTHS)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def trend(
    days: Sequence[date], own: Mapping[date, int], mean: Mapping[date, int]
) -> Trend | None:
    """Draw OWN, and MEAN where it is known; None where there is nothing to draw.

    OWN and MEAN hold shown scores by date, and only the dates that have one.
    """
    scored = [day for day in days if day in own]
    if not scored:
        return None
    first, last = own[scored[0]], own[scored[-1]]
    line, mean_line = _line(days, own), _line(days, mean) if mean else None
    return Trend(
        own=line,
        mean=mean_line,
        hatches=_hatches(days, own),
        first=first,
        first_x=_across(places(days)[scored[0]]),
        first_y=_first_y(first, mean.get(scored[0]), alone=bool(line.dots)),
        last=last,
        mean_y=_apart(line.last_y, mean_line.last_y) if mean_line else 0,
        mean_shown=mean[max(mean)] if mean else None,
    )


def _line(days: Sequence[date], scores: Mapping[date, int]) -> Line:
    at = places(days)
    lines, dots = [], []
    for stretch in _stretches(days, scores):
        if len(stretch) == 1:
            dots.append(Dot(_across(at[stretch[0]]), 100 - scores[stretch[0]]))
        else:
            lines.append(" ".join(f"{text(at[day])},{100 - scores[day]}" for day in stretch))
    return Line(tuple(lines), tuple(dots), 100 - scores[max(scores)])


def _stretches(days: Sequence[date], scores: Mapping[date, int]) -> list[list[date]]:
    """Cut the dates where one has no score: no line runs across a gap."""
    stretches: list[list[date]] = [[]]
    for day in days:
        if day in scores:
            stretches[-1].append(day)
        elif stretches[-1]:
            stretches.append([])
    return [stretch for stretch in stretches if stretch]


def _hatches(days: Sequence[date], scores: Mapping[date, int]) -> tuple[Span, ...]:
    """Hatch from half-way to the neighbour before to half-way to the one after."""
    at = places(days)
    edges = [Fraction(0)]
    edges += [(at[one] + at[two]) / 2 for one, two in pairwise(days)]
    edges.append(Fraction(100))
    spans: list[tuple[Fraction, Fraction]] = []
    for place, day in enumerate(days):
        if day in scores:
            continue
        begin, end = edges[place], edges[place + 1]
        if spans and spans[-1][1] == begin:
            begin = spans.pop()[0]
        spans.append((begin, end))
    return tuple(Span(_across(begin), _across(end - begin)) for begin, end in spans)


def _across(value: Fraction) -> str:
    return text(value * PLOT / 100)


def _first_y(first: int, mean: int | None, *, alone: bool) -> int:
    """Put the first value above its line; below a dot, or a line close under the mean."""
    y = 100 - first
    crowded = alone or (mean is not None and 0 <= mean - first < APART)
    return min(y + APART + 6, 108) if crowded and first > APART else max(y - 6, 4)


def _apart(own: int, mean: int) -> int:
    """Move the mean's words away from the last value's, above or below."""
    if abs(mean - own) >= APART:
        return mean
    below = mean >= own
    return own + APART if (below and own + APART <= 100) or own < APART else own - APART  # noqa: PLR2004
