"""Krippendorff's alpha: agreement beyond what the same values would give by chance, exact."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

NOT_CODED_TWICE, NO_VARIATION = "not_coded_twice", "no_variation"
NEGATIVE_VALUES, TOO_MANY_VALUES = "negative_values", "too_many_values"
"""Why a coefficient is undefined. It is then neither 1 nor 0: there is nothing to judge by."""

EXACT_RATIOS, MOST_RATIOS = 64, 1000
"""Ratios have no closed sum: beyond the first number of different values they are added as
binary64, beyond the second they are left."""


class Metric(StrEnum):
    """How far apart two values are: what their difference weighs."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


METRICS = tuple(Metric)
Patterns = Mapping[tuple[Fraction, ...], int]
"""How many units have just these codings."""


@dataclass(frozen=True, slots=True)
class Alpha:
    """The coefficient and what it rests on.

    Units   value: at most 1, exact. n_units: units with two codings or more; n_codings: the
            codings of these; n_pairs: the pairs of codings of one unit.
    None    value, with its `reason`: not_coded_twice, no_variation, negative_values (the metric
            ratio needs a zero below which there is nothing) or too_many_values.
    """

    value: Fraction | None
    reason: str
    n_units: int
    n_codings: int
    n_pairs: int


def alpha(units: Iterable[Sequence[Fraction]], metric: Metric) -> Alpha:
    """Return Krippendorff's alpha of UNITS: 1 - (n-1) O / E.

    Shape   one sequence a unit: its codings, by whomever, in any order. A coder's gap is simply
            not there; a unit with fewer than two codings changes nothing.
    Formula O: the sum over units of the squared differences of its pairs of codings, divided by
            one less than its codings. E: the same sum over all pairs of the n codings. The
            difference is 1 (nominal); of mid-ranks among the n codings (ordinal); c - k
            (interval); (c - k) / (c + k) (ratio; that of two zeros is 0).
    Exact   the value is a Fraction. With ratios of more than 64 different values it is that of a
            binary64.
    Source  K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).

    >>> pairs = [[Fraction(a), Fraction(b)] for a, b in ((0, 0), (100, 100), (50, 100))]
    >>> alpha(pairs, Metric.NOMINAL).value
    Fraction(6, 11)
    >>> alpha([[Fraction(50), Fraction(50)]], Metric.ORDINAL).reason
    'no_variation'
    """
    return alpha_of(Counter(map(tuple, units)), metric)


def alpha_of(patterns: Patterns, metric: Metric) -> Alpha:
    """Return the alpha of units of which many are alike.

    Shape   patterns: how many units have just these codings.
    """
    pairable = {unit: times for unit, times in patterns.items() if len(unit) > 1}
    totals = Counter[Fraction]()
    for unit, times in pairable.items():
        for value in unit:
            totals[value] += times
    value, reason = None, why_undefined(totals, metric)
    if not reason:
        places = places_of(totals, metric)
        observed = sum(
            disagreement(Counter(places[value] for value in unit), metric)
            * Fraction(times, len(unit) - 1)
            for unit, times in pairable.items()
        )
        everything = {places[value]: times for value, times in totals.items()}
        expected = disagreement(everything, metric)
        value = 1 - Fraction((totals.total() - 1) * observed) / Fraction(expected)
    return Alpha(
        value=value,
        reason=reason,
        n_units=sum(pairable.values()),
        n_codings=totals.total(),
        n_pairs=sum(math.comb(len(unit), 2) * times for unit, times in pairable.items()),
    )


def why_undefined(totals: Mapping[Fraction, int], metric: Metric) -> str:
    """Return the reason why there is no alpha, or nothing if there is one.

    Shape   totals: how often each value occurs in units that were coded twice.
    """
    if not totals:
        return NOT_CODED_TWICE
    if len(totals) == 1:
        return NO_VARIATION
    if metric == Metric.RATIO and min(totals) < 0:
        return NEGATIVE_VALUES
    if metric == Metric.RATIO and len(totals) > MOST_RATIOS:
        return TOO_MANY_VALUES
    return ""


def places_of(totals: Mapping[Fraction, int], metric: Metric) -> dict[Fraction, int]:
    """Return the whole number that stands for each value; alpha is the same by these.

    Doubled mid-ranks for the metric ordinal: the sum of the counts from one value to another,
    less half of either end, is the difference of their mid-ranks. Else the value times the least
    common denominator.

    >>> places_of({Fraction(0): 3, Fraction(1, 2): 1, Fraction(1): 2}, Metric.ORDINAL)
    {Fraction(0, 1): 3, Fraction(1, 2): 7, Fraction(1, 1): 10}
    """
    places: dict[Fraction, int] = {}
    if metric == Metric.ORDINAL:
        below = 0
        for value in sorted(totals):
            places[value] = 2 * below + totals[value]
            below += totals[value]
        return places
    scale = math.lcm(*(value.denominator for value in totals))
    return {value: int(value * scale) for value in totals}


def disagreement(tally: Mapping[int, int], metric: Metric) -> Fraction | float:
    """Return the sum of the squared differences over all pairs in TALLY, equal ones included.

    Shape   tally: how often each place occurs.
    """
    if metric == Metric.RATIO:
        return _ratios(tally)
    whole = sum(tally.values())
    if metric == Metric.NOMINAL:
        return Fraction(whole**2 - sum(times**2 for times in tally.values()), 2)
    first = sum(times * place for place, times in tally.items())
    second = sum(times * place**2 for place, times in tally.items())
    return Fraction(whole * second - first**2)


def _ratios(tally: Mapping[int, int]) -> Fraction | float:
    pairs = combinations(tally.items(), 2)
    if len(tally) > EXACT_RATIOS:
        return math.fsum(m * n * ((c - k) / (c + k)) ** 2 for (c, m), (k, n) in pairs)
    squares = (m * n * Fraction(c - k, c + k) ** 2 for (c, m), (k, n) in pairs)
    return sum(squares, Fraction(0))
