"""Cohen's kappa of two fixed coders, plain and weighted, exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .alpha import NO_VARIATION, NOT_CODED_TWICE

Pair = tuple[Fraction, Fraction]


class Weights(StrEnum):
    """How much of an agreement two neighbouring categories are."""

    NONE = "none"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


@dataclass(frozen=True, slots=True)
class Kappa:
    """The coefficient and what it rests on.

    Units   value: at most 1; observed, expected: (weighted) agreement, 0 to 1; all exact.
    None    value with its `reason`: not_coded_twice; no_variation where the expected agreement
            is 1, both coders giving all units one category.
    """

    value: Fraction | None
    reason: str
    observed: Fraction | None
    expected: Fraction | None
    n_units: int


def kappa(pairs: Iterable[Pair], categories: Sequence[Fraction], weights: Weights) -> Kappa:
    """Return Cohen's kappa of PAIRS: (observed - expected) / (1 - expected).

    Shape   one pair a unit: what the first coder said, and the second. categories: all there
            are, in their order; the weights count places in it.
    Formula the agreement of the categories at places i and j of q is 1 if they are the same;
            else 0 (none), 1 - |i-j|/(q-1) (linear), or 1 - (i-j)²/(q-1)² (quadratic). Expected is
            its mean over all pairs of what the one says with what the other says.
    Source  J. Cohen, A coefficient of agreement for nominal scales (1960); Weighted kappa (1968).
    Raises  ValueError if a value is none of the categories.

    >>> said = [(Fraction(a), Fraction(b)) for a, b in ((0, 0), (0, 50), (100, 100), (50, 50))]
    >>> options = [Fraction(0), Fraction(50), Fraction(100)]
    >>> kappa(said, options, Weights.NONE).value, kappa(said, options, Weights.LINEAR).value
    (Fraction(7, 11), Fraction(5, 7))
    """
    places = {value: place for place, value in enumerate(sorted(set(categories)))}
    table = Counter(pairs)
    unknown = {value for pair in table for value in pair} - places.keys()
    if unknown:
        raise ValueError(f"{min(unknown)} is none of the categories")
    if not table:
        return Kappa(None, NOT_CODED_TWICE, None, None, 0)
    n = table.total()
    rows, columns = Counter[Fraction](), Counter[Fraction]()
    for (first, second), times in table.items():
        rows[first] += times
        columns[second] += times
    together = {(a, b): rows[a] * columns[b] for a in rows for b in columns}
    observed = _agreement(table, places, weights) / n
    expected = _agreement(together, places, weights) / n**2
    if expected == 1:
        return Kappa(None, NO_VARIATION, observed, expected, n)
    return Kappa((observed - expected) / (1 - expected), "", observed, expected, n)


def _agreement(
    table: dict[Pair, int] | Counter[Pair], places: dict[Fraction, int], weights: Weights
) -> Fraction:
    widest = len(places) - 1
    agreed = (
        times * (1 - _distance(places[a] - places[b], widest, weights))
        for (a, b), times in table.items()
    )
    return sum(agreed, Fraction(0))


def _distance(steps: int, widest: int, weights: Weights) -> Fraction:
    if steps == 0 or weights == Weights.NONE:
        return Fraction(int(steps != 0))
    return Fraction(abs(steps), widest) ** (1 if weights == Weights.LINEAR else 2)
