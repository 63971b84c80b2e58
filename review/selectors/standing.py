"""Where every case of a round stands, for the pages that show all of them at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q
from django.utils import timezone

from questionnaire.models import Round

from ..enums import CaseState, ItemState
from ..models import Case


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """Where one country and strand stands, and how many answers are in which state."""

    state: str
    times_returned: int
    changed_on: date
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def state_label(self) -> str:
        return str(CaseState(self.state).label)

    @property
    def settled(self) -> int:
        return self.counts.get(ItemState.APPROVED, 0) + self.counts.get(ItemState.RULED, 0)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def case_states(round_: Round) -> dict[tuple[str, str], CaseStanding]:
    """Return the standing of each case by the codes of country and strand; one query.

    A country and strand of which no sheet was submitted has no case yet, and is left out.
    """
    numbers = {
        f"in_{state}": Count("items", filter=Q(items__state=state)) for state in ItemState
    }
    cases = Case.objects.filter(round_id=round_.pk).annotate(**numbers)
    return {
        (case.country.code, case.strand.code): CaseStanding(
            state=case.state,
            times_returned=case.times_returned,
            changed_on=timezone.localdate(case.updated_at),
            counts={
                str(state): number
                for state in ItemState
                if (number := getattr(case, f"in_{state}"))
            },
        )
        for case in cases.select_related("country", "strand")
    }
