"""What the acts on invitations share: the lock, the link, and the record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import WrongState
from mipex_site.base.verdict import demand
from mipex_site.mail.enums import LetterState
from mipex_site.mail.models import Letter
from mipex_site.mail.services import outbox

from ...enums import Role
from ...models import Assignment, Invitation, Round
from ...rules import may_invite
from ...selectors.people import letter_key
from ..locking import hold_round
from .tokens import hash_of, link_of, new_token

SHORTEST = timedelta(days=30)
JUDGES = (Role.REVIEWER, Role.ADJUDICATOR)
WITH_ALL = Invitation.objects.select_related(
    "country", "strand", "organisation", "invited_by", "replaces"
)


def hold(*, invitation: Invitation, by: User) -> Invitation:
    """Lock the round, then the invitation, and demand that BY may still invite there.

    Raises NotAllowed, and WrongState for what is answered or withdrawn already.
    """
    round_ = hold_place(invitation.round)
    held = WITH_ALL.select_for_update(of=("self",)).get(pk=invitation.pk)
    held.round = round_
    demand(may_invite(by, round_, held.country))
    if held.accepted_at or held.declined_at or held.withdrawn_at:
        raise WrongState(_("This invitation was answered or withdrawn already."))
    return held


def hold_place(round_: Round | None) -> Round | None:
    """Lock the round, or for the whole portal its coordinators: of two acts one waits."""
    if round_ is not None:
        return hold_round(round_)
    list(portal_heads().select_for_update(of=("self",)).order_by("pk"))
    return None


def portal_heads() -> QuerySet[Assignment]:
    """Return the running rights to coordinate the whole portal, of people who can sign in."""
    heads = Assignment.objects.running().filter(role=Role.COORDINATOR, round__isnull=True)
    return heads.exclude(person__is_active=False)


def last_day_of_link(round_: Round | None, role: str) -> datetime:
    """Return when a link ends: not before the work it invites to, nor in less than a month."""
    if round_ is None:
        return timezone.now() + SHORTEST
    work = round_.review_due_at if role in JUDGES else round_.hard_close_at
    return max(work, timezone.now() + SHORTEST)


def put_new_link(invitation: Invitation) -> str:
    """Give the invitation a new link, on the row alone, and return it; the old one is void.

    A letter with the old link that has not left yet never leaves.
    """
    token = new_token()
    invitation.token_hash = hash_of(token)
    invitation.expires_at = last_day_of_link(invitation.round, invitation.role)
    invitation.opened_at = None
    waiting = Letter.objects.filter(key=letter_key(invitation), state=LetterState.QUEUED)
    for letter in waiting:
        _keep_back(letter)
    invitation.issue += 1
    return link_of(token)


def keep_letter_back(invitation: Invitation) -> None:
    """Keep the invitation's letter from leaving if it is still there."""
    waiting = Letter.objects.filter(key=letter_key(invitation), state=LetterState.QUEUED)
    for letter in waiting:
        _keep_back(letter)


def _keep_back(letter: Letter) -> None:
    try:
        outbox.withdraw(letter=letter)
    except WrongState:
        return  # It is just leaving. Its link opens nothing any more.


def write(
    *, invitation: Invitation, act: str, by: UUID | None, role: str = "", **more: Any
) -> None:
    """Write the act into the round's chain, or the portal's: the part, never name or address.

    The chain cannot forget, and it must not tell who is behind a pseudonym.
    """
    entries.write(
        stream=invitation.round.stream if invitation.round else "accounts",
        act=f"invitation.{act}",
        subject=f"invitation/{invitation.pk}",
        by=by,
        role=role,
        new={
            "role": invitation.role,
            "country": invitation.country.code if invitation.country else None,
            "strand": invitation.strand.code if invitation.strand else None,
            "coding": invitation.coding,
        }
        | more,
    )
