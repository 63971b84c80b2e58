"""Places in a ranking, with ties."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

SAME = Fraction(1, 10**9)
"""Points: scores no further apart are equal. Two ways of writing or multiplying the same numbers
may part in the last of 17 digits, and in the 25th place of geometric means."""


class Place(NamedTuple):
    """A rank, 1 for the highest score, and whether another country shares it."""

    rank: int
    tied: bool


def competition_ranks(scores: Mapping[str, Fraction | int]) -> dict[str, Place]:
    """Return each country's place: the highest is 1, equals share the best: 8, 8, 10.

    Shape   scores by country, exact or as shown; countries without a score are left out by
            the caller and have no rank. Equal are neighbours no further apart than SAME.
    Source  The ranking tables of 2015, which rank the shown score.

    >>> competition_ranks({"PT": 81, "SE": 86, "FI": 81, "CA": 80})["CA"]
    Place(rank=4, tied=False)
    >>> competition_ranks({"PT": 81, "SE": 86, "FI": 81})["FI"]
    Place(rank=2, tied=True)
    """
    order = sorted(scores, key=scores.__getitem__, reverse=True)
    ranks = dict.fromkeys(order[:1], 1)
    shared: set[int] = set()
    for at, (above, country) in enumerate(pairwise(order), start=2):
        same = scores[above] - scores[country] <= SAME
        ranks[country] = ranks[above] if same else at
        if same:
            shared.add(ranks[country])
    return {country: Place(ranks[country], tied=ranks[country] in shared) for country in scores}
