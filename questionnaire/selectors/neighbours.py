"""The other sheets of a country that somebody answers, with what is left of each."""

from __future__ import annotations

from dataclasses import dataclass

from mipex_site.accounts.models import User

from ..enums import EXPERT_SIDE, Role
from ..models import Assessment
from ..rules import may_answer_as
from .expert import Progress, left_of, sheets_of
from .pace import Load, load_of


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another sheet of the same country, round and coding, and what waits on it."""

    sheet: Assessment
    progress: Progress
    load: Load


def other_sheets(sheet: Assessment, user: User, *, role: str) -> list[Neighbour]:
    """Return the person's other sheets of this country in this round; one query.

    ROLE is the person's on the sheet: who does not answer it has no sheet beside it.
    """
    if role not in EXPERT_SIDE:
        return []
    beside = sheets_of(user).filter(round=sheet.round_id, country=sheet.country_id)
    return [
        Neighbour(other, left_of(other), _load(other))
        for other in beside.exclude(pk=sheet.pk).order_by("strand__order", "coding")
    ]


def _load(sheet: Assessment) -> Load:
    """Nothing waits where nothing can be written any more."""
    if not may_answer_as(Role.EXPERT, sheet):
        return Load()
    return load_of(left_of(sheet), sheet.state)
