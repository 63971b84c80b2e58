"""The tree as the model needs it: what each node is computed from, as positions in arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..means import (
    ARITHMETIC,
    GEOMETRIC,
    GEOMETRIC_MEAN,
    HARMONIC,
    HARMONIC_MEAN,
    MAXIMUM,
    MINIMUM,
)
from ..missing import Terms
from ..nodes import INDEX, Index, Node
from ..tree import Methodology
from .numbers import Floats, Integers

TINY, NOTHING = 1e-100, -1e9
"""In place of 0 in a denominator, and of the logarithm of 0: however small its share, the mean is
then 0, which is its limit."""

FAMILY_OF = {GEOMETRIC_MEAN: GEOMETRIC, HARMONIC_MEAN: HARMONIC}


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """What has a weight, and is weighed together.

    Shape   places: among parts.items_of; of neighbours a slice, for then nothing is copied.
            base: the raw weights by the method; None where all are 1.
    """

    places: Integers | slice
    base: Floats | None


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A node or an index.

    Shape   rows: its indicators, as rows of the answers; weighed: the same among the weights.
            nodes: the codes of its other children that are scored on the date; nodes_weighed:
            these among the weights.
    """

    code: str
    rule: str
    terms: Terms
    rows: Integers
    weighed: Items
    nodes: tuple[str, ...]
    nodes_weighed: Items

    def family(self, chosen: str) -> str:
        """Return the family of means in force: that of the draw, or else the part's own.

        The lowest and the highest are no means; no draw puts one in their place.
        """
        own = FAMILY_OF.get(self.rule, ARITHMETIC)
        return own if self.rule in {MINIMUM, MAXIMUM} else chosen or own

    def lowest(self, chosen: str) -> float:
        """Return where the positive scale begins, points.

        A family that the draw chose, and not the method, needs one above 0: it is 1 then.
        """
        lowest = float(self.terms.lowest)
        return 1.0 if chosen and not lowest else lowest


def parts_of(methodology: Methodology, indexes: tuple[str, ...], date: str) -> list[Part]:
    """Return all that INDEXES are computed from on DATE, children first, and then the indexes."""
    chosen = [index for index in methodology.indexes if index.code in indexes]
    needed = {code for index in chosen for code in below(methodology, index, date)}
    nodes = [node for node in methodology.nodes.values() if node.code in needed]
    return [_part(methodology, part, date) for part in (*nodes, *chosen)]


def below(methodology: Methodology, index: Index, date: str) -> Iterator[str]:
    """Give the codes of everything below an index that is scored on DATE, parents first."""
    waiting = list(index.strands)
    while waiting:
        code = waiting.pop()
        node = methodology.nodes.get(code)
        if node is None:
            yield code
        elif methodology.is_scored(code, date):
            yield code
            waiting.extend(node.children)


def items_of(methodology: Methodology) -> tuple[str, ...]:
    """Return the codes of all nodes and indicators, sorted: the order of the drawn weights."""
    return tuple(sorted((*methodology.nodes, *methodology.leaves)))


def _part(methodology: Methodology, part: Node | Index, date: str) -> Part:
    level = part.level if isinstance(part, Node) else INDEX
    leaves = {code: w for code, w in part.weights.items() if code in methodology.leaves}
    nodes = {
        code: w
        for code, w in part.weights.items()
        if code in methodology.nodes and methodology.is_scored(code, date)
    }
    if isinstance(part, Node) and part.table is not None:
        leaves = {code: leaves[code] for code in part.table.of}
    rows = {code: at for at, code in enumerate(sorted(methodology.leaves))}
    columns = {code: at for at, code in enumerate(items_of(methodology))}
    return Part(
        part.code,
        part.rule,
        methodology.method.terms(level),
        np.array([rows[code] for code in leaves], dtype=np.int64),
        _items(columns, leaves),
        tuple(nodes),
        _items(columns, nodes),
    )


def _items(columns: Mapping[str, int], weights: Mapping[str, Fraction]) -> Items:
    places = [columns[code] for code in weights]
    first = places[0] if places else 0
    neighbours = slice(first, first + len(places))
    are_neighbours = places == list(range(first, neighbours.stop))
    base = np.array([float(weight) for weight in weights.values()])
    return Items(
        neighbours if are_neighbours else np.array(places, dtype=np.int64),
        None if all(weight == 1 for weight in weights.values()) else base,
    )


def forth(points: Floats, family: str, lowest: float) -> Floats:
    """Return POINTS on the scale on which the family is a plain weighted mean."""
    if family == ARITHMETIC:
        return points
    rescaled = lowest + (100.0 - lowest) / 100.0 * points
    positive = np.maximum(rescaled, TINY)
    if family == GEOMETRIC:
        return np.where(rescaled > 0, np.log(positive), NOTHING)
    return 1.0 / positive


def back(mean: Floats, family: str, lowest: float) -> Floats:
    """Return a mean on that scale in points."""
    if family == ARITHMETIC:
        return mean
    positive = np.exp(mean) if family == GEOMETRIC else 1.0 / mean
    return (positive - lowest) * (100.0 / (100.0 - lowest))
