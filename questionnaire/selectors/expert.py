"""The sheet as its own expert sees it, and the list of an expert's sheets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from mipex_site.accounts.models import User
from mipex_site.base.prepared import Prepared
from mipex_site.base.verdict import Verdict

from ..enums import EXPERT_SIDE, AssessmentState, RequestState, Role
from ..models import (
    Answer,
    Assessment,
    Assignment,
    ChangeRequest,
    Citation,
    Draft,
    EarlierAnswer,
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
from .earlier import differs, earlier_answers
from .tree import indicators_of


class RowState(models.TextChoices):
    """Where one question of a sheet stands, in a word."""

    BLANK = "blank", _("blank")
    CARRIED = "carried", _("carried over")
    DRAFT = "draft", _("draft")
    ANSWERED = "answered", _("answered")
    ASKED = "asked", _("returned")
    CHANGED = "changed", _("changed")
    MAINTAINED = "maintained", _("maintained")


@dataclass(frozen=True, slots=True)
class Progress:
    """How many questions a sheet has, and how many of them stand where.

    BLANK and CARRIED, without and with an earlier answer, have no recorded one, whether there
    is a draft or not; UNSAVED have one, and a newer draft.
    """

    asked: int
    answered: int
    drafts: int
    returned: int
    blank: int = 0
    carried: int = 0
    unsaved: int = 0

    @property
    def share(self) -> int:
        """The answered share in whole per cent, rounded down: 100 means all."""
        return 100 * self.answered // self.asked if self.asked else 0


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One question with all that its expert has on it. EARLIER is the last edition's answer."""

    indicator: Indicator
    options: list[Option]
    standards: list[Standard]
    answer: Answer | None
    sources: tuple[Source, ...]
    draft: Draft | None
    change_request: ChangeRequest | None
    state: str
    may_answer: Verdict
    earlier: EarlierAnswer | None = None

    @property
    def state_label(self) -> str:
        return str(RowState(self.state).label)

    @property
    def is_carried(self) -> bool:
        """Whether there is an earlier answer that nobody has confirmed or replaced yet."""
        return self.earlier is not None and self.answer is None

    @property
    def is_changed_since(self) -> bool:
        """Whether the recorded answer says something else than the last edition's."""
        if self.earlier is None or self.answer is None:
            return False
        return differs(self.answer, self.earlier)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A sheet as its own side sees it: rows in the order of the questionnaire.

    LAST is the question on which the person who reads it wrote last.
    """

    sheet: Assessment
    cut_off: date
    role: str
    may_answer: Verdict
    rows: tuple[SheetRow, ...]
    progress: Progress
    sources: tuple[Source, ...] = field(default=())
    last: SheetRow | None = None

    def row(self, code: str) -> SheetRow:
        """Return the row of one indicator. Raises KeyError for a code that is not asked."""
        for row in self.rows:
            if row.indicator.code == code:
                return row
        raise KeyError(code)


OWN_CUT_OFF = Prepared(
    lambda round_, country: Participation.objects.filter(
        round_id=round_, country_id=country
    ).values_list("own_cut_off")
)


def cut_off_of(sheet: Assessment) -> date:
    """Return the day whose law the sheet describes: its country's own, or the round's."""
    (own,) = OWN_CUT_OFF.get(sheet.round_id, sheet.country_id)
    return own or sheet.round.cut_off


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
        last=_last_written(rows, user),
    )


def _last_written(rows: Iterable[SheetRow], user: User) -> SheetRow | None:
    written = [
        (one.updated_at, place, row)
        for place, row in enumerate(rows)
        for one, writer in (
            (row.answer, row.answer and row.answer.answered_by_id),
            (row.draft, row.draft and row.draft.author_id),
        )
        if one and writer == user.pk
    ]
    return max(written)[-1] if written else None


class _Parts:
    """What lies on one sheet at its cut-off, by indicator: one query a kind."""

    def __init__(self, sheet: Assessment, day: date) -> None:
        self.returned = sheet.state == AssessmentState.RETURNED
        here = {"assessment": sheet, "reference_date": day}
        self.answers = _by_indicator(Answer.objects.filter(**here).select_related("option"))
        self.drafts = _by_indicator(Draft.objects.filter(**here))
        asked = requests_of_this_return(sheet).filter(reference_date=day)
        self.requests = _by_indicator(asked) if sheet.submitted_at else {}
        self.earlier = earlier_answers(sheet)
        self.sources: dict[int, list[Source]] = {}
        cited = Citation.objects.filter(
            answer__assessment=sheet, answer__reference_date=day, version=F("answer__version")
        )
        for citation in cited.select_related("source__link_check").order_by("source_id"):
            self.sources.setdefault(citation.answer_id, []).append(citation.source)

    def row(self, indicator: Indicator, verdict: Verdict) -> SheetRow:
        answer = self.answers.get(indicator.pk)
        draft = self.drafts.get(indicator.pk)
        request = self.requests.get(indicator.pk)
        earlier = self.earlier.get(indicator.pk)
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
            state=_state(answer, draft, request, earlier),
            may_answer=verdict,
            earlier=earlier,
        )


def _by_indicator(rows: Iterable) -> dict[int, object]:
    return {row.indicator_id: row for row in rows}


REQUESTED = {
    RequestState.OPEN: RowState.ASKED,
    RequestState.CHANGED: RowState.CHANGED,
    RequestState.MAINTAINED: RowState.MAINTAINED,
}


def _state(
    answer: Answer | None,
    draft: Draft | None,
    request: ChangeRequest | None,
    earlier: EarlierAnswer | None,
) -> str:
    if request:
        return REQUESTED[RequestState(request.state)]
    if draft:
        return RowState.DRAFT
    if answer:
        return RowState.ANSWERED
    return RowState.CARRIED if earlier else RowState.BLANK


def _progress(rows: tuple[SheetRow, ...]) -> Progress:
    return Progress(
        asked=len(rows),
        answered=sum(row.answer is not None for row in rows),
        drafts=sum(row.draft is not None for row in rows),
        returned=sum(row.state == RowState.ASKED for row in rows),
        blank=sum(row.answer is None and row.earlier is None for row in rows),
        carried=sum(row.is_carried for row in rows),
        unsaved=sum(row.answer is not None and row.draft is not None for row in rows),
    )


@dataclass(frozen=True, slots=True)
class MySheet:
    """A line of an expert's list of work."""

    sheet: Assessment
    cut_off: date
    progress: Progress
    last: str = ""


