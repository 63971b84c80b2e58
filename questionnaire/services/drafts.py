"""Keep what is being typed: no act on the answer, and no keystroke lost.

Who writes says what was read. Where something newer lies there, the two are merged field by
field; where both changed one field, nothing is written and a person chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Closed, Refusal, Stale
from mipex_site.base.verdict import Verdict, demand

from ..enums import EXPERT_SIDE, AssessmentState, RoundState, SetAsideBecause
from ..models import Answer, Assessment, Draft, Indicator, SetAside
from ..querysets import OPEN_FOR_ANSWERS
from ..rules import may_answer_as, may_answer_what_was_asked, requests_of_this_return
from ..selectors.recorded import Recorded, fields_of_version, recorded_at
from ..selectors.spot import Spot, spot_of
from .answering import Place, demand_day
from .locking import hold_sheets
from .merging import Merge, all_alike, merge, same, texts_of, unfinished_source

TRIES = 5
"""How often a write that others overtook is merged anew before it is given up."""
REPLACED = ("content", "author_id", "idempotency_key", "based_on", "version", "updated_at")
# Plain for the reason of selectors.spot. PostgreSQL, having waited for the row, asks its version
# again: of the row that is written, and so not by a join with itself, as the ORM would.
REPLACE = """
UPDATE questionnaire_draft
   SET content = %s, author_id = %s, idempotency_key = %s, based_on = %s, version = %s,
       updated_at = %s
 WHERE id = %s AND version = %s
   AND EXISTS (SELECT 1 FROM questionnaire_assessment s
                 JOIN questionnaire_round r ON r.id = s.round_id
                WHERE s.id = %s AND s.state IN (%s, %s) AND r.state = %s)
"""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody sent: the fields that changed, or the WHOLE form.

    BASE is how fields stood when they were read: of the answer's version BASED_ON, and of the
    draft's version DRAFT (0: there was none). Without a base it is looked up in the history.
    SET_ASIDE is the text that was not taken, after a clash was settled.
    """

    fields: Mapping[str, Any]
    based_on: int
    draft: int
    base: Mapping[str, Any] | None = None
    whole: bool = False
    key: str = ""
    set_aside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """What lies there now. DRAFT is 0 where the content is that of the recorded answer."""

    content: dict[str, Any]
    version: int
    draft: int
    at: datetime
    merged: tuple[str, ...] = ()


class Clash(Stale):
    """Two people, or one in two windows, changed the same field. Nothing was written."""

    def __init__(self, spot: Spot, found: Merge, recorded: Recorded | None) -> None:
        self.spot, self.merge, self.recorded = spot, found, recorded
        super().__init__(
            _(
                "You changed the same text in another window. Read both and choose; none is lost."
            )
            if self.is_mine
            else _(
                "Somebody changed the same text meanwhile. Read both and choose; none is lost."
            )
        )

    @property
    def is_mine(self) -> bool:
        """Whether the same person wrote the other text, in another window."""
        draft = self.spot.draft
        return draft.is_mine if draft else bool(self.recorded and self.recorded.by_me)

    @property
    def yours(self) -> dict[str, Any]:
        return {one.field: one.yours for one in self.merge.clashes}

    @property
    def theirs(self) -> dict[str, Any]:
        return {one.field: one.theirs for one in self.merge.clashes}

    @property
    def at(self) -> datetime:
        draft = self.spot.draft
        return draft.at if draft else self.recorded.at if self.recorded else timezone.now()


def keep_draft(
    *,
    sheet: Assessment,
    indicator: Indicator,
    content: dict[str, Any],
    by: User,
    reference_date: date | None = None,
    idempotency_key: str = "",
) -> Draft:
    """Keep CONTENT as the whole draft, over whatever was kept before.

    As keep_typed, for who has read what lies there. The same key again changes nothing.
    """
    spot = _spot(sheet.pk, indicator.pk, by, reference_date)
    draft = spot.draft.version if spot.draft else 0
    read = {"based_on": spot.version, "draft": draft, "whole": True}
    keep_typed(spot=spot, typed=Typed(fields=content, key=idempotency_key, **read), by=by)
    return Draft.objects.get(**_where(spot))


