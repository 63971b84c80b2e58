"""Sobol indices from a design A, B and A_B^i: what share of a variance a factor makes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .intervals import quantiles
from .numbers import Floats, Source

INTERVAL = (0.025, 0.975)


@dataclass(frozen=True, slots=True, eq=False)
class Indices:
    """First-order and total indices with their intervals; [factors] and [2, factors]."""

    first: Floats
    total: Floats
    first_interval: Floats
    total_interval: Floats


def estimate(a: Floats, b: Floats, swapped: Floats) -> tuple[Floats, Floats]:
    """Return the first-order and the total index of each factor.

    Shape   a, b [n]: the output of the rows of A and of B; swapped [factors, n]: of A with the
            factor as in B. With m and V the mean and the variance (n - 1) of a and b together,
            S = mean((b - m) (swapped - a)) / V and ST = mean((a - swapped)**2) / (2 V).
    Source  Saltelli et al. 2010, table 2, (b) and (f), the latter after Jansen 1999; centred,
            for without it a mean far from 0 swamps S.
    None    the output must vary: V is above 0.
    """
    both = np.concatenate([a, b])
    return uncentred(a - both.mean(), b - both.mean(), swapped - both.mean())


def uncentred(a: Floats, b: Floats, swapped: Floats) -> tuple[Floats, Floats]:
    """Return the same without taking the mean away first, as other programs do."""
    variance = np.concatenate([a, b]).var(ddof=1)
    change = swapped - a
    return (change * b).mean(axis=1) / variance, (change**2).mean(axis=1) / (2 * variance)


def indices(a: Floats, b: Floats, swapped: Floats, resampled: Floats) -> Indices:
    """Return the indices and the middle 95 % of the same from resampled rows.

    Shape   as `estimate`; resampled [resamples, n]: how often each row was drawn.
    Source  Efron and Tibshirani 1993: rows are drawn with replacement, percentiles are taken.
    """
    first, total = estimate(a, b, swapped)
    n = len(a)
    centre = np.concatenate([a, b]).mean()
    a, b, change = a - centre, b - centre, swapped - a
    sums = resampled @ np.vstack([a + b, a**2 + b**2, change * b, change, change**2]).T
    factors = len(swapped)
    mean = sums[:, :1] / (2 * n)
    variance = (sums[:, 1:2] - 2 * n * mean**2) / (2 * n - 1)
    products, changes, squares = np.split(sums[:, 2:], [factors, 2 * factors], axis=1)
    varies = variance > 0
    safe = np.where(varies, variance, 1.0)
    firsts = np.where(varies, (products - mean * changes) / n / safe, 0.0)
    totals = np.where(varies, squares / n / (2 * safe), 0.0)
    return Indices(first, total, quantiles(firsts.T, INTERVAL), quantiles(totals.T, INTERVAL))


def resamples(n: int, *, count: int, source: Source) -> Floats:
    """Return how often each of N rows comes up in COUNT samples of N rows, [count, n]."""
    found = np.empty((count, n))
    for at in range(count):
        drawn = (source.uniforms(n) * n).astype(np.int64)
        found[at] = np.bincount(drawn, minlength=n)
    return found
