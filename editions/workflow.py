"""Every state a revision can be in, and every way from one to the next.

The services make the moves; this table says which there are, for pages, documents and tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict

from . import rules
from .enums import RevisionState as State
from .models import Revision


@dataclass(frozen=True, slots=True)
class Move:
    """A move without a rule is made by the portal alone, in the course of its work."""

    name: str
    sources: frozenset[State]
    target: State
    title: Promise
    rule: Callable[[User, Revision], Verdict] | None = None


BUILD = Move("build", frozenset({State.QUEUED}), State.BUILDING, _("Start to build"))
PUT_BACK = Move("put_back", frozenset({State.BUILDING}), State.QUEUED, _("Put back"))
FAIL = Move("fail", frozenset({State.BUILDING}), State.FAILED, _("Give up building"))
FREEZE = Move("freeze", frozenset({State.BUILDING}), State.CANDIDATE, _("Freeze"))
RETRY = Move(
    "retry",
    frozenset({State.FAILED, State.CANDIDATE}),
    State.QUEUED,
    _("Build again"),
    rules.may_retry,
)
SIGN = Move(
    "sign",
    frozenset({State.CANDIDATE}),
    State.SIGNED,  # with the second signature; the first one leaves a candidate a candidate
    _("Sign"),
    rules.may_sign,
)
PUBLISH = Move(
    "publish", frozenset({State.SIGNED}), State.PUBLISHED, _("Publish"), rules.may_publish
)
SUPERSEDE = Move(
    "supersede", frozenset({State.PUBLISHED}), State.SUPERSEDED, _("Follow with another")
)
WITHDRAW = Move(
    "withdraw",
    frozenset({State.PUBLISHED, State.SUPERSEDED}),
    State.WITHDRAWN,
    _("Withdraw"),
    rules.may_withdraw,
)
REVISION_MOVES = (
    BUILD,
    PUT_BACK,
    FAIL,
    FREEZE,
    RETRY,
    SIGN,
    PUBLISH,
    SUPERSEDE,
    WITHDRAW,
)


def verdicts_for(user: User, revision: Revision) -> list[tuple[Move, Verdict]]:
    """Return what people can do with the revision as it stands, and whether this one may."""
    return [
        (move, move.rule(user, revision))
        for move in REVISION_MOVES
        if move.rule and revision.state in move.sources
    ]
