"""What keeps the review of a round from being closed, and who moves next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from questionnaire.enums import EXPERT_SIDE, AnswerKind, AssessmentState, Role
from questionnaire.models import Assessment, Assignment, Participation, Round

from ..enums import BlockerKind, ItemState, OpinionKind
from ..models import CaseItem, Consent, Opinion


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why one country and strand is not done, how many answers or sheets, and since which day.

    NEXT_ROLE moves next; PEOPLE are the keys of those who hold it there, for the coordinator's
    page alone: no other page may turn them into names.
    """

    country: str
    country_name: str
    strand: str
    strand_title: str
    kind: str
    count: int
    since: date
    next_role: str
    people: tuple[UUID, ...]

    @property
    def kind_label(self) -> str:
        return str(BlockerKind(self.kind).label)

    @property
    def next_role_label(self) -> str:
        return str(Role(self.next_role).label)


@dataclass(frozen=True, slots=True)
class Hitch:
    """One sheet or one item that is not done."""

    at: Assessment | CaseItem
    kind: str
    since: datetime
    role: str
    people: frozenset[UUID]


def blockers(round_: Round) -> list[Blocker]:
    """Return every blocker by country, strand and kind; an empty list closes the review.

    Six queries, however many sheets there are. Countries that are excluded block nothing.
    """
    people = _People(round_)
    hitches = [*_sheets_that_miss(round_, people), *_items_that_wait(round_, people)]
    found: dict[tuple[object, ...], list[Hitch]] = defaultdict(list)
    for hitch in hitches:
        place = _place(hitch.at)
        order = BlockerKind.values.index(hitch.kind)
        found[place.country.name, place.strand.order, order, place.strand_id].append(hitch)
    return [_blocker(found[key]) for key in sorted(found)]


def _place(at: Assessment | CaseItem) -> Assessment:
    return at if isinstance(at, Assessment) else at.case


def _blocker(hitches: list[Hitch]) -> Blocker:
    place = _place(hitches[0].at)
    people = frozenset().union(*(hitch.people for hitch in hitches))
    return Blocker(
        country=place.country.code,
        country_name=place.country.name,
        strand=place.strand.code,
        strand_title=place.strand.title,
        kind=hitches[0].kind,
        count=len(hitches),
        since=timezone.localdate(min(hitch.since for hitch in hitches)),
        next_role=hitches[0].role,
        people=tuple(sorted(people)),
    )


class _People:
    """Who holds which role where, from one query."""

    def __init__(self, round_: Round) -> None:
        running = Assignment.objects.running().in_round(round_)
        self.rows = list(
            running.values_list("role", "country_id", "strand_id", "coding", "person_id")
        )

    def reaching(
        self, place: object, *roles: str, coding: int | None = None
    ) -> frozenset[UUID]:
        return frozenset(
            person
            for role, country, strand, of_coding, person in self.rows
            if role in roles
            and country in {None, place.country_id}
            and strand in {None, place.strand_id}
            and (coding is None or of_coding in {None, coding})
        )


def _taking_part(rows: QuerySet, prefix: str = "") -> QuerySet:
    excluded = Participation.objects.filter(
        round=OuterRef(f"{prefix}round"), country=OuterRef(f"{prefix}country")
    ).exclude(excluded_because="")
    return rows.exclude(Exists(excluded))


def _sheets_that_miss(round_: Round, people: _People) -> Iterator[Hitch]:
    sheets = Assessment.objects.filter(round_id=round_.pk).select_related("country", "strand")
    for sheet in _taking_part(sheets.exclude(state=AssessmentState.SUBMITTED)):
        returned = sheet.state == AssessmentState.RETURNED
        kind = BlockerKind.RETURNED if returned else BlockerKind.NOT_SUBMITTED
        side = people.reaching(sheet, *EXPERT_SIDE, coding=sheet.coding)
        since = sheet.updated_at if returned else sheet.created_at
        yield Hitch(sheet, kind, since, Role.EXPERT, side)


WAITING = (ItemState.UNDER_REVIEW, ItemState.DISPUTED)


def _items_that_wait(round_: Round, people: _People) -> Iterator[Hitch]:
    """Items under review or disputed; those that went back are counted with their sheet."""
    items = CaseItem.objects.filter(case__round_id=round_.pk, state__in=WAITING)
    items = _taking_part(items, "case__").select_related(
        "case__country", "case__strand", "answer"
    )
    opinions = _by_item(_present(Opinion, round_))
    consented = {consent.item_id for consent in _present(Consent, round_)}
    for item in items.order_by("pk"):
        if item.state == ItemState.DISPUTED:
            judges = people.reaching(item.case, Role.ADJUDICATOR)
            yield Hitch(item, BlockerKind.DISPUTED, item.updated_at, Role.ADJUDICATOR, judges)
        else:
            yield from _under_review(
                item,
                round_,
                opinions.get(item.pk, []),
                people,
                consented=item.pk in consented,
            )


def _present(model: type[Opinion | Consent], round_: Round) -> QuerySet:
    """Return what was said of the versions that are under review now."""
    return model.objects.filter(
        item__case__round_id=round_.pk,
        item__state=ItemState.UNDER_REVIEW,
        version=F("item__version"),
    ).order_by("pk")


def _by_item(opinions: Iterable[Opinion]) -> dict[int, list[Opinion]]:
    found: dict[int, list[Opinion]] = defaultdict(list)
    for opinion in opinions:
        found[opinion.item_id].append(opinion)
    return found


def _under_review(
    item: CaseItem,
    round_: Round,
    opinions: list[Opinion],
    people: _People,
    *,
    consented: bool,
) -> Iterator[Hitch]:
    """Say what an item under review waits for; it always waits for something."""
    reviewers = people.reaching(item.case, Role.REVIEWER)
    counted = [o for o in opinions if o.kind != OpinionKind.NOT_QUALIFIED]
    silent = reviewers - {opinion.reviewer_id for opinion in opinions}
    missing = round_.opinions_required - len(counted)
    lacks_consent = item.answer.kind == AnswerKind.EXCEPTIONAL and not consented
    if missing > len(silent):
        heads = people.reaching(item.case, Role.COORDINATOR)
        yield Hitch(item, BlockerKind.NO_REVIEWER, item.updated_at, Role.COORDINATOR, heads)
    elif any(o.kind == OpinionKind.DISAGREE for o in counted) and missing <= 0:
        yield Hitch(item, BlockerKind.TO_RETURN, item.updated_at, Role.REVIEWER, reviewers)
    elif missing > 0 or not lacks_consent:
        yield Hitch(item, BlockerKind.OPINIONS, item.updated_at, Role.REVIEWER, silent)
    if lacks_consent:
        judges = people.reaching(item.case, Role.ADJUDICATOR)
        yield Hitch(item, BlockerKind.CONSENT, item.updated_at, Role.ADJUDICATOR, judges)