def keep_typed(*, spot: Spot, typed: Typed, by: User) -> Kept:
    """Keep what was typed, valid or not; the same key again changes nothing.

    A draft is in no history and no audit, and it goes when the answer is recorded. No row is
    locked: the write is conditional on the draft's version. Whoever closes the sheet at the same
    moment may find a draft that came a blink later, which is harmless: a draft is no answer,
    and record_answer, which makes one of it, locks the sheet and asks again.

    Raises NotAllowed, Closed where it is too late, and Clash, with nothing written.
    """
    for _try in range(TRIES):
        demand_open(spot)
        if typed.key and spot.draft and spot.draft.key == typed.key:
            return _as_kept(spot)
        found = merged(spot=spot, typed=typed, by=by)
        kept = _write(spot, found, typed, by)
        if kept:
            return kept
        spot = read_again(spot=spot, by=by)
    raise Stale(_("Too many people write here just now. Save again in a moment."))


def demand_open(spot: Spot) -> None:
    """Raise NotAllowed unless the person may write here at all, Closed where no longer."""
    if spot.role not in EXPERT_SIDE:
        demand(may_answer_as(spot.role, spot.sheet))
    demand_day(spot.sheet, spot.day, spot.cut_off)
    verdict = _may_write(spot)
    if not verdict:
        raise Closed(verdict.reason)


def _may_write(spot: Spot) -> Verdict:
    verdict = may_answer_as(spot.role, spot.sheet)
    if not verdict or spot.sheet.state != AssessmentState.RETURNED:
        return verdict
    asked = requests_of_this_return(spot.sheet).filter(
        indicator_id=spot.indicator_id, reference_date=spot.day
    )
    return may_answer_what_was_asked(asked=asked.exists())


def merged(*, spot: Spot, typed: Typed, by: User) -> Merge:
    """Return what was typed, put into what lies there. Raises Clash."""
    draft = spot.draft
    is_read = typed.based_on == spot.version and (not draft or draft.version == typed.draft)
    if is_read and draft:
        return _straight(typed, draft.content)
    recorded = recorded_at(spot, user=by)
    if is_read:
        return _straight(typed, recorded.fields if recorded else None)
    found = _three_ways(spot, typed, recorded.fields if recorded else {})
    if found.clashes:
        raise Clash(spot, found, recorded)
    return found


def _straight(typed: Typed, there: Mapping[str, Any] | None) -> Merge:
    """Put what was typed over what its writer has read."""
    content = {**({} if typed.whole else there or {}), **typed.fields}
    return Merge(content, is_news=there is None or not all_alike(content, there))


def _three_ways(spot: Spot, typed: Typed, said: dict[str, Any]) -> Merge:
    """Merge with the draft, and with the recorded answer where the draft does not know it."""
    base = fields_of_version(spot, typed.based_on) | dict(typed.base or {})
    if not spot.draft:
        return merge(base=base, yours=typed.fields, theirs=said)
    if spot.draft.based_on == spot.version:
        return merge(base=base, yours=typed.fields, theirs=spot.draft.content)
    first = merge(base=base, yours=typed.fields, theirs=said)
    second = merge(base=base, yours=first.content, theirs=spot.draft.content)
    clashes = {one.field: one for one in (*second.clashes, *first.clashes)}
    return Merge(second.content, first.merged + second.merged, tuple(clashes.values()))


def _write(spot: Spot, found: Merge, typed: Typed, by: User) -> Kept | None:
    """Write where nobody was faster, else return None."""
    if not found.is_news and not typed.set_aside:
        return _as_kept(spot, found)
    now = timezone.now()
    version = (spot.draft.version if spot.draft else 0) + 1
    values = {
        "content": found.content,
        "author_id": by.pk,
        "idempotency_key": typed.key,
        "based_on": spot.version,
        "version": version,
    }
    if not typed.set_aside:
        is_written = _put(spot, values, now)
    else:
        with transaction.atomic():
            # Two rows of one transaction: the sheet is held first, as by who records.
            hold_sheets(pk=spot.sheet.pk)
            is_written = _put(spot, values, now)
            if is_written:
                set_aside(spot=spot, content=typed.set_aside, by=by)
    if not is_written:
        return None
    return Kept(found.content, spot.version, version, now, found.merged)


def _put(spot: Spot, values: dict[str, Any], now: datetime) -> bool:
    if spot.draft:
        return _replace(spot, values | {"updated_at": now})
    try:
        with transaction.atomic():
            Draft.objects.create(**_where(spot), **values)
    except IntegrityError:
        return False
    return True


