"""What one person is typing in the review. It is read by that person alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from mipex_site.accounts.models import User
from questionnaire.enums import RoundState

from ..enums import SETTLED, CaseState, DisputeState, DraftOf, ItemState
from ..models import Case, CaseItem, Dispute, LastWord, Opinion, ReviewDraft, Thread
from .blind import Place, place_of

ASIDE = "_aside"
"""In a draft's content: texts that were not taken, each with a moment. No field begins so."""
LAST_WORD = "last_word/"
"""What the place of a comment on a settled answer begins with; it is a message about it."""
TAKEN_IN = {
    DraftOf.OPINION: (ItemState.UNDER_REVIEW,),
    DraftOf.CODING: tuple(state for state in ItemState if state not in SETTLED),
    DraftOf.CONSENT: (ItemState.UNDER_REVIEW,),
    DraftOf.RULING: (ItemState.DISPUTED,),
    DraftOf.SECOND_LOOK: (ItemState.DISPUTED,),
}
"""The states in which an answer still takes a text of each kind."""


def draft_of(person: User, case: Case, kind: str, place: str) -> ReviewDraft | None:
    """Return what this person has typed there and not sent; nobody else's is ever found."""
    own = ReviewDraft.objects.filter(person_id=person.pk, case_id=case.pk)
    return own.filter(kind=kind, place=place).first()


def drafts_of_last_word(person: User, case: Case) -> dict[str, ReviewDraft]:
    """Return the person's unfinished comments on settled answers by their place; one query."""
    own = ReviewDraft.objects.filter(person_id=person.pk, case_id=case.pk)
    of_kind = own.filter(kind=DraftOf.MESSAGE, place__startswith=LAST_WORD)
    return {draft.place: draft for draft in of_kind}


def fields_in(draft: ReviewDraft) -> dict[str, Any]:
    """Return the draft's fields as a form shows them; what is not text is left out."""
    kept = draft.content if isinstance(draft.content, dict) else {}
    return {name: text for name, text in kept.items() if isinstance(text, str)}


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A text that was typed in another window, and not taken when the person chose."""

    at: datetime
    texts: dict[str, str]


def not_taken_in(draft: ReviewDraft) -> tuple[NotTaken, ...]:
    kept = draft.content if isinstance(draft.content, dict) else {}
    return tuple(
        NotTaken(datetime.fromisoformat(one["at"]), one["texts"])
        for one in reversed(kept.get(ASIDE, []))
    )


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A text that its person has begun and not sent. TITLE is empty where it is about the case.

    WHERE is its place as in ReviewDraft, DAY the reference date where it is not the round's
    cut-off, SINCE when it was last typed on.
    """

    place: Place
    kind: str
    where: str
    code: str
    title: str
    day: date | None
    since: datetime


def drafts_waiting(user: User) -> tuple[DraftLine, ...]:
    """Return the person's own unfinished texts that may still be sent, the newest first.

    One query, and one more where there are any.
    """
    number = Cast("number", CharField())
    closed = Thread.objects.filter(case_id=OuterRef("case_id"), closed_at__isnull=False)
    there = closed.annotate(place=Concat(Value("thread/"), number)).order_by()
    drafts = ReviewDraft.objects.filter(
        ~Exists(there.filter(place=OuterRef("place"))),
        person_id=user.pk,
        case__round__state=RoundState.OPEN,
    ).select_related("case__round", "case__country", "case__strand")
    found = list(drafts.order_by("-updated_at", "pk"))
    return tuple(_lines(user, found)) if found else ()


def _lines(user: User, drafts: list[ReviewDraft]) -> Iterator[DraftLine]:
    waiting = Dispute.objects.filter(item_id=OuterRef("pk")).exclude(state=DisputeState.RULED)
    own = Opinion.objects.filter(
        reviewer_id=user.pk, item_id=OuterRef("pk"), version=OuterRef("version")
    )
    there = CaseItem.objects.filter(case__in={draft.case_id for draft in drafts})
    told = there.select_related("indicator").annotate(
        dispute_state=Subquery(waiting.order_by("-pk").values("state")[:1]),
        has_spoken=Exists(own),
        is_commented=Exists(LastWord.objects.filter(item_id=OuterRef("pk"))),
    )
    items = {
        (item.case_id, item.indicator.code, item.reference_date.isoformat()): item
        for item in told
    }
    for draft in drafts:
        if not texts_in(draft):
            continue
        where = draft.place.removeprefix("thread/new/").removeprefix(LAST_WORD)
        code, _slash, day = where.partition("/")
        item = items.get((draft.case_id, code, day))
        if draft.place.startswith(LAST_WORD):
            is_taken = item is not None and _awaits_comment(draft, item)
        else:
            is_taken = draft.kind == DraftOf.MESSAGE or _is_taken(draft, item)
        if is_taken:
            yield _line(draft, item)


def texts_in(draft: ReviewDraft) -> dict[str, str]:
    """Return the fields of a draft in which something stands."""
    return {name: text for name, text in fields_in(draft).items() if text.strip()}


def _awaits_comment(draft: ReviewDraft, item: CaseItem) -> bool:
    """Whether the case is with the expert for the last word, and the answer without a comment."""
    case = draft.case
    is_open = case.state == CaseState.LAST_WORD and case.last_word_given_at is None
    return is_open and not item.is_commented


def _is_taken(draft: ReviewDraft, item: CaseItem | None) -> bool:
    kind = DraftOf(draft.kind)
    if item is None or item.state not in TAKEN_IN[kind]:
        return False
    if kind == DraftOf.OPINION:
        return not item.has_spoken
    states = {DraftOf.RULING: DisputeState.OPEN, DraftOf.SECOND_LOOK: DisputeState.SECOND_LOOK}
    return kind not in states or item.dispute_state == states[kind]


def _line(draft: ReviewDraft, item: CaseItem | None) -> DraftLine:
    cut_off = draft.case.round.cut_off
    return DraftLine(
        place=place_of(draft.case),
        kind=draft.kind,
        where=draft.place,
        code=item.indicator.code if item else "",
        title=item.indicator.title if item else "",
        day=item.reference_date if item and item.reference_date != cut_off else None,
        since=draft.updated_at,
    )
