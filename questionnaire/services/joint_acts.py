"""Acts on a round that take two people: one asks, another one does it or says no.

What each kind does is written beside what it concerns, and registered by `does`: this module
knows who may, in which order, and what the audit says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand

from ..enums import JointActKind, JointActState, Role
from ..models import JointAct, Round
from ..rules import may_ask_for_joint_act, may_decide_joint_act, may_withdraw_joint_act
from ..selectors.subjects import round_subject
from .locking import hold_round
from .remembering import save_as


class Deed(Protocol):
    """What a kind of act does. CHECK raises Refusal, when it is asked for and again when done.

    While it is done, the act's `decided_by` is the second person.
    """

    def check(self, round_: Round, act: JointAct) -> None: ...

    def perform(self, round_: Round, act: JointAct) -> None: ...


_deeds: dict[str, Deed] = {}


def does(kind: JointActKind) -> Callable[[type[Deed]], type[Deed]]:
    """Register the decorated class as what acts of this KIND do."""

    def register(deed: type[Deed]) -> type[Deed]:
        _deeds[kind] = deed()
        return deed

    return register


@transaction.atomic
def ask_for(
    *,
    kind: str,
    round_: Round,
    by: User,
    reason: str = "",
    subject: str = "",
    details: dict[str, Any] | None = None,
) -> JointAct:
    """Ask for an act that somebody else must do. SUBJECT is what it concerns, by its code.

    Raises NotAllowed, Refusal when it could not be done now or is asked for already.
    """
    round_ = hold_round(round_)
    demand(may_ask_for_joint_act(by, round_))
    asked = JointAct(
        round=round_,
        kind=kind,
        subject=subject,
        details=details or {},
        reason=reason.strip(),
        asked_by=by,
    )
    asked.full_clean(validate_constraints=False)
    waiting = round_.joint_acts.filter(kind=kind, subject=subject, state=JointActState.ASKED)
    if waiting.exists():
        raise Refusal(_("This is asked for already; it waits for a second person."))
    _deeds[kind].check(round_, asked)
    save_as(asked, by)
    _write(asked, "ask", by, new={"details": asked.details}, reason=asked.reason)
    return asked


@transaction.atomic
def do(*, act: JointAct, by: User) -> JointAct:
    """Do what somebody else asked for, as the second person. It is checked once more.

    Raises NotAllowed for who asked for it, WrongState if it waits no longer, Refusal.
    """
    act = _hold(act)
    demand(may_decide_joint_act(by, act))
    deed = _deeds[act.kind]
    deed.check(act.round, act)
    act.decided_by = by
    deed.perform(act.round, act)
    return _end(act, JointActState.DONE, "do", by)


@transaction.atomic
def refuse(*, act: JointAct, words: str, by: User) -> JointAct:
    """Say no to what somebody else asked for, with WORDS that say why."""
    act = _hold(act)
    demand(may_decide_joint_act(by, act))
    if not words.strip():
        raise Refusal(_("Say in a sentence why not."))
    return _end(act, JointActState.REFUSED, "refuse", by, words=words.strip())


@transaction.atomic
def withdraw(*, act: JointAct, by: User) -> JointAct:
    """Take back what one asked for, while it waits."""
    act = _hold(act)
    demand(may_withdraw_joint_act(by, act))
    return _end(act, JointActState.WITHDRAWN, "withdraw", by)


def _hold(act: JointAct) -> JointAct:
    """Lock the round, then the act: in this order, whatever is done to them."""
    round_ = hold_round(act.round)
    act = JointAct.objects.select_for_update(of=("self",)).get(pk=act.pk)
    act.round = round_
    if act.state != JointActState.ASKED:
        raise WrongState(_("This waits no longer: it was decided or taken back."))
    return act


def _end(act: JointAct, state: str, verb: str, by: User, *, words: str = "") -> JointAct:
    act.state, act.decided_by, act.decided_at, act.words = state, by, timezone.now(), words
    save_as(act, by)
    asked_by = str(act.asked_by_id)
    _write(act, verb, by, old={"asked_by": asked_by}, new=act.details, reason=words)
    return act


def _write(act: JointAct, verb: str, by: User, **values: Any) -> None:
    entries.write(
        stream=act.round.stream,
        act=f"{act.kind}.{verb}",
        subject=act.subject or round_subject(act.round),
        by=by.pk,
        role=Role.COORDINATOR,
        **values,
    )
