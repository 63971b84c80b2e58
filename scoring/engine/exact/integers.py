"""One node at all places, by whole numbers: the arithmetic mean and what belongs to it."""

from __future__ import annotations

import numpy as np

from ..aggregate import BELOW_COVERAGE
from ..missing import Status, Terms
from .figures import REASONS, NodeFigures
from .matrix import APPLICABLE, BIT, Bits
from .ratios import FULL, Divisor, Longs, Mask, Ratios, Term, add_up, divide, holds
from .tally import OK, Below, Tally, coverage, flags, reaches, tally, weigh, why

NOT_APPLICABLE, NOT_COLLECTED = BIT[Status.NOT_APPLICABLE], BIT[Status.NOT_COLLECTED]
BELOW = REASONS.index(BELOW_COVERAGE)
WORDS = {bit: REASONS.index(str(status)) for status, bit in BIT.items()}
REASON_OF = np.array([WORDS.get(bit, 0) for bit in range(256)], dtype=np.uint8)
"""By the bit of a status: the place of its word in REASONS."""


def mean_of(
    below: Below, terms: Terms, *, bounds: bool
) -> tuple[NodeFigures, Mask | None] | None:
    """Return the figures of a node that is the weighted mean of what lies below.

    Shape   the figures, and the places where the bound of `ratios` does not hold and they mean
            nothing; None for these if there are none. None for all, if it holds nowhere.
    """
    whole = below.whole
    if not holds(below.scale, whole):
        return None
    counts = tally(below)
    share = coverage(below, counts, terms)
    enough = None if share is None else reaches(share, terms.threshold)
    if share is None or enough is None:
        return None
    points = weigh(below.weights, below.points, most=FULL * below.scale)
    total = add_up([*_leaves(points, below), *_nodes(below)], whole=whole)
    scored = counts.scored if enough.all() else counts.scored * enough
    score = divide(total, Divisor.of(scored))
    ends, beyond = _bounds(below, counts, points, score) if bounds else (None, None)
    status, reason = _words(below, counts, share, enough)
    found = flags(below, counts) * enough
    figures = NodeFigures(score, share, ends, status, reason, found)
    return figures, _either(total.beyond, beyond)


def _leaves(points: Longs, below: Below) -> list[Term]:
    """Return the indicators below, already added up, as one summand."""
    if not any(below.weights):
        return []
    return [Term(1, Ratios(points, below.scale, np.ones(len(points), dtype=bool)))]


def _nodes(below: Below) -> list[Term]:
    pairs = zip(below.node_weights, below.nodes, strict=True)
    return [Term(weight, node.score) for weight, node in pairs if weight]


def _bounds(
    below: Below, counts: Tally, points: Longs, score: Ratios
) -> tuple[tuple[Ratios, Ratios], Mask | None]:
    """Return the mean with everything missing at 0, the same at 100, and what is beyond.

    What applies and is missing has 0 or 100 points for all its weight, so that the denominator
    is the whole weight in place of the scored one.
    """
    if counts.is_complete and all(node.is_firm for node in below.nodes):
        return (score, score), None
    missing = FULL * below.scale * (counts.leaves_whole - counts.leaves_scored)
    ends = [_leaves(points, below), _leaves(points + missing, below)]
    for weight, node in zip(below.node_weights, below.nodes, strict=True):
        if weight:
            for terms, values in zip(ends, _span(node), strict=True):
                terms.append(Term(weight, values))
    totals = [add_up(terms, whole=below.whole) for terms in ends]
    weights = Divisor.of(counts.whole)
    low, high = (divide(total, weights) for total in totals)
    return (low, high), _either(totals[0].beyond, totals[1].beyond)


def _span(node: NodeFigures) -> tuple[Ratios, Ratios]:
    """Return the least and the most that a node below can be, where it applies.

    One that applies and has no bounds, for nothing of it is scored on that date, can be
    anything from 0 to 100; one that does not apply has no part in it.
    """
    low, high = node.bounds or (node.score, node.score)
    applies = (node.status & np.uint8(APPLICABLE)) != 0
    if np.array_equal(applies, low.present):
        return low, high
    least = np.where(low.present, low.num, 0) * applies
    most = np.where(high.present, high.num, FULL * high.unit) * applies
    return Ratios(least, low.unit, applies), Ratios(most, high.unit, applies)


def _words(below: Below, counts: Tally, share: Ratios, enough: Mask) -> tuple[Bits, Bits]:
    """Return the status at each place, and the reason where there is no score."""
    status = np.full(len(enough), OK, dtype=np.uint8)
    reason = np.zeros(len(enough), dtype=np.uint8)
    without = np.flatnonzero(~enough)
    if without.size:
        seen, whole = counts.seen[without], counts.whole[without]
        nothing = np.where(seen == 0, NOT_COLLECTED, NOT_APPLICABLE)
        status[without] = np.where(whole == 0, nothing, why(below, counts, without))
        some = share.num[without] > 0
        reason[without] = np.where(some, BELOW, REASON_OF[status[without]])
    return status, reason


def _either(one: Mask | None, other: Mask | None) -> Mask | None:
    if one is None or other is None:
        return other if one is None else one
    return one | other
