"""Invitations and parts, as a coordinator reads them. Who may read them is asked by the caller."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from ..models import Aggregate, Invitation, Round

UNCONFIRMED, SENT, OPENED = "unconfirmed", "sent", "opened"
ACCEPTED, DECLINED, WITHDRAWN, EXPIRED = "accepted", "declined", "withdrawn", "expired"
STATES = (UNCONFIRMED, SENT, OPENED, ACCEPTED, DECLINED, WITHDRAWN, EXPIRED)
RUNNING = (UNCONFIRMED, SENT, OPENED)


def state_of(invitation: Invitation, now: datetime | None = None) -> str:
    """Return where an invitation stands: one of STATES, which follows from its columns."""
    for name, at in (
        (ACCEPTED, invitation.accepted_at),
        (DECLINED, invitation.declined_at),
        (WITHDRAWN, invitation.withdrawn_at),
    ):
        if at:
            return name
    if not invitation.issue:
        return UNCONFIRMED
    if invitation.expires_at <= (now or timezone.now()):
        return EXPIRED
    return OPENED if invitation.opened_at else SENT


def running(invitations: QuerySet[Invitation], now: datetime | None = None) -> QuerySet:
    """Return those that can still be answered, or come to be."""
    lasts = Q(issue=0) | Q(expires_at__gt=now or timezone.now())
    return invitations.filter(lasts, accepted_at=None, declined_at=None, withdrawn_at=None)


def letter_key(invitation: Invitation) -> str:
    """Return the key of the letter that brought the present link."""
    return f"invitation/{invitation.pk}/{invitation.issue}"


def invitations_of(round_: Round | None) -> QuerySet[Invitation]:
    """Return the invitations to a round, or those to the whole portal."""
    rows = Invitation.objects.filter(round=round_)
    return rows.select_related("country", "strand", "organisation", "person")


def strands_of(round_: Round) -> list[Aggregate]:
    """Return the strands whose questions are asked, in their order; one query."""
    rows = Aggregate.objects.filter(
        framework_id=round_.framework_id, indicators_below__isnull=False, kind="strand"
    )
    return list(rows.distinct().order_by("order"))
