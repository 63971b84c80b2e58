"""Cronbach's alpha: how far items measure one thing, exact."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from .alpha import NO_VARIATION

ONE_ITEM, TOO_FEW = "one_item", "too_few_countries"
FEWEST = 3
"""Two countries always lie on a line."""


@dataclass(frozen=True)
class Scale:
    """Items and what each country has of them.

    Shape   columns: by item, whole numbers that are in proportion to its points; the countries
            stand in the same order in each.
    """

    columns: Mapping[str, Sequence[int]]

    @classmethod
    def from_columns(cls, columns: Mapping[str, Sequence[Fraction]]) -> Scale:
        """Build from points or scores by item, all over the same countries."""
        common = math.lcm(*(each.denominator for column in columns.values() for each in column))
        return cls(
            {code: [int(each * common) for each in column] for code, column in columns.items()}
        )

    @cached_property
    def sums(self) -> list[int]:
        """What each country has of all items together."""
        return [sum(each) for each in zip(*self.columns.values(), strict=True)]

    @cached_property
    def spreads(self) -> dict[str, int]:
        """The variance of each item, times n²."""
        return {code: _spread(column, column) for code, column in self.columns.items()}

    def alpha(self) -> tuple[Fraction | None, str]:
        """Return k/(k-1) (1 - the sum of the items' variances / the variance of their sum).

        None    with the reason: one_item, too_few_countries (under three), or no_variation of
                the sum.
        Source  L. J. Cronbach, Coefficient alpha and the internal structure of tests (1951).

        >>> Scale({"a": [1, 2, 3], "b": [1, 2, 3]}).alpha()
        (Fraction(1, 1), '')
        """
        return _alpha(len(self.columns), sum(self.spreads.values()), self.sums)

    def alpha_without(self, item: str) -> tuple[Fraction | None, str]:
        """Return the alpha of the other items: higher than that of all where ITEM does not fit."""
        parts = sum(self.spreads.values()) - self.spreads[item]
        return _alpha(len(self.columns) - 1, parts, self.rest(item))

    def with_the_rest(self, item: str) -> tuple[float | None, str]:
        """Return the correlation of ITEM with the sum of the other items, -1 to 1."""
        if len(self.columns) == 1:
            return None, ONE_ITEM
        own, rest = self.columns[item], self.rest(item)
        if len(own) < FEWEST:
            return None, TOO_FEW
        spreads = self.spreads[item] * _spread(rest, rest)
        if spreads == 0:
            return None, NO_VARIATION
        together = _spread(own, rest)
        return math.copysign(math.sqrt(Fraction(together**2, spreads)), together), ""

    def rest(self, item: str) -> list[int]:
        """Return what each country has of the other items together."""
        own = self.columns[item]
        return [whole - part for whole, part in zip(self.sums, own, strict=True)]


def _alpha(items: int, parts: int, sums: Sequence[int]) -> tuple[Fraction | None, str]:
    if items <= 1:
        return None, ONE_ITEM
    if len(sums) < FEWEST:
        return None, TOO_FEW
    whole = _spread(sums, sums)
    if whole == 0:
        return None, NO_VARIATION
    return Fraction(items, items - 1) * (1 - Fraction(parts, whole)), ""


def _spread(one: Sequence[int], other: Sequence[int]) -> int:
    """Return n² times the covariance: the divisor, n or n-1, falls out of every ratio."""
    products = sum(a * b for a, b in zip(one, other, strict=True))
    return len(one) * products - sum(one) * sum(other)
