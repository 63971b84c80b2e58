"""Lock and unlock a design, and cancel a round: each takes two people.

The second person does what was asked for as it stood then: a design that was changed after it
was asked to be locked is asked for anew.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal, Stale
from mipex_site.base.verdict import demand

from ..enums import FrameworkState, JointActKind, RoundState
from ..models import JointAct, Round
from ..rules import may_import_framework
from ..selectors.designs import Part, has_content, print_of
from ..selectors.tree import checksum_of, framework_document
from ..signals import round_cancelling
from . import joint_acts
from .completeness import faults_of_design
from .framework import lock_framework
from .joint_acts import does
from .rounds import demand_state, move
from .setting_up import call_off
from .taking_down import take_down

KINDS = (JointActKind.LOCK, JointActKind.UNLOCK, JointActKind.CANCEL)
BEFORE_PUBLISHED = (
    RoundState.DESIGN,
    RoundState.LOCKED,
    RoundState.OPEN,
    RoundState.REVIEW_CLOSED,
)


@transaction.atomic
def ask_to_lock(*, round_: Round, reason: str = "", by: User) -> JointAct:
    """Ask a second person to lock the design as it stands now. Raises Refusal with what lacks."""
    asked = {"kind": JointActKind.LOCK, "round_": round_, "by": by, "reason": reason}
    return joint_acts.ask_for(details=_prints(round_), **asked)


def ask_to_unlock(*, round_: Round, reason: str, by: User) -> JointAct:
    """Ask a second person to take the lock off, before anything was written."""
    return joint_acts.ask_for(
        kind=JointActKind.UNLOCK, round_=round_, by=by, reason=_given(reason)
    )


def ask_to_cancel(*, round_: Round, reason: str, by: User) -> JointAct:
    """Ask a second person to cancel a round of which nothing was published."""
    return joint_acts.ask_for(
        kind=JointActKind.CANCEL, round_=round_, by=by, reason=_given(reason)
    )


@does(JointActKind.LOCK)
class Lock:
    """End the design. A draft of a framework that has no fault is locked with it."""

    def check(self, round_: Round, act: JointAct) -> None:
        demand_state(round_, RoundState.DESIGN)
        faults = faults_of_design(round_)
        if faults:
            raise Refusal(" ".join(fault.words for fault in faults))
        if round_.framework.state != FrameworkState.LOCKED:
            demand(may_import_framework(act.asked_by))
        if act.pk and act.details != _prints(round_):
            raise Stale(
                _(
                    "The design was changed after it was asked to be locked. Look at it again,"
                    " and let it be asked for anew."
                )
            )

    def perform(self, round_: Round, act: JointAct) -> None:
        if round_.framework.state != FrameworkState.LOCKED:
            round_.framework = lock_framework(framework=round_.framework, by=act.asked_by)
        move(round_=round_, state=RoundState.LOCKED, act="round.lock", by=act.decided_by)


@does(JointActKind.UNLOCK)
class Unlock:
    """Go back to the design, while nobody has drafted an answer.

    An opening that waits, runs or failed is called off, and what it has set up is taken down.
    """

    def check(self, round_: Round, act: JointAct) -> None:
        demand_state(round_, RoundState.LOCKED)
        if has_content(round_):
            raise Refusal(_("An answer is drafted already, so the design stays locked."))

    def perform(self, round_: Round, act: JointAct) -> None:
        call_off(round_)
        take_down(round_=round_, by=act.decided_by)
        move(round_=round_, state=RoundState.DESIGN, act="round.unlock", by=act.decided_by)


@does(JointActKind.CANCEL)
class Cancel:
    """End a round for good, before anything of it was published."""

    def check(self, round_: Round, act: JointAct) -> None:
        demand_state(round_, *BEFORE_PUBLISHED)
        round_cancelling.send(sender=Round, round_=round_)

    def perform(self, round_: Round, act: JointAct) -> None:
        call_off(round_)
        move(round_=round_, state=RoundState.CANCELLED, act="round.cancel", by=act.decided_by)


def _prints(round_: Round) -> dict[str, str]:
    """Return what the design says, and its framework, each as a short print."""
    said = {part.value: print_of(round_, part) for part in Part}
    return said | {"questions": checksum_of(framework_document(round_.framework))}


def _given(reason: str) -> str:
    if not reason.strip():
        raise Refusal(_("Say in a sentence why."))
    return reason
