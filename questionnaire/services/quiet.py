"""Drafts that have rested: what is complete becomes an answer, without anybody pressing save.

Nothing is claimed. Each draft is recorded in a transaction of its own, conditional on the version
that was read, so two workers at once, or a person at the same moment, make one answer of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from mipex_site.base.errors import Refusal

from ..enums import RoundState
from ..models import Assessment, Draft
from ..querysets import OPEN_FOR_ANSWERS
from ..selectors.recorded import recorded_at
from ..selectors.spot import Spot, spot_of
from .answers import record_answer
from .drafts import demand_open
from .locking import hold_sheet
from .merging import all_alike, unfinished_source

Read = Callable[[Draft, Spot], dict[str, Any]]
"""Makes of a draft what record_answer takes. Raises ValidationError where something is missing."""


def rested_drafts(*, before: datetime) -> list[int]:
    """Return the keys of drafts that nobody touched since BEFORE and that were not tried yet."""
    drafts = Draft.objects.filter(
        updated_at__lt=before,
        tried__lt=F("version"),
        assessment__state__in=OPEN_FOR_ANSWERS,
        assessment__round__state=RoundState.OPEN,
    )
    return list(drafts.order_by("pk").values_list("pk", flat=True))


def record_all_of(*, sheet: Assessment, read: Read) -> int:
    """Record what is complete among a sheet's drafts, before it is handed in; return how many.

    Each in its author's name, as if it had rested. What is not complete stays a draft.
    """
    now = timezone.now()
    keys = Draft.objects.filter(assessment=sheet).order_by("pk").values_list("pk", flat=True)
    return sum(record_rested(draft_id=pk, before=now, read=read) for pk in list(keys))


def record_rested(*, draft_id: int, before: datetime, read: Read) -> bool:
    """Record a rested draft in its author's name; return whether it became an answer.

    What is not complete stays a draft and is not tried again before somebody types in it. So
    does a draft whose author may no longer answer, and one over a version nobody has merged.
    """
    drafts = Draft.objects.select_related(
        "assessment__round", "assessment__country", "assessment__strand", "indicator", "author"
    )
    draft = drafts.filter(pk=draft_id, updated_at__lt=before, tried__lt=F("version")).first()
    if draft is None:
        return False
    try:
        with transaction.atomic():
            return _record(draft, read)
    except (NotYet, ValidationError, Refusal):
        Draft.objects.filter(pk=draft.pk, version=draft.version).update(tried=draft.version)
        return False


class NotYet(Exception):
    """A person must look at this draft first."""


def _record(draft: Draft, read: Read) -> bool:
    # Held before the draft is read again: whoever was faster has taken it away by now.
    hold_sheet(draft.assessment)
    where = {"user": draft.author, "day": draft.reference_date}
    spot = spot_of(draft.assessment_id, draft.indicator_id, **where)
    if spot is None or not spot.draft or spot.draft.version != draft.version:
        return False
    demand_open(spot)
    recorded = recorded_at(spot, user=draft.author)
    if recorded and all_alike(spot.draft.content, recorded.fields):
        Draft.objects.filter(pk=draft.pk, version=draft.version).delete()
        return False
    if draft.based_on != spot.version or unfinished_source(spot.draft.content):
        raise NotYet
    answer = record_answer(
        **read(draft, spot),
        sheet=draft.assessment,
        indicator=draft.indicator,
        by=draft.author,
        reference_date=draft.reference_date,
    )
    return answer.version > spot.version
