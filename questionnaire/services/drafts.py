"""Keep what is being typed: no act on the answer, and no keystroke lost."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from mipex_site.accounts.models import User

from ..models import Assessment, Draft, Indicator
from .answering import Place, hold_place, present_answer


@transaction.atomic
def keep_draft(
    *,
    sheet: Assessment,
    indicator: Indicator,
    content: dict[str, Any],
    by: User,
    reference_date: date | None = None,
    idempotency_key: str = "",
) -> Draft:
    """Keep what is being typed, valid or not, so that no keystroke is lost.

    The same key again (a repeated request) changes nothing. A draft is no act on the answer:
    it is in no history and no audit, and it goes when the answer is recorded.
    """
    place = hold_place(sheet=sheet, indicator=indicator, by=by, reference_date=reference_date)
    where = {"assessment": place.sheet, "indicator": indicator, "reference_date": place.day}
    draft = Draft.objects.filter(**where).first() or Draft(**where, version=0)
    if draft.version and idempotency_key and idempotency_key == draft.idempotency_key:
        return draft
    present = present_answer(place)
    if not draft.version:
        draft.based_on = present.version if present else 0
    draft.content, draft.author = content, by
    draft.idempotency_key = idempotency_key
    draft.version += 1
    draft.clean_fields(exclude=["assessment", "indicator", "author", "content"])
    draft.save()
    return draft


def drop_draft(place: Place) -> None:
    Draft.objects.filter(
        assessment=place.sheet, indicator=place.indicator, reference_date=place.day
    ).delete()
