"""Share out a change that several causes made together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import comb

FEW = 8
"""Of so many causes every combination is tried: 256. Of more, rotations of their order are."""

Value = Callable[[frozenset[str]], Fraction | None]
Parts = dict[str, Fraction]


def shapley(causes: Sequence[str], value: Value) -> Parts | None:
    """Return each cause's part of VALUE(all causes) - VALUE(none): its mean effect when added.

    Exact   the parts sum to the change: each order's effects do, and this is their mean.
    Shape   the mean is over all orders of up to FEW causes. Of more, it is over the rotations of
            their alphabetical order and of its reverse: each cause comes at every place equally
            often, and taking causes away in place of adding them negates every part.
    None    where VALUE is None for a combination on the way.
    Source  Shapley 1953, A value for n-person games. Castro, Gómez and Tejada 2009 on means
            over some of the orders.

    >>> worth = {"": 0, "a": 30, "b": 10, "ab": 100}
    >>> parts = shapley(["a", "b"], lambda added: Fraction(worth["".join(sorted(added))]))
    >>> int(parts["a"]), int(parts["b"])
    (60, 40)
    """
    ordered, known = tuple(sorted(causes)), cache(value)
    return _of_all(ordered, known) if len(ordered) <= FEW else _of_rotations(ordered, known)


def _of_all(causes: tuple[str, ...], value: Value) -> Parts | None:
    """Return the mean over all orders; each combination stands for the orders that begin so."""
    parts: Parts = {}
    for cause in causes:
        others = [other for other in causes if other != cause]
        total = Fraction(0)
        for size in range(len(causes)):
            for some in combinations(others, size):
                before, after = value(frozenset(some)), value(frozenset((*some, cause)))
                if before is None or after is None:
                    return None
                total += (after - before) / comb(len(others), size)
        parts[cause] = total / len(causes)
    return parts


def _of_rotations(causes: tuple[str, ...], value: Value) -> Parts | None:
    parts: Parts = dict.fromkeys(causes, Fraction(0))
    for line in (causes, causes[::-1]):
        for start in range(len(line)):
            order = line[start:] + line[:start]
            effects = walk(order, value)
            if effects is None:
                return None
            for cause, effect in zip(order, effects, strict=True):
                parts[cause] += effect / (2 * len(causes))
    return parts


def walk(order: Sequence[str], value: Value) -> list[Fraction] | None:
    """Return the effect of each cause when they are added in ORDER; None as in `shapley`."""
    effects, before = [], value(frozenset())
    for place in range(len(order)):
        after = value(frozenset(order[: place + 1]))
        if before is None or after is None:
            return None
        effects.append(after - before)
        before = after
    return effects
