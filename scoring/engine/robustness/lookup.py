"""Tables of the framework, looked up for many draws at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from ..missing import Terms
from ..nodes import Leaf, Node
from .answers import NO_OPTION, Answers, Flags
from .numbers import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """The values of a table, for each country by the places that its coders may change.

    Shape   values: all tables behind one another, NaN where there is no score. start
            [countries]: where the country's own answers lie. step [children, countries]: how far
            one option down moves it; 0 for an answer that is missing. applies [countries]: where
            there is no score, whether the table could have had one.
    """

    values: Floats
    start: Integers
    step: Integers
    applies: Flags


def lookup_of(
    node: Node, leaves: list[Leaf], answers: Answers, rows: Integers, *, terms: Terms
) -> Lookup:
    """Build the lookup of NODE over ANSWERS.

    Shape   leaves: its children, in the order of the table; rows: theirs in ANSWERS.
    As aggregate.look_up: a missing answer does no harm where every row of the table that agrees
    with the others gives the same value; points that are no option have no row at all; estimates
    alone give no value where the terms let them cover nothing.
    """
    table = _as_array(node, leaves)
    has, places = answers.has[rows], answers.places[rows]
    start = np.zeros(has.shape[1], dtype=np.int64)
    step = np.zeros(has.shape, dtype=np.int64)
    pieces, offsets, length = [np.array([np.nan])], {}, 1
    guesses = (has <= answers.guessed[rows]).all(axis=0) & (not terms.cap)
    for at in range(has.shape[1]):
        known = tuple(np.flatnonzero(has[:, at]).tolist())
        if not known or guesses[at] or (places[list(known), at] == NO_OPTION).any():
            continue
        if known not in offsets:
            piece = _agreeing(table, known)
            offsets[known] = (length, piece.shape)
            pieces.append(piece.ravel())
            length += piece.size
        offset, shape = offsets[known]
        strides = _strides(shape)
        step[list(known), at] = strides
        start[at] = offset + int((places[list(known), at] - 1) @ strides)
    gaps = (answers.applies[rows] & ~has).any(axis=0)
    strange = (has & (places == NO_OPTION)).any(axis=0)
    return Lookup(
        np.concatenate(pieces), start, step, gaps | strange | (guesses & has.any(axis=0))
    )


def _as_array(node: Node, leaves: list[Leaf]) -> Floats:
    ladders = [leaf.options.points if leaf.options else () for leaf in leaves]
    rows = node.table.rows if node.table else {}
    values = [float(rows[points]) for points in product(*ladders)]
    return np.array(values).reshape([len(ladder) for ladder in ladders])


def _agreeing(table: Floats, known: tuple[int, ...]) -> Floats:
    """Return the values over the known children: NaN where the rows that agree differ."""
    missing = tuple(axis for axis in range(table.ndim) if axis not in known)
    least, most = table.min(axis=missing), table.max(axis=missing)
    return np.where(least == most, least, np.nan)


def _strides(shape: tuple[int, ...]) -> Integers:
    """Return how many values lie between neighbours along each axis.

    >>> _strides((2, 3, 4)).tolist()
    [12, 4, 1]
    """
    return np.array([int(np.prod(shape[axis + 1 :])) for axis in range(len(shape))])
