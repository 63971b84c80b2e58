"""Fractions by the thousand: numerators and denominators in arrays, added within 64 bits.

Lemma. Let s = n / d be scores of 0 to 100, v their whole weights, W the sum of all weights, and D
a common multiple of the denominators. Then every product v * n * (D / d), every partial sum of
them, and their total S with S / D = sum(v * s), is a whole number from 0 to 100 * D * W.

Proof. n / d <= 100, so n * (D / d) <= 100 * D; a partial sum has weights of at most W in all, and
no term is negative.

So one comparison made with Python's integers before a step, 100 * D * W <= 2**63 - 1, proves that
int64 holds everything in it. The mean S / (D * V) over the scored weight V <= W has a denominator
of at most D * W, and a numerator that is S itself. Where the comparison fails, nothing is
computed here: the place is reported, and `fallback` computes it with fractions.Fraction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm

import numpy as np
import numpy.typing as npt

from ..options import FULL_SCORE

Integers = npt.NDArray[np.int64] | npt.NDArray[np.object_]
"""int64, or Python's own integers (dtype object) where a value is too long for 64 bits."""

Longs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

LARGEST = 2**63 - 1
"""The largest value of an int64."""

FULL = int(FULL_SCORE)
FEW = 2**16
"""Below this, distinct values are counted; above, they are sorted."""


