"""All figures of a whole edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from ..aggregate import Figure, combine, look_up
from ..faults import Fault
from ..means import MEAN, WEIGHTED_MEAN, NotPositive
from ..missing import Child
from ..nodes import INDEX, Index, Node
from ..tree import Methodology
from .fallback import by_fractions, nothing, written
from .figures import Figures, NodeFigures
from .gating import through_gates
from .integers import mean_of
from .matrix import Matrix
from .ratios import Mask, whole_weights
from .tally import Below


def aggregate(methodology: Methodology, matrix: Matrix, *, bounds: bool = True) -> Figures:
    """Return every figure of every place of MATRIX, exact: what `score.score` says.

    Shape   a NodeFigures for each node and index of the methodology, in its order; without
            BOUNDS, what the scores could be at the least and the most is left out.
    Raises  ValueError where the matrix lacks an indicator; CellFault where a question that
            another one closes has an answer; Fault where a product meets a score of 0.
    """
    missing = sorted(set(methodology.leaves) - set(matrix.indicators))
    if missing:
        raise ValueError(f"the matrix lacks the indicator {missing[0]}")
    edition = _Edition(methodology, through_gates(methodology, matrix), bounds=bounds)
    for node in methodology.nodes.values():
        edition.add(node, node.level, edition.issued(node))
    for index in methodology.indexes:
        edition.add(index, INDEX, edition.issued_index(index))
    return Figures(matrix.places, edition.figures)


class _Edition:
    """The figures so far, on the way from the indicators up."""

    def __init__(self, methodology: Methodology, matrix: Matrix, *, bounds: bool) -> None:
        self.methodology, self.matrix, self.bounds = methodology, matrix, bounds
        self.figures: dict[str, NodeFigures] = {}
        self.rows = {code: row for row, code in enumerate(matrix.indicators)}
        self.dates = sorted({date for _, date in matrix.places})
        at = {date: place for place, date in enumerate(self.dates)}
        self.date_of = np.array([at[date] for _, date in matrix.places], dtype=np.intp)
        self.everywhere = np.ones(len(matrix.places), dtype=bool)
        self.has_periods = any(node.periods for node in methodology.nodes.values())
        self.left_out = self._left_out()

    def add(self, part: Node | Index, level: str, issued: Mask) -> None:
        """Compute one node or index where it is ISSUED, from what lies below it."""
        below, found = self._below(part.weights), None
        if part.rule in (MEAN, WEIGHTED_MEAN):
            terms = self.methodology.method.terms(level)
            found = mean_of(below, terms, bounds=self.bounds)
        figures, beyond = found or (nothing(len(issued), bounds=self.bounds), issued)
        if beyond is not None:

            def rule(place: int, children: Sequence[Child]) -> Figure:
                return self._figure(part, level, place, children)

            places = np.flatnonzero(beyond & issued).tolist()
            figures = written(by_fractions(below, rule, places), figures)
        self.figures[part.code] = figures if issued.all() else _only(figures, issued)

    def issued(self, node: Node) -> Mask:
        """Say where the node has a figure: scored, and nothing it needs left out."""
        if not self.has_periods and not self.left_out:
            return self.everywhere
        issued = self._scored(node.code) & ~self._is_left_out(node.code)
        for code in node.children:
            if code in self.methodology.nodes:
                issued &= (self.figures[code].status != 0) | ~self._scored(code)
        return issued

    def issued_index(self, index: Index) -> Mask:
        """Say where the index has a figure: where all of its nodes have one."""
        issued = ~self._is_left_out(index.code)
        for code in index.strands:
            issued &= self.figures[code].status != 0
        return issued

    def _scored(self, code: str) -> Mask:
        if not self.has_periods:
            return self.everywhere
        on = [self.methodology.is_scored(code, date) for date in self.dates]
        return np.array(on, dtype=bool)[self.date_of]

    def _left_out(self) -> Mapping[str, list[int]]:
        at = {place: column for column, place in enumerate(self.matrix.places)}
        columns: dict[str, list[int]] = {}
        for country, code, date in self.methodology.unissued:
            if (country, date) in at:
                columns.setdefault(code, []).append(at[country, date])
        return columns

    def _is_left_out(self, code: str) -> Mask:
        mask = np.zeros(len(self.matrix.places), dtype=bool)
        mask[self.left_out.get(code, [])] = True
        return mask

    def _below(self, weights: Mapping[str, Fraction]) -> Below:
        leaves = [code for code in weights if code in self.rows]
        nodes = [code for code in weights if code not in self.rows]
        codes = (*leaves, *nodes)
        whole = whole_weights([weights[code] for code in codes])
        rows = _slice([self.rows[code] for code in leaves])
        return Below(
            codes=codes,
            raw=weights,
            points=self.matrix.points[rows],
            status=self.matrix.status[rows],
            scale=self.matrix.scale,
            weights=whole[: len(leaves)],
            nodes=[self.figures[code] for code in nodes],
            node_weights=whole[len(leaves) :],
        )

    def _figure(
        self, part: Node | Index, level: str, place: int, children: Sequence[Child]
    ) -> Figure:
        terms = self.methodology.method.terms(level)
        if isinstance(part, Node) and part.table is not None:
            return look_up(children, part.table, terms)
        try:
            return combine(children, rule=part.rule, terms=terms)
        except NotPositive as error:
            country, date = self.matrix.places[place]
            raise Fault(f"{country} {part.code} {date}: {error}") from error


def _slice(rows: list[int]) -> slice | list[int]:
    """Return ROWS as a slice where they follow one another, so that nothing is copied."""
    if rows and rows == list(range(rows[0], rows[0] + len(rows))):
        return slice(rows[0], rows[0] + len(rows))
    return rows


def _only(figures: NodeFigures, issued: Mask) -> NodeFigures:
    """Return the figures without those that are not issued."""
    score, bounds = figures.score.where(issued), figures.bounds
    if bounds is not None:
        low, high = bounds
        firm = (score, score)
        bounds = firm if figures.is_firm else (low.where(issued), high.where(issued))
    return replace(
        figures,
        score=score,
        coverage=figures.coverage.where(issued),
        bounds=bounds,
        status=figures.status * issued,
        reason=figures.reason * issued,
        flags=figures.flags * issued,
    )
