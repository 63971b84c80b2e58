"""Keep what is being typed in the review: no position yet, and no keystroke lost.

A draft is its person's alone: nobody else ever reads it, whoever runs the round included. It is
in no audit. Who writes says what was read; where another window of the same person wrote since,
the two are merged field by field, and where both changed one field, nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Closed, Stale
from mipex_site.base.verdict import Verdict, demand
from questionnaire.services.drafts import Kept, Typed
from questionnaire.services.merging import Merge, all_alike, merge, texts_of

from ..enums import DraftOf
from ..models import Case, CaseItem, ReviewDraft, Thread
from ..selectors.drafts import ASIDE, LAST_WORD, draft_of, fields_in
from .said import is_all_said
from .typing_at import CHECKS

TRIES = 5
"""How often a write that others overtook is merged anew before it is given up."""
MOST_ASIDE = 10
"""How many texts that were not taken a draft remembers, the newest."""

__all__ = ("Kept", "Spot", "Typed")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody types: the KIND of text and its PLACE in the case, as in ReviewDraft."""

    case: Case
    kind: str
    place: str


class AlreadySaid(Closed):
    """What was typed came after the act that it became: it is late, and nothing of it is lost."""


class Clash(Stale):
    """The person changed the same field in two windows. Nothing was written."""

    def __init__(self, draft: ReviewDraft, found: Merge) -> None:
        self.draft, self.merge = draft, found
        words = _("You changed the same text in another window. Read both and choose.")
        super().__init__(words)


def place_of_item(item: CaseItem) -> str:
    """Return the place of a text about one answer."""
    return f"{item.indicator.code}/{item.reference_date.isoformat()}"


def place_of_thread(thread: Thread) -> str:
    return f"thread/{thread.number}"


def place_of_new(item: CaseItem | None) -> str:
    """Return the place of a conversation that is not begun, about an answer or the case."""
    return f"thread/new/{place_of_item(item)}" if item else "thread/new"


def place_of_last_word(item: CaseItem) -> str:
    """Return the place of the expert's comment on a settled answer: a message about it."""
    return LAST_WORD + place_of_item(item)


def on_last_word(item: CaseItem) -> Spot:
    return Spot(item.case, DraftOf.MESSAGE, place_of_last_word(item))


def on_item(item: CaseItem, kind: str) -> Spot:
    return Spot(item.case, kind, place_of_item(item))


def keep_review_draft(*, spot: Spot, typed: Typed, by: User) -> Kept:
    """Keep what was typed, valid or not; the same key again changes nothing.

    No row is locked: the write is conditional on the draft's version. Whoever settles the answer
    at the same moment may find a draft that came a blink later, which is harmless: it is no
    opinion, and the service that makes one of it asks again under its lock.

    Raises NotAllowed, Closed where it is too late, ObjectDoesNotExist where there is no such
    place in the case, AlreadySaid where the person has said just that, and Clash.
    """
    _demand_takes(spot, typed, by)
    for _try in range(TRIES):
        draft = draft_of(by, spot.case, spot.kind, spot.place)
        if draft and typed.key and draft.idempotency_key == typed.key:
            return _as_kept(draft, typed)
        found = _merged(draft, typed)
        if draft and not found.is_news and not typed.set_aside:
            return _as_kept(draft, typed, found)
        kept = _write(spot, draft, found, typed, by)
        if kept:
            return kept
    raise Stale(_("You write here in many windows just now. Save again in a moment."))


def _demand_takes(spot: Spot, typed: Typed, by: User) -> None:
    """As demand_open; raise AlreadySaid where what was typed has become the person's word."""
    try:
        demand_open(spot=spot, by=by)
    except Closed as closed:
        where = {"case": spot.case, "kind": spot.kind, "place": spot.place}
        if is_all_said(**where, fields=typed.fields, by=by):
            raise AlreadySaid(closed.reason) from closed
        raise


def demand_open(*, spot: Spot, by: User) -> None:
    """Raise NotAllowed unless the person may write here at all, Closed where no longer."""
    may, is_open = _verdicts(spot, by)
    demand(may)
    if not is_open:
        raise Closed(is_open.reason)


