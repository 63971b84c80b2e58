"""What is missing, why, and whether enough is left for a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

NONE = Fraction(0)


class Status(StrEnum):
    """Why a cell or a figure has a value, or has none."""

    OK = "ok"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"
    NOT_COLLECTED = "not_collected"


@dataclass(frozen=True, slots=True)
class Child:
    """One node or indicator directly below a parent.

    Units   score: points, 0 to 100; None if there is none, and then `status` says why.
            weight: any number from 0 up, compared with its siblings only.
    """

    code: str
    weight: Fraction
    score: Fraction | None
    status: Status = Status.OK


def coverage(children: Sequence[Child]) -> Fraction | None:
    """Return the share of the applicable weight that has a score; None if nothing applies.

    A child that is not applicable leaves both sides of the share; one that is unknown or
    was not collected stays in its denominator. A child of weight 0 counts on neither side.

    >>> ok = Child("a", Fraction(1), Fraction(50))
    >>> unknown = Child("b", Fraction(1), None, Status.UNKNOWN)
    >>> absent = Child("c", Fraction(1), None, Status.NOT_APPLICABLE)
    >>> coverage([ok, ok, unknown, absent])
    Fraction(2, 3)
    >>> coverage([absent]) is None
    True
    """
    applicable = [child for child in children if child.status != Status.NOT_APPLICABLE]
    whole = sum((child.weight for child in applicable), NONE)
    scored = sum((child.weight for child in applicable if child.score is not None), NONE)
    return scored / whole if whole else None


def reaches(share: Fraction, threshold: Fraction) -> bool:
    """Say whether SHARE is enough: some score at all, and at least THRESHOLD.

    >>> reaches(Fraction(2, 3), Fraction(2, 3)), reaches(Fraction(0), Fraction(0))
    (True, False)
    """
    return share > 0 and share >= threshold


def why_missing(children: Sequence[Child]) -> Status:
    """Return the status of a parent without a score.

    Not applicable if all its children are; unknown if the expert could not establish one of
    them; otherwise it was not collected.
    """
    statuses = {child.status for child in children if child.score is None}
    if Status.UNKNOWN in statuses:
        return Status.UNKNOWN
    if Status.NOT_COLLECTED in statuses or not statuses:
        return Status.NOT_COLLECTED
    return Status.NOT_APPLICABLE
