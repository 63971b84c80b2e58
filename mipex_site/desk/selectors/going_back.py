"""The way back from a closed review: open until an edition of the round was published."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from editions.models import Revision
from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from questionnaire.enums import JointActKind, JointActState, RoundState
from questionnaire.models import JointAct, Round
from questionnaire.rules import may_ask_for_joint_act


@dataclass(frozen=True, slots=True)
class GoingBack:
    """ASKED is what waits for a second person; IS_PUBLISHED closes the way for good."""

    is_published: bool
    asked: JointAct | None
    may_ask: Verdict


def going_back(round_: Round, user: User) -> GoingBack | None:
    """Return how the way back stands; None while the review is not closed. Three queries."""
    if round_.state != RoundState.REVIEW_CLOSED:
        return None
    ours = Q(edition__round_id=round_.pk) | Q(joining_id=round_.pk)
    asked = JointAct.objects.filter(
        round_id=round_.pk, kind=JointActKind.BACK_TO_REVIEW, state=JointActState.ASKED
    )
    return GoingBack(
        is_published=Revision.objects.filter(ours, published_at__isnull=False).exists(),
        asked=asked.select_related("asked_by").first(),
        may_ask=may_ask_for_joint_act(user, round_),
    )
