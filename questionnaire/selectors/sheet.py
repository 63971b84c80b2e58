"""A sheet's pages: one question with all that helps to answer it, and the whole strand."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no

from ..enums import (
    EXPERT_SIDE,
    AggregateKind,
    AnswerKind,
    AssessmentState,
    ChangeReason,
    SourceKind,
)
from ..models import (
    Aggregate,
    Answer,
    Assessment,
    ChangeRequest,
    Citation,
    Indicator,
    Option,
    Source,
)
from ..rules import may_submit, requests_of_this_return
from .expert import RowState, SheetPage, SheetRow, cut_off_of, sheet_page

NEEDS_THE_EXPERT = (RowState.BLANK, RowState.DRAFT, RowState.ASKED)


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
class SourceLine:
    """A source of the sheet's country: how often it is cited, and whether it carries the day."""

    source: Source
    cited: int
    state: str
    words: str
    may_edit: Verdict


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question of a sheet, and what stands beside it."""

    strand: StrandPage
    row: SheetRow
    place: int
    previous: SheetRow | None
    next: SheetRow | None
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
        previous=page.rows[place - 1] if place else None,
        next=page.rows[place + 1] if place + 1 < len(page.rows) else None,
        lines=source_lines(sheet, page.sources, page.may_answer, page.cut_off),
        versions=_versions(row),
        asked_before=tuple(asked.exclude(pk=present).order_by("-created_at", "-pk")),
    )


def parts_of(sheet: Assessment, code: str, *, cited: Iterable[str]) -> Parts:
    """Return what is needed to read one answer's form, CITED being the keys of its sources.

    Raises KeyError for an unknown code. A key that is none is left to the form to refuse.
    """
    asked = Option.objects.filter(indicator__strand_id=sheet.strand_id, indicator__code=code)
    options = list(asked.select_related("indicator"))
    if not options:
        raise KeyError(code)
    indicator, day = options[0].indicator, cut_off_of(sheet)
    here = {"indicator": indicator, "reference_date": day}
    request = None
    if sheet.state == AssessmentState.RETURNED:
        request = requests_of_this_return(sheet).filter(**here).first()
    return Parts(
        indicator=indicator,
        options=options,
        pool=list(Source.objects.of_sheet(sheet).filter(key__in=_keys(cited))),
        answer=Answer.objects.filter(assessment=sheet, **here).first(),
        request=request,
        day=day,
    )


def _keys(texts: Iterable[str]) -> list[UUID]:
    keys = []
    for text in texts:
        with suppress(ValueError):
            keys.append(UUID(text))
    return keys


def version_of(sheet: Assessment, indicator: Indicator) -> int:
    """Return the version of the answer at the sheet's cut-off; 0 where there is none yet."""
    here = Answer.objects.filter(
        assessment=sheet, indicator=indicator, reference_date=cut_off_of(sheet)
    )
    return here.values_list("version", flat=True).first() or 0


def source_lines(
    sheet: Assessment, sources: Iterable[Source], may_answer: Verdict, day: date
) -> tuple[SourceLine, ...]:
    """Return the sources with what is known of each, in two queries."""
    mine = Citation.objects.filter(
        source__round_id=sheet.round_id,
        source__country_id=sheet.country_id,
        source__coding=sheet.coding,
        version=F("answer__version"),
    )
    counted = mine.order_by().values("source_id").annotate(number=Count("pk"))
    cited = dict(counted.values_list("source_id", "number"))
    read = read_by_the_review(sheet)
    return tuple(
        SourceLine(
            source=source,
            cited=cited.get(source.pk, 0),
            may_edit=_may_edit(may_answer, is_read=source.pk in read),
            **_standing(source, day),
        )
        for source in sources
    )


def read_by_the_review(sheet: Assessment) -> set[int]:
    """Return the keys of the sources that a submitted answer rests on: they stay as they are.

    Left out is what was cited only since a sheet came back; no reviewer has read that yet.
    """
    here = Citation.objects.filter(
        source__round_id=sheet.round_id,
        source__country_id=sheet.country_id,
        source__coding=sheet.coding,
    )
    return set(here.read_by_the_review().values_list("source_id", flat=True))


def _may_edit(may_answer: Verdict, *, is_read: bool) -> Verdict:
    if may_answer and is_read:
        return no(
            _("An answer that was submitted rests on this source. Add a new one and cite it.")
        )
    return may_answer


def _standing(source: Source, day: date) -> dict[str, str]:
    """Say whether a source carries an answer for DAY: a state's code, and words."""
    state, words = "", ""
    if source.kind == SourceKind.LAW:
        state, words = _standing_of_law(source, day)
    elif source.published_on and source.published_on > day:
        state = "warning"
        words = _("Published after %(day)s: say in the reason that it describes that day")
    return {"state": state, "words": words % {"day": date_format(day, "j F Y")}}


def _standing_of_law(source: Source, day: date) -> tuple[str, str]:
    if source.in_force_from and source.in_force_from > day:
        return "refused", _("Came into force after %(day)s: it cannot support this answer")
    if source.in_force_until and source.in_force_until < day:
        return "refused", _("No longer in force on %(day)s: it cannot support this answer")
    if not source.in_force_from:
        return "warning", _("No date says since when it is in force")
    return "passed", _("In force on %(day)s")


def _may_submit_now(page: SheetPage, user: User) -> Verdict:
    """As the rule says, and then as the sheet stands: the service refuses for the same."""
    if page.role not in EXPERT_SIDE:
        return page.may_answer
    verdict = may_submit(user, page.sheet)
    if not verdict:
        return verdict
    blank = sum(row.answer is None for row in page.rows)
    if blank:
        words = ngettext(
            "%(n)d question has no recorded answer yet.",
            "%(n)d questions have no recorded answer yet.",
            blank,
        )
        return no(words % {"n": blank})
    asked = page.progress.returned
    if asked:
        words = ngettext(
            "The review still asks about %(n)d answer.",
            "The review still asks about %(n)d answers.",
            asked,
        )
        return no(words % {"n": asked})
    return YES


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
