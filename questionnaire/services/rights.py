"""Write down that a right was given or ended: the row, its history, its entry in the audit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries

from ..models import Assignment
from .remembering import save_as


def end_right(
    *, held: Assignment, role: str, reason: str, by: User, at: datetime | None = None
) -> None:
    """End a right, now or at a moment that has passed. ROLE is what BY acts as."""
    held.ended_at = at or timezone.now()
    save_as(held, by, fields=["ended_at", "updated_at"])
    write_right(assignment=held, act="role.end", role=role, reason=reason, by=by)


def end_what_is_over(*, own: Iterable[Assignment], role: str, by: User) -> None:
    """Mark as ended what has ended by itself, so that the same right can be given again."""
    now = timezone.now()
    for one in own:
        if one.ended_at is None and one.ends_at and one.ends_at <= now:
            end_right(held=one, role=role, reason="", by=by, at=one.ends_at)


def write_right(
    *, assignment: Assignment, act: str, role: str, reason: str = "", by: User
) -> None:
    round_ = assignment.round
    scope = {
        "person": assignment.person_id,
        "role": assignment.role,
        "country": assignment.country.code if assignment.country else None,
        "strand": assignment.strand.code if assignment.strand else None,
        "coding": assignment.coding,
    }
    if assignment.granted_by_id:
        scope |= {"granted_by": assignment.granted_by_id, "ends_at": assignment.ends_at}
    entries.write(
        stream=round_.stream if round_ else "accounts",
        act=act,
        subject=f"assignment/{assignment.pk}",
        by=by.pk,
        role=role,
        new=scope,
        reason=reason,
    )