def demand_person(*, spot: Spot, by: User) -> None:
    """Raise NotAllowed unless the person may write here, or might while it was open."""
    may, _is_open = _verdicts(spot, by)
    demand(may)


def _verdicts(spot: Spot, by: User) -> tuple[Verdict, Verdict]:
    check: Callable[[Case, str, User], tuple[Verdict, Verdict]] = CHECKS[DraftOf(spot.kind)]
    return check(spot.case, spot.place, by)


def _merged(draft: ReviewDraft | None, typed: Typed) -> Merge:
    """Return what was typed, put into what lies there. Raises Clash."""
    if draft is None:
        # Sent or discarded in another window: what was read is kept with what was typed since.
        return Merge({**(typed.base or {}), **typed.fields})
    there = fields_in(draft)
    if typed.draft == draft.version:
        content = {**({} if typed.whole else there), **typed.fields}
        return Merge(content, is_news=not all_alike(content, there))
    found = merge(base=typed.base or {}, yours=typed.fields, theirs=there)
    if found.clashes:
        raise Clash(draft, found)
    return Merge(found.content, found.merged, is_news=not all_alike(found.content, there))


def _write(
    spot: Spot, draft: ReviewDraft | None, found: Merge, typed: Typed, by: User
) -> Kept | None:
    """Write where no other window was faster, else return None."""
    now = timezone.now()
    values = {
        "content": found.content | _aside(draft, typed.set_aside, now),
        "based_on": typed.based_on,
        "version": (draft.version if draft else 0) + 1,
        "idempotency_key": typed.key,
    }
    if draft:
        there = ReviewDraft.objects.filter(pk=draft.pk, version=draft.version)
        is_written = there.update(**values, updated_at=now) == 1
    else:
        is_written = _create(spot, values, by)
    if not is_written:
        return None
    return Kept(found.content, typed.based_on, values["version"], now, found.merged)


def _create(spot: Spot, values: Mapping[str, Any], by: User) -> bool:
    place = {"case": spot.case, "kind": spot.kind, "place": spot.place}
    try:
        with transaction.atomic():
            ReviewDraft.objects.create(person=by, **place, **values)
    except IntegrityError:
        return False
    return True


def _aside(draft: ReviewDraft | None, lost: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the texts that were not taken, with those of before; they go with the draft."""
    before = draft.content.get(ASIDE, []) if draft else []
    texts = texts_of(lost)
    if texts and all(texts != one["texts"] for one in before):
        before = [*before, {"at": now.isoformat(), "texts": texts}]
    return {ASIDE: before[-MOST_ASIDE:]} if before else {}


def _as_kept(draft: ReviewDraft, typed: Typed, found: Merge | None = None) -> Kept:
    merged = found.merged if found else ()
    number = draft.version
    return Kept(fields_in(draft), typed.based_on, number, draft.updated_at, merged)


def discard_review_draft(*, spot: Spot, by: User) -> bool:
    """Throw one's own draft away; say if it was there. Raises NotAllowed."""
    demand_person(spot=spot, by=by)
    return drop_draft(case=spot.case, kind=spot.kind, place=spot.place, by=by)


def drop_draft(*, case: Case, kind: str, place: str, by: User) -> bool:
    """Let one's own draft go, inside the transaction of the act that it has become."""
    own = ReviewDraft.objects.filter(person=by, case=case, kind=kind, place=place)
    return bool(own.delete()[0])


def drop_item_draft(*, item: CaseItem, kind: str, by: User) -> bool:
    """As drop_draft, of a text about one answer."""
    return drop_draft(case=item.case, kind=kind, place=place_of_item(item), by=by)


def drop_item_drafts(*, case: Case, items: Iterable[CaseItem], kind: str, by: User) -> None:
    """As drop_item_draft, of texts about several answers of one case; one query."""
    places = [place_of_item(item) for item in items]
    ReviewDraft.objects.filter(person=by, case=case, kind=kind, place__in=places).delete()
