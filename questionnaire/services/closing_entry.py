"""Entry closes at the hard close of a round, by the clock: the record says who was missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import portal_robot
from mipex_site.audit.services import entries
from mipex_site.base.clock import present

from ..enums import AssessmentState, RoundState
from ..models import Assessment, Round
from ..selectors.subjects import round_subject
from .locking import hold_round
from .remembering import save_as

NOT_CLOSED = Q(entry_closed_at__isnull=True) | Q(entry_closed_at__lt=F("hard_close_at"))
"""Not closed yet, or closed before the date was moved to a later one."""


def rounds_to_close(*, now: datetime) -> list[int]:
    """Return the keys of the open rounds whose hard close has passed without a record of it."""
    open_now = Round.objects.filter(NOT_CLOSED, state=RoundState.OPEN, hard_close_at__lte=now)
    return list(open_now.order_by("pk").values_list("pk", flat=True))


def close_what_is_due() -> int:
    """Close entry of every round whose hard close has passed; return of how many."""
    robot = portal_robot()
    return sum(close_entry(round_id=pk, by=robot) for pk in rounds_to_close(now=present()))


@transaction.atomic
def close_entry(*, round_id: int, by: User) -> bool:
    """Mark that entry has closed, once, and record which sheets are missing, late or extended.

    What is refused from now on is refused by the rules, which compare instants and do not wait
    for this. A sheet with an extension that runs stays open until its own end.
    """
    now = present()
    round_ = hold_round(Round(pk=round_id))
    # Asked again under the lock: two workers at once close it one after the other.
    if round_id not in rounds_to_close(now=now):
        return False
    old = {"entry_closed_at": round_.entry_closed_at}
    round_.entry_closed_at = now
    save_as(round_, by)
    found = round_.assessments.select_related("round", "country", "strand")
    sheets = list(found.order_by("country__code", "strand__order", "coding"))
    new = {"entry_closed_at": now, "hard_close_at": round_.hard_close_at}
    entries.write(
        stream=round_.stream,
        act="round.close_entry",
        subject=round_subject(round_),
        by=by.pk,
        old=old,
        new=new | standing_at_the_close(sheets, now=now),
    )
    return True


def standing_at_the_close(sheets: Iterable[Assessment], *, now: datetime) -> dict[str, Any]:
    """Return by codes which sheets are missing, extended, or were handed in late."""
    sheets = list(sheets)
    never = [one for one in sheets if one.state == AssessmentState.OPEN]
    return {
        "missing": [_code(one) for one in never if one.entry_ends_at <= now],
        "extended": {_code(one): one.entry_ends_at for one in never if one.entry_ends_at > now},
        "late": {_code(one): one.late_by for one in sheets if one.late_by},
    }


def _code(sheet: Assessment) -> str:
    """Return COUNTRY/STRAND/CODING."""
    return f"{sheet.country.code}/{sheet.strand.code}/{sheet.coding}"
