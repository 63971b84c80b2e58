"""Numbers for the draws: a generator that does not change, and a family that anybody can replay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PRIME = 2**31 - 1
"""A Mersenne prime: what exceeds it is folded back by a shift and an addition."""

BITS = 31
NUMBERS_AT_ONCE = 2**15
"""So many numbers are made at a time: they stay in the processor's own memory."""
COEFFICIENTS = 4
MOST_PLACES = 2**30
LARGEST, EXACT = 2**63 - 1, 2**53
"""What 64-bit integers hold, and up to where float64 holds every whole number."""
GENERATOR = "PCG64 (O'Neill 2014), seeded by numpy's SeedSequence, raw 64-bit outputs"

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


class Source:
    """A stream of random numbers.

    Only the raw outputs of the bit generator are used: NEP 19 lets what numpy makes of them
    change from version to version, but not them.
    """

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def uniforms(self, count: int) -> Floats:
        """Return COUNT numbers in [0, 1), multiples of 2**-53.

        >>> Source(1).uniforms(2).round(4).tolist()
        [0.5118, 0.9505]
        """
        raw = np.asarray(self._bits.random_raw(count), dtype=np.uint64)
        return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def coefficients(self, count: int) -> Integers:
        """Return COUNT rows of four integers in [0, p): each raw output modulo p."""
        raw = np.asarray(self._bits.random_raw(count * COEFFICIENTS), dtype=np.uint64)
        return (raw % np.uint64(PRIME)).astype(np.int64).reshape(count, COEFFICIENTS)


def family(coefficients: Integers, places: Integers) -> Floats:
    """Return c1 + c2 j + c3 j**2 + c4 j**3 modulo p for each row of coefficients and each j.

    Shape   coefficients [draws, 4], in [0, p); places [m], in [1, 2**30); result [m, draws], whole
            numbers in [0, p). Divided by p, any four of a draw are independent and uniform, over
            draws.
    Exact   for few places in float64, which holds whole numbers below 2**53; for more by Horner's
            rule in 64-bit integers.
    Source  Carter and Wegman 1979; Wegman and Carter 1981 (polynomials over a prime field).

    >>> family(np.array([[5, 3, 2, 1]]), np.array([1, 2, 10])).tolist()
    [[11.0], [27.0], [1235.0]]
    """
    most = int(places.max(initial=1))
    if PRIME * (1 + most) ** 3 < EXACT:
        return _by_powers(coefficients, places)
    value, bound = _by_horner(coefficients, places[:, None], most)
    _fold(value, bound, 2 * PRIME)
    # Where p is more than the number, the difference is negative: as an unsigned one the larger.
    unsigned = value.view(np.uint64)
    np.minimum(unsigned, unsigned - np.uint64(PRIME), out=unsigned)
    return value.astype(np.float64)


def _by_powers(coefficients: Integers, places: Integers) -> Floats:
    """Return the polynomials as products of matrices, modulo p; all values are below 2**53.

    Exact   a value over p lies 1/p or more below the next whole number, and floats below 2**22 are
            2**-31 apart at most: the quotient is not rounded up to it. It times p is below 2**53.
    """
    powers = places.astype(np.float64)[:, None] ** np.arange(COEFFICIENTS)
    found = np.empty((len(places), len(coefficients)))
    at_once = max(NUMBERS_AT_ONCE // max(len(places), 1), 1)
    for first in range(0, len(coefficients), at_once):
        value = powers @ coefficients[first : first + at_once].T.astype(np.float64)
        whole = value / PRIME
        np.floor(whole, out=whole)
        whole *= PRIME
        np.subtract(value, whole, out=found[:, first : first + at_once])
    return found


def _by_horner(coefficients: Integers, places: Integers, most: int) -> tuple[Integers, int]:
    """Return the polynomials, folded where the next step could exceed 64 bits, and a bound."""
    first, second, third, fourth = (coefficients[:, at] for at in range(COEFFICIENTS))
    value, bound = places * fourth, PRIME * most
    for coefficient in (third, second):
        value += coefficient
        bound = _fold(value, bound + PRIME, (LARGEST - PRIME) // most)
        value *= places
        bound *= most
    value += first
    return value, bound + PRIME


def _fold(value: Integers, bound: int, wanted: int) -> int:
    """Take VALUE, below BOUND, to less than WANTED with the same remainder, in place.

    2**31 leaves 1: what exceeds 31 bits is added to what does not. Returns the new bound.
    """
    while bound >= wanted:
        high = value >> BITS
        value &= PRIME
        value += high
        bound = PRIME + (bound >> BITS) + 1
    return bound


def first_at_least(share: float) -> int:
    """Return the least integer v with v / p >= SHARE: v below it says u below SHARE, exactly.

    >>> first_at_least(0.0), first_at_least(0.5), first_at_least(1.0) == PRIME
    (0, 1073741824, True)
    """
    value = min(max(int(share * PRIME) - 2, 0), PRIME)
    while value / PRIME < share:
        value += 1
    return value
