"""Correlations of columns with gaps, and the eigenvalues of those without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from .scale import FEWEST

Floats = npt.NDArray[np.float64]
Column = Mapping[str, Fraction]

FLAT = 1e-12
"""A variance below this share of the mean square is rounding: the column does not vary."""


@dataclass(frozen=True, slots=True)
class Correlations:
    """Of each column with each other.

    Shape   n, values: columns × columns. n: the countries that have both; values: -1 to 1, NaN
            where one of the two does not vary among these.
    """

    n: npt.NDArray[np.intp]
    values: Floats


def correlations(
    columns: Sequence[Column], others: Sequence[Column] | None = None
) -> Correlations:
    """Return Pearson's correlation of each of COLUMNS with each of OTHERS, or of themselves.

    Shape   a value by country in each column; a pair takes the countries that have both.
    Source  K. Pearson, Note on regression and inheritance (1895), in its form of sums.
    """
    others = columns if others is None else others
    countries = sorted({country for column in (*columns, *others) for country in column})
    x, has_x = _matrix(columns, countries)
    y, has_y = _matrix(others, countries)
    n = has_x.T @ has_y
    sum_x, sum_y = x.T @ has_y, has_x.T @ y
    square_x, square_y = n * ((x**2).T @ has_y), n * (has_x.T @ y**2)
    spread_x, spread_y = square_x - sum_x**2, square_y - sum_y**2
    varied = (spread_x > FLAT * square_x) & (spread_y > FLAT * square_y)
    scale = np.sqrt(np.where(varied, spread_x * spread_y, 1))
    values = np.where(varied, (n * (x.T @ y) - sum_x * sum_y) / scale, np.nan)
    return Correlations(n.astype(np.intp), np.clip(values, -1, 1))


def eigenvalues(columns: Sequence[Sequence[int]]) -> list[float]:
    """Return the eigenvalues of the correlations of those columns that vary, largest first.

    Shape   whole numbers, all columns over the same countries. They add up to the number of
            columns that vary; none with fewer than two of them, or under three countries.
    Source  OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 4.
    """
    varied = [column for column in columns if len(set(column)) > 1]
    if len(varied) <= 1 or len(varied[0]) < FEWEST:
        return []
    found = np.linalg.eigvalsh(np.corrcoef(np.array(varied, dtype=np.float64)))
    return [float(value) for value in found[::-1]]


def _matrix(columns: Sequence[Column], countries: Sequence[str]) -> tuple[Floats, Floats]:
    """Return the columns less their means, 0 in the gaps; and 1 where there is no gap."""
    has = np.array([[float(code in column) for column in columns] for code in countries])
    filled = [[float(column.get(code, 0)) for column in columns] for code in countries]
    shape = (len(countries), len(columns))
    has, x = has.reshape(shape), np.array(filled, dtype=np.float64).reshape(shape)
    mean = x.sum(axis=0) / np.maximum(has.sum(axis=0), 1)
    return (x - mean) * has, has
