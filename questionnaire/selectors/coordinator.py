"""A round as those who run it see it: every sheet, and the people by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import DateTimeField, Exists, OuterRef, Subquery, Value

from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry
from mipex_site.base.verdict import demand

from ..models import Assessment, Assignment, Participation, Round
from ..rules import may_manage_round
from .expert import Progress, progress_of, with_counts


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One sheet on the board. It names no person.

    DUE_AT counts an extension; LATE_BY is what it was handed in late by. LAST_ACT_AT, of the whole
    country, is there where it was asked for.
    """

    country: str
    country_name: str
    strand: str
    strand_title: str
    coding: int
    state: str
    state_label: str
    cut_off: date
    submitted_at: datetime | None
    due_at: datetime
    late_by: timedelta | None
    progress: Progress
    is_excluded: bool
    follows_later: bool
    last_act_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One assignment with the person's name: for the coordinator's eyes alone."""

    assignment: Assignment
    name: str
    email: str
    pseudonym: str
    role: str
    role_label: str
    country: str
    strand: str
    coding: int | None
    ended_at: datetime | None


def board(round_: Round) -> list[BoardRow]:
    """Return every sheet of a round, country by country, in one query."""
    return board_rows(sheets_on_board(round_))


def sheets_on_board(round_: Round, *, with_activity: bool = False) -> list[Assessment]:
    """Return every sheet of a round with its counts and ``is_excluded``; one query.

    WITH_ACTIVITY asks the audit when something last happened in each sheet's country.
    """
    there = Participation.objects.filter(round=OuterRef("round"), country=OuterRef("country"))
    excluded = there.exclude(excluded_because="")
    sheets = with_counts(Assessment.objects.filter(round=round_)).for_page()
    ordered = sheets.order_by("country__name", "strand__order", "coding")
    told = ordered.annotate(
        is_excluded=Exists(excluded),
        follows_later=Exists(excluded.filter(follows_later=True)),
        last_act_at=_last_act(round_) if with_activity else Value(None, DateTimeField()),
    )
    return list(told)


def _last_act(round_: Round) -> Subquery:
    """Return when the newest entry about a country was written: one look into an index each."""
    acts = AuditEntry.objects.filter(stream=round_.stream, country=OuterRef("country__code"))
    return Subquery(acts.order_by("-number").values("at")[:1])


def board_rows(sheets: Iterable[Assessment]) -> list[BoardRow]:
    """Return what the board says of sheets that `sheets_on_board` gave; no query."""
    return [_board_row(sheet) for sheet in sheets]


def _board_row(sheet: Assessment) -> BoardRow:
    return BoardRow(
        country=sheet.country.code,
        country_name=sheet.country.name,
        strand=sheet.strand.code,
        strand_title=sheet.strand.title,
        coding=sheet.coding,
        state=sheet.state,
        state_label=str(sheet.get_state_display()),
        cut_off=sheet.day,
        submitted_at=sheet.submitted_at,
        due_at=sheet.due_at,
        late_by=sheet.late_by,
        progress=progress_of(sheet),
        is_excluded=sheet.is_excluded,
        follows_later=sheet.follows_later,
        last_act_at=sheet.last_act_at,
    )


def people(round_: Round, user: User) -> list[PersonRow]:
    """Return who has which role in a round, ended ones last. Raises NotAllowed for others."""
    demand(may_manage_round(user, round_))
    rows = Assignment.objects.in_round(round_).select_related("person", "country", "strand")
    ordered = rows.order_by("ended_at", "country__name", "role", "strand__order", "pk")
    running_first = sorted(ordered, key=lambda row: row.ended_at is not None)
    return [_person_row(row) for row in running_first]


def _person_row(row: Assignment) -> PersonRow:
    return PersonRow(
        assignment=row,
        name=row.person.name,
        email=row.person.email,
        pseudonym=row.pseudonym,
        role=row.role,
        role_label=str(row.get_role_display()),
        country=row.country.code if row.country else "",
        strand=row.strand.code if row.strand else "",
        coding=row.coding,
        ended_at=row.ended_at,
    )
