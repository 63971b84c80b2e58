"""What keeps the review of a round from being closed, and who moves next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import (
    CharField,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
)
from django.utils import timezone

from questionnaire.enums import EXPERT_SIDE, AnswerKind, AssessmentState, Role
from questionnaire.models import (
    Assessment,
    Round,
)

from ..enums import (
    BlockerKind,
    DisputeState,
    ItemState,
    OpinionKind,
)
from ..models import Case, CaseItem, Consent, Opinion, Ruling
from .blocking import Hitch, Talk, is_blocked, taking_part
from .holders import Holders, Judges
from .wholes import wholes_that_wait


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why one country and strand is not done, COUNT answers, sheets or people, since which day.

    NEXT_ROLE moves next; PEOPLE are the keys of those who hold it there, for the coordinator's
    page alone: no other page may turn them into names. TALKS are conversations that block, for
    who runs or observes the round and so reads every one; ACTS the kinds of acts of two that wait.
    STRAND is empty where the whole country waits, COUNTRY where the whole round does.
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
    talks: tuple[Talk, ...] = ()
    acts: tuple[str, ...] = ()

    @property
    def kind_label(self) -> str:
        return str(BlockerKind(self.kind).label)

    @property
    def next_role_label(self) -> str:
        return str(Role(self.next_role).label)


def blockers(
    round_: Round,
    *,
    holders: Holders | None = None,
    sheets: Iterable[Assessment] | None = None,
) -> list[Blocker]:
    """Return every blocker by country, strand and kind; an empty list closes the review.

    Five queries, however many sheets there are, or fewer where who asks has them: HOLDERS, and
    SHEETS, all of the round but those of excluded countries, which block nothing.
    """
    people = holders or Holders(round_)
    sheets = _every_sheet(round_) if sheets is None else sheets
    hitches = [
        *_sheets_that_miss(sheets, people),
        *_items_that_wait(round_, people),
        *wholes_that_wait(round_, people),
    ]
    found: dict[tuple[object, ...], list[Hitch]] = defaultdict(list)
    for hitch in hitches:
        place = _place(hitch.at)
        order = BlockerKind.values.index(hitch.kind)
        found[place.country.name, place.strand.order, order, place.strand_id].append(hitch)
    return [_blocker(found[key]) for key in sorted(found)]


def things_that_block(found: Iterable[Blocker]) -> int:
    """Return how many things block the closing: one a country, strand and kind of blocker.

    Every page that gives the number of blockers gives this one, as does the refusal to close.
    """
    return len({(blocker.country, blocker.strand, blocker.kind) for blocker in found})


def _place(at: Assessment | CaseItem | Case) -> Assessment | Case:
    return at.case if isinstance(at, CaseItem) else at


def _blocker(hitches: list[Hitch]) -> Blocker:
    place = _place(hitches[0].at)
    people = frozenset().union(*(hitch.people for hitch in hitches))
    return Blocker(
        country=place.country.code,
        country_name=place.country.name,
        strand=place.strand.code,
        strand_title=place.strand.title,
        kind=hitches[0].kind,
        count=len({hitch.about or at for at, hitch in enumerate(hitches)}),
        since=timezone.localdate(min(hitch.since for hitch in hitches)),
        next_role=hitches[0].role,
        people=tuple(sorted(people)),
        talks=tuple(hitch.talk for hitch in hitches if hitch.talk),
        acts=tuple(hitch.act for hitch in hitches if hitch.act),
    )


def _every_sheet(round_: Round) -> QuerySet[Assessment]:
    sheets = Assessment.objects.filter(round_id=round_.pk).select_related("country", "strand")
    return taking_part(sheets.exclude(state=AssessmentState.SUBMITTED))


def _sheets_that_miss(sheets: Iterable[Assessment], people: Holders) -> Iterator[Hitch]:
    for sheet in sheets:
        # What is open again until a moment is told of by its reopening, once.
        if sheet.state == AssessmentState.SUBMITTED or sheet.open_until is not None:
            continue
        returned = sheet.state == AssessmentState.RETURNED
        kind = BlockerKind.RETURNED if returned else BlockerKind.NOT_SUBMITTED
        side = people.reaching(sheet, *EXPERT_SIDE, coding=sheet.coding)
        since = sheet.updated_at if returned else sheet.created_at
        yield Hitch(sheet, kind, since, Role.EXPERT, side)


WAITING = (ItemState.UNDER_REVIEW, ItemState.DISPUTED)
CONSENT = "consent"
"""Stands for the kind of opinion in the rows of consents."""


def _items_that_wait(round_: Round, people: Holders) -> Iterator[Hitch]:
    """Items under review or disputed; those that went back are counted with their sheet."""
    items = CaseItem.objects.filter(case__round_id=round_.pk, state__in=WAITING)
    items = taking_part(items, "case__").select_related(
        "case__country", "case__strand", "answer"
    )
    said = _said(round_)
    items = items.annotate(proposed_by=_proposed_by(), is_blocked=is_blocked())
    for item in items.order_by("pk"):
        if item.state == ItemState.DISPUTED:
            yield _disputed(item, people)
        else:
            yield from _under_review(item, round_, said[item.pk], people)


def _proposed_by() -> Subquery:
    """Whose ruling waits for a second look; None where none does."""
    waiting = Ruling.objects.filter(
        dispute__item=OuterRef("pk"), dispute__state=DisputeState.SECOND_LOOK
    )
    newest = waiting.order_by("-pk").values("adjudicator")[:1]
    return Subquery(newest, output_field=UUIDField())


def _disputed(item: CaseItem, people: Holders) -> Hitch:
    judges = people.judges(item.case, Role.ADJUDICATOR).next
    if item.proposed_by is None:
        kind = BlockerKind.DISPUTED
    else:
        kind, judges = BlockerKind.SECOND_LOOK, judges - {item.proposed_by}
    return Hitch(item, kind, item.updated_at, Role.ADJUDICATOR, judges)


@dataclass(slots=True)
class Said:
    """What was said of the version of an item that is under review now."""

    opinions: dict[UUID, str] = field(default_factory=dict)
    consented: bool = False


def _said(round_: Round) -> dict[int, Said]:
    """Return opinions and consents by item; one query for both."""
    found: dict[int, Said] = defaultdict(Said)
    opinions = _present(Opinion, round_).values_list("item_id", "reviewer_id", "kind")
    consents = _present(Consent, round_).values_list(
        "item_id", "adjudicator_id", Value(CONSENT, output_field=CharField())
    )
    for item, person, kind in opinions.union(consents, all=True):
        if kind == CONSENT:
            found[item].consented = True
        else:
            found[item].opinions[person] = kind
    return found


def _present(model: type[Opinion | Consent], round_: Round) -> QuerySet:
    """Return what was said of the versions that are under review now."""
    return model.objects.filter(
        item__case__round_id=round_.pk,
        item__state=ItemState.UNDER_REVIEW,
        version=F("item__version"),
    ).order_by()


def _under_review(
    item: CaseItem,
    round_: Round,
    said: Said,
    people: Holders,
) -> Iterator[Hitch]:
    """Say what an item under review waits for; it always waits for something.

    One that is agreed on and blocked waits for its conversation, which its case tells of.
    """
    reviewers = people.judges(item.case, Role.REVIEWER)
    counted = [k for k in said.opinions.values() if k != OpinionKind.NOT_QUALIFIED]
    silent = reviewers.ready - said.opinions.keys()
    missing = round_.opinions_required - len(counted)
    lacks_consent = item.answer.kind == AnswerKind.EXCEPTIONAL and not said.consented
    if missing > len(silent):
        to_come = Judges(
            silent,
            reviewers.undeclared - said.opinions.keys(),
            reviewers.undecided - said.opinions.keys(),
        )
        yield from _too_few(item, missing, to_come, people)
    elif OpinionKind.DISAGREE in counted and missing <= 0:
        moving = reviewers.next
        yield Hitch(item, BlockerKind.TO_RETURN, item.updated_at, Role.REVIEWER, moving)
    elif missing > 0 or not (lacks_consent or item.is_blocked):
        yield Hitch(item, BlockerKind.OPINIONS, item.updated_at, Role.REVIEWER, silent)
    if lacks_consent:
        judges = people.judges(item.case, Role.ADJUDICATOR).next
        yield Hitch(item, BlockerKind.CONSENT, item.updated_at, Role.ADJUDICATOR, judges)


def _too_few(item: CaseItem, missing: int, to_come: Judges, people: Holders) -> Iterator[Hitch]:
    """Say what an item waits for that too few reviewers may read now.

    TO_COME have not spoken on it. Who has yet to declare is missed as that, not as an opinion.
    """
    since, heads = item.updated_at, people.reaching(item.case, Role.COORDINATOR)
    if missing > len(to_come.ready | to_come.undeclared | to_come.undecided):
        yield Hitch(item, BlockerKind.NO_REVIEWER, since, Role.COORDINATOR, heads)
        return
    if to_come.ready:
        yield Hitch(item, BlockerKind.OPINIONS, since, Role.REVIEWER, to_come.ready)
    for person in sorted(to_come.undeclared):
        own = frozenset({person})
        kind = BlockerKind.UNDECLARED
        yield Hitch(item, kind, since, Role.REVIEWER, own, about=person)
    for person in sorted(to_come.undecided):
        kind = BlockerKind.DECLARATION
        yield Hitch(item, kind, since, Role.COORDINATOR, heads, about=person)
