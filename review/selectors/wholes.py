"""What keeps a whole case, country or round: conversations, reopenings, last words, what is asked.

One query for all. A country or a round that waits as a whole stands in a case that has no strand,
or not even a country.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import CharField, F, QuerySet, Value

from questionnaire.enums import EXPERT_SIDE, Role
from questionnaire.models import Aggregate, Country, Round

from ..enums import BlockerKind, CaseState, ReopeningState, Side
from ..models import Case, Reopening, Thread
from ..rules import JUDGES
from .blocking import OF_A_TALK, OF_NO_TALK, Columns, Hitch, Talk, taking_part
from .deciding import asker, extensions_asked_for, rows_of_acts, rows_of_extensions
from .holders import Holders

UNDER_WAY = (ReopeningState.ASKED, ReopeningState.SECONDING, ReopeningState.OPEN)
MOVES_NEXT = {
    Side.EXPERT: (Role.EXPERT, EXPERT_SIDE),
    Side.REVIEWERS: (Role.REVIEWER, (Role.REVIEWER,)),
    Side.ADJUDICATORS: (Role.ADJUDICATOR, (Role.ADJUDICATOR,)),
    Side.COORDINATOR: (Role.COORDINATOR, (Role.COORDINATOR,)),
    Side.NOBODY: (Role.COORDINATOR, (Role.COORDINATOR,)),
}
"""Whose role is named and who holds it, by the side whose move it is."""
CASE = ("country_id", "country__code", "country__name", "strand_id", "strand__code",
        "strand__title", "strand__order")  # fmt: skip


def wholes_that_wait(round_: Round, people: Holders) -> Iterator[Hitch]:
    """Yield what blocks a case, a country or the round beyond its sheets and items; one query."""
    talks = _case_rows(
        Thread.objects.filter(is_blocking=True, closed_at__isnull=True),
        round_,
        kind=Value(BlockerKind.THREAD, output_field=CharField()),
        side=F("turn"),
        talk=OF_A_TALK,
    )
    windows = _case_rows(
        Reopening.objects.filter(state__in=UNDER_WAY),
        round_,
        kind=Value(BlockerKind.REOPENING, output_field=CharField()),
        side=F("state"),
    )
    last_words = _case_rows(
        Case.objects.filter(state=CaseState.LAST_WORD),
        round_,
        prefix="",
        kind=Value(BlockerKind.LAST_WORD, output_field=CharField()),
        side=Value(Side.EXPERT, output_field=CharField()),
    )
    more_time = rows_of_extensions(taking_part(extensions_asked_for(round_)))
    asked = (windows, last_words, more_time, rows_of_acts(round_))
    for kind, side, since, *rest in talks.union(*asked, all=True):
        about, place = rest[: len(OF_A_TALK)], rest[len(OF_A_TALK) :]
        case = _case(round_, place)
        if kind == BlockerKind.JOINT_ACT:
            yield _act(case, since, people, asked_by=asker(side), kind=about[1])
        else:
            talk = Talk(*about) if kind == BlockerKind.THREAD else None
            role, moving = _who_moves(case, people, _side_of(kind, side))
            yield Hitch(case, BlockerKind(kind), since, role, moving, talk=talk)


def _who_moves(case: Case, people: Holders, side: Side) -> tuple[str, frozenset[UUID]]:
    """Return the role that moves next and who holds it there."""
    role, holders = MOVES_NEXT[side]
    if role in JUDGES:
        return role, people.judges(case, role).next
    first_sheet = 1 if role == Role.EXPERT else None
    return role, people.reaching(case, *holders, coding=first_sheet)


def _act(case: Case, since: datetime, people: Holders, *, asked_by: UUID, kind: str) -> Hitch:
    """Return an act of two that waits for anybody who may do it but who asked for it."""
    seconds = people.reaching(case, Role.COORDINATOR, Role.PUBLISHER) - {asked_by}
    return Hitch(case, BlockerKind.JOINT_ACT, since, Role.COORDINATOR, seconds, act=kind)


def _case_rows(
    rows: QuerySet,
    round_: Round,
    *,
    kind: Value,
    side: F | Value,
    prefix: str = "case__",
    talk: Columns = OF_NO_TALK,
) -> QuerySet:
    there = taking_part(rows.filter(**{f"{prefix}round_id": round_.pk}), prefix)
    place = [f"{prefix}{name}" for name in CASE]
    named = there.order_by().annotate(blocker=kind, moves_next=side, **talk)
    return named.values_list("blocker", "moves_next", "updated_at", *talk, *place)


def _side_of(kind: str, side: str) -> Side:
    """A reopening that is open is the expert's to use; before, a coordinator's to decide."""
    if kind == BlockerKind.EXTENSION:
        return Side.COORDINATOR
    if kind == BlockerKind.REOPENING:
        return Side.EXPERT if side == ReopeningState.OPEN else Side.COORDINATOR
    return Side(side)


def _case(round_: Round, place: list) -> Case:
    country_id, code, name, strand_id, strand, title, order = place
    case = Case(round=round_)
    case.country = Country(pk=country_id, code=code, name=name)
    case.strand = Aggregate(pk=strand_id, code=strand, title=title, order=order)
    return case
