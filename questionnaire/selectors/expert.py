"""The sheet as its own expert sees it, and the list of an expert's sheets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict

from ..enums import EXPERT_SIDE, AssessmentState, RequestState, Role
from ..models import (
    Answer,
    Assessment,
    Assignment,
    ChangeRequest,
    Citation,
    Draft,
    Indicator,
    Option,
    Participation,
    Source,
    Standard,
)
from ..rules import (
    may_answer_as,
    may_answer_what_was_asked,
    requests_of_this_return,
    role_on,
)
from .tree import indicators_of


class RowState(models.TextChoices):
    """Where one question of a sheet stands, in a word."""

    BLANK = "blank", _("blank")
    DRAFT = "draft", _("draft")
    ANSWERED = "answered", _("answered")
    ASKED = "asked", _("returned")
    CHANGED = "changed", _("changed")
    MAINTAINED = "maintained", _("maintained")


@dataclass(frozen=True, slots=True)
class Progress:
    """How many questions a sheet has, and how many of them stand where."""

    asked: int
    answered: int
    drafts: int
    returned: int

    @property
    def share(self) -> int:
        """The answered share in whole per cent, rounded down: 100 means all."""
        return 100 * self.answered // self.asked if self.asked else 0


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One question with all that its expert has on it. LAST_OPTION is the last edition's."""

    indicator: Indicator
    options: list[Option]
    standards: list[Standard]
    answer: Answer | None
    sources: tuple[Source, ...]
    draft: Draft | None
    change_request: ChangeRequest | None
    state: str
    may_answer: Verdict
    last_option: Option | None = None

    @property
    def state_label(self) -> str:
        return str(RowState(self.state).label)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A sheet as its own side sees it: rows in the order of the questionnaire."""

    sheet: Assessment
    cut_off: date
    role: str
    may_answer: Verdict
    rows: tuple[SheetRow, ...]
    progress: Progress
    sources: tuple[Source, ...] = field(default=())

    def row(self, code: str) -> SheetRow:
        """Return the row of one indicator. Raises KeyError for a code that is not asked."""
        for row in self.rows:
            if row.indicator.code == code:
                return row
        raise KeyError(code)


def cut_off_of(sheet: Assessment) -> date:
    """Return the day whose law the sheet describes: its country's own, or the round's."""
    own = Participation.objects.filter(round_id=sheet.round_id, country_id=sheet.country_id)
    return own.values_list("own_cut_off", flat=True).get() or sheet.round.cut_off


def sheet_page(sheet: Assessment, user: User) -> SheetPage:
    """Return all that the sheet's page shows, in a fixed number of queries."""
    cut_off = cut_off_of(sheet)
    role = role_on(user, sheet, *EXPERT_SIDE, Role.COORDINATOR, Role.OBSERVER)
    verdict = may_answer_as(role, sheet)
    parts = _Parts(sheet, cut_off)
    rows = tuple(parts.row(indicator, verdict) for indicator in indicators_of(sheet.strand))
    return SheetPage(
        sheet=sheet,
        cut_off=cut_off,
        role=role,
        may_answer=verdict,
        rows=rows,
        progress=_progress(rows),
        sources=tuple(Source.objects.of_sheet(sheet)),
    )