@dataclass(frozen=True, slots=True, eq=False)
class Ratios:
    """Exact values, one for each place, not in lowest terms.

    Shape   num: [places], int64 or Python integers; 0 where there is no value. unit: the
            denominator, one for all places or one for each. present: where there is a value.

    >>> halves = Ratios(np.array([167, 0]), 2, np.array([True, False]))
    >>> halves.at(0), halves.den
    (Fraction(167, 2), array([2, 0]))
    """

    num: Integers
    unit: int | Integers
    present: Mask

    @property
    def den(self) -> Integers:
        """The denominators at all places; 0 where there is no value."""
        return self.present * (np.int64(self.unit) if self.common else self.unit)

    @property
    def common(self) -> int | None:
        """The one denominator of all values; None if each has its own."""
        return self.unit if isinstance(self.unit, int) else None

    def at(self, place: int) -> Fraction | None:
        """Return the value at PLACE in lowest terms; None if there is none."""
        if not self.present[place]:
            return None
        unit = self.unit if isinstance(self.unit, int) else int(self.unit[place])
        return Fraction(int(self.num[place]), unit)

    def fractions(self) -> list[Fraction | None]:
        """Return all values in lowest terms."""
        pairs = list(zip(self.num.tolist(), self.den.tolist(), strict=True))
        known = {(num, den): Fraction(num, den) if den else None for num, den in set(pairs)}
        return [known[pair] for pair in pairs]

    def where(self, mask: Mask) -> Ratios:
        """Return the values where MASK says so, and none elsewhere."""
        return Ratios(self.num * mask, self.unit, self.present & mask)


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One summand of a mean: its whole weight times its values."""

    weight: int
    values: Ratios


@dataclass(frozen=True, slots=True, eq=False)
class Total:
    """A weighted sum S / D.

    Shape   num: S, int64. den: D, one for all places or one for each. beyond: the places
            where the bound does not hold, and num and den mean nothing; None if there are none.
    """

    num: Longs
    den: int | Longs
    beyond: Mask | None = None


def whole_weights(weights: Sequence[Fraction]) -> tuple[int, ...]:
    """Return the smallest whole numbers in the proportions of WEIGHTS, one of which is above 0.

    >>> whole_weights([Fraction(1, 2), Fraction(1, 3), Fraction(0)])
    (3, 2, 0)
    """
    unit = lcm(*(weight.denominator for weight in weights))
    whole = [weight.numerator * (unit // weight.denominator) for weight in weights]
    shared = gcd(*whole) or 1
    return tuple(weight // shared for weight in whole)


def holds(*factors: int) -> bool:
    """Say whether 100 times the product of FACTORS fits in 64 bits: the lemma's condition.

    >>> holds(2**56), holds(2**57)
    (True, False)
    """
    product = FULL
    for factor in factors:
        product *= factor
    return product <= LARGEST


def add_up(terms: Sequence[Term], *, whole: int) -> Total:
    """Return the sum of weight times value over TERMS, places without a value adding nothing.

    Units   whole: the sum of all weights, W in the lemma. A term that is itself a sum may
            have values up to 100 times the weights in it.

    The terms are put over the least common multiple of their denominators: one for all places
    if that is within the bound, else each place over its own.
    """
    common = _common(terms)
    if common is None or not holds(common, whole):
        return _add_each(terms, whole)
    num = _times(terms[0], common)
    for term in terms[1:]:
        num = num + _times(term, common)
    return Total(num, common)


def _times(term: Term, common: int) -> Longs:
    factor = term.weight * (common // (term.values.common or common))
    return term.values.num if factor == 1 else term.values.num * np.int64(factor)


def _common(terms: Sequence[Term]) -> int | None:
    own = [term.values.common for term in terms]
    return None if None in own else lcm(*(each for each in own if each is not None))


def _add_each(terms: Sequence[Term], whole: int) -> Total:
    """Add place by place, each over the least common multiple of the denominators it has.

    Bound   D * f <= (2**63 - 1) // (100 * W) is asked before D is multiplied by f, as
            D <= that // f, which cannot overflow.
    """
    most = LARGEST // (FULL * whole)
    places = len(terms[0].values.num)
    num, den = np.zeros(places, dtype=np.int64), np.ones(places, dtype=np.int64)
    beyond = np.zeros(places, dtype=bool)
    for term in terms:
        own_num, own_den, too_long = _lowest(term.values)
        factor = own_den // np.gcd(den, own_den)
        beyond |= too_long | (den > most // factor)
        factor[beyond] = own_den[beyond] = den[beyond] = 1
        own_num[beyond] = num[beyond] = 0
        den *= factor
        num = num * factor + own_num * (den // own_den) * np.int64(term.weight)
    return Total(num, den, beyond if beyond.any() else None)


def _lowest(values: Ratios) -> tuple[Longs, Longs, Mask]:
    """Return numerators and denominators in lowest terms, 0 / 1 for none, and what is too long."""
    num, den = values.num, values.den
    if num.dtype == den.dtype == np.int64:
        too_long = np.zeros(len(num), dtype=bool)
    else:
        too_long = ((num > LARGEST) | (den > LARGEST)).astype(bool)
        num = np.where(too_long, 0, num).astype(np.int64)
        den = np.where(too_long, 1, den).astype(np.int64)
    shared = np.maximum(np.gcd(num, den), 1)
    return num // shared, np.maximum(den // shared, 1), too_long


@dataclass(frozen=True, slots=True, eq=False)
class Divisor:
    """The weights V that sums are divided by, one for each place.

    Shape   present: where V is above 0. multiple: K, the least common multiple of all V there.
            factor: K / V, 0 where V is 0; None where it is 1 everywhere.
    """

    weights: Longs
    present: Mask
    multiple: int
    factor: Longs | None = None

    @classmethod
    def of(cls, weights: Longs) -> Divisor:
        """Build from weights of 0 or more.

        >>> Divisor.of(np.array([2, 3, 0])).factor
        array([3, 2, 0])
        """
        present, most = weights > 0, int(weights.max(initial=0))
        if most and (weights == most).all():
            return cls(weights, present, most)
        if most < FEW:
            values = np.flatnonzero(np.bincount(weights)).tolist()
        else:
            values = np.unique(weights).tolist()
        multiple = lcm(*(value for value in values if value))
        if not holds(multiple):
            return cls(weights, present, multiple)
        if most < FEW:
            return cls(weights, present, multiple, _table(tuple(values), multiple)[weights])
        return cls(weights, present, multiple, present * (multiple // np.maximum(weights, 1)))


@lru_cache(maxsize=1024)
def _table(values: tuple[int, ...], multiple: int) -> Longs:
    """Return MULTIPLE divided by each of VALUES, which rise, at that value's own place."""
    table = np.zeros(max(values, default=0) + 1, dtype=np.int64)
    for value in values:
        table[value] = multiple // value if value else 0
    return table


def divide(total: Total, by: Divisor) -> Ratios:
    """Return the sum over the weight: the mean, and none where the weight is 0.

    Bound   100 * D * W fits, for the total was added up, and so D * V does. All are put over
            D * K if 100 * D * K fits too: S * K / V <= 100 * D * K.
    """
    if not isinstance(total.den, int) or not holds(total.den, by.multiple):
        return Ratios(total.num * by.present, total.den * np.maximum(by.weights, 1), by.present)
    num = total.num if by.factor is None else total.num * by.factor
    return Ratios(num, total.den * by.multiple, by.present)
