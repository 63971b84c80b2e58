"""My work: what needs this person, worst first, and what waits for others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from mipex_site.accounts.models import User
from questionnaire.enums import EXPERT_SIDE, Role, RoundState
from questionnaire.models import Assignment, Round
from review.selectors.known import Known

from ...rules import remember_held
from . import coding, expert, review, running, talk, windows
from .items import MySheetRow, Part, Waiting, WorkItem, calendar_of
from .scopes import Scopes, scopes_of


@dataclass(frozen=True, slots=True)
class Helper:
    """A coordinator who can be asked. Coordinators stand on no side of the blind."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Date:
    """A day in a round's calendar."""

    at: datetime
    words: str
    round: Round


@dataclass(frozen=True, slots=True)
class WorkPage:
    """All that my work shows. ITEMS are sorted, the worst first; RULES: there is a queue too.

    RUN are the rounds to which the frame of the page leads who runs them, where they are known;
    MORE_TIME those whose log of given time is open to the person, who rules there.
    """

    items: tuple[WorkItem, ...]
    waiting: tuple[Waiting, ...]
    sheets: tuple[MySheetRow, ...]
    rounds: tuple[Round, ...]
    dates: tuple[Date, ...]
    helpers: tuple[Helper, ...]
    has_a_role: bool
    rules: bool = False
    run: tuple[Round, ...] = ()
    more_time: tuple[Round, ...] = ()

    @property
    def answered(self) -> int:
        return sum(sheet.done for sheet in self.sheets)

    @property
    def asked(self) -> int:
        return sum(sheet.all for sheet in self.sheets)

    @property
    def is_demonstration(self) -> bool:
        return any(round_.is_demonstration for round_ in self.rounds)


def work_page(user: User) -> WorkPage:
    """Return what needs this person, in a number of queries that does not grow with the work."""
    known = Known(user)
    scopes = scopes_of(known)
    remember_held(user, known.running)
    now = timezone.now()
    parts = list(_parts(user, known, scopes, now))
    rounds = _rounds(part.rounds for part in parts)
    items = sorted((item for part in parts for item in part.items), key=WorkItem.order)
    return WorkPage(
        items=tuple(items),
        waiting=tuple(waiting for part in parts for waiting in part.waiting),
        sheets=tuple(sheet for part in parts for sheet in part.sheets),
        rounds=rounds,
        dates=_dates(rounds, now),
        helpers=_helpers(rounds, scopes),
        has_a_role=bool(scopes.rows),
        rules=scopes.has(Role.ADJUDICATOR),
        run=_run(parts, scopes),
        more_time=_ruled(known, rounds),
    )


def _ruled(known: Known, rounds: tuple[Round, ...]) -> tuple[Round, ...]:
    """Return the open rounds in which the person rules; who rules everywhere, in ROUNDS."""
    held = [row for row in known.running if row.role == Role.ADJUDICATOR]
    if any(row.round_id is None for row in held):
        return rounds
    found = {row.round_id: row.round for row in held if row.round.state == RoundState.OPEN}
    return tuple(sorted(found.values(), key=lambda round_: (round_.review_due_at, round_.pk)))


def _parts(user: User, known: Known, scopes: Scopes, now: datetime) -> Iterable[Part]:
    """Ask each side only of those who stand on it."""
    if scopes.has(*EXPERT_SIDE):
        yield expert.part(user, known, scopes, now)
    if any(row.role == Role.EXPERT and (row.coding or 0) > 1 for row in scopes.rows):
        yield coding.part(user, known)
    if scopes.has(Role.REVIEWER, Role.ADJUDICATOR):
        yield review.part(user, known)
    if scopes.has(Role.ADJUDICATOR):
        yield Part(items=tuple(windows.seconds(user, known)))
    if scopes.has(Role.COORDINATOR, Role.PUBLISHER):
        yield running.part(user, known, scopes)
    if scopes.has(*EXPERT_SIDE, Role.REVIEWER, Role.ADJUDICATOR, Role.COORDINATOR):
        yield talk.part(user, known)


def _run(parts: Iterable[Part], scopes: Scopes) -> tuple[Round, ...]:
    """Return every round that the person runs whole, the newest first; none for an observer."""
    if scopes.has(Role.OBSERVER):
        return ()
    return tuple(round_ for part in parts for round_ in part.run)


def _rounds(groups: Iterable[Iterable[Round]]) -> tuple[Round, ...]:
    """Each round once, the one with the nearest end first."""
    found = {round_.pk: round_ for group in groups for round_ in group}
    return tuple(sorted(found.values(), key=lambda round_: (round_.review_due_at, round_.pk)))


def _dates(rounds: tuple[Round, ...], now: datetime) -> tuple[Date, ...]:
    days = [Date(at, words, round_) for round_ in rounds for at, words in calendar_of(round_)]
    return tuple(sorted((day for day in days if day.at >= now), key=lambda day: day.at))


def _helpers(rounds: tuple[Round, ...], scopes: Scopes) -> tuple[Helper, ...]:
    """Who coordinates these rounds; nobody where the person does so."""
    if not rounds or scopes.has(Role.COORDINATOR):
        return ()
    heads = Assignment.objects.running().filter(role=Role.COORDINATOR, country__isnull=True)
    of_round = heads.filter(round__in=rounds).select_related("person")
    return tuple(
        Helper(name, email)
        for name, email in of_round.order_by("person__name")
        .values_list("person__name", "person__email")
        .distinct()
    )
