"""Write down what somebody tried who may not: the portal refused, and says so in its record."""

from __future__ import annotations

from datetime import UTC
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ..models import AuditEntry
from . import entries

STREAM = "access"
A_DAY = 100
"""Entries a person and day (UTC). Who tries on is said to try on, once."""
REFUSED, MORE = "attempt.refuse", "attempt.more"
LONGEST_SUBJECT, LONGEST_REASON = 160, 500


@transaction.atomic
def note_attempt(
    *, by: UUID, path: str, method: str, status: int, reason: str
) -> AuditEntry | None:
    """Write one refused attempt, unless the person has been written down enough today."""
    act = _act_for(by)
    if act is None:
        return None
    return entries.write(
        stream=STREAM,
        act=act,
        subject=path[:LONGEST_SUBJECT],
        by=by,
        new={"method": method, "status": status},
        reason=reason[:LONGEST_REASON],
    )


def _act_for(person: UUID) -> str | None:
    """Return what to write, or None when it was said today that there are more.

    Attempts at the same moment may be a few more than A_DAY: that harms nobody.
    """
    own = AuditEntry.objects.filter(stream=STREAM, actor=person).order_by("-number")
    today = timezone.now().astimezone(UTC).date()
    acts = [
        act
        for act, at in own.values_list("act", "at")[: A_DAY + 1]
        if at.astimezone(UTC).date() == today
    ]
    if MORE in acts:
        return None
    return MORE if len(acts) >= A_DAY else REFUSED
