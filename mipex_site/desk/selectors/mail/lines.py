"""A line of the daily letter before it is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody is told: once for each KEY, with a path of the portal to go on from."""

    key: str
    kind: str
    words: str
    address: str
    round_code: str