def _replace(spot: Spot, values: dict[str, Any]) -> bool:
    stored = [
        Draft._meta.get_field(name).get_db_prep_save(values[name], connection)
        for name in REPLACED
    ]
    where = [spot.draft.pk, spot.draft.version, spot.sheet.pk, *OPEN_FOR_ANSWERS]
    with connection.cursor() as cursor:
        cursor.execute(REPLACE, [*stored, *where, RoundState.OPEN])
        return cursor.rowcount == 1


def set_aside(
    *,
    spot: Spot,
    content: Mapping[str, Any],
    by: User,
    because: str = SetAsideBecause.CLASH,
) -> bool:
    """Keep a text that was not taken, once; return whether there is one.

    It is the sheet's own side that finds it again. Said of who has a role there alone.
    """
    texts = texts_of(content)
    if not texts or spot.role not in EXPERT_SIDE:
        return False
    kept = SetAside.objects.filter(**_where(spot), author=by, because=because)
    if texts not in kept.values_list("content", flat=True):
        SetAside.objects.create(**_where(spot), content=texts, because=because, author=by)
    return True


def read_again(*, spot: Spot, by: User) -> Spot:
    """Return the same spot as it is now, after somebody was faster."""
    return _spot(spot.sheet.pk, spot.indicator_id, by, spot.day)


def _spot(sheet_id: int, indicator_id: int, by: User, day: date | None) -> Spot:
    spot = spot_of(sheet_id, indicator_id, user=by, day=day)
    if spot is None:
        raise Refusal(_("This question is not on this sheet."))
    return spot


def _where(spot: Spot) -> dict[str, Any]:
    return {
        "assessment_id": spot.sheet.pk,
        "indicator_id": spot.indicator_id,
        "reference_date": spot.day,
    }


def _as_kept(spot: Spot, found: Merge | None = None) -> Kept:
    draft = spot.draft
    content = found.content if found else draft.content if draft else {}
    number, at = (draft.version, draft.at) if draft else (0, timezone.now())
    return Kept(content, spot.version, number, at, found.merged if found else ())


def keep_beside(*, clash: Clash, typed: Typed, by: User) -> None:
    """Keep both sides of a clash for who has no script: the page shows them, and may be left.

    Where no draft lies, what was typed becomes one that still says which version it began from.
    Where one does, both texts are set aside: whichever is taken, the other is found again.
    """
    spot, found = clash.spot, clash.merge
    if spot.draft is None:
        values = {"content": {**found.content, **clash.yours}, "author_id": by.pk, "version": 1}
        if _put(spot, values | {"based_on": typed.based_on}, timezone.now()):
            return
    set_aside(spot=spot, content=clash.yours, by=by)
    set_aside(spot=spot, content=clash.theirs, by=by)


@transaction.atomic
def discard_draft(*, spot: Spot, by: User) -> bool:
    """Take what is recorded instead of the draft, whose text is set aside; say if it was there."""
    demand_open(spot)
    if spot.draft is None:
        return False
    hold_sheets(pk=spot.sheet.pk)
    gone = Draft.objects.filter(pk=spot.draft.pk, version=spot.draft.version).delete()[0]
    if gone:
        lost, because = spot.draft.content, SetAsideBecause.DISCARDED
        set_aside(spot=spot, content=lost, by=by, because=because)
    return bool(gone)


def drop_draft(place: Place, answer: Answer, *, version: int | None) -> None:
    """Let the draft go once its answer is recorded; what the answer does not say is set aside.

    VERSION is the draft that the answer was made from (0: from none); a newer one stays, for
    somebody typed on. With None the draft was not read at all.
    """
    here = {
        "assessment": place.sheet,
        "indicator": place.indicator,
        "reference_date": place.day,
    }
    if version is not None:
        if version:
            Draft.objects.filter(**here, version=version).delete()
        return
    draft = next(iter(Draft.objects.filter(**here)), None)
    if draft is None:
        return
    if lost := _unsaid(draft, answer):
        because = SetAsideBecause.DISCARDED
        SetAside.objects.create(
            **here, content=lost, because=because, author_id=draft.author_id
        )
    draft.delete()


def _unsaid(draft: Draft, answer: Answer) -> dict[str, Any]:
    """Return the texts of a draft that are in no field of the answer."""
    content = draft.content if isinstance(draft.content, dict) else {}
    said = {"rationale": answer.rationale, "note": answer.note}
    texts = {name: content.get(name, "") for name, text in said.items()}
    lost = {name: text for name, text in texts.items() if not same(text, said[name])}
    return texts_of(lost | unfinished_source(content))
