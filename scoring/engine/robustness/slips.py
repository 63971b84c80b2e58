"""Which answers the coders of a draw get wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .answers import Moves
from .numbers import Floats, Integers, family

CELLS_AT_ONCE = 2**19
"""So many numbers of the family are made at a time: 4 MB each array."""


@dataclass(frozen=True, slots=True, eq=False)
class Slips:
    """Answers that moved to a neighbouring option.

    Shape   all [slips]: the draw, of `height` draws, the row of the answers, the country, and
            whether it earns more.
    """

    height: int
    draws: Integers
    rows: Integers
    countries: Integers
    better: NDArray[np.bool_]

    def take(self, which: NDArray[np.bool_] | Integers | slice) -> Slips:
        """Return some of them."""
        return Slips(
            self.height,
            self.draws[which],
            self.rows[which],
            self.countries[which],
            self.better[which],
        )

    def of_draws(self, draws: Integers) -> Slips:
        """Return those of some draws, counted from 0 in their order."""
        place = np.full(self.height, -1, dtype=np.int64)
        place[draws] = np.arange(len(draws))
        found = self.take(place[self.draws] >= 0)
        return Slips(len(draws), place[found.draws], found.rows, found.countries, found.better)

    def summed(self, values: Floats, countries: int) -> Floats:
        """Return the sums of VALUES, one of each slip, [draws, countries]."""
        cells = self.draws * countries + self.countries
        sums = np.bincount(cells, weights=values, minlength=self.height * countries)
        return sums.reshape(self.height, countries)

    def by_part(self, part_of: Integers) -> Iterator[tuple[int, Slips]]:
        """Give the slips of each part that has any; PART_OF says of each row whose it is."""
        if not len(self.rows):
            return
        parts = part_of[self.rows]
        order = np.argsort(parts, kind="stable")
        found, first = np.unique(parts[order], return_index=True)
        for part, rows in zip(found.tolist(), np.split(order, first[1:]), strict=True):
            yield part, self.take(rows)


def slips_of(coefficients: Integers, moves: Moves) -> Slips:
    """Return the slips of each draw.

    Shape   coefficients [draws, 4]. The number of a cell is that of place j = (a - 1) I + b, for
            the a-th country and the b-th indicator, both sorted by code, of I indicators.
    """
    indicators = moves.any_below.shape[0]
    rows, countries = np.nonzero(moves.any_below)
    places = countries * indicators + rows + 1
    up_below, any_below = moves.up_below[rows, countries], moves.any_below[rows, countries]
    at_once = max(CELLS_AT_ONCE // max(len(places), 1), 1)
    found = [np.zeros((3, 0), dtype=np.int64)]
    for first in range(0, len(coefficients), at_once):
        values = family(coefficients[first : first + at_once], places)
        cells, draws = np.nonzero(values < any_below[:, None])
        found.append(np.stack([draws + first, cells, values[cells, draws] < up_below[cells]]))
    draws, cells, better = np.concatenate(found, axis=1)
    return Slips(len(coefficients), draws, rows[cells], countries[cells], better.astype(bool))
