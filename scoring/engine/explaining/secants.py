"""What a mean's change owes to each child: weights that hold between two points exactly."""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from fractions import Fraction

from ..means import DIGITS, GEOMETRIC_MEAN, HARMONIC_MEAN, PLACES, positive

Points = Mapping[str, Fraction]


def secants(
    rule: str,
    weights: Mapping[str, Fraction],
    lowest: Fraction,
    old: Points,
    new: Points,
    ends: tuple[Fraction, Fraction],
) -> dict[str, Fraction]:
    """Return weights m with ENDS[1] - ENDS[0] = sum of m (new - old), for a mean of any kind.

    Shape   the keys of OLD and NEW: the children that count. ENDS: the parent's scores.
    Exact   arithmetic: w, the shares of the weights. Harmonic: w S0 S1 / (s0 s1), which follows
            from 1/S being the mean of 1/s. Geometric: w L(S1, S0) / L(s1, s0), with the
            logarithmic mean L(a, b) = (a - b) / ln(a / b); logarithms are rational only by
            chance, so these weights have 25 decimal places, and the last digit that lacks is
            given to the child that moved the score most.
    Source  Ang 2005, The LMDI approach to decomposition analysis (geometric).
    """
    whole = sum((weights[code] for code in old), Fraction(0))
    shares = {code: weights[code] / whole for code in old}
    if rule not in (GEOMETRIC_MEAN, HARMONIC_MEAN):
        return shares
    mid = logarithmic_mean if rule == GEOMETRIC_MEAN else _product
    around = mid(positive(ends[0], lowest), positive(ends[1], lowest))
    found = {
        code: share * around / mid(positive(old[code], lowest), positive(new[code], lowest))
        for code, share in shares.items()
    }
    return _closed(found, old, new, ends[1] - ends[0]) if rule == GEOMETRIC_MEAN else found


def _product(one: Fraction, other: Fraction) -> Fraction:
    return one * other


def logarithmic_mean(one: Fraction, other: Fraction) -> Fraction:
    """Return (one - other) / ln(one / other), to 60 digits; the number itself if both are it.

    >>> float(logarithmic_mean(Fraction(2), Fraction(1)))
    1.4426950408889634
    >>> logarithmic_mean(Fraction(7), Fraction(7))
    Fraction(7, 1)
    """
    if one == other:
        return one
    return (one - other) / (_logarithm(one) - _logarithm(other))


def _logarithm(value: Fraction) -> Fraction:
    ratio = DIGITS.divide(decimal.Decimal(value.numerator), decimal.Decimal(value.denominator))
    return Fraction(DIGITS.ln(ratio))


def _closed(
    found: Mapping[str, Fraction], old: Points, new: Points, change: Fraction
) -> dict[str, Fraction]:
    """Round the weights, and give what the sum then lacks to who moved the score most."""
    rounded = {
        code: Fraction(round(weight * 10**PLACES), 10**PLACES) for code, weight in found.items()
    }
    moves = {code: new[code] - old[code] for code in rounded}
    lacks = change - sum((rounded[code] * move for code, move in moves.items()), Fraction(0))
    if lacks:
        most = max(sorted(moves), key=lambda code: abs(rounded[code] * moves[code]))
        rounded[most] += lacks / moves[most]
    return rounded
