"""Whom a coordinator writes to, and what each of them will read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from mipex_site.accounts.models import User
from mipex_site.base.templatetags.house import both_words
from mipex_site.mail.services.links import absolute
from mipex_site.mail.services.messages import NAME
from questionnaire.enums import EXPERT_SIDE, AssessmentState
from questionnaire.models import Assessment, Assignment, Round
from review.rules import countries_lost_by

from .people import Correspondents

PLACEHOLDERS = {
    NAME: gettext_lazy("the person's name"),
    "{round}": gettext_lazy("the round"),
    "{country}": gettext_lazy("the country of the person's part, or countries"),
    "{due}": gettext_lazy("when the sheets are due, in the person's time zone and in UTC"),
    "{portal}": gettext_lazy("the address of the person's work in the portal"),
}

LATE = "late"
"""Stands beside the states of a sheet: not handed in, and its date has passed."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom to write to: everybody who fits all that is not empty. TO is one right, by its key."""

    role: str = ""
    country: str = ""
    sheet: str = ""
    to: int | None = None

    def told(self) -> dict[str, object]:
        """Return the choice as the audit keeps it; a right is told by its role and country."""
        values = {"role": self.role, "country": self.country, "sheet": self.sheet}
        return {name: value for name, value in values.items() if value}


@dataclass(slots=True)
class Recipient:
    """One person with the parts of the round that fit, each once, and who that is to a reader."""

    person: User
    called: str
    countries: list[str] = field(default_factory=list)
    due: datetime | None = None


def recipients(round_: Round, user: User, chosen: Chosen) -> list[Recipient]:
    """Return the people of a round who fit, each once; seven queries at most."""
    rows = _fitting(round_, user, chosen).select_related("person", "country")
    people = Correspondents(round_, user)
    sheets = list(Assessment.objects.filter(round_id=round_.pk))
    found: dict[UUID, Recipient] = {}
    for row in rows.order_by("country__name", "pk"):
        own = [sheet for sheet in sheets if _reaches(row, sheet)]
        if chosen.sheet and not any(_stands(sheet, round_, chosen.sheet) for sheet in own):
            continue
        called = people.people[row.person_id].called
        one = found.setdefault(row.person_id, Recipient(row.person, called))
        if row.country and row.country.name not in one.countries:
            one.countries.append(row.country.name)
        one.due = max((one.due or round_.due_at, *_extended(own)))
    return list(found.values())


def _reaches(row: Assignment, sheet: Assessment) -> bool:
    return (
        row.role in EXPERT_SIDE
        and row.country_id in {None, sheet.country_id}
        and row.strand_id in {None, sheet.strand_id}
        and row.coding in {None, sheet.coding}
    )


def _extended(sheets: Iterable[Assessment]) -> list[datetime]:
    return [sheet.extended_until for sheet in sheets if sheet.extended_until]


def _stands(sheet: Assessment, round_: Round, state: str) -> bool:
    if state != LATE:
        return sheet.state == state
    due = sheet.extended_until or round_.due_at
    return sheet.state == AssessmentState.OPEN and due < timezone.now()


def fingerprint(found: Iterable[Recipient]) -> str:
    """Return what changes when others fit: a preview is of these people and of nobody else."""
    keys = sorted(str(one.person.pk) for one in found)
    return sha256(" ".join(keys).encode()).hexdigest()[:32]


def filled(words: str, one: Recipient, round_: Round) -> str:
    """Return WORDS as the person reads them; the name is put in when the letter leaves."""
    with (
        translation.override(one.person.language),
        timezone.override(ZoneInfo(one.person.zone)),
    ):
        values = {
            "{round}": round_.title,
            "{country}": ", ".join(one.countries),
            "{due}": both_words(one.due or round_.due_at),
            "{portal}": absolute(reverse("desk:work")),
        }
    for mark, value in values.items():
        words = words.replace(mark, value)
    return words


def part_of(round_: Round, user: User, key: int) -> Assignment | None:
    """Return a running right of the round by its key, unless a tie keeps it from the reader."""
    return _fitting(round_, user, Chosen(to=key)).select_related("country").first()


def _fitting(round_: Round, user: User, chosen: Chosen) -> QuerySet[Assignment]:
    lost = countries_lost_by(user, round_)
    rows = Assignment.objects.running().filter(
        round_id=round_.pk, person__is_active=True, person__erased_as__isnull=True
    )
    # Who has a part in a lost country anywhere in the round is not written to by this person.
    hidden = Assignment.objects.filter(round_id=round_.pk, country_id__in=lost)
    rows = rows.exclude(person_id__in=hidden.values("person_id"))
    if chosen.to is not None:
        rows = rows.filter(pk=chosen.to)
    if chosen.role:
        rows = rows.filter(role=chosen.role)
    if chosen.country:
        rows = rows.filter(country__code=chosen.country)
    if chosen.sheet:
        rows = rows.filter(role__in=EXPERT_SIDE)
    return rows


SHEET_STATES = (*AssessmentState.values, LATE)
