"""How a parent's score comes from its children: by a mean, or by a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .means import MEANS, WEIGHTED_MEAN
from .missing import (
    ANY_FLAGS,
    Child,
    Status,
    Terms,
    coverage,
    flags_of,
    reaches,
    why_missing,
)
from .options import on_scale

BELOW_COVERAGE, NO_ROW = "coverage", "table"
"""Why a figure is missing though some of its children have a score."""

USUAL = Terms()
"""The terms where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The outcome for one parent.

    Units   score: points, 0 to 100, exact; None if there is none. coverage: a share, 0 to
            1; None if nothing below applies. bounds: the least and the most the score could be
            if everything missing were answered, points; None if nothing below applies.
    Reason  empty for a score; else `coverage`, `table`, or the status itself.
    Flags   estimated, break, provisional: of the answers that count in it.
    """

    score: Fraction | None
    coverage: Fraction | None
    status: Status
    reason: str = ""
    bounds: tuple[Fraction, Fraction] | None = None
    flags: frozenset[str] = ANY_FLAGS


@dataclass(frozen=True, slots=True)
class Table:
    """A lookup: for each combination of the children's points, in the order `of`, a value."""

    of: tuple[str, ...]
    rows: Mapping[tuple[Fraction, ...], Fraction]


def combine(children: Sequence[Child], *, rule: str, terms: Terms) -> Figure:
    """Return the mean of the children that have a score, by RULE: one of means.MEANS.

    Shape   one Child per node or indicator directly below the parent, in any order.
    Exact   Fraction in, Fraction out; a geometric mean to 25 decimal places.
    None    when the scored share of what applies is below the threshold of TERMS, or is
            nothing. The weight of a missing child falls to its siblings.
    Bounds  the same mean with everything missing at its least, and at its most: no mean falls
            when a child rises.
    Raises  ValueError on a negative weight, a score outside 0..100, or a score of 0 where a
            product needs more.
    Source  docs/explanation/scoring.md, "Missing answers".

    >>> one = Child("a", Fraction(67, 100), Fraction(100))
    >>> other = Child("b", Fraction(33, 100), Fraction(50))
    >>> combine([one, other], rule="weighted_mean", terms=Terms()).score
    Fraction(167, 2)
    """
    for child in children:
        if child.weight.numerator < 0:
            raise ValueError(f"the weight {child.weight} of {child.code} is negative")
        if child.score is not None and not on_scale(child.score):
            raise ValueError(f"the score {child.score} of {child.code} is outside 0..100")
    share = coverage(children, counting=terms.counting, cap=terms.cap)
    if share is None:
        status = Status.NOT_APPLICABLE if children else Status.NOT_COLLECTED
        return Figure(None, None, status, str(status))
    mean, counted = MEANS[rule], [child for child in children if child.applies]
    known = [(child.weight, child.score) for child in counted if child.score is not None]
    score = mean(known, terms.lowest) if reaches(share, terms.threshold) else None
    if score is not None and all(child.span == (child.score,) * 2 for child in counted):
        bounds = (score, score)
    else:
        bounds = _bounds(counted, rule, terms.lowest)
    if score is None:
        # Something applies, and if none of it is missing, it was estimated beyond the cap.
        status = why_missing(counted)
        return Figure(None, share, status, BELOW_COVERAGE if share else str(status), bounds)
    return Figure(score, share, Status.OK, bounds=bounds, flags=flags_of(children))


def _bounds(counted: Sequence[Child], rule: str, lowest: Fraction) -> tuple[Fraction, Fraction]:
    """Return the mean with every child at its least, and at its most.

    A geometric mean of untouched scores with one at 0 is 0, in the limit.
    """
    mean, ends = MEANS[rule], []
    for end in (0, 1):
        pairs = [(child.weight, child.span[end]) for child in counted]
        needs_more = rule not in PLAIN and not lowest and any(not score for _, score in pairs)
        ends.append(Fraction(0) if needs_more else mean(pairs, lowest))
    return ends[0], ends[1]


PLAIN = frozenset(MEANS) - {"geometric_mean", "harmonic_mean"}
"""The means that take a score of 0 as it is."""


def weighted_mean(children: Sequence[Child], *, threshold: Fraction) -> Figure:
    """Return the weighted mean of the children that have a score: see combine."""
    return combine(children, rule=WEIGHTED_MEAN, terms=Terms(threshold))


def mean(children: Sequence[Child], *, threshold: Fraction) -> Figure:
    """Return the mean of the children that have a score; every child weighs the same.

    >>> know = Child("a", Fraction(1), Fraction(50))
    >>> unknown = Child("b", Fraction(1), None, Status.UNKNOWN)
    >>> mean([know, know, unknown], threshold=Fraction(1, 2)).score
    Fraction(50, 1)
    >>> mean([know, unknown, unknown], threshold=Fraction(1, 2)).reason
    'coverage'
    """
    equal = [replace(child, weight=Fraction(1)) for child in children]
    return weighted_mean(equal, threshold=threshold)


def look_up(children: Sequence[Child], table: Table, terms: Terms = USUAL) -> Figure:
    """Return the table's value for the children's points.

    A missing child does no harm where every row that agrees with the others gives the same
    value: where the language is not demanded, its level need not be known.

    None    when the rows that agree differ (reason: why a child is missing), or when no row
            agrees (reason `table`: points that are no option). A threshold is not asked for:
            TERMS say how coverage is counted, and how much of it estimates may be.
    Bounds  the least and the highest value of the rows that agree; of all, where none does.

    >>> pair = {(Fraction(a), Fraction(b)): Fraction(a) for a in (0, 100) for b in (0, 100)}
    >>> known = Child("a", Fraction(1), Fraction(100))
    >>> unknown = Child("b", Fraction(1), None, Status.UNKNOWN)
    >>> look_up([known, unknown], Table(("a", "b"), pair)).score
    Fraction(100, 1)
    """
    share = coverage(children, counting=terms.counting, cap=terms.cap)
    if share is None:
        return Figure(None, None, Status.NOT_APPLICABLE, str(Status.NOT_APPLICABLE))
    by_code = {child.code: child.score for child in children}
    points = [by_code.get(code) for code in table.of]
    values = {
        value
        for row, value in table.rows.items()
        if all(known in (None, found) for known, found in zip(points, row, strict=True))
    }
    bounds = _ends(values or table.rows.values())
    if not share:
        status = why_missing(children)
        return Figure(None, share, status, str(status), bounds)
    if len(values) == 1:
        flags = flags_of(children)
        return Figure(values.pop(), share, Status.OK, bounds=bounds, flags=flags)
    if not values:
        return Figure(None, share, Status.UNKNOWN, NO_ROW, bounds)
    status = why_missing(children)
    return Figure(None, share, status, str(status), bounds)


def _ends(values: Iterable[Fraction]) -> tuple[Fraction, Fraction]:
    values = list(values)
    return min(values), max(values)
