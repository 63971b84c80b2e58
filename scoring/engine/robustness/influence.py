"""Sobol indices of a run: which factor makes ranks shift, and each country's rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from .experiment import Runs
from .intervals import UNRANKED, average_shift
from .numbers import Floats, Source
from .outcome import Estimate, Influence
from .sobol import Indices, indices, resamples
from .spec import Spec

SHIFT = "shift"
"""The output that is the average rank shift of a draw; the others are countries' ranks."""

WIDEST = 0.2
"""An index whose interval is wider is not printed."""

WIDE, CONSTANT, GAPS = "wide", "constant", "gaps"


def influences_of(countries: Sequence[str], runs: Runs, spec: Spec) -> tuple[Influence, ...]:
    """Return the indices of each factor for the average rank shift, then for each rank."""
    base = spec.sobol.base if spec.sobol else None
    if not base or not runs.swapped or spec.sobol is None:
        return ()
    drawn = resamples(base, count=spec.sobol.resamples, source=Source(spec.seed))
    found: list[Influence] = []
    for output, ranked, values in _outputs(countries, runs, base):
        a, b, *swapped = values
        if not ranked:
            found += _without_value(output, runs, GAPS)
        elif np.ptp(np.concatenate([a, b])) == 0:
            found += _without_value(output, runs, CONSTANT)
        else:
            found += _influences(output, runs, indices(a, b, np.stack(swapped), drawn))
    return tuple(found)


def _outputs(
    countries: Sequence[str], runs: Runs, base: int
) -> Iterator[tuple[str, bool, list[Floats]]]:
    blocks = [runs.ranks[:base], runs.ranks[base : 2 * base], *runs.swapped.values()]
    yield SHIFT, True, [average_shift(block, runs.nominal) for block in blocks]
    for at, country in enumerate(countries):
        ranks = [block[:, at].astype(np.float64) for block in blocks]
        yield country, all((block != UNRANKED).all() for block in ranks), ranks


def _influences(output: str, runs: Runs, found: Indices) -> Iterator[Influence]:
    for at, factor in enumerate(runs.swapped):
        yield Influence(
            output,
            factor,
            _estimate(found.first[at], found.first_interval[:, at]),
            _estimate(found.total[at], found.total_interval[:, at]),
        )


def _estimate(value: float, interval: Floats) -> Estimate:
    low, high = interval.tolist()
    if high - low > WIDEST:
        return Estimate(None, low, high, WIDE)
    return Estimate(float(value), low, high)


def _without_value(output: str, runs: Runs, reason: str) -> Iterator[Influence]:
    nothing = Estimate(None, None, None, reason)
    for factor in runs.swapped:
        yield Influence(output, factor, nothing, nothing)
