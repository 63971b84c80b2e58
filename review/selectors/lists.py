"""The workbench: what waits for one reviewer or adjudicator, the soonest due on top."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from mipex_site.accounts.models import User
from questionnaire.enums import EXPERT_SIDE, AnswerKind, Role, RoundState
from questionnaire.models import Answer, Assignment

from ..enums import CaseState, DisputeCause, ItemState, OpinionKind
from ..models import Case, CaseItem, Consent, Dispute, Opinion
from .blind import Place, place_of
from .parts import review_due_on


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case to review. OBJECTIONS are your own that stand and are not yet sent back."""

    place: Place
    state: str
    you: str
    total: int
    spoken: int
    to_speak: int
    objections: int
    review_due: date

    @property
    def state_label(self) -> str:
        return str(CaseState(self.state).label)

    @property
    def needs_you(self) -> bool:
        return bool(self.to_speak or self.objections)


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """A dispute that waits for a ruling."""

    place: Place
    indicator_code: str
    indicator_title: str
    reference_date: date
    cause: str
    you: str
    since: date
    review_due: date

    @property
    def cause_label(self) -> str:
        return str(DisputeCause(self.cause).label)


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """Exceptional points that wait for a consent."""

    place: Place
    indicator_code: str
    indicator_title: str
    reference_date: date
    version: int
    you: str
    since: date
    review_due: date


@dataclass(frozen=True, slots=True)
class Workbench:
    cases: tuple[CaseLine, ...]
    disputes: tuple[DisputeLine, ...]
    consents: tuple[ConsentLine, ...]


def workbench(user: User) -> Workbench:
    """Return what this person judges in the open rounds, in a fixed number of queries."""
    mine = _Mine(user)
    return Workbench(
        cases=tuple(_case_lines(mine)),
        disputes=tuple(_dispute_lines(mine)),
        consents=tuple(_consent_lines(mine)),
    )


class _Mine:
    """The places where a person judges, and the ties that keep the person from it."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.held = list(
            Assignment.objects.of(user)
            .filter(Q(round__isnull=True) | Q(round__state=RoundState.OPEN))
            .order_by("-country_id", "pk")
        )
        wrote = Answer.history.filter(answered_by_id=user.pk).order_by()
        self.wrote = set(
            wrote.values_list("assessment__round_id", "assessment__country_id").distinct()
        )

    def places(self, role: str, prefix: str = "") -> Q:
        """Return the condition for cases that a running assignment of ROLE reaches."""
        found = Q(pk__in=())
        for held in self.held:
            if held.role == role and held.ended_at is None:
                scope = {f"{prefix}round_id": held.round_id}
                if held.country_id:
                    scope[f"{prefix}country_id"] = held.country_id
                if held.strand_id:
                    scope[f"{prefix}strand_id"] = held.strand_id
                found |= Q(**scope)
        return found

    def you_in(self, case: Case, role: str) -> str:
        """Return the person's pseudonym there; empty where a tie forbids the role."""
        there = [
            held
            for held in self.held
            if held.round_id in {None, case.round_id}
            and held.country_id in {None, case.country_id}
        ]
        forbidden = {*EXPERT_SIDE}
        if role == Role.ADJUDICATOR:
            forbidden.add(Role.REVIEWER)
        tied = any(
            held.role in forbidden or (held.role == Role.COORDINATOR and held.ended_at is None)
            for held in there
        )
        if tied or (case.round_id, case.country_id) in self.wrote:
            return ""
        return next(held.pseudonym for held in there if held.role == role)


def _case_lines(mine: _Mine) -> Iterable[CaseLine]:
    cases = Case.objects.filter(mine.places(Role.REVIEWER)).exclude(state=CaseState.WAITING)
    ordered = cases.for_page().order_by(
        "round__review_due_at", "country__name", "strand__order"
    )
    found = list(ordered)
    items: dict[int, list[CaseItem]] = defaultdict(list)
    for item in CaseItem.objects.filter(case__in=[case.pk for case in found]).order_by("pk"):
        items[item.case_id].append(item)
    own = _own_opinions(mine.user, found)
    for case in found:
        you = mine.you_in(case, Role.REVIEWER)
        if you:
            yield _case_line(case, items[case.pk], own, you)


def _own_opinions(user: User, cases: list[Case]) -> dict[int, str]:
    """Return the person's opinion on the present version of each item, by item."""
    own = Opinion.objects.filter(
        reviewer_id=user.pk,
        item__case__in=[case.pk for case in cases],
        version=F("item__version"),
    )
    return dict(own.order_by().values_list("item_id", "kind"))


def _case_line(case: Case, items: list[CaseItem], own: dict[int, str], you: str) -> CaseLine:
    under_review = [item for item in items if item.state == ItemState.UNDER_REVIEW]
    objections = sum(own.get(item.pk) == OpinionKind.DISAGREE for item in under_review)
    return CaseLine(
        place=place_of(case),
        state=case.state,
        you=you,
        total=len(items),
        spoken=sum(item.pk in own for item in items),
        to_speak=sum(item.pk not in own for item in under_review),
        objections=objections if case.state == CaseState.IN_REVIEW else 0,
        review_due=review_due_on(case.round),
    )


def _dispute_lines(mine: _Mine) -> Iterable[DisputeLine]:
    open_ones = Dispute.objects.open().filter(mine.places(Role.ADJUDICATOR, "item__case__"))
    for dispute in open_ones.for_page().order_by("opened_at", "pk"):
        case = dispute.item.case
        you = mine.you_in(case, Role.ADJUDICATOR)
        if you:
            yield DisputeLine(
                place=place_of(case),
                indicator_code=dispute.item.indicator.code,
                indicator_title=dispute.item.indicator.title,
                reference_date=dispute.item.reference_date,
                cause=dispute.cause,
                you=you,
                since=timezone.localdate(dispute.opened_at),
                review_due=review_due_on(case.round),
            )


def _consent_lines(mine: _Mine) -> Iterable[ConsentLine]:
    for item in _without_consent(mine):
        you = mine.you_in(item.case, Role.ADJUDICATOR)
        if you:
            yield ConsentLine(
                place=place_of(item.case),
                indicator_code=item.indicator.code,
                indicator_title=item.indicator.title,
                reference_date=item.reference_date,
                version=item.version,
                you=you,
                since=timezone.localdate(item.updated_at),
                review_due=review_due_on(item.case.round),
            )


def _without_consent(mine: _Mine) -> QuerySet[CaseItem]:
    given = Consent.objects.filter(
        item__state=ItemState.UNDER_REVIEW, version=F("item__version")
    )
    waiting = CaseItem.objects.filter(
        mine.places(Role.ADJUDICATOR, "case__"),
        state=ItemState.UNDER_REVIEW,
        answer__kind=AnswerKind.EXCEPTIONAL,
    ).exclude(pk__in=given.values("item_id"))
    place = ("case__round__framework", "case__country", "case__strand", "indicator")
    return waiting.select_related(*place).order_by("updated_at", "pk")
