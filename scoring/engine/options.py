"""The options of an indicator: what each answer earns is data, never code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

FULL_SCORE = Fraction(100)
FEWEST = 2
"""A question with a single option would ask nothing."""

EXACT = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?(/[0-9]+)?", re.ASCII)
LONGEST = 200
"""Characters of a number: a text of a million digits, or 1e999999999, is noise and no number."""


@dataclass(frozen=True, slots=True)
class Options:
    """The points of one indicator's options, from the first listed to the last.

    Units   points: 0 (least favourable) to 100 (meets the highest standard).
    """

    points: tuple[Fraction, ...]

    @classmethod
    def from_list(cls, listed: Iterable[Mapping[str, Any]]) -> Options:
        """Build from the `options` of an indicator in a methodology document.

        Raises ValueError if fewer than two are listed, if points lie outside 0..100, or if
        they do not fall strictly from one option to the next.
        """
        points = tuple(exact(option["points"]) for option in listed)
        falls = all(high > low for high, low in pairwise(points))
        if len(points) < FEWEST or not falls or not all(map(on_scale, points)):
            raise ValueError("the options must be two or more, falling within 100..0")
        return cls(points)

    def points_at(self, place: int) -> Fraction:
        """Return what the option at PLACE earns; the first listed is 1.

        Raises ValueError if there is no such option.

        >>> Options((Fraction(100), Fraction(50), Fraction(0))).points_at(2)
        Fraction(50, 1)
        """
        if not 1 <= place <= len(self.points):
            raise ValueError(f"there is no option {place} among {len(self.points)}")
        return self.points[place - 1]

    def place_of(self, points: Fraction) -> int | None:
        """Return the place of the option that earns POINTS; None for exceptional points.

        >>> Options((Fraction(100), Fraction(0))).place_of(Fraction(75)) is None
        True
        """
        return self.points.index(points) + 1 if points in self.points else None


def on_scale(points: Fraction) -> bool:
    """Say whether POINTS lie within 0..100."""
    return 0 <= points.numerator <= 100 * points.denominator


def exact(value: object) -> Fraction:
    """Return a whole number or a rational text ("67/100", "0.67", "1e-05") as a fraction.

    Raises ValueError for anything else: a float has already lost what it was.

    >>> exact("0.67"), exact("67/100"), exact(50)
    (Fraction(67, 100), Fraction(67, 100), Fraction(50, 1))
    """
    if isinstance(value, str):
        return _read(value)
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        raise ValueError(f"{repr(value)[:LONGEST]} is no exact number")
    return Fraction(value)


@lru_cache(maxsize=4096)
def _read(text: str) -> Fraction:
    """Read a number; the few that an edition's answers have are read once."""
    if len(text) > LONGEST or not EXACT.fullmatch(text):
        raise ValueError(f"{text[:LONGEST]!r} is no exact number")
    try:
        return Fraction(text)
    except ZeroDivisionError as error:
        raise ValueError(f"{text!r} divides by zero") from error
    except ValueError as error:
        raise ValueError(f"{text!r} is no exact number") from error
