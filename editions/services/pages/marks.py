"""Points and intervals on a scale, as places along it and as words. Rounded here, once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from .words import MINUS

Number = Fraction | float | int


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with its interval, in per cent along a scale, as text for a picture.

    IS_ROUGH draws the point hollow: it stands for less than the others.
    """

    at: str
    low: str = ""
    high: str = ""
    middle: str = ""
    is_rough: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale from FIRST to LAST; what lies beyond is drawn at its end."""

    first: float
    last: float

    def at(self, value: Number) -> str:
        """Return the place of VALUE, such as ``66.7%``.

        >>> Scale(0, 1).at(Fraction(2, 3)), Scale(1, 56).at(1), Scale(0, 1).at(-0.2)
        ('66.7%', '0%', '0%')
        """
        share = (float(value) - self.first) / (self.last - self.first)
        return f"{round(100 * min(max(share, 0.0), 1.0), 1):g}%"

    def mark(
        self,
        value: Number,
        *,
        low: Number | None = None,
        high: Number | None = None,
        middle: Number | None = None,
        is_rough: bool = False,
    ) -> Mark:
        return Mark(
            at=self.at(value),
            low="" if low is None else self.at(low),
            high="" if high is None else self.at(high),
            middle="" if middle is None else self.at(middle),
            is_rough=is_rough,
        )


def decimals(value: Number, places: int) -> str:
    """Return VALUE with so many decimal places, half up, and a minus sign that is one.

    >>> decimals(Fraction(2, 3), 3), decimals(-0.125, 2), decimals(-0.0001, 2)
    ('0.667', '−0.13', '0.00')
    """
    exact = Fraction(value)
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded or abs(rounded)}".replace("-", MINUS)


def share_words(value: Number) -> str:
    """Return a share from 0 to 1 as a whole per cent."""
    return _("%(share)s%%") % {"share": decimals(100 * Fraction(value), 0)}


def range_words(low: Number, high: Number, places: int) -> str:
    """Return ``9 to 17``, or the one figure where both ends are shown alike."""
    first, last = decimals(low, places), decimals(high, places)
    if first == last:
        return first
    return _("%(low)s to %(high)s") % {"low": first, "high": last}
