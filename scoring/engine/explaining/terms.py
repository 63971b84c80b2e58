"""What makes two scores of one country differ, and by how much each of it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from ..missing import Status


class Term(StrEnum):
    """What can change between two scores.

    policy      another answer, of a later reference date
    method      other questions, options, weights, rules or thresholds
    coverage    other questions with an answer, or others scored on the date
    correction  another answer of the same reference date
    """

    POLICY = "policy"
    METHOD = "method"
    COVERAGE = "coverage"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it counts.

    Units   points: 0 to 100; None if it has none, and then `status` says why.
    Shape   closed: a gate made it so, whatever was said.
    """

    points: Fraction | None
    status: Status = Status.OK
    closed: bool = False


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """The part of a change that one answer made, as one term of it.

    Shape   indicator: its code in the new methodology, or its old one where it is dropped; that
            of a node where what lies below cannot be told apart. old, new: None where there is
            no such question.
    Units   part: points of the score that changed.
    """

    indicator: str
    term: Term
    old: Answer | None
    new: Answer | None
    part: Fraction


@dataclass(frozen=True, slots=True)
class Change:
    """Why one country's score at a node differs between two sides.

    Units   old, new: exact points; None where there is no score, and then no terms. terms: points,
            each of the four.
    Exact   the terms sum to new - old, and the parts of the answers with a term to that term.
            What the method does is no single answer's.
    """

    country: str
    node: str
    level: str
    old_date: str
    new_date: str
    old: Fraction | None
    new: Fraction | None
    terms: Mapping[Term, Fraction]
    answers: tuple[AnswerChange, ...] = ()

    @property
    def delta(self) -> Fraction | None:
        """The change: new less old; None where one of them is missing."""
        return None if self.old is None or self.new is None else self.new - self.old

    @property
    def composition(self) -> Fraction:
        """What other questions with an answer did to the score: the term coverage."""
        return self.terms.get(Term.COVERAGE, Fraction(0))
