"""The conversations whose move is one person's, in every case at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from mipex_site.accounts.models import User
from questionnaire.enums import EXPERT_SIDE, Role, RoundState
from questionnaire.models import Assignment

from ..enums import Audience, Side, ThreadKind
from ..models import Case, Opinion, Thread
from ..rules import JUDGES
from ..rules.interests import OPEN
from ..rules.sealing import sealed_from
from ..rules.threads import FIRST
from .blind import Place, place_of
from .known import Known


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


def your_turns(user: User, *, known: Known | None = None) -> tuple[TurnLine, ...]:
    """Return them in the order of their days; one query, and two for KNOWN if it is not given."""
    sides = Sides(known or Known(user))
    return tuple(
        _line(thread)
        for thread in _open_threads(sides, user)
        if sides.side_in(thread.case) == thread.turn and not _is_unread(thread)
    )


class Sides:
    """On which side one person stands in any case of the open rounds; asks nothing itself.

    It says what rules.threads.standing_in says case by case; a test holds the two together.
    """

    def __init__(self, known: Known) -> None:
        self.known, self.held = known, known.in_open_rounds

    def side_in(self, case: Case) -> str:
        """Return the person's side in a case, or the empty string."""
        country = (case.round_id, case.country_id)
        roles = self.roles_in(case)
        there = {held.role for held in self.held if _reaches_country(held, case)}
        if roles & set(EXPERT_SIDE):
            return Side.EXPERT
        if country in self.known.wrote or self._answered_in(case):
            return ""
        if Role.COORDINATOR in roles:
            took_part = there & {*EXPERT_SIDE, *JUDGES}
            open_to = self.known.fates.get(country, OPEN) == OPEN
            return Side.COORDINATOR if open_to and not took_part else ""
        if not self.known.is_open(country):
            return ""
        if Role.REVIEWER in roles:
            return Side.REVIEWERS
        reviewed = Role.REVIEWER in there or country in self.known.spoke
        return Side.ADJUDICATORS if Role.ADJUDICATOR in roles and not reviewed else ""

    def _answered_in(self, case: Case) -> bool:
        return any(
            held.role in EXPERT_SIDE
            and held.round_id == case.round_id
            and _reaches_country(held, case)
            for held in self.held
        )

    def roles_in(self, case: Case) -> set[str]:
        """Return the roles whose running rights reach the case, ties aside."""
        return {held.role for held in self.held if _runs_in(held, case)}

    def reach(self) -> Q:
        """Return the condition for conversations of the cases that a running right reaches."""
        found = Q(pk__in=())
        for held in self.held:
            if not held.is_over and held.role not in {Role.PUBLISHER, Role.OBSERVER}:
                scope = {"round": held.round_id, "country": held.country_id}
                scope["strand"] = held.strand_id
                keys = {f"case__{part}_id": key for part, key in scope.items() if key}
                found |= Q(case__round__state=RoundState.OPEN, **keys)
        return found


def _reaches_country(held: Assignment, case: Case) -> bool:
    return held.round_id in {None, case.round_id} and held.country_id in {None, case.country_id}


def _runs_in(held: Assignment, case: Case) -> bool:
    of_sheet = held.strand_id in {None, case.strand_id} and held.coding in {None, FIRST}
    return _reaches_country(held, case) and of_sheet and not held.is_over


def _open_threads(sides: Sides, user: User) -> Iterable[Thread]:
    threads = Thread.objects.filter(sides.reach(), closed_at__isnull=True)
    place = ("case__round", "case__country", "case__strand", "item__indicator")
    spoken = Opinion.objects.filter(
        reviewer_id=user.pk, item_id=OuterRef("item_id"), version=OuterRef("item__version")
    )
    told = threads.exclude(turn=Side.NOBODY).annotate(
        is_sealed=Exists(sealed_from(user).order_by().filter(pk=OuterRef("item_id"))),
        has_spoken=Exists(spoken),
    )
    ordered = told.select_related(*place)
    return ordered.order_by(F("due_on").asc(nulls_last=True), "pk")


def _is_unread(thread: Thread) -> bool:
    """Whether it is about an answer that is sealed, or on which others' words are hidden."""
    return thread.is_sealed or (_is_hidden(thread) and not thread.has_spoken)


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
