"""Take a closed round back to its review, so that what is wrong there can be mended: two people.

It ends where a reader could have seen a result: once an edition of the round was published, a
mistake is corrected by a new revision.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal
from questionnaire.enums import JointActKind, Role, RoundState
from questionnaire.models import JointAct, Round
from questionnaire.services import joint_acts
from questionnaire.services.joint_acts import does
from questionnaire.services.rounds import demand_state

from ..signals import review_taking_up
from .moves import BACK_TO_REVIEW
from .moving import Diary, carry_out, lock


def ask_to_go_back(*, round_: Round, reason: str, by: User) -> JointAct:
    """Ask a second person to take the round back to its review.

    Raises NotAllowed, WrongState while its review is not closed, or Refusal without a reason
    and once an edition of it was published.
    """
    if not reason.strip():
        raise Refusal(_("Say in a sentence why."))
    return joint_acts.ask_for(
        kind=JointActKind.BACK_TO_REVIEW, round_=round_, by=by, reason=reason
    )


@does(JointActKind.BACK_TO_REVIEW)
class BackToReview:
    """Let the review go on. Nothing in it is opened by this: each sheet is reopened by itself."""

    def check(self, round_: Round, act: JointAct) -> None:
        demand_state(round_, RoundState.REVIEW_CLOSED)
        review_taking_up.send(sender=Round, round_=round_)

    def perform(self, round_: Round, act: JointAct) -> None:
        held = lock(round_)
        diary = Diary(by=act.decided_by, role=Role.COORDINATOR, stream=held.stream)
        carry_out(BACK_TO_REVIEW, held, diary=diary, reason=act.reason)
        diary.write()
        round_.state, round_.closed_at = held.state, held.closed_at
