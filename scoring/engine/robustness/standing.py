"""Where each country stands over the draws, and each beside each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..score import Row
from .experiment import Runs
from .intervals import (
    HIGH,
    LOW,
    MEDIAN,
    UNRANKED,
    Ranks,
    above,
    count_ranks,
    quantiles,
    quantiles_of_counts,
)
from .numbers import Floats, Integers
from .outcome import Pair, Spread, Standing

SPREAD_AT_ONCE = 8
"""So many countries' scores are sorted at a time: they stay near the processor."""

TOP = 10
"""How many places the share `top` is about."""


def standings_of(rows: Sequence[Row], nominal: Ranks, runs: Runs) -> tuple[Standing, ...]:
    """Return a standing for each country; ROWS are those of the index, as the columns of RUNS."""
    counts = count_ranks(runs.ranks)
    counts[:, UNRANKED] = 0
    draws = counts.sum(axis=1).tolist()
    best = counts[:, : TOP + 1].sum(axis=1).tolist()
    scores, ranks = _spreads_of_scores(runs.scores), _spreads_of_ranks(counts)
    return tuple(
        Standing(
            country=row.country,
            nominal_score=float(row.exact or 0),
            nominal_rank=int(nominal[at]),
            score=scores[at],
            rank=ranks[at],
            top=best[at] / draws[at] if draws[at] else None,
            draws=draws[at],
        )
        for at, row in enumerate(rows)
    )


def _spreads_of_scores(scores: Floats) -> list[Spread | None]:
    """Return the spread of each country's scores, without the draws in which it has none."""
    found: list[Spread | None] = []
    for first in range(0, scores.shape[1], SPREAD_AT_ONCE):
        columns = np.ascontiguousarray(scores[:, first : first + SPREAD_AT_ONCE].T)
        means = columns.mean(axis=1)
        if np.isnan(means).any():
            kept = [column[~np.isnan(column)] for column in columns]
            found += [spread_of(each) if len(each) else None for each in kept]
        else:
            spreads = quantiles(columns, (MEDIAN, LOW, HIGH)).T.tolist()
            found += map(Spread, means.tolist(), *zip(*spreads, strict=True))
    return found


def spread_of(values: Floats) -> Spread:
    """Return how VALUES spread; there is one at least."""
    median, low, high = quantiles(values[None, :], (MEDIAN, LOW, HIGH))[:, 0].tolist()
    return Spread(float(values.mean()), median, low, high)


def _spreads_of_ranks(counts: Integers) -> list[Spread | None]:
    draws = counts.sum(axis=1)
    ranked = np.flatnonzero(draws)
    found: list[Spread | None] = [None] * len(counts)
    kept = counts[ranked]
    means = (kept @ np.arange(counts.shape[1])) / draws[ranked]
    spreads = quantiles_of_counts(kept, (MEDIAN, LOW, HIGH)).T.tolist()
    for at, mean, spread in zip(ranked.tolist(), means.tolist(), spreads, strict=True):
        found[at] = Spread(mean, *spread)
    return found


def pairs_of(countries: Sequence[str], ranks: Ranks) -> tuple[Pair, ...]:
    """Return each pair once, the earlier code first; those never ranked together are left out."""
    wins, together = above(ranks)
    return tuple(
        Pair(country, other, float(wins[at, beside]), int(together[at, beside]))
        for at, country in enumerate(countries)
        for beside, other in enumerate(countries)
        if at < beside and together[at, beside]
    )
