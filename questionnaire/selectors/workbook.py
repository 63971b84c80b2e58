"""One country's answers in one coding, across its strands: what a workbook holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import F

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict

from ..enums import EXPERT_SIDE, AssessmentState, Role
from ..models import (
    Answer,
    Assessment,
    ChangeRequest,
    Citation,
    Country,
    Draft,
    EarlierAnswer,
    Indicator,
    Option,
    Round,
    Source,
    Standard,
)
from ..rules import (
    may_answer_as,
    may_answer_what_was_asked,
    may_see_sheet,
    requests_of_this_return,
    standing_on,
)
from .expert import cut_off_of
from .sources import read_by_the_review


@dataclass(frozen=True, slots=True)
class BookRow:
    """One question with what is recorded for it at the cut-off."""

    sheet: Assessment
    indicator: Indicator
    options: list[Option]
    standards: list[Standard]
    answer: Answer | None
    sources: tuple[Source, ...]
    draft: Draft | None
    earlier: EarlierAnswer | None
    may_answer: Verdict

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def version(self) -> int:
        """The version of the recorded answer; 0 where there is none."""
        return self.answer.version if self.answer else 0


@dataclass(frozen=True, slots=True)
class BookSheet:
    """A sheet of the book. MAY_ANSWER says why it is only there to be read."""

    sheet: Assessment
    may_answer: Verdict
    rows: tuple[BookRow, ...]


@dataclass(frozen=True)
class Book:
    """The sheets of a country that somebody may see, in the order of their strands.

    SOURCES are all of the country and coding, in the order in which they were entered; READ are
    the keys of those that reviewers have read: they stay as they are.
    """

    round: Round
    country: Country
    coding: int
    cut_off: date
    sheets: tuple[BookSheet, ...]
    sources: tuple[Source, ...]
    read: frozenset[int]

    @cached_property
    def rows(self) -> dict[str, BookRow]:
        """The questions of all sheets by their codes."""
        return {row.code: row for sheet in self.sheets for row in sheet.rows}

    @property
    def may_answer(self) -> Verdict:
        """Whether anything in it can be changed; the first sheet's reason where nothing can."""
        verdicts = [sheet.may_answer for sheet in self.sheets]
        return YES if any(verdicts) else verdicts[0]

    @property
    def open_sheet(self) -> Assessment | None:
        """A sheet on which sources can be entered."""
        return next((one.sheet for one in self.sheets if one.may_answer), None)


def book_of(*, round_code: str, country: str, coding: int, user: User) -> Book | None:
    """Return what USER may see there, in a number of queries that no row adds to, or None."""
    there = Assessment.objects.filter(
        round__code=round_code, country__code=country, coding=coding
    )
    ordered = there.for_page().order_by("strand__order", "pk")
    seen = [(sheet, role) for sheet in ordered if (role := _role_on(user, sheet))]
    if not seen:
        return None
    first = seen[0][0]
    day = cut_off_of(first)
    parts = _Parts([sheet for sheet, _role in seen], day)
    return Book(
        round=first.round,
        country=first.country,
        coding=coding,
        cut_off=day,
        sheets=tuple(parts.sheet(sheet, may_answer_as(role, sheet)) for sheet, role in seen),
        sources=tuple(Source.objects.of_sheet(first).order_by("pk")),
        read=frozenset(read_by_the_review(first)),
    )


def _role_on(user: User, sheet: Assessment) -> str:
    """Return the role that opens the sheet; who answers it goes first."""
    own = standing_on(user, sheet, *EXPERT_SIDE).role
    if own or not may_see_sheet(user, sheet):
        return own
    return standing_on(user, sheet, Role.COORDINATOR, Role.OBSERVER).role


class _Parts:
    """What lies on the sheets at their cut-off: one query a kind."""

    def __init__(self, sheets: list[Assessment], day: date) -> None:
        here = {"assessment__in": sheets, "reference_date": day}
        asked = Indicator.objects.filter(strand__in=[sheet.strand_id for sheet in sheets])
        self.indicators: dict[int, list[Indicator]] = {}
        for one in asked.order_by("order").prefetch_related("options", "standards"):
            self.indicators.setdefault(one.strand_id, []).append(one)
        self.answers = _by_place(Answer.objects.filter(**here).select_related("option"))
        self.drafts = _by_place(Draft.objects.filter(**here))
        self.requests = _by_place(_requests(sheets, day))
        earlier = EarlierAnswer.objects.filter(
            round_id=sheets[0].round_id, country_id=sheets[0].country_id
        )
        self.earlier = {one.indicator_id: one for one in earlier.select_related("option")}
        self.sources: dict[int, list[Source]] = {}
        cited = Citation.objects.filter(
            answer__assessment__in=sheets,
            answer__reference_date=day,
            version=F("answer__version"),
        )
        for citation in cited.select_related("source").order_by("source_id"):
            self.sources.setdefault(citation.answer_id, []).append(citation.source)

    def sheet(self, sheet: Assessment, verdict: Verdict) -> BookSheet:
        rows = self.indicators.get(sheet.strand_id, ())
        return BookSheet(
            sheet=sheet,
            may_answer=verdict,
            rows=tuple(self._row(sheet, one, verdict) for one in rows),
        )

    def _row(self, sheet: Assessment, indicator: Indicator, verdict: Verdict) -> BookRow:
        place = (sheet.pk, indicator.pk)
        answer = self.answers.get(place)
        if verdict and sheet.state == AssessmentState.RETURNED:
            verdict = may_answer_what_was_asked(asked=place in self.requests)
        return BookRow(
            sheet=sheet,
            indicator=indicator,
            options=list(indicator.options.all()),
            standards=list(indicator.standards.all()),
            answer=answer,
            sources=tuple(self.sources.get(answer.pk, ())) if answer else (),
            draft=self.drafts.get(place),
            earlier=self.earlier.get(indicator.pk),
            may_answer=verdict,
        )


def _by_place(rows: Iterable) -> dict[tuple[int, int], object]:
    return {(row.assessment_id, row.indicator_id): row for row in rows}


def _requests(sheets: list[Assessment], day: date) -> Iterator[ChangeRequest]:
    for sheet in sheets:
        if sheet.state == AssessmentState.RETURNED:
            yield from requests_of_this_return(sheet).filter(reference_date=day)
