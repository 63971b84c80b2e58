"""Plain agreement: how often two codings are the same, and how often the review changed one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..missing import Status
from .alpha import Patterns
from .codings import Coding

Answer = tuple[Status, Fraction | None]


def percent_agreement(units: Iterable[Sequence[Fraction]]) -> Fraction | None:
    """Return the mean over units of the share of their pairs of codings that are equal.

    Shape   one sequence a unit, as for `alpha`; a unit with fewer than two changes nothing.
    Units   a share, 0 to 1, exact; None where no unit was coded twice.
    Source  J. L. Fleiss, Measuring nominal scale agreement among many raters (1971): its observed
            agreement, with as many coders a unit as there are. With two coders, the share of
            units on which they agree.

    >>> percent_agreement([[Fraction(0)] * 3, [Fraction(0), Fraction(50), Fraction(50)]])
    Fraction(2, 3)
    """
    return agreement_of(Counter(map(tuple, units)))


def agreement_of(patterns: Patterns) -> Fraction | None:
    """Return the percent agreement of units of which many are alike."""
    pairable = {unit: times for unit, times in patterns.items() if len(unit) > 1}
    equal = (times * _equal_pairs(unit) for unit, times in pairable.items())
    return sum(equal, Fraction(0)) / sum(pairable.values()) if pairable else None


def _equal_pairs(unit: Sequence[Fraction]) -> Fraction:
    """Return the share of a unit's pairs of codings that are equal."""
    equal = sum(math.comb(times, 2) for times in Counter(unit).values())
    return Fraction(equal, math.comb(len(unit), 2))


@dataclass(frozen=True, slots=True)
class Changed:
    """How many first codings there are with a settled answer, and how many differ from it."""

    n_codings: int
    n_changed: int

    @property
    def share(self) -> Fraction | None:
        """The share that was changed, 0 to 1, exact; None where nothing is settled."""
        return Fraction(self.n_changed, self.n_codings) if self.n_codings else None


def changed(
    codings: Iterable[Coding], settled: Mapping[tuple[str, str, str], Answer]
) -> Changed:
    """Compare what sheets said first with what the review settled.

    Shape   settled: status and points by country, indicator and date. A blind coding is left
            out: it settles nothing, so nobody changes it. So is what is not settled.
    Change  other points; or, where either has none, another status. That an answer was marked
            as an estimate or a break in a series is no change of it, nor is a note or a source.
    """
    compared = [
        _said(coding.status, coding.points) != _said(*settled[coding.cell])
        for coding in codings
        if not coding.blind and coding.cell in settled
    ]
    return Changed(len(compared), sum(compared))


def _said(status: Status, points: Fraction | None) -> Status | Fraction:
    return status if points is None else points
