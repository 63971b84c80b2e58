"""The blank questionnaire: what is asked, strand by strand, to be read and prepared on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..enums import AggregateKind, Evidence, FrameworkState
from ..models import Aggregate, Assessment, Indicator, Option, Participation, Round, Standard
from .expert import cut_off_of


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it is printed; GROUP is the title of its composite, or empty."""

    indicator: Indicator
    options: tuple[Option, ...]
    standards: tuple[Standard, ...]
    group: str

    @property
    def is_law(self) -> bool:
        return self.indicator.evidence == Evidence.LAW


@dataclass(frozen=True, slots=True)
class Section:
    """A strand and what it asks."""

    strand: Aggregate
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A blank questionnaire. COUNTRY is empty where it is for the whole round.

    OWN_DAYS are the countries of the round with a cut-off of their own, by name.
    """

    round: Round
    country: str
    cut_off: date
    sections: tuple[Section, ...]
    own_days: tuple[tuple[str, date], ...] = ()

    @property
    def may_change(self) -> bool:
        return self.round.framework.state == FrameworkState.DRAFT


def blank_of_sheet(sheet: Assessment) -> Paper:
    """Return what one sheet asks, in a fixed number of queries."""
    sections = _sections(sheet.round, sheet.strand)
    return Paper(sheet.round, sheet.country.name, cut_off_of(sheet), sections)


def blank_of_round(round_: Round) -> Paper:
    """Return all that a round asks, in a fixed number of queries."""
    own = Participation.objects.filter(round=round_, own_cut_off__isnull=False)
    days = own.order_by("country__name").values_list("country__name", "own_cut_off")
    return Paper(round_, "", round_.cut_off, _sections(round_), tuple(days))


def _sections(round_: Round, strand: Aggregate | None = None) -> tuple[Section, ...]:
    asked = Indicator.objects.filter(framework_id=round_.framework_id)
    if strand:
        asked = asked.filter(strand=strand)
    rows = asked.select_related("strand", "parent").prefetch_related("options", "standards")
    found: dict[Aggregate, list[Asked]] = {}
    for indicator in rows.order_by("strand__order", "order"):
        found.setdefault(indicator.strand, []).append(_asked(indicator))
    return tuple(Section(one, tuple(questions)) for one, questions in found.items())


def _asked(indicator: Indicator) -> Asked:
    parent = indicator.parent
    return Asked(
        indicator=indicator,
        options=tuple(indicator.options.all()),
        standards=tuple(indicator.standards.all()),
        group=parent.title if parent.kind == AggregateKind.COMPOSITE else "",
    )