def my_sheets(user: User) -> list[MySheet]:
    """Return the sheets a person answers, the ones due first on top; one query.

    LAST of each is the code of the question on which the person wrote last where what was
    typed is not recorded yet, and else empty.
    """
    ordered = sheets_of(user).order_by(
        "round__due_at", "country__name", "strand__order", "coding"
    )
    return [
        MySheet(sheet, sheet.day, left_of(sheet), _last_code(sheet))
        for sheet in ordered.annotate(**_last_places(user))
    ]


def sheets_of(user: User) -> QuerySet[Assessment]:
    """Return the sheets a person answers, with the counts that left_of reads."""
    held = Assignment.objects.running().of(user, *EXPERT_SIDE)
    mine = held.filter(
        Q(country__isnull=True) | Q(country=OuterRef("country")),
        Q(strand__isnull=True) | Q(strand=OuterRef("strand")),
        Q(coding__isnull=True) | Q(coding=OuterRef("coding")),
        round=OuterRef("round"),
    )
    return _with_what_is_left(with_counts(Assessment.objects.filter(Exists(mine)))).for_page()


def _with_what_is_left(sheets: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Add how many questions have no answer, by whether there is a proposal, or a newer draft."""
    here = {"indicator": OuterRef("pk"), "assessment": OuterRef(OuterRef("pk"))}
    on_the_day = here | {"reference_date": OuterRef(OuterRef("day"))}
    asked = Indicator.objects.filter(strand=OuterRef("strand"))
    is_answered = Exists(Answer.objects.filter(**on_the_day))
    is_drafted = Exists(Draft.objects.filter(**on_the_day))
    proposed = Exists(
        EarlierAnswer.objects.filter(
            indicator=OuterRef("pk"),
            round=OuterRef(OuterRef("round")),
            country=OuterRef(OuterRef("country")),
        )
    )
    return sheets.annotate(
        blank_here=_count(asked.filter(~is_answered, ~proposed)),
        carried_here=_count(asked.filter(~is_answered, proposed)),
        unsaved_here=_count(asked.filter(is_answered, is_drafted)),
    )


def left_of(sheet: Assessment) -> Progress:
    """Return the counts that sheets_of put on a sheet, what is still to do among them."""
    return replace(
        progress_of(sheet),
        blank=sheet.blank_here,
        carried=sheet.carried_here,
        unsaved=sheet.unsaved_here,
    )


def _last_places(user: User) -> dict[str, Subquery]:
    here = {"assessment": OuterRef("pk"), "reference_date": OuterRef("day")}
    drafts = Draft.objects.filter(**here, author=user).order_by("-updated_at")
    answers = Answer.objects.filter(**here, answered_by=user).order_by("-updated_at")
    return {
        "draft_at": Subquery(drafts.values("updated_at")[:1]),
        "draft_on": Subquery(drafts.values("indicator__code")[:1]),
        "answer_at": Subquery(answers.values("updated_at")[:1]),
    }


def _last_code(sheet: Assessment) -> str:
    if sheet.draft_at is None or (sheet.answer_at and sheet.answer_at > sheet.draft_at):
        return ""
    return sheet.draft_on


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
