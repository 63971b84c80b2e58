"""What is missing, why, how far a score may move for it, and whether enough is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import lcm

NONE = Fraction(0)
FULL = Fraction(100)
WEIGHT, COUNT = "weight", "count"
COUNTINGS = (WEIGHT, COUNT)


class Status(StrEnum):
    """Why a cell or a figure has a value, or has none."""

    OK = "ok"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"
    NOT_COLLECTED = "not_collected"
    WITHHELD = "withheld"
    ESTIMATED = "estimated"
    BREAK = "break"
    PROVISIONAL = "provisional"


WITH_POINTS = frozenset({Status.OK, Status.ESTIMATED, Status.BREAK, Status.PROVISIONAL})
"""The statuses of an answer that earns points. The others have none, and say why."""

FLAGGED = frozenset({Status.ESTIMATED, Status.BREAK, Status.PROVISIONAL})
"""What a reader of a figure must be told of the answers below it."""

SDMX = {
    Status.OK: "A",
    Status.NOT_APPLICABLE: "M",
    Status.UNKNOWN: "O",
    Status.NOT_COLLECTED: "L",
    Status.WITHHELD: "Q",
    Status.ESTIMATED: "E",
    Status.BREAK: "B",
    Status.PROVISIONAL: "P",
}
"""The letters of the SDMX code list CL_OBS_STATUS that say the same."""

ANY_FLAGS: frozenset[str] = frozenset()
TENTH = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class Child:
    """One node or indicator directly below a parent.

    Units   score: points, 0 to 100; None if there is none, and then `status` says why.
            weight: any number from 0 up, compared with its siblings only.
            bounds: the least and the most it can be, whatever is missing; None where nothing
            applies. An answer that is missing may be anything from 0 to 100.
    """

    code: str
    weight: Fraction
    score: Fraction | None
    status: Status = Status.OK
    bounds: tuple[Fraction, Fraction] | None = None
    flags: frozenset[str] = ANY_FLAGS

    @property
    def span(self) -> tuple[Fraction, Fraction]:
        """The bounds, where none were given: those of an answer."""
        if self.bounds is not None:
            return self.bounds
        return (NONE, FULL) if self.score is None else (self.score, self.score)

    @property
    def applies(self) -> bool:
        """Whether it counts at all: it is not inapplicable, and has a weight."""
        return self.weight.numerator != 0 and self.status != Status.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a parent has a score.

    Units   threshold: 0 (any) to 1 (every). cap: the share of what applies that estimates may
            cover, 0 to 1. lowest: see means.positive, points.
    Shape   counting: shares are of the weight, or of the number of children.
    """

    threshold: Fraction = NONE
    counting: str = WEIGHT
    cap: Fraction = TENTH
    lowest: Fraction = Fraction(1)


def coverage(
    children: Sequence[Child], *, counting: str = WEIGHT, cap: Fraction = TENTH
) -> Fraction | None:
    """Return the share of what applies that has a score; None if nothing applies.

    A child that is not applicable leaves both sides of the share; one that is unknown, withheld
    or was not collected stays in its denominator. A child of weight 0 counts on neither side.
    Estimates cover no more than CAP of what applies: with more, the answer is a guess.

    >>> ok = Child("a", Fraction(1), Fraction(50))
    >>> unknown = Child("b", Fraction(1), None, Status.UNKNOWN)
    >>> absent = Child("c", Fraction(1), None, Status.NOT_APPLICABLE)
    >>> coverage([ok, ok, unknown, absent])
    Fraction(2, 3)
    >>> coverage([absent]) is None
    True
    """
    unit = lcm(*(child.weight.denominator for child in children))
    whole = firm = guessed = 0
    for child in children:
        if child.applies:
            weight = child.weight
            share = weight.numerator * (unit // weight.denominator) if counting == WEIGHT else 1
            whole += share
            if child.status == Status.ESTIMATED:
                guessed += share
            elif child.score is not None:
                firm += share
    if guessed:
        return Fraction(firm + min(guessed, cap * whole)) / whole
    return Fraction(firm, whole) if whole else None


def reaches(share: Fraction, threshold: Fraction) -> bool:
    """Say whether SHARE is enough: some score at all, and at least THRESHOLD.

    >>> reaches(Fraction(2, 3), Fraction(2, 3)), reaches(Fraction(0), Fraction(0))
    (True, False)
    """
    return share > 0 and share >= threshold


def why_missing(children: Sequence[Child]) -> Status:
    """Return the status of a parent without a score.

    Unknown if the expert could not establish one of its children; else withheld if one is;
    else not collected; not applicable if all its children are.
    """
    statuses = {child.status for child in children if child.score is None}
    for status in (Status.UNKNOWN, Status.WITHHELD, Status.NOT_COLLECTED):
        if status in statuses:
            return status
    return Status.NOT_APPLICABLE if statuses else Status.NOT_COLLECTED


def flags_of(children: Sequence[Child]) -> frozenset[str]:
    """Return the flags of a parent: those of every child that counts in its score."""
    flags = set()
    for child in children:
        if child.score is not None and child.weight != 0:
            flags |= child.flags
            if child.status in FLAGGED:
                flags.add(str(child.status))
    return frozenset(flags)
