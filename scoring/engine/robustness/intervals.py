"""Ranks of many draws, and how they and the scores spread."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..method import SHOWN
from ..ranks import SAME
from .numbers import Floats

TIE = float(SAME)
"""Points: scores no further apart are equal, and a half is one within it, for these are floats."""

LEAST, MOST = 0, 100
UNRANKED = 0
SCORE_BITS = 56
"""Of 64 bits: what is left behind the sign and the 7 of a whole score, for fraction and place."""
COUNTED_AT_ONCE = 512
MEDIAN, LOW, HIGH = 0.5, 0.05, 0.95

Ranks = NDArray[np.int32]


def ranks_of(scores: Floats, rank_on: str) -> Ranks:
    """Return the rank of each country in each draw: 1 for the highest, equals share the best.

    Shape   scores and result [draws, countries]; NaN has the rank 0, which is none.
    Ties    on the shown score, half up, or on scores within TIE of their neighbour, as the
            method ranks.

    >>> ranks_of(np.array([[81.4, 86.0, 80.5, np.nan]]), "shown").tolist()
    [[2, 1, 2, 0]]
    >>> ranks_of(np.array([[81.4, 86.0, 80.5, 80.5]]), "exact").tolist()
    [[2, 1, 3, 3]]
    """
    return _on_shown(scores) if rank_on == SHOWN else _on_exact(scores)


def _on_shown(scores: Floats) -> Ranks:
    """Count how many whole scores lie above each: 101 counters a draw, and no sorting."""
    draws, _ = scores.shape
    has = ~np.isnan(scores)
    shown = np.floor(np.where(has, scores, LEAST - 1.0) + (0.5 + TIE)).astype(np.int64)
    width = MOST - LEAST + 2
    place = (MOST - shown) + np.arange(draws)[:, None] * width
    counts = np.bincount(place.ravel(), minlength=draws * width).reshape(draws, width)
    above = np.cumsum(counts, axis=1) - counts
    return np.where(has, above.ravel()[place] + 1, UNRANKED).astype(np.int32)


def _on_exact(scores: Floats) -> Ranks:
    """Sort whole numbers that hold a score, in fixed point, and its place in the bits below it.

    One sort of whole numbers is quicker than one of places and a walk back. Draws in which two
    scores may be equal are done again by the floats themselves.
    """
    draws, countries = scores.shape
    lost = scores.size > 0 and bool(np.isnan(scores.min()))
    given = np.where(np.isnan(scores), LEAST - 1.0, scores) if lost else scores
    bits = int(scores.size).bit_length()
    unit = 2.0 ** (SCORE_BITS - bits)
    keys = (given * unit).astype(np.int64)
    keys <<= bits
    keys |= np.arange(scores.size).reshape(scores.shape)
    keys.sort(axis=1)
    ranks = np.empty(scores.size, dtype=np.int32)
    falling = np.arange(countries, 0, -1, dtype=np.int32)
    ranks[keys.ravel() & ((1 << bits) - 1)] = np.tile(falling, draws)
    found = ranks.reshape(scores.shape)
    steps = keys[:, 1:] - keys[:, :-1]
    near = (int(TIE * unit) + 3) << bits
    if steps.size and steps.min() <= near:
        doubtful = np.flatnonzero((steps <= near).any(axis=1))
        found[doubtful] = _sharing(given[doubtful])
    return np.where(np.isnan(scores), UNRANKED, found).astype(np.int32) if lost else found


def _sharing(scores: Floats) -> Ranks:
    """Return the ranks of scores of which neighbours may be equal: at the best of theirs."""
    places = np.argsort(-scores, axis=1)
    falling = np.take_along_axis(scores, places, axis=1)
    ordered = np.broadcast_to(np.arange(1, scores.shape[1] + 1), scores.shape).copy()
    ordered[:, 1:][falling[:, :-1] - falling[:, 1:] <= TIE] = 0
    ranks = np.empty(scores.shape, dtype=np.int32)
    np.put_along_axis(ranks, places, np.maximum.accumulate(ordered, axis=1), axis=1)
    return ranks


def quantiles(values: Floats, shares: tuple[float, ...]) -> Floats:
    """Return the quantiles of each row by type 7, the linear one.

    Shape   values [rows, n], without NaN; result [shares, rows].
    Units   for share q: with h = (n - 1) q, the value at rank h, between its two neighbours.
    Source  Hyndman and Fan 1996, definition 7; numpy and R have it as their default.

    >>> quantiles(np.array([[1.0, 2.0, 4.0, 9.0]]), (0.5, 0.75)).tolist()
    [[3.0], [5.25]]
    """
    last = values.shape[1] - 1
    lows = sorted({int(share * last) for share in shares})
    ordered = values.copy()
    _put(ordered, lows)
    upto = dict(zip(lows, [*lows[1:], last], strict=True))
    found = []
    for share in shares:
        low = int(share * last)
        value = ordered[:, low]
        above = ordered[:, low + 1 : upto[low] + 1].min(axis=1) if low < last else value
        found.append(value + (share * last - low) * (above - value))
    return np.stack(found)


def _put(values: Floats, places: list[int]) -> None:
    """Bring to PLACES of each row what sorting would, what is lower before it; in place.

    A few places cost less so than sorting all; from the middle one outwards.
    """
    if not places:
        return
    at = len(places) // 2
    middle = places[at]
    values.partition(middle, axis=1)
    _put(values[:, :middle], places[:at])
    _put(values[:, middle + 1 :], [place - middle - 1 for place in places[at + 1 :]])


def count_ranks(ranks: Ranks) -> NDArray[np.int64]:
    """Return how often each country has each rank: [countries, countries + 1], 0 for none."""
    draws, countries = ranks.shape
    width = countries + 1
    counted = np.zeros(countries * width, dtype=np.int64)
    begins = np.arange(countries, dtype=np.int32) * width
    for first in range(0, draws, COUNTED_AT_ONCE):
        place = ranks[first : first + COUNTED_AT_ONCE] + begins
        counted += np.bincount(place.ravel(), minlength=countries * width)
    return counted.reshape(countries, width)


def quantiles_of_counts(counts: NDArray[np.int64], shares: tuple[float, ...]) -> Floats:
    """Return the quantiles, type 7, of whole numbers that are counted, not all 0 times.

    Shape   counts [rows, numbers]: how often the row has 0, 1, 2...; result [shares, rows].

    >>> quantiles_of_counts(np.array([[0, 2, 1, 1]]), (0.5, 0.75)).tolist()
    [[1.5], [2.25]]
    """
    upto = np.cumsum(counts, axis=1)
    last = upto[:, -1:] - 1
    found = []
    for share in shares:
        place = share * last
        lower = np.floor(place).astype(np.int64)
        low = (upto <= lower).sum(axis=1)
        high = (upto <= np.minimum(lower + 1, last)).sum(axis=1)
        found.append(low + (place - lower)[:, 0] * (high - low))
    return np.stack(found)


def average_shift(ranks: Ranks, nominal: Ranks) -> Floats:
    """Return the average rank shift of each draw: the mean of |nominal rank - rank|.

    Shape   ranks [draws, countries], nominal [countries]; without those that have no rank.
    Source  OECD and JRC, Handbook on Constructing Composite Indicators, 2008, equation 38.

    >>> average_shift(np.array([[1, 2, 3], [3, 2, 1]]), np.array([1, 2, 3])).round(3).tolist()
    [0.0, 1.333]
    """
    ranked = ranks != UNRANKED
    if ranked.all():
        return np.abs(ranks - nominal).sum(axis=1) / ranks.shape[1]
    moved = np.where(ranked, np.abs(ranks - nominal), 0).sum(axis=1)
    return moved / np.maximum(ranked.sum(axis=1), 1)


def above(ranks: Ranks) -> tuple[Floats, NDArray[np.int64]]:
    """Return how often each country stands above each other, ties half, and in how many draws.

    Shape   ranks [draws, countries]; both results [countries, countries]. Draws in which one of
            the two has no rank do not count.
    """
    columns = np.ascontiguousarray(ranks.T)
    countries = len(columns)
    wins, both = (
        np.zeros((countries, countries)),
        np.zeros((countries, countries), dtype=np.int64),
    )
    ranked = columns != UNRANKED
    for at in range(countries):
        together = ranked & ranked[at]
        both[at] = np.count_nonzero(together, axis=1)
        wins[at] = np.count_nonzero((columns[at] < columns) & together, axis=1)
        wins[at] += 0.5 * np.count_nonzero((columns[at] == columns) & together, axis=1)
    return wins / np.maximum(both, 1), both
