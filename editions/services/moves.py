"""The table: every state of a revision and every way from one to the next.

The services make the moves and take the states from here; pages, documents and tests read it too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict

from .. import rules
from ..enums import RevisionState as State
from ..models import Revision


@dataclass(frozen=True, slots=True)
class Move:
    """One way from a state to the next. Without a rule the portal makes it, WHEN it says."""

    name: str
    sources: frozenset[State]
    target: State
    title: Promise
    when: Promise
    rule: Callable[[User, Revision], Verdict] | None = None


BUILD = Move(
    name="build",
    sources=frozenset({State.QUEUED}),
    target=State.BUILDING,
    title=_("Build"),
    when=_("A queued revision is built by the next free worker."),
)
PUT_BACK = Move(
    name="put_back",
    sources=frozenset({State.BUILDING}),
    target=State.QUEUED,
    title=_("Put back"),
    when=_("A build whose worker has fallen silent is queued again."),
)
FAIL = Move(
    name="fail",
    sources=frozenset({State.BUILDING}),
    target=State.FAILED,
    title=_("Give up"),
    when=_("A build that meets an error stops and says which."),
)
FREEZE = Move(
    name="freeze",
    sources=frozenset({State.BUILDING}),
    target=State.CANDIDATE,
    title=_("Freeze"),
    when=_("A folder that is complete and checked becomes a candidate."),
)
RETRY = Move(
    name="retry",
    sources=frozenset({State.FAILED, State.CANDIDATE}),
    target=State.QUEUED,
    title=_("Build again"),
    when=_("A coordinator may try again after a failure or a red check."),
    rule=rules.may_retry,
)
SIGN = Move(
    name="sign",
    sources=frozenset({State.CANDIDATE}),
    target=State.SIGNED,
    title=_("Sign"),
    when=_("The second of two signatures makes a green candidate signed."),
    rule=rules.may_sign,
)
SET_ASIDE = Move(
    name="set_aside",
    sources=frozenset(
        {State.QUEUED, State.BUILDING, State.FAILED, State.CANDIDATE, State.SIGNED}
    ),
    target=State.SET_ASIDE,
    title=_("Set aside"),
    when=_(
        "What is not published is set aside when its round goes back to the review, and when"
        " another revision is published before it."
    ),
)
PUBLISH = Move(
    name="publish",
    sources=frozenset({State.SIGNED}),
    target=State.PUBLISHED,
    title=_("Publish"),
    when=_("A publisher publishes; the portal does at the chosen instant or by the round."),
    rule=rules.may_publish,
)
SUPERSEDE = Move(
    name="supersede",
    sources=frozenset({State.PUBLISHED}),
    target=State.SUPERSEDED,
    title=_("Supersede"),
    when=_("The next published revision of the same edition takes its place."),
)
WITHDRAW = Move(
    name="withdraw",
    sources=frozenset({State.PUBLISHED, State.SUPERSEDED}),
    target=State.WITHDRAWN,
    title=_("Withdraw"),
    when=_("One person asks with a public reason, and a publisher withdraws it."),
    rule=rules.may_withdraw,
)
REVISION_MOVES = (
    BUILD,
    PUT_BACK,
    FAIL,
    FREEZE,
    RETRY,
    SIGN,
    SET_ASIDE,
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
