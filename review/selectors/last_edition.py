"""What the last edition published about the question of an item: public, so it names nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from questionnaire.selectors.earlier import said_before

from ..models import CaseItem


@dataclass(frozen=True, slots=True)
class LastEdition:
    """What was published about the same question before: public, so it names nobody."""

    edition: str
    day: date
    words: str
    rationale: str


def last_edition(item: CaseItem) -> LastEdition | None:
    """Return what the last edition said, as the expert has it beside the question; one query."""
    place = {"round_id": item.case.round_id, "country_id": item.case.country_id}
    earlier = said_before(**place, indicator_id=item.indicator_id)
    if earlier is None:
        return None
    option = earlier.option
    return LastEdition(
        edition=earlier.edition,
        day=earlier.reference_date,
        words=option.label if option else str(earlier.get_kind_display()),
        rationale=earlier.rationale,
    )
