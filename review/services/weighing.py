"""What follows from the opinions on one version of one answer. The policy, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from questionnaire.enums import AnswerKind

from ..enums import AGREEING, OpinionKind
from ..models import CaseItem, Opinion
from .moves import APPROVE, EXHAUST, SPLIT
from .moving import Move


def what_follows(
    item: CaseItem, opinions: Iterable[Opinion], *, written_by: frozenset[UUID]
) -> Move | None:
    """Return APPROVE, SPLIT, or None while the item stays under review.

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
        exhausted = item.case.times_returned >= item.case.round.returns_allowed
        return SPLIT if agreeing else EXHAUST if exhausted else None
    return APPROVE if _consented(item, written_by) else None


def _consented(item: CaseItem, written_by: frozenset[UUID]) -> bool:
    if item.answer.kind != AnswerKind.EXCEPTIONAL:
        return True
    given = item.consents.filter(version=item.version)
    return given.exclude(adjudicator_id__in=written_by).exists()
