"""The same results as `score.score`, computed with arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..aggregate import Figure
from ..missing import Status
from ..nodes import INDEX
from ..score import Cell, Results, results_from, sheets_of
from ..tree import Methodology
from .edition import aggregate
from .fallback import STATUS
from .figures import REASONS, Figures, NodeFigures
from .matrix import BIT, matrix_of

FLAGS_OF = [
    frozenset(str(status) for status in Status if bits & BIT[status]) for bits in range(256)
]
"""By a union of bits: the flags that it stands for."""


def results_of(
    methodology: Methodology, cells: Iterable[Cell], *, draft: bool = False
) -> Results:
    """Compute every figure of every country on every date that has a cell.

    As `score.score`, row for row, and with the same errors; where several cells or places are
    at fault, another may be named first.
    """
    sheets = sheets_of(methodology, cells, draft=draft)
    figures = aggregate(methodology, matrix_of(methodology, sheets))
    return rows_of(methodology, figures)


def rows_of(methodology: Methodology, figures: Figures) -> Results:
    """Return figures in arrays as rows, with ranks, bands and shown scores."""
    levels = {node.code: node.level for node in methodology.nodes.values()}
    found = (
        ((country, code, levels.get(code, INDEX), date), figure)
        for code, node in figures.nodes.items()
        for (country, date), figure in zip(figures.places, _figures(node), strict=True)
        if figure is not None
    )
    return results_from(methodology, found)


def _figures(node: NodeFigures) -> Iterator[Figure | None]:
    """Give the figure at each place; None where there is none at all."""
    low, high = node.bounds or (node.score, node.score)
    columns = (
        node.score.fractions(),
        node.coverage.fractions(),
        zip(low.fractions(), high.fractions(), strict=True),
        node.status.tolist(),
        node.reason.tolist(),
        node.flags.tolist(),
    )
    for score, share, (least, most), bit, reason, flags in zip(*columns, strict=True):
        bounds = None if least is None or most is None else (least, most)
        words = (STATUS[bit], REASONS[reason]) if bit else None
        yield words and Figure(score, share, *words, bounds, FLAGS_OF[flags])
