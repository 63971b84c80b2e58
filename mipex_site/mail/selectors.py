"""How the outbox stands, and what somebody chose about letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone

from mipex_site.accounts.models import User

from .enums import LetterState
from .models import Letter, MailChoice

TROUBLE = (LetterState.FAILED, LetterState.BOUNCED)


@dataclass(frozen=True, slots=True)
class OutboxAlarm:
    """What somebody should look at: letters that failed or came back, and since when one waits.

    STUCK_SINCE is when the oldest letter that may leave came to wait, if that is too long ago.
    """

    failed: int
    bounced: int
    stuck_since: datetime | None
    waiting: int

    def __bool__(self) -> bool:
        return bool(self.failed or self.bounced or self.stuck_since)


def outbox_alarm(
    *, codes: Iterable[str] | None = None, now: datetime | None = None
) -> OutboxAlarm:
    """Return what is wrong with the outbox; one query.

    With CODES of rounds, of the letters that failed only those of these rounds and of none are
    counted. A queue that stands still concerns everybody.
    """
    now = now or timezone.now()
    near = Q() if codes is None else Q(round_code__in=[*codes, ""])
    due = Q(send_after__isnull=True) | Q(send_after__lte=now)
    # A letter that is tried again and again waits since it was written.
    waits = Q(state=LetterState.QUEUED) & (due | Q(attempt__gt=0))
    found = Letter.objects.filter(state__in=(LetterState.QUEUED, *TROUBLE)).aggregate(
        failed=Count("pk", filter=near & Q(state=LetterState.FAILED)),
        bounced=Count("pk", filter=near & Q(state=LetterState.BOUNCED)),
        waiting=Count("pk", filter=waits),
        written=Min(
            "created_at", filter=waits & Q(send_after__isnull=True) | waits & Q(attempt__gt=0)
        ),
        appointed=Min("send_after", filter=waits & Q(attempt=0)),
    )
    since = min((at for at in (found["written"], found["appointed"]) if at), default=None)
    stuck = since is not None and now - since > timedelta(minutes=settings.MAIL_STUCK_MINUTES)
    return OutboxAlarm(
        failed=found["failed"],
        bounced=found["bounced"],
        stuck_since=since if stuck else None,
        waiting=found["waiting"],
    )


def choice_of(person: User) -> MailChoice:
    """Return what the person chose, or what holds for who chose nothing."""
    return MailChoice.objects.filter(person=person).first() or MailChoice(person=person)
