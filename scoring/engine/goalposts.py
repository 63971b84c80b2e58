"""Fixed goalposts: how a number, such as a share of schools, becomes points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .options import FULL_SCORE, exact, on_scale

FORWARD, BACKWARD = 1, -1


@dataclass(frozen=True, slots=True)
class Goalposts:
    """Where a value earns 0 points and where it earns 100.

    Shape   direction: 1 where more is better; -1 where less is, and `high` earns 0.
            truncate: a value beyond a post earns what the post does; else it is refused.
    Source  OECD/JRC Handbook on Constructing Composite Indicators (2008), p. 85. The posts
            belong to the methodology and never to a sample: the lowest and highest value of
            one year would change every past score with the next.
    """

    low: Fraction
    high: Fraction
    truncate: bool = False
    direction: int = FORWARD

    @classmethod
    def from_block(cls, block: Mapping[str, Any] | None, direction: object) -> Goalposts:
        """Build from the `goalposts` of an indicator; without any, values are points.

        Raises ValueError on posts at the same place or the wrong way round, or on a direction
        other than 1 and -1.
        """
        if isinstance(direction, bool) or direction not in (FORWARD, BACKWARD):
            raise ValueError(f"a direction is 1 or -1, not {direction!r}")
        given = block or {}
        if block is not None and not {"low", "high"} <= given.keys():
            raise ValueError("goalposts need low and high")
        low, high = exact(given.get("low", 0)), exact(given.get("high", 100))
        truncate = given.get("truncate", False)
        if not isinstance(truncate, bool):
            raise ValueError(f"truncate is true or false, not {truncate!r}")
        if low == high:
            raise ValueError(f"the goalposts both stand at {low}")
        if low > high:
            raise ValueError(f"the goalposts stand the wrong way round: {low} above {high}")
        return cls(low, high, truncate, int(direction))

    def points(self, value: Fraction) -> Fraction:
        """Return what VALUE earns, exact.

        Raises ValueError if it lies beyond a post and is not truncated.

        >>> Goalposts(Fraction(20), Fraction(85)).points(Fraction("71.6"))
        Fraction(1032, 13)
        >>> Goalposts(Fraction(0), Fraction(4), direction=-1).points(Fraction(1))
        Fraction(75, 1)
        """
        share = FULL_SCORE * (value - self.low) / (self.high - self.low)
        points = share if self.direction == FORWARD else FULL_SCORE - share
        if self.truncate:
            return min(max(points, Fraction(0)), FULL_SCORE)
        if not on_scale(points):
            raise ValueError(f"{value} lies outside the goalposts {self.low} and {self.high}")
        return points
