"""Words for exact figures: fractions with their decimals, shares, points to two decimals."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext as _

from scoring.engine.rounding import decimal_text, half_up

from .words import MINUS

HUNDREDTHS = 100
DIGITS = 6
"""Significant digits of a decimal that goes on for ever."""
TEN = 10
LONGEST = 24
"""A fraction of more characters is not written out; a geometric mean has fifty of them."""


def is_long(value: Fraction) -> bool:
    """Whether VALUE is too long a fraction to be read; the tables hold it whole."""
    return len(str(value)) > LONGEST


def exact_words(value: Fraction) -> str:
    """Return 75, 275/4 = 68.75 or 200/3 ≈ 66.6667; of a long fraction only what follows it.

    >>> exact_words(Fraction(75)), exact_words(Fraction(275, 4)), exact_words(Fraction(200, 3))
    ('75', '275/4 = 68.75', '200/3 ≈ 66.6667')
    >>> exact_words(Fraction(200 * 10**20 + 1, 3 * 10**20))
    '≈ 66.6667'
    """
    if is_long(value):
        return f"≈ {decimal_text(value, digits=DIGITS)}"
    if value.denominator == 1:
        return str(value)
    ends = TEN**DIGITS % value.denominator == 0
    sign, text = (
        ("=", decimal_text(value)) if ends else ("≈", decimal_text(value, digits=DIGITS))
    )
    return f"{value} {sign} {text}"


def two_decimals(value: Fraction) -> str:
    """Return points with two decimals, half up once; the exact ones stand in the table.

    >>> two_decimals(Fraction(25, 36)), two_decimals(Fraction(25, 2)), two_decimals(Fraction(-1, 8))
    ('0.69', '12.50', '−0.13')
    """
    whole, rest = divmod(half_up(abs(value) * HUNDREDTHS), HUNDREDTHS)
    return f"{MINUS if value < 0 else ''}{whole}.{rest:02d}"


def gain_words(value: Fraction) -> str:
    """Return what a step adds, with its sign.

    >>> gain_words(Fraction(25, 36)), gain_words(Fraction(0)), gain_words(Fraction(-1, 3))
    ('+0.69', '±0.00', '−0.33')
    """
    sign = "+" if value > 0 else "" if value else "±"
    return sign + two_decimals(value)


def share_words(share: Fraction) -> str:
    """Return a share such as 1/72; the whole is said in a word, a long one in decimals.

    >>> share_words(Fraction(1, 72)), share_words(Fraction(1))
    ('1/72', 'all')
    """
    if share == 1:
        return _("all")
    return exact_words(share) if is_long(share) else str(share)
