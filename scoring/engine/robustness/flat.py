"""An index whose parts are all one kind of mean and all complete: one matrix product a group.

A mean of means of one family is a single weighted mean, on the scale of that family, of all
indicators and tables below; its weights are the products of the shares on the way up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..means import MAXIMUM, MINIMUM
from .combining import Figures, Ready
from .numbers import Floats, Integers
from .parts import Part, back, forth
from .slips import Slips
from .weights import RawWeights


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """The indicators below an index, side by side.

    Shape   parts: those that are means, parents first. rows: of the answers; place: where each
            row of the answers stands among them, -1 if nowhere. values, up, down: [rows,
            countries], as combining.Ready. tables: the codes of the tables below.
    """

    family: str
    lowest: float
    parts: tuple[Part, ...]
    place: Integers
    values: Floats
    up: Floats
    down: Floats
    tables: tuple[str, ...]


def flattened(
    means: Sequence[Part], ready: Sequence[Ready], tables: Sequence[str], chosen: str, rows: int
) -> Flat | None:
    """Return the parts MEANS, children first, as one; None if they are not of one kind.

    Shape   ready: the indicators of each; rows: how many rows the answers have.
    """
    kinds = {(part.family(chosen), part.lowest(chosen)) for part in means}
    extremes = any(part.rule in {MINIMUM, MAXIMUM} for part in means)
    if extremes or len(kinds) > 1 or not all(each.whole for each in ready):
        return None
    family, lowest = kinds.pop()
    place = np.full(rows, -1, dtype=np.int64)
    own = np.concatenate([part.rows for part in reversed(means)])
    place[own] = np.arange(len(own))
    values, up, down = (
        np.concatenate([getattr(each, name) for each in reversed(ready)])
        for name in ("values", "up", "down")
    )
    return Flat(family, lowest, tuple(reversed(means)), place, values, up, down, tuple(tables))


def flat_scores(
    flat: Flat, weights: RawWeights, tables: Mapping[str, Figures], slips: Slips | None
) -> Floats | None:
    """Return the scores, [draws, countries]; None where a part has lost all its weight."""
    if any(tables[code].has is not None for code in flat.tables):
        return None
    shares = _shares(flat, weights)
    if shares is None:
        return None
    own, above = shares
    total = own @ flat.values
    for code in flat.tables:
        total = total + above[code] * forth(tables[code].scores, flat.family, flat.lowest)
    if slips is not None:
        total = total + _slipped(flat, own, slips)
    return back(total, flat.family, flat.lowest)


def _shares(flat: Flat, weights: RawWeights) -> tuple[Floats, dict[str, Floats]] | None:
    """Return the share of each indicator, [draws, indicators], and those of nodes by code."""
    height = 1 if weights.given is None else weights.draws
    height = max(height, weights.factors.shape[1])
    found: dict[str, Floats] = {flat.parts[0].code: np.ones((1, 1))}
    own, at = np.empty((len(flat.values), height)), 0
    for part in flat.parts:
        indicators, nodes = weights.of(part.weighed), weights.of(part.nodes_weighed)
        whole = indicators.sum(axis=1, keepdims=True) + nodes.sum(axis=1, keepdims=True)
        if not whole.min() > 0:
            return None
        each = found[part.code] / whole
        np.multiply(indicators.T, each.T, out=own[at : at + len(part.rows)])
        at += len(part.rows)
        found |= {code: nodes[:, of, None] * each for of, code in enumerate(part.nodes)}
    return own.T, found


def _slipped(flat: Flat, own: Floats, slips: Slips) -> Floats:
    """Return what the slips add, [draws, countries]; those below tables are not among them."""
    place = flat.place[slips.rows]
    below_tables = place < 0
    here = slips.take(~below_tables) if below_tables.any() else slips
    place = flat.place[here.rows]
    moved = np.where(
        here.better, flat.up[place, here.countries], flat.down[place, here.countries]
    )
    weight = np.broadcast_to(own, (here.height, own.shape[1]))[here.draws, place]
    return here.summed(weight * moved, flat.values.shape[1])
