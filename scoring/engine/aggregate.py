"""How a parent's score comes from its children: mean, weighted mean, table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .missing import Child, Status, coverage, reaches, why_missing
from .options import on_scale

MEAN, WEIGHTED_MEAN, TABLE = "mean", "weighted_mean", "table"
RULES = (MEAN, WEIGHTED_MEAN, TABLE)

BELOW_COVERAGE, NO_ROW = "coverage", "table"
"""Why a figure is missing though some of its children have a score."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The outcome for one parent.

    Units   score: points, 0 to 100, exact; None if there is none. coverage: a share, 0 to
            1; None if nothing below applies.
    Reason  empty for a score; else `coverage`, `table`, or the status itself.
    """

    score: Fraction | None
    coverage: Fraction | None
    status: Status
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A lookup: for each combination of the children's points, in the order `of`, a value."""

    of: tuple[str, ...]
    rows: Mapping[tuple[Fraction, ...], Fraction]


def weighted_mean(children: Sequence[Child], *, threshold: Fraction) -> Figure:
    """Return the weighted mean of the children that have a score.

    Shape   one Child per node or indicator directly below the parent, in any order.
    Exact   Fraction in, Fraction out.
    None    when the scored share of the applicable weight is below THRESHOLD (0 to 1), or
            is nothing. The weight of a missing child falls to its siblings.
    Raises  ValueError on a negative weight, or a score outside 0..100.
    Source  docs/explanation/scoring.md, "Missing answers".

    >>> one = Child("a", Fraction(67, 100), Fraction(100))
    >>> other = Child("b", Fraction(33, 100), Fraction(50))
    >>> weighted_mean([one, other], threshold=Fraction(0)).score
    Fraction(167, 2)
    """
    for child in children:
        if child.weight < 0:
            raise ValueError(f"the weight {child.weight} of {child.code} is negative")
        if child.score is not None and not on_scale(child.score):
            raise ValueError(f"the score {child.score} of {child.code} is outside 0..100")
    share = coverage(children)
    if share is None or not reaches(share, threshold):
        return _missing(children, share)
    scored = [(child.weight, child.score) for child in children if child.score is not None]
    total = sum((weight * score for weight, score in scored), Fraction(0))
    weights = sum((weight for weight, _ in scored), Fraction(0))
    return Figure(total / weights, share, Status.OK)


def mean(children: Sequence[Child], *, threshold: Fraction) -> Figure:
    """Return the mean of the children that have a score; every child weighs the same.

    As `weighted_mean` with all weights 1.

    >>> know = Child("a", Fraction(1), Fraction(50))
    >>> unknown = Child("b", Fraction(1), None, Status.UNKNOWN)
    >>> mean([know, know, unknown], threshold=Fraction(1, 2)).score
    Fraction(50, 1)
    >>> mean([know, unknown, unknown], threshold=Fraction(1, 2)).reason
    'coverage'
    """
    equal = [replace(child, weight=Fraction(1)) for child in children]
    return weighted_mean(equal, threshold=threshold)


def look_up(children: Sequence[Child], table: Table) -> Figure:
    """Return the table's value for the children's points.

    A missing child does no harm where every row that agrees with the others gives the same
    value: where the language is not demanded, its level need not be known.

    None    when the rows that agree differ (reason: why a child is missing), or when no row
            agrees (reason `table`: points that are no option).

    >>> pair = {(Fraction(a), Fraction(b)): Fraction(a) for a in (0, 100) for b in (0, 100)}
    >>> known = Child("a", Fraction(1), Fraction(100))
    >>> unknown = Child("b", Fraction(1), None, Status.UNKNOWN)
    >>> look_up([known, unknown], Table(("a", "b"), pair)).score
    Fraction(100, 1)
    """
    share = coverage(children)
    if not share:
        return _missing(children, share)
    by_code = {child.code: child.score for child in children}
    points = [by_code.get(code) for code in table.of]
    values = {
        value
        for row, value in table.rows.items()
        if all(known in (None, found) for known, found in zip(points, row, strict=True))
    }
    if len(values) == 1:
        return Figure(values.pop(), share, Status.OK)
    if not values:
        return Figure(None, share, Status.UNKNOWN, NO_ROW)
    status = why_missing(children)
    return Figure(None, share, status, str(status))


def _missing(children: Sequence[Child], share: Fraction | None) -> Figure:
    """Return a figure without a score, and why."""
    if share is None:
        status = Status.NOT_APPLICABLE if children else Status.NOT_COLLECTED
        return Figure(None, None, status, str(status))
    status = why_missing(children)
    return Figure(None, share, status, BELOW_COVERAGE if share else str(status))
