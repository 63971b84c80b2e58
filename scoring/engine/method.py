"""The method: how much must be covered, how it is ranked, which words bands have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .bands import Band, bands_from
from .options import exact

SHOWN, EXACT = "shown", "exact"
HALF_UP = "half_up"

LEVELS = ("index", "strand", "dimension", "composite")
RANKED_LEVELS = ("index", "strand")

WORDS = {"any": Fraction(0), "every": Fraction(1)}
"""Thresholds by word: any score at all is enough, or every applicable child needs one."""


@dataclass(frozen=True, slots=True)
class Method:
    """Everything about the computation that is not the tree.

    Units   coverage: by level, and for `group`, the share of applicable weight that must be
            scored, 0 (any) to 1 (every).
    """

    rank_on: str
    coverage: Mapping[str, Fraction]
    bands: tuple[Band, ...]

    @classmethod
    def from_block(cls, block: Mapping[str, Any]) -> Method:
        """Build from the `method` block of a methodology document.

        Raises ValueError on a missing key, an unknown ranking or rounding, a threshold
        outside 0..1, or bands that leave a gap.
        """
        try:
            rank_on, rounding = block["rank_on"], block["rounding"]
            coverage = {level: _threshold(block["coverage"][level]) for level in _NEEDED}
            bands = bands_from(block["bands"])
        except KeyError as error:
            raise ValueError(f"the method lacks {error}") from error
        if rank_on not in (SHOWN, EXACT):
            raise ValueError(f"ranks are on shown or exact scores, not on {rank_on!r}")
        if rounding != HALF_UP:
            raise ValueError(f"the one rounding is half_up, not {rounding!r}")
        return cls(rank_on, coverage, bands)


_NEEDED = (*LEVELS, "group")


def _threshold(value: str) -> Fraction:
    share = WORDS[value] if value in WORDS else exact(value)
    if not 0 <= share <= 1:
        raise ValueError(f"the threshold {value!r} is outside 0..1")
    return share
