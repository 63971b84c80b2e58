"""One node by fractions, place by place: where whole numbers of 64 bits are not enough.

Also every rule that is not an arithmetic mean. It is the computation of `score.score` itself,
made once for each different combination of children.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from ..aggregate import Figure
from ..missing import WITH_POINTS, Child, Status
from .figures import REASONS, NodeFigures
from .matrix import BIT
from .ratios import LARGEST, Integers, Ratios, holds
from .tally import Below

STATUS = {bit: status for status, bit in BIT.items()}
Key = tuple[tuple[int, ...], ...]
Rule = Callable[[int, Sequence[Child]], Figure]
"""What makes a figure of the children at a place."""


def by_fractions(below: Below, rule: Rule, places: Iterable[int]) -> dict[int, Figure]:
    """Return what RULE makes of the children at each of PLACES."""
    places = list(places)
    known: dict[Key, Figure] = {}
    found = {}
    for place, key in zip(places, _keys(below, places), strict=True):
        if key not in known:
            known[key] = rule(place, list(_children(below, key)))
        found[place] = known[key]
    return found


def _keys(below: Below, places: Sequence[int]) -> Iterator[Key]:
    """Give for each place what its children are, as plain integers."""
    columns = [
        zip(points[places].tolist(), status[places].tolist(), strict=True)
        for points, status in zip(below.points, below.status, strict=True)
    ]
    columns += [_column(node, places) for node in below.nodes]
    return zip(*columns, strict=True)


def _column(node: NodeFigures, places: Sequence[int]) -> Iterator[tuple[int, ...]]:
    ratios = (node.score, *(node.bounds or ()))
    parts = [part for each in ratios for part in (each.num, each.den)]
    return zip(
        *(part[places].tolist() for part in (*parts, node.status, node.flags)), strict=True
    )


def _children(below: Below, key: Key) -> Iterator[Child]:
    """Give the children that there are: a node that is not scored on a date is none."""
    leaves = len(below.points)
    for code, (points, bit) in zip(below.codes, key[:leaves], strict=False):
        status = STATUS[bit]
        score = Fraction(points, below.scale) if status in WITH_POINTS else None
        yield Child(code, below.raw[code], score, status)
    for code, (*numbers, bit, flags) in zip(below.codes[leaves:], key[leaves:], strict=True):
        if bit:
            score, *ends = map(_value, numbers[::2], numbers[1::2])
            bounds = None if None in ends or not ends else (ends[0], ends[1])
            words = frozenset(str(status) for status in Status if flags & BIT[status])
            yield Child(code, below.raw[code], score, STATUS[bit], bounds, words)


def _value(num: int, den: int) -> Fraction | None:
    return Fraction(num, den) if den else None


def written(found: Mapping[int, Figure], over: NodeFigures) -> NodeFigures:
    """Return the figures OVER with those of FOUND in their places."""
    status, reason, flags = over.status.copy(), over.reason.copy(), over.flags.copy()
    for place, figure in found.items():
        status[place] = BIT[figure.status]
        reason[place] = REASONS.index(figure.reason)
        flags[place] = sum(BIT[Status(flag)] for flag in figure.flags)
    score = _put(over.score, {place: figure.score for place, figure in found.items()})
    share = _put(over.coverage, {place: figure.coverage for place, figure in found.items()})
    bounds = over.bounds and (_bound(over.bounds, found, 0), _bound(over.bounds, found, 1))
    return NodeFigures(score, share, bounds, status, reason, flags)


def nothing(count: int, *, bounds: bool) -> NodeFigures:
    """Return figures of COUNT places, none of which has any."""
    none = Ratios(np.zeros(count, dtype=np.int64), 1, np.zeros(count, dtype=bool))
    words = np.zeros(count, dtype=np.uint8)
    return NodeFigures(none, none, (none, none) if bounds else None, words, words, words)


def _bound(over: tuple[Ratios, Ratios], found: Mapping[int, Figure], end: int) -> Ratios:
    ends = {
        place: figure.bounds[end] if figure.bounds else None for place, figure in found.items()
    }
    return _put(over[end], ends)


def _put(ratios: Ratios, values: Mapping[int, Fraction | None]) -> Ratios:
    """Return RATIOS with VALUES in their places, over one denominator if 64 bits allow it."""
    dens = {value.denominator for value in values.values() if value is not None}
    common = lcm(ratios.common, *dens) if ratios.common else None
    common = common if common and holds(common) else None
    num, den, present = (
        ratios.num.astype(object),
        ratios.den.astype(object),
        ratios.present.copy(),
    )
    if common and ratios.common:
        num *= common // ratios.common
    for place, value in values.items():
        present[place] = value is not None
        known = value or Fraction(0)
        den[place] = common or known.denominator
        num[place] = known.numerator * (den[place] // known.denominator)
    return Ratios(_narrow(num), common or _narrow(np.maximum(den, 1)), present)


def _narrow(values: Integers) -> Integers:
    """Return the values as int64 if all fit."""
    fits = all(value <= LARGEST for value in values.tolist())
    return values.astype(np.int64) if fits else values