class _Parts:
    """What lies on one sheet at its cut-off, by indicator: one query a kind."""

    def __init__(self, sheet: Assessment, day: date) -> None:
        self.returned = sheet.state == AssessmentState.RETURNED
        here = {"assessment": sheet, "reference_date": day}
        self.answers = _by_indicator(Answer.objects.filter(**here).select_related("option"))
        self.drafts = _by_indicator(Draft.objects.filter(**here))
        asked = requests_of_this_return(sheet).filter(reference_date=day)
        self.requests = _by_indicator(asked) if sheet.submitted_at else {}
        self.sources: dict[int, list[Source]] = {}
        cited = Citation.objects.filter(
            answer__assessment=sheet, answer__reference_date=day, version=F("answer__version")
        )
        for citation in cited.select_related("source").order_by("source_id"):
            self.sources.setdefault(citation.answer_id, []).append(citation.source)

    def row(self, indicator: Indicator, verdict: Verdict) -> SheetRow:
        answer = self.answers.get(indicator.pk)
        draft = self.drafts.get(indicator.pk)
        request = self.requests.get(indicator.pk)
        if verdict and self.returned:
            verdict = may_answer_what_was_asked(asked=request is not None)
        return SheetRow(
            indicator=indicator,
            options=list(indicator.options.all()),
            standards=list(indicator.standards.all()),
            answer=answer,
            sources=tuple(self.sources.get(answer.pk, ())) if answer else (),
            draft=draft,
            change_request=request,
            state=_state(answer, draft, request),
            may_answer=verdict,
        )


def _by_indicator(rows: Iterable) -> dict[int, object]:
    return {row.indicator_id: row for row in rows}


REQUESTED = {
    RequestState.OPEN: RowState.ASKED,
    RequestState.CHANGED: RowState.CHANGED,
    RequestState.MAINTAINED: RowState.MAINTAINED,
}


def _state(answer: Answer | None, draft: Draft | None, request: ChangeRequest | None) -> str:
    if request:
        return REQUESTED[RequestState(request.state)]
    if draft:
        return RowState.DRAFT
    return RowState.ANSWERED if answer else RowState.BLANK


def _progress(rows: tuple[SheetRow, ...]) -> Progress:
    return Progress(
        asked=len(rows),
        answered=sum(row.answer is not None for row in rows),
        drafts=sum(row.draft is not None for row in rows),
        returned=sum(row.state == RowState.ASKED for row in rows),
    )


@dataclass(frozen=True, slots=True)
class MySheet:
    """A line of an expert's list of work."""

    sheet: Assessment
    cut_off: date
    progress: Progress


def my_sheets(user: User) -> list[MySheet]:
    """Return the sheets a person answers, the ones due first on top; one query."""
    held = Assignment.objects.running().of(user, *EXPERT_SIDE)
    mine = held.filter(
        Q(country__isnull=True) | Q(country=OuterRef("country")),
        Q(strand__isnull=True) | Q(strand=OuterRef("strand")),
        Q(coding__isnull=True) | Q(coding=OuterRef("coding")),
        round=OuterRef("round"),
    )
    sheets = with_counts(Assessment.objects.filter(Exists(mine))).for_page()
    ordered = sheets.order_by("round__due_at", "country__name", "strand__order", "coding")
    return [MySheet(sheet, sheet.day, progress_of(sheet)) for sheet in ordered]


def with_counts(sheets: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Add to each sheet its cut-off (``day``) and how many questions stand where."""
    own = Participation.objects.filter(
        round=OuterRef("round"), country=OuterRef("country")
    ).values("own_cut_off")
    here = {"assessment": OuterRef("pk"), "reference_date": OuterRef("day")}
    waiting = ChangeRequest.objects.filter(assessment=OuterRef("pk"), state=RequestState.OPEN)
    return sheets.annotate(day=Coalesce(Subquery(own), F("round__cut_off"))).annotate(
        asked_here=_count(Indicator.objects.filter(strand=OuterRef("strand"))),
        answered_here=_count(Answer.objects.filter(**here)),
        drafts_here=_count(Draft.objects.filter(**here)),
        returned_here=_count(waiting),
    )


def progress_of(sheet: Assessment) -> Progress:
    """Return the counts that with_counts put on a sheet."""
    return Progress(
        asked=sheet.asked_here,
        answered=sheet.answered_here,
        drafts=sheet.drafts_here,
        returned=sheet.returned_here,
    )


def _count(rows: QuerySet) -> Coalesce:
    """Count the rows of a subquery; no row is 0 and not nothing."""
    counted = rows.order_by().annotate(one=models.Value(1)).values("one")
    return Coalesce(Subquery(counted.annotate(number=Count("pk")).values("number")), 0)
