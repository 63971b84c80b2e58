"""A sheet's pages: one question with all that helps to answer it, and the whole strand."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from mipex_site.base.prepared import Prepared
from mipex_site.base.verdict import Verdict, no

from ..enums import (
    EXPERT_SIDE,
    AggregateKind,
    AnswerKind,
    AssessmentState,
    ChangeReason,
)
from ..models import (
    Aggregate,
    Answer,
    Assessment,
    ChangeRequest,
    EarlierAnswer,
    Indicator,
    Option,
    Source,
)
from ..rules import may_submit, requests_of_this_return
from .back_casts import may_submit_days
from .earlier import earlier_answer
from .expert import RowState, SheetPage, SheetRow, sheet_page
from .sources import SourceLine, source_lines
from .spot import Spot

OPTIONS = Prepared(
    lambda strand, code: Option.objects.filter(
        indicator__strand_id=strand, indicator__code=code
    ).select_related("indicator")
)
POOL = Prepared(
    lambda round_, country, coding, *keys: Source.objects.filter(
        round_id=round_, country_id=country, coding=coding, key__in=keys
    )
)
ANSWER = Prepared(
    lambda sheet, indicator, day: Answer.objects.filter(
        assessment_id=sheet, indicator_id=indicator, reference_date=day
    )
)
NEEDS_THE_EXPERT = (RowState.BLANK, RowState.CARRIED, RowState.DRAFT, RowState.ASKED)


@dataclass(frozen=True, slots=True)
class StrandPage:
    """A sheet with the composites that group its questions, by key."""

    page: SheetPage
    groups: dict[int, Aggregate]
    may_submit: Verdict

    def group_of(self, row: SheetRow) -> Aggregate | None:
        return self.groups.get(row.indicator.parent_id)

    def needs_me(self, row: SheetRow) -> bool:
        """Whether the person must still do something about this question, and may."""
        return bool(row.may_answer) and row.state in NEEDS_THE_EXPERT

    def waiting(self) -> list[SheetRow]:
        return [row for row in self.page.rows if self.needs_me(row)]

    def next_that_needs_me(self, after: str = "") -> SheetRow | None:
        """Return the next question to do, from the one AFTER on and round again; or None."""
        rows = list(self.page.rows)
        place = next((n for n, row in enumerate(rows, 1) if row.indicator.code == after), 0)
        turned = [*rows[place:], *rows[:place]]
        return next(
            (row for row in turned if self.needs_me(row) and row.indicator.code != after), None
        )

    def go_on(self) -> SheetRow | None:
        """Return the question to go on with: where the person was, or the next to do."""
        last = self.page.last
        if last and self.needs_me(last):
            return last
        return self.next_that_needs_me(last.indicator.code if last else "")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an answer as its own side reads it. It names nobody."""

    number: int
    words: str
    rationale: str
    note: str
    change: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question of a sheet, and what stands beside it."""

    strand: StrandPage
    row: SheetRow
    place: int
    lines: tuple[SourceLine, ...]
    versions: tuple[Version, ...]
    asked_before: tuple[ChangeRequest, ...]

    @property
    def composite(self) -> Aggregate | None:
        return self.strand.group_of(self.row)

    @property
    def other_parts(self) -> list[SheetRow]:
        """The other questions of the same composite."""
        parent = self.row.indicator.parent_id
        rows = self.strand.page.rows
        return [row for row in rows if row.indicator.parent_id == parent and row != self.row]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a form needs to read one answer: no more queries than that."""

    indicator: Indicator
    options: list[Option]
    pool: list[Source]
    answer: Answer | None
    request: ChangeRequest | None
    day: date
    earlier: EarlierAnswer | None = None


def strand_page(sheet: Assessment, user: User) -> StrandPage:
    """Return a sheet with all its questions, in a fixed number of queries."""
    page = sheet_page(sheet, user)
    composites = Aggregate.objects.filter(
        framework_id=sheet.strand.framework_id, kind=AggregateKind.COMPOSITE
    )
    return StrandPage(
        page=page,
        groups={one.pk: one for one in composites},
        may_submit=_may_submit_now(page, user),
    )


