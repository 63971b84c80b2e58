"""Places in a ranking, with ties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple


class Place(NamedTuple):
    """A rank, 1 for the highest score, and whether another country shares it."""

    rank: int
    tied: bool


def competition_ranks(scores: Mapping[str, Fraction | int]) -> dict[str, Place]:
    """Return each country's place: the highest is 1, equals share the best: 8, 8, 10.

    Shape   scores by country, exact or as shown; countries without a score are left out by
            the caller and have no rank.
    Source  The ranking tables of 2015, which rank the shown score.

    >>> competition_ranks({"PT": 81, "SE": 86, "FI": 81, "CA": 80})["CA"]
    Place(rank=4, tied=False)
    >>> competition_ranks({"PT": 81, "SE": 86, "FI": 81})["FI"]
    Place(rank=2, tied=True)
    """
    times = Counter(scores.values())
    above = 0
    ranks: dict[Fraction | int, int] = {}
    for value in sorted(times, reverse=True):
        ranks[value] = above + 1
        above += times[value]
    return {
        country: Place(ranks[value], tied=times[value] > 1) for country, value in scores.items()
    }
