"""The means: arithmetic, geometric, harmonic, and the lowest and highest of several."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm

from .options import FULL_SCORE

ARITHMETIC, GEOMETRIC, HARMONIC = "arithmetic", "geometric", "harmonic"
MEAN, WEIGHTED_MEAN, TABLE = "mean", "weighted_mean", "table"
GEOMETRIC_MEAN, HARMONIC_MEAN = "geometric_mean", "harmonic_mean"
MINIMUM, MAXIMUM = "minimum", "maximum"
RULES = (MEAN, WEIGHTED_MEAN, GEOMETRIC_MEAN, HARMONIC_MEAN, MINIMUM, MAXIMUM, TABLE)
RULE_OF = {ARITHMETIC: WEIGHTED_MEAN, GEOMETRIC: GEOMETRIC_MEAN, HARMONIC: HARMONIC_MEAN}
"""The rule that stands for a family, where a method sets the family of a level."""

PLACES = 25
"""Decimal places of a geometric mean, half to even. It is rational only by chance, and so is the
one score that is not exact: it is off by less than 10**-25 points, everywhere by the same."""

DIGITS = decimal.Context(prec=60, rounding=decimal.ROUND_HALF_EVEN, traps=[])
"""Logarithms and powers in software: correctly rounded, and so the same on every machine, which
the functions of a processor are not."""

Weighted = Sequence[tuple[Fraction, Fraction]]
"""Pairs of a weight above 0 and a score."""


class NotPositive(ValueError):
    """A geometric or harmonic mean met a score that is not above 0 on its scale."""


def arithmetic(pairs: Weighted, lowest: Fraction) -> Fraction:
    """Return the weighted mean: what one child lacks another makes up for, point by point.

    Everything is put over one denominator and added up in whole numbers: one fraction is made.

    >>> arithmetic([(Fraction(2), Fraction(100)), (Fraction(1), Fraction(50))], Fraction(1))
    Fraction(250, 3)
    """
    unit = lcm(*(weight.denominator for weight, _ in pairs))
    common = lcm(*(score.denominator for _, score in pairs))
    total = whole = 0
    for weight, score in pairs:
        share = weight.numerator * (unit // weight.denominator)
        whole += share
        total += share * score.numerator * (common // score.denominator)
    return Fraction(total, whole * common)


def positive(score: Fraction, lowest: Fraction) -> Fraction:
    """Return SCORE on the scale from LOWEST to 100, which a mean with products needs.

    Source  The Gender Equality Index of EIGE rescales to 1 to 100 for its geometric means: on
            0 to 100 a single 0 would make the whole 0. With LOWEST 0 the score stays as it is.
    Raises  NotPositive where the result is not above 0.

    >>> positive(Fraction(0), Fraction(1)), positive(Fraction(100), Fraction(1))
    (Fraction(1, 1), Fraction(100, 1))
    """
    rescaled = lowest + (FULL_SCORE - lowest) * score / FULL_SCORE
    if rescaled <= 0:
        raise NotPositive("a score of 0 has no geometric and no harmonic mean")
    return rescaled


def back(rescaled: Fraction, lowest: Fraction) -> Fraction:
    """Return what was on the scale from LOWEST to 100 on that from 0 to 100."""
    return (rescaled - lowest) * FULL_SCORE / (FULL_SCORE - lowest)


def harmonic(pairs: Weighted, lowest: Fraction) -> Fraction:
    """Return the weighted harmonic mean on the positive scale, exact, taken back to 0 to 100.

    >>> harmonic([(Fraction(1), Fraction(60)), (Fraction(1), Fraction(30))], Fraction(0))
    Fraction(40, 1)
    """
    whole = sum((weight for weight, _ in pairs), Fraction(0))
    parts = (weight / positive(score, lowest) for weight, score in pairs)
    return back(whole / sum(parts, Fraction(0)), lowest)


def geometric(pairs: Weighted, lowest: Fraction) -> Fraction:
    """Return the weighted geometric mean on the positive scale, taken back to 0 to 100.

    Exact   where all scores are equal; else to PLACES decimal places.

    >>> float(geometric([(Fraction(1), Fraction(s)) for s in (21, 1, 1, 1)], Fraction(0)))
    2.1406951429280725
    """
    scores = {score for _, score in pairs}
    rescaled = [(weight, positive(score, lowest)) for weight, score in pairs]
    if len(scores) == 1:
        return scores.pop()
    whole = sum((weight for weight, _ in rescaled), Fraction(0))
    power = sum(
        (Fraction(DIGITS.ln(_decimal(score))) * (weight / whole) for weight, score in rescaled),
        Fraction(0),
    )
    mean = back(Fraction(DIGITS.exp(_decimal(power))), lowest)
    return Fraction(round(mean * 10**PLACES), 10**PLACES)


def minimum(pairs: Weighted, lowest: Fraction) -> Fraction:
    """Return the lowest of the scores."""
    return min(score for _, score in pairs)


def maximum(pairs: Weighted, lowest: Fraction) -> Fraction:
    """Return the highest of the scores."""
    return max(score for _, score in pairs)


MEANS: dict[str, Callable[[Weighted, Fraction], Fraction]] = {
    MEAN: arithmetic,
    WEIGHTED_MEAN: arithmetic,
    GEOMETRIC_MEAN: geometric,
    HARMONIC_MEAN: harmonic,
    MINIMUM: minimum,
    MAXIMUM: maximum,
}


def _decimal(value: Fraction) -> decimal.Decimal:
    return DIGITS.divide(decimal.Decimal(value.numerator), decimal.Decimal(value.denominator))
