"""Every index of one country on one date, explained at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ..means import MEAN, WEIGHTED_MEAN
from ..missing import Status
from ..nodes import INDICATOR, Index, Node
from ..options import FULL_SCORE
from ..score import Cell
from ..tree import Methodology
from .contributions import ALL, NOTHING, Explanation, Part, Step, contributions_of
from .trees import Scores, below, parent_of, scores_of


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one country's answers of one date explain.

    Shape   scores: every figure of it. indexes: by code, of those that exist on the date. nodes:
            by code, of what indices are over and of the tops of trees, where something below
            them was collected.
    """

    scores: Scores
    indexes: Mapping[str, Explanation]
    nodes: Mapping[str, Explanation]


def sheet_of(methodology: Methodology, cells: Iterable[Cell]) -> Sheet:
    """Explain every index, and each node that an index is over, from one country's answers.

    The explanations are those of `contributions_of`. Where a node is the plain mean of children
    that all have a score, and keep it, a child is explained by itself, and counts by its share of
    the weights: a tenth of the work. Not so where gates close questions: one answer then moves
    several nodes.

    Raises  what `contributions_of` raises.
    """
    explaining = _Explaining(methodology, tuple(cells))
    scores = explaining.scores
    tops = [node.code for node in methodology.nodes.values() if node.parent is None]
    over = [code for index in methodology.indexes for code in index.weights]
    nodes = {
        code: explaining.explanation(code)
        for code in dict.fromkeys((*over, *tops))
        if methodology.is_scored(code, scores.date) and explaining.is_collected(code)
    }
    indexes = {
        index.code: explaining.explanation(index.code)
        for index in methodology.indexes
        if index.code in scores.rows
    }
    return Sheet(scores, indexes, nodes)


class _Explaining:
    """Explains nodes of one country and date, each of them once."""

    def __init__(self, methodology: Methodology, cells: tuple[Cell, ...]) -> None:
        self.methodology = methodology
        self.cells = cells
        self.scores = scores_of(methodology, cells)
        self.known: dict[str, Part] = {}

    def explanation(self, code: str) -> Explanation:
        return Explanation(self.scores.country, self.scores.date, code, self._part(code))

    def is_collected(self, code: str) -> bool:
        asked = set(below(self.methodology, code))
        return any(cell.indicator in asked for cell in self.cells)

    def _part(self, code: str) -> Part:
        if code not in self.known:
            parent = parent_of(self.methodology, code)
            if parent is None:
                self.known[code] = self._answer(code)
            elif self._is_plain(parent):
                self.known[code] = self._mean(parent)
            else:
                found = contributions_of(self.methodology, self.cells, code)
                self.known[code] = found.root
        return self.known[code]

    def _is_plain(self, parent: Node | Index) -> bool:
        if parent.rule not in (MEAN, WEIGHTED_MEAN) or self.methodology.gated:
            return False
        scored = all(
            self.scores.points(each) is not None for each in (parent.code, *parent.weights)
        )
        return scored and not any(map(self._may_lose, parent.weights))

    def _may_lose(self, code: str) -> bool:
        """Say whether a step below CODE takes its score: its siblings then count for more."""
        steps = (part.step for part in self._part(code).all_parts())
        return any(step is not None and step.gain is None for step in steps)

    def _answer(self, code: str) -> Part:
        child = self.scores.answers[code]
        points = child.score or NOTHING
        options = self.methodology.leaves[code].options
        above = [each for each in options.points if each > points] if options else []
        step = Step(len(above), above[-1], above[-1], above[-1] - points) if above else None
        return _whole(code, INDICATOR, "", child.status, points, step=step)

    def _mean(self, parent: Node | Index) -> Part:
        row = self.scores.rows[parent.code]
        now = row.exact or NOTHING
        weights = sum(parent.weights.values(), NOTHING)
        parts = tuple(
            _scaled(self._part(code), weight / weights, now)
            for code, weight in parent.weights.items()
        )
        return _whole(parent.code, row.level, parent.rule, row.status, now, parts=parts)


def _whole(
    code: str, level: str, rule: str, status: Status, points: Fraction, **more: Any
) -> Part:
    """Return a part by itself, with weight 1."""
    return Part(code, level, rule, status, points, ALL, points, FULL_SCORE - points, **more)


def _scaled(part: Part, share: Fraction, now: Fraction) -> Part:
    """Return a part of a node as a part of the index, of which the node is SHARE."""
    return replace(
        part,
        weight=_times(part.weight, share),
        contribution=_times(part.contribution, share),
        gap=_times(part.gap, share),
        base=part.base * share,
        step=_moved(part.step, share, now) if part.step else None,
        parts=tuple(_scaled(each, share, now) for each in part.parts),
    )


def _times(value: Fraction | None, share: Fraction) -> Fraction | None:
    return None if value is None else value * share


def _moved(step: Step, share: Fraction, now: Fraction) -> Step:
    """Return what a step within a node does to the index, which is at NOW."""
    gain = (step.gain or NOTHING) * share
    return replace(step, score=now + gain, gain=gain)
