"""All draws of a design through the model, in chunks of bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from .design import Design
from .intervals import Ranks, average_shift, ranks_of
from .model import Model
from .numbers import PRIME, Floats
from .spec import CODER

SCORES_AT_ONCE = 2**17
"""So many scores, draws times countries, are computed at a time: 1 MB each array."""

SLIPS_AT_ONCE = 2**20
MOST_AT_ONCE, RANKED_AT_ONCE = 1536, 512


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """What came out.

    Shape   scores and ranks [draws, countries], NaN and 0 where there is none; shifts [draws].
            nominal [countries]: the ranks by the method. swapped: by factor, the ranks of the first
            rows with that factor from the second.
    """

    scores: Floats
    ranks: Ranks
    shifts: Floats
    swapped: Mapping[str, Ranks]
    nominal: Ranks


def run(
    model: Model,
    design: Design,
    *,
    rank_on: str,
    nominal: Ranks,
    base: int = 0,
    beat: Callable[[], None] = lambda: None,
) -> Runs:
    """Compute every draw, and for Sobol indices the first BASE rows with each factor swapped.

    Shape   nominal [countries]. The rows 1 to BASE are A, the next BASE are B, in the terms of
            Saltelli et al. 2010. BEAT is called after each chunk.
    Memory  beyond the results a few arrays of a chunk, however many draws there are.
    """
    shape = (design.draws, len(model.countries))
    scores = np.empty(shape)
    swapped = {
        factor: np.zeros((base, shape[1]), dtype=np.int32)
        for factor in (design.factors if base else ())
    }
    for first, last in _chunks(base, _at_once(model, design)):
        a, b = design.take(slice(first, last)), design.take(slice(base + first, base + last))
        slips_of_a, slips_of_b = model.slips(a), model.slips(b)
        scores[first:last] = model.scores(a, slips_of_a)
        scores[base + first : base + last] = model.scores(b, slips_of_b)
        for factor, ranks in swapped.items():
            slips = slips_of_b if factor == CODER else slips_of_a
            ranks[first:last] = ranks_of(model.scores(a.swapped(factor, b), slips), rank_on)
        beat()
    for first, last in _chunks(design.draws - 2 * base, _at_once(model, design)):
        rows = slice(2 * base + first, 2 * base + last)
        scores[rows] = model.scores(design.take(rows))
        beat()
    ranks, shifts = np.empty(shape, dtype=np.int32), np.empty(design.draws)
    for first, last in _chunks(design.draws, RANKED_AT_ONCE):
        ranks[first:last] = ranks_of(scores[first:last], rank_on)
        shifts[first:last] = average_shift(ranks[first:last], nominal)
    return Runs(scores, ranks, shifts, swapped, nominal)


def _at_once(model: Model, design: Design) -> int:
    draws = min(SCORES_AT_ONCE // len(model.countries), MOST_AT_ONCE)
    if CODER in design.numbers:
        slips = float(model.moves.any_below.sum()) / PRIME
        draws = min(draws, int(SLIPS_AT_ONCE / max(slips, 1.0)))
    return max(draws, 1)


def _chunks(count: int, size: int) -> Iterator[tuple[int, int]]:
    for first in range(0, count, size):
        yield first, min(first + size, count)
