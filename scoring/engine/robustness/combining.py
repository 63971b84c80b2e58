"""One part of the tree from its children, for many draws at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..means import MINIMUM
from ..missing import WEIGHT, Terms
from .answers import Answers, Flags, Moves
from .lookup import Lookup
from .numbers import Floats, Integers
from .parts import Part, back, forth
from .slips import Slips

TOLERANCE = 1e-12
"""Relative, where a covered share meets its threshold: the exact engine compares fractions."""


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """The outcome for one part.

    Shape   [draws, countries], or what spreads to it. scores: points, anything where `has` says
            no. has, applies: None where all have a score.
    """

    scores: Floats
    has: Flags | None = None
    applies: Flags | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """The indicators of one part as a family of means takes them.

    Shape   all [indicators, countries]. values: 0 where there is no score. up, down: by how much
            a slip changes them. whole: nothing is missing, inapplicable, or an estimate.
    """

    values: Floats
    up: Floats
    down: Floats
    has: Floats
    guessed: Floats
    applies: Floats
    whole: bool


def ready_for(part: Part, answers: Answers, moves: Moves, chosen: str) -> Ready:
    """Return the indicators of PART under the family that the draws chose (or the part's own)."""
    family, lowest, rows = part.family(chosen), part.lowest(chosen), part.rows
    has, guessed, applies = answers.has[rows], answers.guessed[rows], answers.applies[rows]
    values = np.where(has, forth(answers.points[rows], family, lowest), 0.0)
    return Ready(
        values,
        forth(moves.up[rows], family, lowest) - values,
        forth(moves.down[rows], family, lowest) - values,
        has.astype(np.float64),
        guessed.astype(np.float64),
        applies.astype(np.float64),
        whole=bool(has.all() and not guessed.any()),
    )


@dataclass(slots=True, eq=False)
class Sums:
    """What a weighted mean adds up over the children, [draws, countries] or what spreads to it.

    Shape   number: weight times score. have: the weight that has a score. The rest is of the
            weight or of the number of children, as the method counts: whole, firm, guessed.
    """

    number: Floats
    have: Floats
    whole: Floats
    firm: Floats
    guessed: Floats

    def add(self, raw: Floats, counted: Floats, figures: Figures, values: Floats) -> None:
        """Add a child that is a part itself; RAW and COUNTED are columns."""
        if figures.has is None:
            self.number = self.number + raw * values
            self.have, self.firm = self.have + raw, self.firm + counted
        else:
            self.number = self.number + raw * np.where(figures.has, values, 0.0)
            self.have = self.have + raw * figures.has
            self.firm = self.firm + counted * figures.has
        applies = 1.0 if figures.applies is None else figures.applies
        self.whole = self.whole + counted * applies

    def covers(self, terms: Terms) -> tuple[Flags, Flags]:
        """Return where the terms are met, and where anything applies at all."""
        covered = self.firm + np.minimum(self.guessed, float(terms.cap) * self.whole)
        needed = (float(terms.threshold) - TOLERANCE) * self.whole
        return (covered > 0) & (covered >= needed) & (self.have > 0), self.whole > 0


def mean(
    part: Part,
    ready: Ready,
    below: Sequence[Figures],
    *,
    raw: tuple[Floats, Floats],
    chosen: str,
    slips: Slips | None,
) -> Figures:
    """Return the mean of a part, as aggregate.combine does.

    Shape   below: the parts under it; raw: [draws, indicators] and [draws, parts].
    """
    family, lowest = part.family(chosen), part.lowest(chosen)
    sums = _of_indicators(part, ready, raw[0])
    if slips is not None:
        sums.number = sums.number + _slipped(part, ready, raw[0], slips)
    for at, figures in enumerate(below):
        column = raw[1][:, at, None]
        sums.add(column, _counted(part, column), figures, forth(figures.scores, family, lowest))
    is_whole = ready.whole and all(figures.has is None for figures in below)
    if is_whole and (sums.have > 0).all():
        return Figures(back(sums.number / sums.have, family, lowest))
    has, applies = sums.covers(part.terms)
    has, applies = np.broadcast_arrays(has, applies)
    shape = np.broadcast_shapes(sums.number.shape, has.shape)
    means = np.divide(sums.number, sums.have, out=np.ones(shape), where=has)
    return Figures(back(means, family, lowest), has, applies)


def _of_indicators(part: Part, ready: Ready, raw: Floats) -> Sums:
    number = raw @ ready.values
    if ready.whole:
        weight = raw.sum(axis=1, keepdims=True)
        count = _counted(part, raw).sum(axis=1, keepdims=True)
        return Sums(number, weight, count, count, np.zeros((1, 1)))
    counted = _counted(part, raw)
    return Sums(
        number,
        raw @ ready.has,
        counted @ ready.applies,
        counted @ (ready.has - ready.guessed),
        counted @ ready.guessed,
    )


def _counted(part: Part, raw: Floats) -> Floats:
    return raw if part.terms.counting == WEIGHT else (raw > 0).astype(np.float64)


def _slipped(part: Part, ready: Ready, raw: Floats, slips: Slips) -> Floats:
    """Return what the slips add to the weighted sums, [draws, countries]."""
    place = _places(part, slips)
    moved = np.where(
        slips.better, ready.up[place, slips.countries], ready.down[place, slips.countries]
    )
    weight = np.broadcast_to(raw, (slips.height, raw.shape[1]))[slips.draws, place]
    return slips.summed(weight * moved, ready.values.shape[1])


def _places(part: Part, slips: Slips) -> Integers:
    """Return which of the part's indicators each slip is of."""
    order = np.argsort(part.rows)
    return order[np.searchsorted(part.rows[order], slips.rows)]


def look_up(part: Part, lookup: Lookup, slips: Slips | None) -> Figures:
    """Return the values of a table, as aggregate.look_up does."""
    places = lookup.start[None, :]
    if slips is not None:
        places = np.repeat(places, slips.height, axis=0)
        steps = lookup.step[_places(part, slips), slips.countries]
        np.add.at(places, (slips.draws, slips.countries), np.where(slips.better, -steps, steps))
    values = lookup.values[places]
    has = ~np.isnan(values)
    if has.all():
        return Figures(values)
    return Figures(np.where(has, values, 0.0), has, has | lookup.applies)


def extreme(
    part: Part,
    ready: Ready,
    below: Sequence[Figures],
    *,
    raw: tuple[Floats, Floats],
    chosen: str,
    slips: Slips | None,
) -> Figures:
    """Return the lowest or the highest score below a part; shapes as in `mean`."""
    pick, never = (np.minimum, np.inf) if part.rule == MINIMUM else (np.maximum, -np.inf)
    sums, best = _of_indicators(part, ready, raw[0]), np.full((1, 1), never)
    for at in range(len(part.rows)):
        counts = (ready.has[at] > 0) & (raw[0][:, at, None] > 0)
        best = pick(best, np.where(counts, _points(part, ready, at, slips), never))
    for at, figures in enumerate(below):
        column = raw[1][:, at, None]
        sums.add(column, _counted(part, column), figures, figures.scores)
        counts = (column > 0) & (True if figures.has is None else figures.has)
        best = pick(best, np.where(counts, figures.scores, never))
    has, applies = np.broadcast_arrays(*sums.covers(part.terms))
    return Figures(np.where(has, best, 0.0), has, applies)


def _points(part: Part, ready: Ready, at: int, slips: Slips | None) -> Floats:
    """Return the points of one of the part's indicators after the slips."""
    points = ready.values[at][None, :]
    if slips is None:
        return points
    own = slips.take(_places(part, slips) == at)
    points = np.repeat(points, own.height, axis=0)
    moved = np.where(own.better, ready.up[at, own.countries], ready.down[at, own.countries])
    points[own.draws, own.countries] += moved
    return points
