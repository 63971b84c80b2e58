"""The expert's last word: what was settled beside what was said, and the comments on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from mipex_site.accounts.models import User
from questionnaire.models import Indicator, Option
from questionnaire.selectors.reviewer import BlindReading, blind_readings

from ..enums import Basis, CaseState
from ..models import Case, LastWord, SettledAnswer
from ..rules import may_be_named
from .blind import Place, place_of
from .naming import Naming, naming_of_expert


@dataclass(frozen=True, slots=True)
class LastWordView:
    """What the expert said of a settled answer, under no name; DAY is a day."""

    text: str
    day: date


def last_word_view(item: object) -> LastWordView | None:
    """Return the comment on an item that was read with its last word, or None."""
    said: LastWord | None = getattr(item, "last_word", None)
    return LastWordView(said.text, timezone.localdate(said.at)) if said else None


@dataclass(frozen=True, slots=True)
class SettledRow:
    """One settled answer: SAID is what the expert's version says, the rest what is published."""

    indicator: Indicator
    reference_date: date
    basis: str
    kind: str
    option: Option | None
    points: object
    rationale: str
    said: BlindReading
    last_word: LastWordView | None

    @property
    def is_ruled(self) -> bool:
        return self.basis == Basis.RULED

    @property
    def differs(self) -> bool:
        """Whether the value that is published is another than the expert gave."""
        own = self.said.option.pk if self.said.option else None
        return (self.kind, self.option and self.option.pk) != (self.said.kind, own)


@dataclass(frozen=True, slots=True)
class LastWordPage:
    """All settled answers of a case for its expert, and how the edition names the expert.

    IS_BUILT: a yes comes too late for the edition.
    """

    place: Place
    state: str
    until: datetime | None
    given_on: date | None
    naming: Naming
    is_built: bool
    rows: tuple[SettledRow, ...]

    @property
    def is_open(self) -> bool:
        waits = self.state == CaseState.LAST_WORD and self.given_on is None
        return waits and (self.until is None or timezone.now() < self.until)

    @property
    def commented(self) -> int:
        return sum(row.last_word is not None for row in self.rows)


def last_word_page(case: Case, user: User) -> LastWordPage:
    """Return what the expert reads before the sheet is cleared, in a fixed number of queries."""
    settled = SettledAnswer.objects.filter(item__case_id=case.pk).select_related(
        "indicator", "option", "item__last_word"
    )
    rows = list(settled.order_by("indicator__order", "-reference_date"))
    readings = blind_readings((row.answer_id, row.version) for row in rows)
    given = case.last_word_given_at
    return LastWordPage(
        place=place_of(case),
        state=case.state,
        until=case.last_word_until,
        given_on=timezone.localdate(given) if given else None,
        naming=naming_of_expert(user, case.round, case.country),
        is_built=not may_be_named(case.round),
        rows=tuple(_row(row, readings[row.answer_id, row.version]) for row in rows),
    )


def _row(row: SettledAnswer, said: BlindReading) -> SettledRow:
    return SettledRow(
        indicator=row.indicator,
        reference_date=row.reference_date,
        basis=row.basis,
        kind=row.kind,
        option=row.option,
        points=row.points,
        rationale=row.rationale,
        said=said,
        last_word=last_word_view(row.item),
    )
