"""The workbench: what waits for one reviewer or adjudicator, the soonest due on top."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from mipex_site.accounts.models import User
from questionnaire.enums import EXPERT_SIDE, AnswerKind, Role
from questionnaire.models import Participation

from ..enums import SETTLED, CaseState, DisputeCause, ItemState, OpinionKind
from ..models import Case, CaseItem, Consent, Dispute, Opinion, Ruling
from ..rules.sealing import sealed_from
from .blind import Place, place_of
from .known import Known
from .parts import review_due_on


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case to review. OBJECTIONS are your own that stand and are not yet sent back.

    TO_SPEAK are the answers that wait for you; TO_CODE are those of them to be coded first.
    """

    place: Place
    state: str
    you: str
    total: int
    spoken: int
    to_speak: int
    to_code: int
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
    """A dispute that waits for a ruling, or for a second look: not yours, if you proposed it.

    DAY is the reference date where it is not the country's cut-off, as in an address.
    """

    place: Place
    indicator_code: str
    indicator_title: str
    indicator_order: int
    reference_date: date
    day: date | None
    cause: str
    state: str
    proposed_by_you: bool
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


def workbench(user: User, *, known: Known | None = None) -> Workbench:
    """Return what this person judges in the open rounds, in a fixed number of queries.

    Two of them are for what is KNOWN of the person, if that is not given.
    """
    mine = _Mine(user, known or Known(user))
    return Workbench(
        cases=tuple(_case_lines(mine)),
        disputes=tuple(line for line in _dispute_lines(mine) if not line.proposed_by_you),
        consents=tuple(_consent_lines(mine)),
    )


def disputes_of(user: User) -> tuple[DisputeLine, ...]:
    """Return every dispute that waits where the person rules, the oldest on top."""
    return tuple(_dispute_lines(_Mine(user, Known(user))))


def rulings_of(user: User, codes: Iterable[str]) -> tuple[Ruling, ...]:
    """Return the rulings that stand on these indicators where the person rules, newest first."""
    mine = _Mine(user, Known(user))
    found = Ruling.objects.standing().filter(
        mine.places(Role.ADJUDICATOR, "dispute__item__case__"),
        dispute__item__indicator__code__in=set(codes),
    )
    place = "dispute__item__case"
    loaded = found.select_related(
        f"{place}__round", f"{place}__country", f"{place}__strand", "option"
    ).select_related("dispute__item__indicator")
    return tuple(
        ruling
        for ruling in loaded.order_by("-pk")
        if mine.you_in(ruling.dispute.item.case, Role.ADJUDICATOR)
    )


class _Mine:
    """The places where a person judges, and the ties that keep the person from it."""

    def __init__(self, user: User, known: Known) -> None:
        self.user, self.known, self.held = user, known, known.in_open_rounds

    def places(self, role: str, prefix: str = "") -> Q:
        """Return the condition for cases that a running assignment of ROLE reaches."""
        found = Q(pk__in=())
        for held in self.held:
            if held.role == role and not held.is_over:
                scope = {f"{prefix}round_id": held.round_id}
                if held.country_id:
                    scope[f"{prefix}country_id"] = held.country_id
                if held.strand_id:
                    scope[f"{prefix}strand_id"] = held.strand_id
                found |= Q(**scope)
        return found

    def you_in(self, case: Case, role: str) -> str:
        """Return the person's pseudonym there; empty where a tie may forbid the role."""
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
            held.role in forbidden or (held.role == Role.COORDINATOR and not held.is_over)
            for held in there
        )
        place = (case.round_id, case.country_id)
        if tied or place in self.known.wrote or not self.known.is_open(place):
            return ""
        return next(held.pseudonym for held in there if held.role == role)


def _case_lines(mine: _Mine) -> Iterable[CaseLine]:
    cases = Case.objects.filter(mine.places(Role.REVIEWER)).exclude(state=CaseState.WAITING)
    ordered = cases.for_page().order_by(
        "round__review_due_at", "country__name", "strand__order"
    )
    found = list(ordered)
    items: dict[int, list[CaseItem]] = defaultdict(list)
    sealed = Exists(sealed_from(mine.user).filter(pk=OuterRef("pk")))
    own = Opinion.objects.filter(
        reviewer_id=mine.user.pk, item_id=OuterRef("pk"), version=OuterRef("version")
    )
    of_them = CaseItem.objects.filter(case__in=[case.pk for case in found])
    told = of_them.annotate(is_sealed=sealed, own=Subquery(own.order_by().values("kind")))
    for item in told.order_by("pk"):
        items[item.case_id].append(item)
    for case in found:
        you = mine.you_in(case, Role.REVIEWER)
        if you:
            yield _case_line(case, items[case.pk], you)


def _case_line(case: Case, items: list[CaseItem], you: str) -> CaseLine:
    # Where a sealed answer stands is not told, but whether it can still be coded.
    to_code = sum(
        item.is_sealed and item.is_coded_blind and item.state not in SETTLED for item in items
    )
    read = [item for item in items if not item.is_sealed]
    under_review = [item for item in read if item.state == ItemState.UNDER_REVIEW]
    objections = sum(item.own == OpinionKind.DISAGREE for item in under_review)
    return CaseLine(
        place=place_of(case),
        state=case.state,
        you=you,
        total=len(items),
        spoken=sum(item.own is not None for item in items),
        to_speak=to_code + sum(item.own is None for item in under_review),
        to_code=to_code,
        objections=objections if _can_be_returned(case) else 0,
        review_due=review_due_on(case.round),
    )


def _can_be_returned(case: Case) -> bool:
    again = case.times_returned < case.round.returns_allowed
    return again and case.state == CaseState.IN_REVIEW


def _dispute_lines(mine: _Mine) -> Iterable[DisputeLine]:
    waiting = Dispute.objects.waiting().filter(mine.places(Role.ADJUDICATOR, "item__case__"))
    proposed = Ruling.objects.unlooked().filter(
        dispute_id=OuterRef("pk"), adjudicator_id=mine.user.pk
    )
    told = waiting.for_page().annotate(is_yours=Exists(proposed), own_cut_off=_own_cut_off())
    for dispute in told.order_by("opened_at", "pk"):
        case = dispute.item.case
        you = mine.you_in(case, Role.ADJUDICATOR)
        if you:
            yield DisputeLine(
                place=place_of(case),
                indicator_code=dispute.item.indicator.code,
                indicator_title=dispute.item.indicator.title,
                indicator_order=dispute.item.indicator.order,
                reference_date=dispute.item.reference_date,
                day=_day_of(dispute),
                cause=dispute.cause,
                state=dispute.state,
                proposed_by_you=dispute.is_yours,
                you=you,
                since=timezone.localdate(dispute.opened_at),
                review_due=review_due_on(case.round),
            )


def _own_cut_off() -> Subquery:
    own = Participation.objects.filter(
        round_id=OuterRef("item__case__round_id"), country_id=OuterRef("item__case__country_id")
    )
    return Subquery(own.values("own_cut_off")[:1])


def _day_of(dispute: Dispute) -> date | None:
    cut_off = dispute.own_cut_off or dispute.item.case.round.cut_off
    day = dispute.item.reference_date
    return None if day == cut_off else day


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
