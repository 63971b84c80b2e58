"""What comes out: exact figures as arrays of numerators and denominators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..aggregate import BELOW_COVERAGE, NO_ROW
from ..missing import Status
from .matrix import Bits
from .ratios import Ratios

REASONS = ("", BELOW_COVERAGE, NO_ROW, *map(str, Status))
"""What the codes in `NodeFigures.reason` mean, by place."""


@dataclass(frozen=True, slots=True, eq=False)
class NodeFigures:
    """The figures of one node or index at all places.

    Units   score: points, 0 to 100. coverage: a share, 0 to 1. bounds: the least and the most
            that the score could be if everything missing were answered, points; None where
            they were not asked for.
    Shape   status: one bit of `matrix.BIT`, 0 where there is no figure at all (not scored on
            that date, or not issued). reason: a place in REASONS. flags: bits of the answers
            that count in it and are estimated, provisional or a break.
    """

    score: Ratios
    coverage: Ratios
    bounds: tuple[Ratios, Ratios] | None
    status: Bits
    reason: Bits
    flags: Bits

    @property
    def is_firm(self) -> bool:
        """Whether the bounds are the score itself, for nothing is missing at any place."""
        return self.bounds is not None and self.bounds[0] is self.score


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """The figures of a whole edition, by the code of the node or index.

    Shape   places: (country, ISO date), in the order of every array.
    """

    places: tuple[tuple[str, str], ...]
    nodes: Mapping[str, NodeFigures]
