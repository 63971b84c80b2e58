"""A chain as its readers see it: filtered by the index, paged by number, under pseudonyms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import capfirst

from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry, Channel
from questionnaire.enums import Role
from questionnaire.models import Country, Round
from review.rules import countries_lost_by

from .asking import Asked
from .people import OPEN_ROLES, People, keys_in, people_of_portal, people_of_round, replaced
from .words import Change, Thing, act_words, changes_of, thing_of

PAGE = 50
CHUNK = 500
"""Entries of an export that are read, named and sent at once."""
SKEW = 1000
"""Numbers: by so many, clocks of several servers may put two entries in another order."""


@dataclass(slots=True)
class Ledger:
    """One stream, who reads it, and what is left out for them.

    COUNTRIES are names by code; LOST are the codes of the countries a tie keeps from the reader.
    """

    stream: str
    people: People
    countries: dict[str, str] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()

    def entries(self, asked: Asked) -> QuerySet:
        """Return the entries that are asked for and may be read, in no order."""
        rows = AuditEntry.objects.filter(stream=self.stream)
        if self.lost:
            # A source's address has no country: what its people did without one stays out, too.
            theirs = {person for person, country in self.people.spots if country in self.lost}
            rows = rows.exclude(country__in=self.lost)
            rows = rows.exclude(country__isnull=True, actor__in=theirs)
        for name in ("country", "indicator", "channel", "batch", "request"):
            if getattr(asked, name):
                rows = rows.filter(**{name: getattr(asked, name)})
        if asked.act:
            ending = "__startswith" if asked.act.endswith(".") else ""
            rows = rows.filter(**{f"act{ending}": asked.act})
        rows = self._of_person(rows, asked.person) if asked.person else rows
        return self._on_subject(self._between(rows, asked), asked.subject)

    def _of_person(self, rows: QuerySet, key: str) -> QuerySet:
        """Narrow to one person under one pseudonym: what they did under another stays out."""
        spot = self.people.spot_of(key)
        if spot is None:
            return rows.none()
        person, country = spot
        rows = rows.filter(actor=person)
        if country is not None:
            return rows.filter(country=country)
        elsewhere = [code for who, code in self.people.spots if who == person and code]
        if elsewhere:
            rows = rows.exclude(country__in=elsewhere)
        is_open = person in self.people.open and person in self.people.blind
        return rows.filter(role__in=OPEN_ROLES) if is_open else rows

    def _between(self, rows: QuerySet, asked: Asked) -> QuerySet:
        """Narrow to a span of time, by numbers too: they grow with time, and paging is by them."""
        own = AuditEntry.objects.filter(stream=self.stream)
        if asked.begins_at:
            first = own.filter(at__gte=asked.begins_at).order_by("at", "number")
            number = first.values_list("number", flat=True).first()
            rows = rows.filter(at__gte=asked.begins_at)
            rows = rows.none() if number is None else rows.filter(number__gte=number - SKEW)
        if asked.ends_before:
            last = own.filter(at__lt=asked.ends_before).order_by("-at", "-number")
            number = last.values_list("number", flat=True).first()
            rows = rows.filter(at__lt=asked.ends_before)
            rows = rows.none() if number is None else rows.filter(number__lte=number + SKEW)
        return rows

    def _on_subject(self, rows: QuerySet, text: str) -> QuerySet:
        """Narrow to one thing where the text is its whole address; else to what holds the text."""
        if not text:
            return rows
        own = AuditEntry.objects.filter(stream=self.stream, subject=text)
        whole = own.values_list("pk", flat=True).first() is not None
        return rows.filter(subject=text) if whole else rows.filter(subject__icontains=text)

    def names_for(self, entries: list[AuditEntry]) -> None:
        """Learn in one query who is behind the keys of these entries and of their values."""
        keys = set(self.people.users) or {UUID(int=0)}
        for entry in entries:
            keys |= {key for key in (entry.actor, entry.on_behalf_of) if key}
            keys |= keys_in([entry.subject, entry.old, entry.new, entry.reason])
        self.people.meet(keys)

    def hide(self, value: Any, entry: AuditEntry) -> Any:
        """Return a value of an entry with the names of people instead of their keys."""

        def named(key: UUID) -> str:
            known = self.people.knows(key)
            return self.people.name(key, entry.country) if known else str(key)

        return replaced(value, named)


def ledger_of_round(round_: Round, reader: User) -> Ledger:
    """Return the chain of a round for somebody who may read it."""
    lost = countries_lost_by(reader, round_)
    rows = Country.objects.filter(pk__in=round_.participations.values("country_id")).order_by(
        "name"
    )
    known = list(rows.values_list("pk", "code", "name"))
    return Ledger(
        stream=round_.stream,
        people=people_of_round(round_),
        countries={code: name for pk, code, name in known if pk not in lost},
        lost=frozenset(code for pk, code, _name in known if pk in lost),
    )


def ledger_of_portal(stream: str) -> Ledger:
    """Return a chain that is no round's."""
    countries = dict(Country.objects.order_by("name").values_list("code", "name"))
    return Ledger(stream=stream, people=people_of_portal(), countries=countries)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the page shows it. The queries are the filter's, for more of the same."""

    entry: AuditEntry
    who: str
    who_query: str
    behalf: str
    role: str
    channel: str
    act: str
    what: Thing
    what_query: str
    changes: list[Change]
    reason: str
    batch_query: str
    request_query: str


