"""What follows from the opinions on an answer, and from a ruling. The policy, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from questionnaire.enums import AnswerKind

from ..enums import AGREEING, OpinionKind, VerdictCode
from ..models import CaseItem, Opinion
from .moves import APPROVE, EXHAUST, SPLIT
from .moving import Move

ALONE_WITHIN = 1
"""As many options from the expert's one adjudicator may go without another."""


@dataclass(frozen=True, slots=True)
class Value:
    """What an answer or a ruling says, without its reasons."""

    kind: str
    option_id: int | None
    points: Fraction | None


def what_follows(
    item: CaseItem, opinions: Iterable[Opinion], *, written_by: frozenset[UUID]
) -> Move | None:
    """Return APPROVE, SPLIT, EXHAUST, or None while the item stays under review.

    OPINIONS are those on the version under review. An opinion of somebody in WRITTEN_BY (four
    eyes) or of somebody who is not qualified does not count. With enough of them: all agree,
    and the answer is approved, unless exceptional points still lack their consent; both are
    there, and it is disputed; all disagree, and a reviewer returns it, or it is disputed where
    the case was returned as often as the round allows.
    """
    counted = [
        opinion
        for opinion in opinions
        if opinion.kind != OpinionKind.NOT_QUALIFIED and opinion.reviewer_id not in written_by
    ]
    if len(counted) < item.case.round.opinions_required:
        return None
    agreeing = sum(opinion.kind in AGREEING for opinion in counted)
    if agreeing < len(counted):
        return SPLIT if agreeing else EXHAUST if is_exhausted(item) else None
    return APPROVE if _consented(item, written_by) and not is_blocked(item) else None


def is_blocked(item: CaseItem) -> bool:
    """Return whether a blocking conversation about the answer is open."""
    return item.threads.filter(is_blocking=True, closed_at__isnull=True).exists()


def is_exhausted(item: CaseItem) -> bool:
    """Return whether the case was returned as often as the round allows."""
    return item.case.times_returned >= item.case.round.returns_allowed


def _consented(item: CaseItem, written_by: frozenset[UUID]) -> bool:
    if item.answer.kind != AnswerKind.EXCEPTIONAL:
        return True
    given = item.consents.filter(version=item.version)
    return given.exclude(adjudicator_id__in=written_by).exists()


def stands_alone(*, verdict: str, ruled: Value, experts: Value, places: Sequence[int]) -> bool:
    """Return whether a ruling stands by one adjudicator's word, or needs a second look.

    It does where the value is the expert's own or the option next to it, but for the verdict
    "another option". Options are counted, by their PLACES (their keys in the order of the
    indicator), for points lie unequally far apart; a value that is no option is next to none.
    """
    if verdict == VerdictCode.THIRD_VALUE:
        return False
    if ruled == experts:
        return True
    if ruled.option_id is None or experts.option_id is None:
        return False
    distance = places.index(ruled.option_id) - places.index(experts.option_id)
    return abs(distance) <= ALONE_WITHIN
