"""The answers of one date as arrays, under each rule for what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ..closing import through_gates
from ..missing import Child, Status
from ..nodes import Leaf
from ..score import Cell
from ..tree import Methodology
from .numbers import Floats, Integers, first_at_least
from .spec import GROUP_MEAN, HUNDRED, RENORMALISE, ZERO, Coding

Flags = NDArray[np.bool_]
NO_OPTION = 0
"""The place of an answer that is missing, or earns points that are no option."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What each country answered.

    Shape   all [indicators, countries]. has: it earns points. guessed: it is an estimate.
            applies: the question can exist there. places: of the option, 1 for the first.
    Units   points: 0 to 100; 0 where there are none.
    """

    points: Floats
    has: Flags
    guessed: Flags
    applies: Flags
    places: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """To which options a coder's slip would take an answer, and how often.

    Shape   all [indicators, countries]. A number v of the draw (numbers.family) below
            `up_below` takes it to the next better option; else one below `any_below` to the next
            worse. Both are 0 where nothing was coded. up, down: the points there.
    """

    up_below: Integers
    any_below: Integers
    up: Floats
    down: Floats


def sheets_of(
    methodology: Methodology, cells: Iterable[Cell], countries: Sequence[str]
) -> dict[str, Mapping[str, Child]]:
    """Return the answers of each country, by indicator, before any gate.

    Shape   CELLS of one date, as scoring.engine.score has taken them.
    """
    sheets: dict[str, dict[str, Child]] = {country: {} for country in countries}
    for cell in cells:
        if cell.country in sheets:
            weight = methodology.weight_of(cell.indicator)
            child = Child(cell.indicator, weight, cell.points, Status(cell.status))
            sheets[cell.country][cell.indicator] = child
    return dict(sheets)


def answers_of(
    methodology: Methodology, sheets: Mapping[str, Mapping[str, Child]], date: str
) -> Answers:
    """Return the answers with every closed question closed, indicators sorted by code."""
    leaves = sorted(methodology.leaves)
    shape = (len(leaves), len(sheets))
    points, places = np.zeros(shape), np.zeros(shape, dtype=np.int64)
    has, guessed, applies = (np.zeros(shape, dtype=np.bool_) for _ in range(3))
    for at, (country, sheet) in enumerate(sheets.items()):
        closed = through_gates(methodology.gated, sheet, (country, date))
        for row, code in enumerate(leaves):
            child = closed.get(code)
            applies[row, at] = child is None or child.status != Status.NOT_APPLICABLE
            if child is not None and child.score is not None:
                has[row, at] = True
                guessed[row, at] = child.status == Status.ESTIMATED
                points[row, at] = float(child.score)
                places[row, at] = _place(methodology.leaves[code], child.score)
    return Answers(points, has, guessed, applies, places)


def _place(leaf: Leaf, points: Fraction) -> int:
    return (leaf.options.place_of(points) if leaf.options else None) or NO_OPTION


def moves_of(
    methodology: Methodology, sheets: Mapping[str, Mapping[str, Child]], coding: Coding
) -> Moves:
    """Return how a coder's slip moves each answer that is one of its indicator's options.

    A middle option goes up or down, with half of the error rate each; the first and the last
    have one way to go, and take it with the whole rate. What a gate closed was not coded.
    """
    leaves = sorted(methodology.leaves)
    shape = (len(leaves), len(sheets))
    up_below, any_below = (np.zeros(shape, dtype=np.int64) for _ in range(2))
    up, down = np.zeros(shape), np.zeros(shape)
    for row, code in enumerate(leaves):
        options = methodology.leaves[code].options
        rate = coding.of(code)
        half, whole = first_at_least(rate / 2), first_at_least(rate)
        ladder = [float(points) for points in options.points] if options else []
        for at, sheet in enumerate(sheets.values()):
            child = sheet.get(code)
            if child is None or child.score is None:
                continue
            place = _place(methodology.leaves[code], child.score)
            if place:
                last = place == len(ladder)
                up_below[row, at] = 0 if place == 1 else whole if last else half
                any_below[row, at] = whole
                up[row, at] = ladder[max(place - 2, 0)]
                down[row, at] = ladder[min(place, len(ladder) - 1)]
    return Moves(up_below, any_below, up, down)


def filled(
    answers: Answers,
    rule: str,
    *,
    methodology: Methodology,
    peers: Flags,
) -> Answers:
    """Return ANSWERS with what is missing filled by RULE, one of spec.MISSING_RULES.

    Shape   peers: [countries, countries], over whom the mean of each country's row is; where
            nobody of these has an answer, it is over all.
    A question that does not apply stays so. What is filled in below a table is the option
    nearest to it (of two, the lower), for a table knows nothing else.
    """
    if rule == RENORMALISE:
        return answers
    gaps = answers.applies & ~answers.has
    fill = np.full(answers.points.shape, np.nan)
    if rule in {ZERO, HUNDRED}:
        fill[:] = float(rule)
    elif rule == GROUP_MEAN:
        fill = _group_means(answers, peers)
    points = np.where(gaps, np.nan_to_num(fill), answers.points)
    places = answers.places.copy()
    for row, code in enumerate(sorted(methodology.leaves)):
        leaf = methodology.leaves[code]
        below_table = methodology.nodes[leaf.parent].table is not None
        if leaf.options is not None and below_table and gaps[row].any():
            ladder = np.array([float(each) for each in leaf.options.points])
            places[row, gaps[row]] = [
                _nearest(ladder, value) for value in points[row, gaps[row]]
            ]
            points[row, gaps[row]] = ladder[places[row, gaps[row]] - 1]
    has = answers.has | (gaps & ~np.isnan(fill))
    return replace(answers, points=points, has=has, places=np.where(has, places, NO_OPTION))


def _nearest(ladder: Floats, value: float) -> int:
    """Return the place of the option nearest to VALUE; the ladder falls, and the lower wins."""
    distances = np.abs(ladder - value)[::-1]
    return len(ladder) - int(np.argmin(distances))


def _group_means(answers: Answers, peers: Flags) -> Floats:
    """Return for each cell the mean of what is known among its peers, or else of all countries."""
    every = _mean(answers.points, answers.has)
    means = np.empty(answers.points.shape)
    for at, inside in enumerate(peers):
        own = _mean(answers.points[:, inside], answers.has[:, inside])
        means[:, at] = np.where(np.isnan(own), every, own)
    return means


def _mean(points: Floats, has: Flags) -> Floats:
    known = has.sum(axis=1)
    total = np.where(has, points, 0.0).sum(axis=1)
    return np.where(known > 0, total / np.maximum(known, 1), np.nan)
