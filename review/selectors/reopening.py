"""Reopenings as each side may read them, what they voided, and the late changes of a round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from questionnaire.enums import EXPERT_SIDE, Role, RoundState
from questionnaire.models import Assignment, Round
from questionnaire.selectors.reviewer import BlindReading, blind_readings

from ..enums import (
    SETTLED,
    ItemState,
    ReopenedOutcome,
    ReopeningReason,
    ReopeningState,
    Side,
)
from ..models import Case, CaseItem, ReopenedItem, Reopening
from ..models.windows import BEFORE_ITS_END
from ..rules import may_second_reopening
from ..rules.interests import countries_lost_by
from .blind import Place, item_state_label, place_of
from .known import Known
from .sealing import sealed_items
from .turns import Sides

# --- What a reopening voided -------------------------------------------------------------


def with_voids(items: QuerySet[CaseItem]) -> QuerySet[CaseItem]:
    """Add what void_words reads of an item: no query of its own."""
    changed = ReopenedItem.objects.filter(
        item=OuterRef("pk"),
        outcome=ReopenedOutcome.CHANGED,
        state_before__in=SETTLED,
        version__lt=OuterRef("version"),
    ).order_by("-pk")
    return items.annotate(
        void_version=Subquery(changed.values("version")[:1]),
        void_state=Subquery(changed.values("state_before")[:1]),
    )


def void_words(item: CaseItem) -> str:
    """Say that an approval or a ruling is void, until the answer is settled anew."""
    if item.void_version is None or item.state in SETTLED:
        return ""
    words = {
        ItemState.APPROVED: _(
            "The approval of version %(n)d is void, because the content changed in a reopening."
        ),
        ItemState.RULED: _(
            "The ruling on version %(n)d is void, because the content changed in a reopening."
        ),
    }
    return words[ItemState(item.void_state)] % {"n": item.void_version}


# --- A case's reopenings -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """One answer that can be listed, or is. KEY is its code, with the day of a back-cast."""

    key: str
    code: str
    title: str
    reference_date: date
    state: str
    outcome: str = ""

    @property
    def state_label(self) -> str:
        return item_state_label(self.state)

    @property
    def outcome_label(self) -> str:
        return str(ReopenedOutcome(self.outcome).label) if self.outcome else ""


@dataclass(frozen=True, slots=True)
class ReopeningView:
    """A reopening under no name: ASKED_BY is you or a side, DAY no more exact than a day."""

    state: str
    reason: str
    text: str
    asked_by: str
    day: date
    needs_two: bool
    decision: str
    until: datetime | None
    items: tuple[Listed, ...]

    @property
    def state_label(self) -> str:
        return str(ReopeningState(self.state).label)

    @property
    def reason_label(self) -> str:
        return str(ReopeningReason(self.reason).label)

    @property
    def is_under_way(self) -> bool:
        return self.state in BEFORE_ITS_END


@dataclass(frozen=True, slots=True)
class ReopeningPage:
    """What can be listed, what is under way, and what was before, the newest first."""

    place: Place
    state: str
    listable: tuple[Listed, ...]
    present: ReopeningView | None
    past: tuple[ReopeningView, ...]


def reopening_page(case: Case, user: User) -> ReopeningPage:
    """Return the reopenings of a case as this person may read them; a fixed number of queries.

    An answer that the person must code before reading it is not listed: its state would tell.
    """
    sealed = sealed_items(user, case) if case.pk else set()
    items = list(_items(case).exclude(pk__in=sealed))
    rows = Reopening.objects.filter(case_id=case.pk).order_by("-pk")
    rows = list(rows.prefetch_related("items__item__indicator"))
    sides = _sides(case, {row.asked_by_id for row in rows}) if rows else {}
    views = [_view(row, user, sides, sealed) for row in rows]
    return ReopeningPage(
        place=place_of(case),
        state=case.state if case.pk else "",
        listable=tuple(
            _listed(item, item.state)
            for item in items
            if item.state in {*SETTLED, ItemState.UNDER_REVIEW}
        ),
        present=next((view for view in views if view.is_under_way), None),
        past=tuple(view for view in views if not view.is_under_way),
    )


def items_by_key(case: Case) -> dict[str, CaseItem]:
    """Return the answers of a case by the keys under which a form lists them."""
    return {key_of(item): item for item in _items(case)}


def key_of(item: CaseItem) -> str:
    return f"{item.indicator.code} {item.reference_date.isoformat()}"


def present_reopening(case: Case) -> Reopening | None:
    """Return the reopening of a case that is asked for, half granted or open."""
    rows = Reopening.objects.filter(case_id=case.pk, state__in=BEFORE_ITS_END)
    return rows.select_related("case__round", "case__country", "case__strand").first()


def _items(case: Case) -> QuerySet[CaseItem]:
    items = CaseItem.objects.filter(case_id=case.pk).select_related("indicator")
    return items.order_by("indicator__order", "-reference_date")


def _listed(item: CaseItem, state: str, outcome: str = "") -> Listed:
    return Listed(
        key=key_of(item),
        code=item.indicator.code,
        title=item.indicator.title,
        reference_date=item.reference_date,
        state=state,
        outcome=outcome,
    )


def _view(row: Reopening, user: User, sides: dict, sealed: set[int]) -> ReopeningView:
    return ReopeningView(
        state=row.state,
        reason=row.reason,
        text=row.text,
        asked_by=_("you") if row.asked_by_id == user.pk else sides[row.asked_by_id],
        day=timezone.localdate(row.created_at),
        needs_two=row.needs_two,
        decision=row.decision,
        until=row.until if row.state != ReopeningState.SECONDING else None,
        items=tuple(
            _listed(listed.item, listed.state_before, listed.outcome)
            for listed in row.items.all()
            if listed.item_id not in sealed
        ),
    )


def _sides(case: Case, people: set) -> dict[object, str]:
    """Return on which side each of these people stood when they asked; one query."""
    held = Assignment.objects.filter(person_id__in=people).in_round(case.round)
    here = held.reaching(country_id=case.country_id, strand_id=case.strand_id)
    roles: dict[object, set[str]] = {person: set() for person in people}
    for person, role in here.order_by().values_list("person_id", "role"):
        roles[person].add(role)
    return {person: _side(held) for person, held in roles.items()}


def _side(roles: set[str]) -> str:
    if roles & set(EXPERT_SIDE):
        return _("the expert")
    return _("the coordinator") if Role.COORDINATOR in roles else _("the review")


# --- The late changes of a round ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LateChange:
    """One reopened answer. BEFORE is what it said when it was opened, NOW what is judged."""

    place: Place
    code: str
    title: str
    reference_date: date
    reason: str
    text: str
    opened_on: date | None
    outcome: str
    outcome_label: str
    state_before: str
    state: str
    before: BlindReading
    now: BlindReading


def late_changes(round_: Round, user: User) -> tuple[LateChange, ...]:
    """Return every reopened answer of a round, by country and strand; a fixed number of queries.

    A country that a tie keeps from the person is left out.
    """
    rows = ReopenedItem.objects.filter(
        reopening__case__round_id=round_.pk, reopening__opened_at__isnull=False
    ).exclude(reopening__case__country_id__in=countries_lost_by(user, round_))
    place = tuple(f"reopening__case__{name}" for name in ("round", "country", "strand"))
    ordered = rows.select_related(*place, "item__indicator").order_by(
        "reopening__case__country__name",
        "reopening__case__strand__order",
        "item__indicator__order",
        "-item__reference_date",
        "pk",
    )
    changes = list(ordered)
    readings = blind_readings(
        (row.item.answer_id, version)
        for row in changes
        for version in (row.version, row.item.version)
    )
    return tuple(_late_change(row, readings) for row in changes)


def _late_change(
    row: ReopenedItem, readings: dict[tuple[int, int], BlindReading]
) -> LateChange:
    window, item = row.reopening, row.item
    return LateChange(
        place=place_of(window.case),
        code=item.indicator.code,
        title=item.indicator.title,
        reference_date=item.reference_date,
        reason=str(ReopeningReason(window.reason).label),
        text=window.text,
        opened_on=timezone.localdate(window.opened_at) if window.opened_at else None,
        outcome=row.outcome,
        outcome_label=str(ReopenedOutcome(row.outcome).label),
        state_before=row.state_before,
        state=item.state,
        before=readings[item.answer_id, row.version],
        now=readings[item.answer_id, item.version],
    )


# --- What waits for a decision -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToDecide:
    """A reopening that waits for a person: NUMBER answers, since a day."""

    place: Place
    state: str
    number: int
    since: date


def reopenings_to_decide(user: User, rounds: Iterable[Round]) -> tuple[ToDecide, ...]:
    """Return what a coordinator of these open ROUNDS decides; one query, two a round with any."""
    rows = _undecided(user).filter(case__round__in=[round_.pk for round_ in rounds])
    found = list(rows)
    lost = {
        round_.pk: countries_lost_by(user, round_)
        for round_ in {row.case.round for row in found}
    }
    return tuple(
        _to_decide(row) for row in found if row.case.country_id not in lost[row.case.round_id]
    )


def reopenings_to_second(user: User, *, known: Known | None = None) -> tuple[ToDecide, ...]:
    """Return what a consortium reviewer may open as the second of two.

    One query, two for what is KNOWN of the person if that is not given, and those of the rule
    for a case in which the person stands on no side.
    """
    sides = Sides(known or Known(user))
    rows = _undecided(user).filter(
        state=ReopeningState.SECONDING, case__round__state=RoundState.OPEN
    )
    return tuple(_to_decide(row) for row in rows if _may_second(user, row, sides))


def _may_second(user: User, row: Reopening, sides: Sides) -> bool:
    """Say what may_second_reopening says, asking it only where it is not known already."""
    if not sides.roles_in(row.case) & {Role.ADJUDICATOR, Role.COORDINATOR}:
        return False
    if sides.side_in(row.case) == Side.ADJUDICATORS:
        return True
    return bool(may_second_reopening(user, row))


def _undecided(user: User) -> QuerySet[Reopening]:
    """Reopenings before they are open, of others: nobody decides what they asked or granted."""
    waiting = Reopening.objects.filter(
        state__in=(ReopeningState.ASKED, ReopeningState.SECONDING)
    )
    of_others = waiting.exclude(asked_by=user).exclude(granted_by=user)
    place = (f"case__{name}" for name in ("round__framework", "country", "strand"))
    return of_others.select_related(*place).annotate(number=Count("items")).order_by("pk")


def _to_decide(row: Reopening) -> ToDecide:
    return ToDecide(
        place=place_of(row.case),
        state=row.state,
        number=row.number,
        since=timezone.localdate(row.created_at),
    )
