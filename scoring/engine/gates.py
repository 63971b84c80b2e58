"""Questions that another one closes: where there is no right to vote, nobody asks on what terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .options import exact, on_scale

SCORE_MIN, NOT_APPLICABLE = "score_min", "not_applicable"
EFFECTS = (SCORE_MIN, NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Gate:
    """What closes an indicator: another indicator that earns few points.

    Shape   on: the code of the other. closed_up_to: closed where it earns so many points or
            fewer. then: a closed question earns 0 (`score_min`), or is `not_applicable` and
            leaves its weight to its siblings. The choice moves scores: it is never left open.
    """

    on: str
    closed_up_to: Fraction
    then: str

    @classmethod
    def from_block(cls, block: Mapping[str, Any]) -> Gate:
        """Build from the `gate` of an indicator.

        Raises ValueError on a missing key, points outside 0..100, or an unknown effect.
        """
        missing = [key for key in ("indicator", "closed_up_to", "then") if key not in block]
        if missing:
            raise ValueError(f"a gate lacks {', '.join(missing)}")
        if not isinstance(block["indicator"], str):
            raise ValueError(f"a gate is on one indicator, not on {block['indicator']!r}")
        limit = exact(block["closed_up_to"])
        if not on_scale(limit):
            raise ValueError(f"a gate closes at {limit} points, which is outside 0..100")
        if block["then"] not in EFFECTS:
            raise ValueError(f"a closed question is one of {', '.join(EFFECTS)}")
        return cls(block["indicator"], limit, block["then"])