def question_page(sheet: Assessment, user: User, code: str) -> QuestionPage:
    """Return one question, in a fixed number of queries. Raises KeyError for an unknown code."""
    strand = strand_page(sheet, user)
    page = strand.page
    row = page.row(code)
    place = page.rows.index(row)
    asked = ChangeRequest.objects.filter(assessment=sheet, indicator=row.indicator)
    present = row.change_request.pk if row.change_request else None
    return QuestionPage(
        strand=strand,
        row=row,
        place=place + 1,
        lines=source_lines(sheet, page.sources, page.may_answer, page.cut_off),
        versions=_versions(row),
        asked_before=tuple(asked.exclude(pk=present).order_by("-created_at", "-pk")),
    )


def parts_of(sheet: Assessment, spot: Spot, *, cited: Iterable[str]) -> Parts:
    """Return what is needed to read one answer's form, CITED being the keys of its sources.

    Raises KeyError for a question without options. A key that is none is left to the form to
    refuse.
    """
    options, day = OPTIONS.rows(sheet.strand_id, spot.indicator), spot.day
    if not options:
        raise KeyError(spot.indicator)
    indicator = options[0].indicator
    here = {"indicator": indicator, "reference_date": day}
    request = None
    if sheet.state == AssessmentState.RETURNED:
        request = requests_of_this_return(sheet).filter(**here).first()
    return Parts(
        indicator=indicator,
        options=options,
        pool=POOL.rows(sheet.round_id, sheet.country_id, sheet.coding, *_keys(cited)),
        answer=ANSWER.first(sheet.pk, indicator.pk, day) if spot.version else None,
        request=request,
        day=day,
        earlier=earlier_answer(sheet, indicator) if day == spot.cut_off else None,
    )


def _keys(texts: Iterable[str]) -> list[UUID]:
    keys = []
    for text in texts:
        with suppress(ValueError):
            keys.append(UUID(text))
    return keys


def waits_to_be_recorded(row: SheetRow) -> bool:
    """Whether a draft on a question without an answer may be complete: submitting records it.

    It has an option, and nobody has tried in vain to record it as it stands.
    """
    draft = row.draft
    if row.answer is not None or draft is None:
        return False
    # What an older page kept may have another shape: that is not complete.
    said = draft.content if isinstance(draft.content, dict) else {}
    return bool(said.get("option")) and draft.tried < draft.version


def _may_submit_now(page: SheetPage, user: User) -> Verdict:
    """As the rule says, and then as the sheet stands: the service refuses for the same."""
    if page.role not in EXPERT_SIDE:
        return page.may_answer
    verdict = may_submit(user, page.sheet)
    if not verdict:
        return verdict
    blank = sum(row.answer is None and not waits_to_be_recorded(row) for row in page.rows)
    if blank:
        words = ngettext(
            "%(n)d question has no recorded answer yet.",
            "%(n)d questions have no recorded answer yet.",
            blank,
        )
        return no(words % {"n": blank})
    asked = 0 if page.sheet.open_until else page.progress.returned
    if asked:
        words = ngettext(
            "The review still asks about %(n)d answer.",
            "The review still asks about %(n)d answers.",
            asked,
        )
        return no(words % {"n": asked})
    return may_submit_days(page.sheet, page.cut_off)


def _versions(row: SheetRow) -> tuple[Version, ...]:
    """Return the versions of an answer before the present one, newest first; one query."""
    if row.answer is None or row.answer.version == 1:
        return ()
    past = Answer.history.filter(id=row.answer.pk, version__lt=row.answer.version)
    labels = {option.pk: option.label for option in row.options}
    # A version may have been saved more than once: its last row is what it said.
    found = {entry.version: entry for entry in past.order_by("history_id")}
    return tuple(
        Version(
            number=entry.version,
            words=labels.get(entry.option_id) or str(AnswerKind(entry.kind).label),
            rationale=entry.rationale,
            note=entry.note,
            change=str(ChangeReason(entry.change_reason).label) if entry.change_reason else "",
            at=entry.history_date,
        )
        for entry in sorted(found.values(), key=lambda entry: -entry.version)
    )