def line_of(entry: AuditEntry, ledger: Ledger, asked: Asked) -> Line:
    """Put an entry into words for the page."""
    people, place = ledger.people, (entry.country, entry.role)
    key = people.key_of(entry.actor, *place)
    subject = ledger.hide(entry.subject, entry)
    return Line(
        entry=entry,
        who=people.name(entry.actor, *place),
        who_query=asked.address(person=key) if key else "",
        behalf=people.name(entry.on_behalf_of, entry.country) if entry.on_behalf_of else "",
        role=role_words(entry.role),
        channel=str(Channel(entry.channel).label),
        act=act_words(entry.act),
        what=thing_of(subject, ledger.countries),
        what_query=asked.address(subject=subject) if subject == entry.subject else "",
        changes=changes_of(ledger.hide(entry.old, entry), ledger.hide(entry.new, entry)),
        reason=ledger.hide(entry.reason, entry),
        batch_query=asked.address(batch=str(entry.batch)) if entry.batch else "",
        request_query=asked.address(request=entry.request) if entry.request else "",
    )


def role_words(role: str) -> str:
    return capfirst(str(Role(role).label)) if role in Role.values else role


def record_of(entry: AuditEntry, ledger: Ledger) -> dict[str, Any]:
    """Return an entry as an export gives it: moments in UTC, codes beside words, no keys."""
    people, place = ledger.people, (entry.country, entry.role)
    behalf = entry.on_behalf_of
    return {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "who": people.name(entry.actor, *place),
        "on_behalf_of": people.name(behalf, entry.country) if behalf else "",
        "role": entry.role,
        "channel": entry.channel,
        "act": entry.act,
        "act_in_words": act_words(entry.act),
        "subject": ledger.hide(entry.subject, entry),
        "country": entry.country or "",
        "indicator": entry.indicator or "",
        "old": ledger.hide(entry.old, entry),
        "new": ledger.hide(entry.new, entry),
        "reason": ledger.hide(entry.reason, entry),
        "batch": str(entry.batch or ""),
        "request": entry.request,
        "hash": entry.hash,
    }


def records(rows: QuerySet, ledger: Ledger, *, until: int) -> Iterator[list[dict[str, Any]]]:
    """Yield all ROWS up to the number UNTIL, the newest first, a chunk at a time."""
    newest_first = rows.order_by("-number")
    below = until + 1
    while chunk := list(newest_first.filter(number__lt=below)[:CHUNK]):
        ledger.names_for(chunk)
        yield [record_of(entry, ledger) for entry in chunk]
        below = chunk[-1].number


COLUMNS = tuple(
    "number at who on_behalf_of role channel act act_in_words subject country indicator"
    " old new reason batch request hash".split()
)
