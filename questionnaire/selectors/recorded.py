"""Recorded answers as the fields of a form: what typing began from, and what it is beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mipex_site.accounts.models import User

from ..models import Answer, Citation, Option
from .spot import Spot


@dataclass(frozen=True, slots=True)
class Recorded:
    """One version of an answer. BY_ME: the person who asks recorded it."""

    fields: dict[str, Any]
    at: datetime
    by_me: bool


def as_fields(answer: Any, options: Sequence[int], sources: Iterable[Any]) -> dict[str, Any]:
    """Return a version (present or past) as a form's fields.

    An option goes by its place among OPTIONS, the question's options by key in their order.
    """
    place = {pk: str(number) for number, pk in enumerate(options, 1)}
    return {
        "option": place.get(answer.option_id, answer.kind),
        "points": "" if answer.points is None else str(answer.points),
        "change_reason": answer.change_reason,
        "rationale": answer.rationale,
        "note": answer.note,
        "sources": [str(key) for key in sources],
    }


def recorded_at(spot: Spot, *, user: User) -> Recorded | None:
    """Return the present version of the answer at SPOT, in three queries; None for a blank."""
    if not spot.version:
        return None
    here = {"assessment": spot.sheet, "indicator": spot.indicator_id}
    answer = Answer.objects.get(**here, reference_date=spot.day)
    return Recorded(
        _fields(answer, answer.pk), answer.updated_at, answer.answered_by_id == user.pk
    )


def fields_of_version(spot: Spot, version: int) -> dict[str, Any]:
    """Return what VERSION of the answer said, in three queries; nothing for version 0.

    A version may have been saved more than once: its last row is what it said.
    """
    here = {"assessment_id": spot.sheet.pk, "indicator_id": spot.indicator_id}
    past = Answer.history.filter(**here, reference_date=spot.day, version=version)
    row = past.order_by("-history_id").first() if version else None
    return _fields(row, row.id) if row else {}


def _fields(answer: Any, pk: int) -> dict[str, Any]:
    options = Option.objects.filter(indicator=answer.indicator_id).values_list("pk", flat=True)
    cited = Citation.objects.filter(answer=pk, version=answer.version)
    keys = cited.order_by("source_id").values_list("source__key", flat=True)
    return as_fields(answer, list(options), keys)
