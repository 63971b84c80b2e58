"""The whole computation of an edition, by whichever of the two exact ways is the quicker."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec

from .score import Cell, Results, score
from .tree import Methodology

MANY = 10_000
"""Answers from which arrays pay, the start of numpy included."""


def score_all(
    methodology: Methodology, cells: Iterable[Cell], *, draft: bool = False
) -> Results:
    """Return what `score.score` returns: with many answers by exact.bridge, row for row the same.

    Without numpy, which a stranger who recomputes an edition may lack, everything goes by fractions
    one by one. Raises as `score.score` does; of several faulty answers the two ways may name
    different ones.
    """
    cells = tuple(cells)
    if len(cells) < MANY or find_spec("numpy") is None:
        return score(methodology, cells, draft=draft)
    results: Results = import_module(".exact.bridge", __package__).results_of(
        methodology, cells, draft=draft
    )
    return results
