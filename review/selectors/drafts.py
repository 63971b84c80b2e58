"""What one person is typing in the review. It is read by that person alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mipex_site.accounts.models import User
from questionnaire.enums import RoundState

from ..enums import SETTLED, DisputeState, DraftOf, ItemState
from ..models import Case, CaseItem, Dispute, Opinion, ReviewDraft, Thread
from .blind import Place, place_of

ASIDE = "_aside"
"""In a draft's content: texts that were not taken, each with a moment. No field begins so."""
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

    One query, and four more where there are any.
    """
    drafts = ReviewDraft.objects.filter(
        person_id=user.pk, case__round__state=RoundState.OPEN
    ).select_related("case__round", "case__country", "case__strand")
    found = list(drafts.order_by("-updated_at", "pk"))
    return tuple(_lines(user, found)) if found else ()


def _lines(user: User, drafts: list[ReviewDraft]) -> Iterator[DraftLine]:
    cases = {draft.case_id for draft in drafts}
    items = {
        (item.case_id, item.indicator.code, item.reference_date.isoformat()): item
        for item in CaseItem.objects.filter(case__in=cases).select_related("indicator")
    }
    disputes = dict(
        Dispute.objects.filter(item__case__in=cases)
        .exclude(state=DisputeState.RULED)
        .values_list("item_id", "state")
    )
    spoken = set(
        Opinion.objects.filter(reviewer_id=user.pk, item__case__in=cases)
        .order_by()
        .values_list("item_id", "version")
    )
    closed = {
        (case, f"thread/{number}")
        for case, number in Thread.objects.filter(case__in=cases, closed_at__isnull=False)
        .order_by()
        .values_list("case_id", "number")
    }
    for draft in drafts:
        if not texts_in(draft) or (draft.case_id, draft.place) in closed:
            continue
        code, _slash, day = draft.place.removeprefix("thread/new/").partition("/")
        item = items.get((draft.case_id, code, day))
        if draft.kind == DraftOf.MESSAGE or _is_taken(draft, item, disputes, spoken):
            yield _line(draft, item)


def texts_in(draft: ReviewDraft) -> dict[str, str]:
    """Return the fields of a draft in which something stands."""
    return {name: text for name, text in fields_in(draft).items() if text.strip()}


def _is_taken(
    draft: ReviewDraft,
    item: CaseItem | None,
    disputes: dict[int, str],
    spoken: set[tuple[int, int]],
) -> bool:
    kind = DraftOf(draft.kind)
    if item is None or item.state not in TAKEN_IN[kind]:
        return False
    if kind == DraftOf.OPINION:
        return (item.pk, item.version) not in spoken
    states = {DraftOf.RULING: DisputeState.OPEN, DraftOf.SECOND_LOOK: DisputeState.SECOND_LOOK}
    return kind not in states or disputes.get(item.pk) == states[kind]


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
