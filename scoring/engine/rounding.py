"""The one rounding, and the exact decimal text of a fraction."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

SIGNIFICANT_DIGITS = 17
"""Enough to give back any binary64 number: what files carry beside the exact fraction."""


def half_up(value: Fraction) -> int:
    """Return the whole number nearest to VALUE; a half goes away from zero.

    Exact   VALUE is a fraction, so a half is a half: no binary neighbour decides.
    Source  The published tables of 2015 and 2019: 12.5 is shown as 13, 62.5 as 63.

    >>> half_up(Fraction(25, 2)), half_up(Fraction(125, 2)), half_up(Fraction(1249, 100))
    (13, 63, 12)
    >>> half_up(Fraction(-5, 2))
    -3
    """
    whole = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return -whole if value < 0 else whole


@lru_cache(maxsize=8192)
def decimal_text(value: Fraction, *, digits: int = SIGNIFICANT_DIGITS) -> str:
    """Return VALUE as a decimal number with DIGITS significant digits, half up.

    Zeros at the end of the fractional part are left out, and no exponent is written.

    >>> decimal_text(Fraction(623, 8)), decimal_text(Fraction(100)), decimal_text(Fraction(0))
    ('77.875', '100', '0')
    >>> decimal_text(Fraction(200, 3)), decimal_text(Fraction(1, 300))
    ('66.666666666666667', '0.0033333333333333333')
    """
    if value == 0:
        return "0"
    size, unit = abs(value.numerator), value.denominator
    places = digits - _whole_digits(size, unit)
    scale = 10 ** abs(places)
    size, unit = (size * scale, unit) if places > 0 else (size, unit * scale)
    shifted = (2 * size + unit) // (2 * unit)
    if places <= 0:
        text = str(shifted * scale)
    else:
        whole, rest = divmod(shifted, scale)
        text = f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def _whole_digits(size: int, unit: int) -> int:
    """Return N with 10**(N-1) <= SIZE / UNIT < 10**N: digits before the point, or less than 0."""
    digits = len(str(size)) - len(str(unit))
    reaches = size >= unit * 10**digits if digits >= 0 else size * 10**-digits >= unit
    return digits + 1 if reaches else digits
