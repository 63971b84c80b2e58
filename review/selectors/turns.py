"""The conversations whose move is one person's, in every case at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.utils import timezone

from mipex_site.accounts.models import User
from questionnaire.enums import EXPERT_SIDE, Role, RoundState
from questionnaire.models import Answer, Assignment

from ..enums import Audience, Side, ThreadKind
from ..models import Case, CaseItem, Declaration, Opinion, Thread
from ..rules import JUDGES
from ..rules.threads import FIRST
from .blind import Place, place_of
from .sealing import sealed_items

Country = tuple[int, int]
"""The keys of a round and a country: ties are judged per country and round."""


@dataclass(frozen=True, slots=True)
class TurnLine:
    """A conversation that waits for the person; INDICATOR_TITLE is empty for a whole case."""

    place: Place
    number: int
    kind: str
    is_blocking: bool
    indicator_title: str
    due_on: date | None
    is_overdue: bool
    since: date

    @property
    def kind_label(self) -> str:
        return str(ThreadKind(self.kind).label)


def your_turns(user: User) -> tuple[TurnLine, ...]:
    """Return them in the order of their days, in a fixed number of queries."""
    sides = Sides(user)
    waiting = [
        thread for thread in _open_threads(sides) if sides.side_in(thread.case) == thread.turn
    ]
    unread = _unread(user, waiting)
    return tuple(_line(thread) for thread in waiting if thread.pk not in unread)


class Sides:
    """On which side one person stands in any case of the open rounds; four queries.

    It says what rules.threads.standing_in says case by case; a test holds the two together.
    """

    def __init__(self, user: User) -> None:
        reachable = Q(round__isnull=True) | Q(round__state=RoundState.OPEN)
        self.held = list(Assignment.objects.of(user).filter(reachable))
        wrote = Answer.history.filter(answered_by_id=user.pk).order_by()
        self.wrote: set[Country] = set(
            wrote.values_list("assessment__round_id", "assessment__country_id").distinct()
        )
        spoke = Opinion.objects.filter(reviewer_id=user.pk).order_by()
        self.spoke: set[Country] = set(
            spoke.values_list("item__case__round_id", "item__case__country_id").distinct()
        )
        declared = Declaration.objects.filter(person_id=user.pk)
        self.cleared: dict[Country, bool | None] = {
            (round_, country): is_cleared
            for round_, country, is_cleared in declared.values_list(
                "round_id", "country_id", "is_cleared"
            )
        }

    def side_in(self, case: Case) -> str:
        """Return the person's side in a case, or the empty string."""
        country = (case.round_id, case.country_id)
        roles = {held.role for held in self.held if _runs_in(held, case)}
        there = {held.role for held in self.held if _reaches_country(held, case)}
        if roles & set(EXPERT_SIDE):
            return Side.EXPERT
        if country in self.wrote or self._answered_in(case):
            return ""
        if Role.COORDINATOR in roles:
            took_part = there & {*EXPERT_SIDE, *JUDGES}
            open_to = self.cleared.get(country, True)
            return Side.COORDINATOR if open_to and not took_part else ""
        if not self.cleared.get(country):
            return ""
        if Role.REVIEWER in roles:
            return Side.REVIEWERS
        reviewed = Role.REVIEWER in there or country in self.spoke
        return Side.ADJUDICATORS if Role.ADJUDICATOR in roles and not reviewed else ""

    def _answered_in(self, case: Case) -> bool:
        return any(
            held.role in EXPERT_SIDE
            and held.round_id == case.round_id
            and _reaches_country(held, case)
            for held in self.held
        )

    def reach(self) -> Q:
        """Return the condition for conversations of the cases that a running right reaches."""
        found = Q(pk__in=())
        for held in self.held:
            if not _is_over(held) and held.role not in {Role.PUBLISHER, Role.OBSERVER}:
                scope = {"round": held.round_id, "country": held.country_id}
                scope["strand"] = held.strand_id
                keys = {f"case__{part}_id": key for part, key in scope.items() if key}
                found |= Q(case__round__state=RoundState.OPEN, **keys)
        return found


def _is_over(held: Assignment) -> bool:
    ended = held.ended_at is not None
    return ended or (held.ends_at is not None and held.ends_at <= timezone.now())


def _reaches_country(held: Assignment, case: Case) -> bool:
    return held.round_id in {None, case.round_id} and held.country_id in {None, case.country_id}


def _runs_in(held: Assignment, case: Case) -> bool:
    of_sheet = held.strand_id in {None, case.strand_id} and held.coding in {None, FIRST}
    return _reaches_country(held, case) and of_sheet and not _is_over(held)


def _open_threads(sides: Sides) -> Iterable[Thread]:
    threads = Thread.objects.filter(sides.reach(), closed_at__isnull=True)
    place = ("case__round", "case__country", "case__strand", "item__indicator")
    ordered = threads.exclude(turn=Side.NOBODY).select_related(*place)
    return ordered.order_by(F("due_on").asc(nulls_last=True), "pk")


def _unread(user: User, threads: list[Thread]) -> set[int]:
    """Return those about an answer that is sealed, or on which others' words are hidden."""
    items = [thread.item for thread in threads if thread.item]
    if not items:
        return set()
    sealed = sealed_items(user, items)
    keys = [item.pk for item in items]
    spoken = set(
        CaseItem.objects.filter(pk__in=keys).spoken_on_by(user).values_list("pk", flat=True)
    )
    return {
        thread.pk
        for thread in threads
        if thread.item_id in sealed or (_is_hidden(thread) and thread.item_id not in spoken)
    }


def _is_hidden(thread: Thread) -> bool:
    """Whether what reviewers say here is hidden from who is a reviewer and has not spoken."""
    among_reviewers = thread.audience == Audience.REVIEW and thread.turn == Side.REVIEWERS
    hidden = thread.case.round.opinions_hidden
    return bool(thread.item_id) and among_reviewers and hidden


def _line(thread: Thread) -> TurnLine:
    due = thread.due_on
    return TurnLine(
        place=place_of(thread.case),
        number=thread.number,
        kind=thread.kind,
        is_blocking=thread.is_blocking,
        indicator_title=thread.item.indicator.title if thread.item else "",
        due_on=due,
        is_overdue=due is not None and due < timezone.localdate(),
        since=timezone.localdate(thread.updated_at),
    )
