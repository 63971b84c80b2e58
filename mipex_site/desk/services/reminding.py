"""The daily letters: who is to be reminded this morning, and of what, worked out from the rows.

Nothing is appointed in advance. Each run asks whose morning has come; what was told before is
known by its key, so that a run too many changes nothing, and a run that was missed is made up for
by the next: once, with what is still true.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone, translation

from mipex_site.accounts.models import User
from mipex_site.mail.models import Letter, MailChoice, Notice
from mipex_site.mail.services.digests import write_digest
from mipex_site.mail.services.notices import tell
from questionnaire.enums import Role, RoundState
from questionnaire.models import Assignment
from review.selectors.known import Known

from ..selectors.mail.calendar import Mornings
from ..selectors.mail.lines import Line
from ..selectors.mail.reminders import reminders
from ..selectors.mail.seconds import DECIDE, seconds, waiting_acts
from ..selectors.mail.turns import turns

log = logging.getLogger(__name__)

ROLES = (Role.EXPERT, Role.REVIEWER, Role.ADJUDICATOR, Role.COORDINATOR)
"""Who may have something to do in a round. A delegate is asked by the expert."""

REMEMBERED = timedelta(hours=30)


@dataclass(frozen=True, slots=True)
class Morning:
    """One person's morning: the DAY where the person is, and the moment it came."""

    person: User
    mornings: Mornings
    day: date
    came_at: datetime

    @property
    def place(self) -> str:
        """Where the cache keeps that it is done. Without the cache it is only done again."""
        hour = self.mornings.hour
        return f"daily-letter:{self.person.pk}:{self.day.isoformat()}:{hour}:{self.person.zone}"


def write_daily_letters() -> int:
    """Write the letters of every morning that has come; return how many were written."""
    now = timezone.now()
    mornings = list(_mornings(now))
    done = cache.get_many([morning.place for morning in mornings])
    written = 0
    for morning in mornings:
        if morning.place not in done:
            written += _try(morning, now)
    return written


def _try(morning: Morning, now: datetime) -> bool:
    """Write one person's letter. What goes wrong with one keeps nobody else's letter back."""
    try:
        letter = _write(morning, now)
    except Exception:
        log.exception("The daily letter of person %s failed.", morning.person.pk)
        return False
    cache.set(morning.place, 1, timeout=int(REMEMBERED.total_seconds()))
    return letter is not None


def _mornings(now: datetime) -> Iterator[Morning]:
    """Give the last morning of everybody who may have a letter; three queries."""
    people = list(_people())
    choices = {one.person_id: one for one in MailChoice.objects.filter(person__in=people)}
    for person in people:
        choice = choices.get(person.pk) or MailChoice()
        mornings = Mornings(ZoneInfo(person.zone), choice.hour)
        day = mornings.last(now)
        if choice.snoozed_until is None or day >= choice.snoozed_until:
            yield Morning(person, mornings, day, mornings.at(day))


def _people() -> Iterable[User]:
    """Return who has something to do in an open round, or as a second person, or a line."""
    held = Assignment.objects.running().filter(
        Q(round__isnull=True) | Q(round__state=RoundState.OPEN), role__in=ROLES
    )
    whole = Assignment.objects.running().filter(
        role__in=DECIDE, country__isnull=True, strand__isnull=True
    )
    acts = waiting_acts().values("round_id")
    deciding = whole.filter(Q(round__isnull=True) | Q(round_id__in=acts))
    waiting = Notice.objects.filter(letter__isnull=True)
    there = User.objects.filter(is_active=True, is_robot=False, erased_as__isnull=True)
    return there.filter(
        Q(pk__in=held.values("person_id"))
        | Q(pk__in=deciding.values("person_id"))
        | Q(pk__in=waiting.values("person_id"))
    ).order_by("pk")


def _write(morning: Morning, now: datetime) -> Letter | None:
    """Tell one person what there is this morning, and write the letter if there is anything.

    A line that came after this morning waits for the next one, and takes no letter by itself.
    """
    person = morning.person
    with translation.override(person.language), timezone.override(morning.mornings.zone):
        told = [_tell(person, line) for line in _new(person, _lines(morning, now))]
    earlier = Notice.objects.filter(
        person=person, letter__isnull=True, at__lte=morning.came_at
    ).exists()
    return write_digest(person=person, day=morning.day) if told or earlier else None


def _lines(morning: Morning, now: datetime) -> Iterator[Line]:
    known = Known(morning.person)
    yield from reminders(morning.person, known, morning.mornings, now, morning.day)
    yield from turns(morning.person, known)
    yield from seconds(morning.person, known)


def _new(person: User, lines: Iterable[Line]) -> list[Line]:
    """Return the lines that the person was not told before."""
    found = {line.key: line for line in lines}
    known = Notice.objects.filter(person=person, key__in=list(found))
    old = set(known.values_list("key", flat=True))
    return [line for key, line in found.items() if key not in old]


def _tell(person: User, line: Line) -> Notice:
    return tell(
        key=line.key,
        person=person,
        kind=line.kind,
        words=line.words,
        address=line.address,
        round_code=line.round_code,
    )
