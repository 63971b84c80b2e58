"""How much of what lies below a node applies and has a score, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from ..missing import COUNT, Status, Terms
from .figures import NodeFigures
from .matrix import APPLICABLE, BIT, FLAGS, SCORED, Bits
from .ratios import LARGEST, Integers, Longs, Mask, Ratios

TYPES = [(each, int(np.iinfo(each).max)) for each in (np.uint8, np.int16, np.int32, np.int64)]
"""Types of whole numbers, the narrowest first, and the largest that each holds."""

ABSENT = APPLICABLE & ~SCORED
"""What applies and has no score."""

OK, ESTIMATED = BIT[Status.OK], BIT[Status.ESTIMATED]


@dataclass(frozen=True, slots=True, eq=False)
class Below:
    """What lies directly below a node.

    Shape   codes: of the indicators, then of the nodes; raw: their weights as they are given.
            points, status: [indicators, places]. nodes: the figures of the nodes. weights,
            node_weights: whole numbers, one for each, in the proportions of the raw ones.
    """

    codes: tuple[str, ...]
    raw: Mapping[str, Fraction]
    points: Integers
    status: Bits
    scale: int
    weights: tuple[int, ...]
    nodes: Sequence[NodeFigures]
    node_weights: tuple[int, ...]

    @property
    def whole(self) -> int:
        """The sum of all weights: W in the lemma of `ratios`."""
        return sum(self.weights) + sum(self.node_weights)

    @property
    def counted(self) -> Below:
        """The same with 1 in place of each weight above 0: for shares of a number."""
        return replace(
            self,
            weights=tuple(int(weight > 0) for weight in self.weights),
            node_weights=tuple(int(weight > 0) for weight in self.node_weights),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Weights below a node, at each place; of the indicators alone, and of all.

    Shape   leaves_scored, leaves_whole: of the indicators that have a score, and apply.
            scored, whole: of all children. leaves_seen, seen: the union of their statuses.
            occurring: the union of these at all places.
    """

    leaves_scored: Longs
    leaves_whole: Longs
    leaves_seen: Bits
    scored: Longs
    whole: Longs
    seen: Bits
    occurring: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing at any place but what does not apply, nor estimated."""
        return not self.occurring & (ABSENT | ESTIMATED)


def weigh(weights: Sequence[int], rows: npt.NDArray[np.generic], *, most: int) -> Longs:
    """Return the sum over the rows of weight times value; no value is above MOST.

    The narrowest type that holds the largest sum there can be is computed with, for speed.
    """
    bound = most * sum(weights)
    if not bound:
        return np.zeros(rows.shape[1], dtype=np.int64)
    narrow = next(each for each, largest in TYPES if bound <= largest)
    factors = np.array(weights, dtype=narrow)
    return np.einsum("c,cp->p", factors, rows.astype(narrow, copy=False)).astype(np.int64)


def tally(below: Below) -> Tally:
    """Add up the weights of what has a score, and of what applies."""
    leaves_seen = np.bitwise_or.reduce(below.status, axis=0)
    occurring = int(np.bitwise_or.reduce(leaves_seen))
    leaves_whole = _weight_of(below, APPLICABLE, occurring)
    leaves_scored = leaves_whole
    if occurring & ABSENT:
        leaves_scored = _weight_of(below, SCORED, occurring)
    scored, whole, seen = leaves_scored, leaves_whole, leaves_seen
    for weight, node in zip(below.node_weights, below.nodes, strict=True):
        scored = scored + _where(node.score.present, weight)
        whole = whole + _where((node.status & np.uint8(APPLICABLE)) != 0, weight)
        seen = seen | node.status
    occurring = int(np.bitwise_or.reduce(seen))
    return Tally(leaves_scored, leaves_whole, leaves_seen, scored, whole, seen, occurring)


def _where(mask: Mask, weight: int) -> Longs | np.int64:
    return np.int64(weight) if mask.all() else mask * np.int64(weight)


def _weight_of(below: Below, among: int, occurring: int) -> Longs:
    """Return the weight of the indicators whose status is in AMONG; all of it where all are."""
    if not occurring & ~among:
        return np.full(below.status.shape[1], sum(below.weights), dtype=np.int64)
    found = below.status & np.uint8(among)
    if occurring & among != 1:
        found = found != 0
    return weigh(below.weights, found, most=1)


def coverage(below: Below, counts: Tally, terms: Terms) -> Ratios | None:
    """Return the covered share of what applies; None if the bound does not hold.

    Bound   with the cap a / b, the share is (b * firm + min(b * guessed, a * whole)) over
            b * whole, none of it above b * W.
    """
    if terms.counting == COUNT:
        below = below.counted
        counts = tally(below)
    some = counts.whole > 0
    if not counts.occurring & ESTIMATED:
        return Ratios(counts.scored, counts.whole, some)
    above, under = terms.cap.numerator, terms.cap.denominator
    if under * below.whole > LARGEST:
        return None
    guessed = weigh(below.weights, (below.status & ESTIMATED) != 0, most=1)
    firm = under * (counts.scored - guessed)
    covered = firm + np.minimum(under * guessed, above * counts.whole)
    return Ratios(covered, under * counts.whole, some)


def reaches(share: Ratios, threshold: Fraction) -> Mask | None:
    """Say where SHARE is above 0 and at least THRESHOLD; None if the bound does not hold.

    Bound   num / den >= p / q is asked as num * q >= p * den. As num <= den and p <= q, no
            product is above q times the largest den.
    """
    most, least = int(share.unit.max(initial=1)), int(share.num.min(initial=LARGEST))
    if most * threshold.denominator > LARGEST:
        return None
    if least and least * threshold.denominator >= most * threshold.numerator:
        return np.ones(len(share.num), dtype=bool)
    enough = share.num * threshold.denominator >= share.unit * threshold.numerator
    return enough & (share.num > 0)


MISSING = (Status.UNKNOWN, Status.WITHHELD, Status.NOT_COLLECTED)
"""What can be missing where something applies; the first that occurs below a node is its own."""


def _why(seen: int) -> int:
    occurring = (BIT[status] for status in MISSING if seen & BIT[status])
    return next(occurring, BIT[Status.NOT_COLLECTED])


WHY = np.array([_why(seen) for seen in range(256)], dtype=np.uint8)
"""By the union of the statuses below a node: missing.why_missing, as bits."""


def why(below: Below, counts: Tally, places: Longs) -> Bits:
    """Return why there is no score at PLACES where something applies: of what has a weight."""
    found = _seen_of_leaves(below, counts)[places]
    for weight, node in zip(below.node_weights, below.nodes, strict=True):
        if weight:
            found |= node.status[places]
    return WHY[found]


def flags(below: Below, counts: Tally) -> Bits:
    """Return the flags of the answers that count in a score."""
    found = _seen_of_leaves(below, counts) & np.uint8(FLAGS)
    for weight, node in zip(below.node_weights, below.nodes, strict=True):
        if weight:
            found |= node.flags
    return found


def _seen_of_leaves(below: Below, counts: Tally) -> Bits:
    """Return the union of the statuses of the indicators that have a weight."""
    if all(below.weights):
        return counts.leaves_seen
    counting = [place for place, weight in enumerate(below.weights) if weight]
    return np.bitwise_or.reduce(below.status[counting], axis=0)
