"""How firm an alpha is: the same figure from countries drawn anew, many times."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from .alpha import Metric, Patterns

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

GENERATOR = "numpy PCG64"
QUANTILES = (0.025, 0.975)
"""The middle 95 %, by linear interpolation between order statistics (type 7 of R. J. Hyndman and
Y. Fan, Sample quantiles in statistical packages, 1996)."""

ONE_COUNTRY, DEGENERATE = "one_country", "degenerate_resamples"
"""Why there is no interval: nothing to draw from; or no variation in more than half the draws."""

FEWEST = 2
"""One country drawn anew is the same country: it says nothing of how firm a figure is."""

AT_ONCE = 2_000_000
"""How many numbers one step of the resampling may hold: 16 MB."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a resample of whole countries needs of the codings.

    Shape   counts: countries × values. values: in rising order. One term for each country and two
            different values that stand in one unit of it: country, low and high give the row and
            the two columns; weight is the sum over those units of the pairs of codings that have
            these values, divided by one less than the unit's codings.
    """

    counts: Floats
    values: Floats
    country: Places
    low: Places
    high: Places
    weight: Floats


@dataclass(frozen=True, slots=True)
class Interval:
    """The bounds of the middle 95 %, and how many resamples had no variation.

    None    lo and hi, with their `reason`: one_country, degenerate_resamples.
    """

    lo: float | None
    hi: float | None
    degenerate: int
    reason: str


def tally(countries: Mapping[str, Patterns]) -> Tally:
    """Count what is coded twice, by country.

    Shape   countries: for each the codings of its units, and how many units have just these. A
            country without a unit that was coded twice is left out.
    """
    pairable = [
        {unit: times for unit, times in countries[country].items() if len(unit) > 1}
        for country in sorted(countries)
    ]
    kept = [found for found in pairable if found]
    values = sorted({value for found in kept for unit in found for value in unit})
    column = {value: at for at, value in enumerate(values)}
    counts = np.zeros((len(kept), len(values)))
    terms: dict[tuple[int, int, int], float] = defaultdict(float)
    for row, found in enumerate(kept):
        for unit, units in found.items():
            said = Counter(column[value] for value in unit)
            for at, many in said.items():
                counts[row, at] += units * many
            for low, high in combinations(sorted(said), 2):
                terms[row, low, high] += units * said[low] * said[high] / (len(unit) - 1)
    places = np.array(list(terms), dtype=np.intp).reshape(-1, 3).T
    numbers = np.array([float(value) for value in values])
    return Tally(counts, numbers, *places, np.array(list(terms.values())))


def resamples(countries: int, *, draws: int, seed: int, label: str) -> Floats:
    """Return how often each country stands in each resample of as many as there are.

    Shape   draws × countries. The generator is seeded with SEED and the bytes of LABEL, so that
            no figure depends on which others were asked for.
    Source  B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), by clusters:
            the answers on one country are not independent.
    """
    if not countries:
        return np.zeros((draws, 0))
    entropy = np.random.SeedSequence([seed, *label.encode()])
    generator = np.random.Generator(np.random.PCG64(entropy))
    drawn = generator.integers(countries, size=(draws, countries))
    drawn += countries * np.arange(draws)[:, np.newaxis]
    counts = np.bincount(drawn.ravel(), minlength=draws * countries)
    return counts.reshape(draws, countries).astype(np.float64)


def alphas(found: Tally, metric: Metric, times: Floats) -> Floats:
    """Return the alpha of each resample; NaN where it has no variation.

    Shape   times: draws × countries, how often each stands in a draw. All ones give the alpha of
            the sample itself, which `alpha.alpha` gives exactly.
    """
    width = max(*found.counts.shape, found.weight.size, 1)
    pieces = -(-len(times) * width // AT_ONCE) or 1
    parts = [_alphas(found, metric, part) for part in np.array_split(times, pieces)]
    return np.concatenate(parts)


def interval(found: Tally, metric: Metric, times: Floats) -> Interval:
    """Return the middle 95 % of the alphas of the resamples TIMES.

    A resample without variation has no alpha: it is counted and left out. With more than half
    of them there is no interval.
    """
    if len(found.counts) < FEWEST:
        return Interval(None, None, 0, ONE_COUNTRY)
    drawn = alphas(found, metric, times)
    usable = drawn[~np.isnan(drawn)]
    degenerate = len(drawn) - len(usable)
    if 2 * degenerate > len(drawn):
        return Interval(None, None, degenerate, DEGENERATE)
    low, high = np.quantile(usable, QUANTILES)
    return Interval(float(low), float(high), degenerate, "")


def _alphas(found: Tally, metric: Metric, times: Floats) -> Floats:
    counts = times @ found.counts
    whole = counts.sum(axis=1)
    observed, expected = _disagreements(found, metric, times, counts)
    varied = np.count_nonzero(counts, axis=1) > 1
    share = np.full(len(times), np.nan)
    np.divide((whole - 1) * observed, expected, out=share, where=varied)
    return 1 - share


def _disagreements(
    found: Tally, metric: Metric, times: Floats, counts: Floats
) -> tuple[Floats, Floats]:
    """Return O and E of `alpha.alpha` for each draw."""
    weight = times[:, found.country] * found.weight
    whole = counts.sum(axis=1)
    if metric == Metric.NOMINAL:
        return weight.sum(axis=1), (whole**2 - (counts**2).sum(axis=1)) / 2
    if metric == Metric.RATIO:
        squares = _ratios(found.values)
        expected = ((counts @ squares) * counts).sum(axis=1) / 2
        return weight @ squares[found.low, found.high], expected
    places: Floats = np.broadcast_to(found.values, counts.shape)
    if metric == Metric.ORDINAL:
        places = np.cumsum(counts, axis=1) - counts / 2
    mean = (counts * places).sum(axis=1) / np.maximum(whole, 1)
    expected = whole * (counts * (places - mean[:, np.newaxis]) ** 2).sum(axis=1)
    steps: npt.NDArray[Any] = places[:, found.high] - places[:, found.low]
    return (weight * steps**2).sum(axis=1), expected


def _ratios(values: Floats) -> Floats:
    sums = values[:, np.newaxis] + values
    steps = values[:, np.newaxis] - values
    return np.divide(steps, sums, out=np.zeros_like(sums), where=sums != 0) ** 2
