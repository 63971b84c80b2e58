"""Split a change of one score into the answers that made it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

from ..means import MEAN, WEIGHTED_MEAN
from ..tree import Index, Node
from .secants import secants
from .shapley import Value, shapley
from .trees import WHOLE, Scores, parent_of, value_of

NOTHING = Fraction(0)
Points = Mapping[str, Fraction | None]


def split(old: Scores, new: Scores, node: str) -> dict[str, Fraction]:
    """Return the part of each indicator in NEW's score less OLD's at NODE, which both have.

    Shape   by code, only parts other than 0; the key is that of a node where what lies below
            cannot be told apart, for one side has no score there.
    Exact   the parts sum to the change. Through a mean whose children count on both sides: each
            child's change times a weight (see secants; the arithmetic mean's own share). Through
            a table, a lowest or a highest, or where a child counts on one side only: the mean
            effect over the orders of changing the children (Shapley 1953), and below a child in
            proportion.
    """
    splitting = _Splitting(old, new)
    splitting.walk(node, Fraction(1))
    return {code: part for code, part in splitting.parts.items() if part}


def mean_of(weights: Mapping[str, Fraction], before: Points, after: Points) -> Value:
    """Return the arithmetic mean of BEFORE as a function of those that are as in AFTER instead.

    Exact   the sums over what stays are made once, and all in whole numbers: a thousand answers
            of which hundreds come or go are then shared out in seconds, not hours.

    >>> mean = mean_of({"a": Fraction(1), "b": Fraction(3)}, {"a": Fraction(8), "b": None}, {
    ...     "a": Fraction(8), "b": Fraction(4)})
    >>> int(mean(frozenset())), int(mean(frozenset("b")))
    (8, 5)
    """
    sides = [
        {
            code: (NOTHING, NOTHING) if own is None else (weights[code] * own, weights[code])
            for code, own in points.items()
        }
        for points in (before, after)
    ]
    unit = lcm(*(each.denominator for side in sides for pair in side.values() for each in pair))
    old, new = (
        {code: (int(s * unit), int(w * unit)) for code, (s, w) in side.items()}
        for side in sides
    )
    total, whole = (sum(pair[at] for pair in old.values()) for at in (0, 1))
    rises = {code: (new[code][0] - old[code][0], new[code][1] - old[code][1]) for code in old}

    def mean(some: frozenset[str]) -> Fraction | None:
        share = whole + sum(rises[code][1] for code in some)
        return Fraction(total + sum(rises[code][0] for code in some), share) if share else None

    return mean


class _Splitting:
    """One walk from a score down to the answers that changed."""

    def __init__(self, old: Scores, new: Scores) -> None:
        self.old, self.new = old, new
        self.methodology = old.methodology
        self.parts: dict[str, Fraction] = {}

    def walk(self, code: str, share: Fraction) -> None:
        """Add the parts of what lies below CODE, whose change counts SHARE times."""
        parent = parent_of(self.methodology, code)
        if parent is None:
            self.parts[code] = share * self._change(code)
            return
        before, after = self._points(self.old, parent), self._points(self.new, parent)
        alike = all((before[each] is None) == (after[each] is None) for each in before)
        if parent.rule in WHOLE or not alike:
            self._share_out(parent, before, after, share)
            return
        weights = secants(
            parent.rule,
            parent.weights,
            self.methodology.method.lowest,
            {each: points for each, points in before.items() if points is not None},
            {each: points for each, points in after.items() if points is not None},
            (self.old.points(code) or NOTHING, self.new.points(code) or NOTHING),
        )
        for each, weight in weights.items():
            self.walk(each, share * weight)

    def _share_out(
        self, parent: Node | Index, before: Points, after: Points, share: Fraction
    ) -> None:
        """Share a change among the children that differ by their mean effect."""
        moved = [each for each in before if before[each] != after[each]]

        def mixed(some: frozenset[str]) -> Fraction | None:
            points = {each: (after if each in some else before)[each] for each in before}
            return value_of(self.methodology, parent, points)

        plain = parent.rule in (MEAN, WEIGHTED_MEAN)
        effects = shapley(moved, mean_of(parent.weights, before, after) if plain else mixed)
        change = self._change(parent.code)
        if effects is None or sum(effects.values(), NOTHING) != change:
            self.parts[parent.code] = share * change
            return
        for each, effect in effects.items():
            was, now = before[each], after[each]
            if was is None or now is None:
                self.parts[each] = share * effect
            else:
                self.walk(each, share * effect / (now - was))

    def _points(self, scores: Scores, parent: Node | Index) -> Points:
        """Return the points of the children that weigh."""
        whole = parent.rule in WHOLE
        return {
            code: scores.points(code)
            for code, weight in parent.weights.items()
            if weight or whole
        }

    def _change(self, code: str) -> Fraction:
        return (self.new.points(code) or NOTHING) - (self.old.points(code) or NOTHING)
