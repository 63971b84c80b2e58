"""A sheet before it is submitted: what is missing, what is worth a second look, what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User

from ..enums import AnswerKind, SourceKind
from ..models import Assessment
from .expert import RowState, SheetRow
from .sheet import StrandPage, strand_page

MET = (RowState.CHANGED, RowState.MAINTAINED)


@dataclass(frozen=True, slots=True)
class Finding:
    """One question and what is to be said about it; STATE is the code of a badge."""

    row: SheetRow
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Blockers keep the sheet from being submitted, warnings do not."""

    strand: StrandPage
    blockers: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    met: tuple[Finding, ...]


def check_page(sheet: Assessment, user: User) -> CheckPage:
    """Return what the page of checking shows, in as many queries as the sheet itself."""
    strand = strand_page(sheet, user)
    rows, day = strand.page.rows, strand.page.cut_off
    return CheckPage(
        strand=strand,
        blockers=tuple(found for row in rows for found in _blockers(row)),
        warnings=tuple(found for row in rows for found in _warnings(row, day)),
        met=tuple(_as_met(row) for row in rows if row.state in MET),
    )


def _blockers(row: SheetRow) -> Iterator[Finding]:
    if row.answer is None and row.draft:
        yield Finding(row, "draft", _("What was typed is kept, but no answer is recorded yet."))
    elif row.answer is None:
        yield Finding(row, "not_answered", _("There is no answer yet."))
    if row.state == RowState.ASKED:
        yield Finding(
            row, "returned", _("The review asks about it. Change it, or say why it stands.")
        )


def _warnings(row: SheetRow, day: date) -> Iterator[Finding]:
    answer = row.answer
    if answer is None:
        return
    if row.draft:
        words = _(
            "Newer text was typed and not recorded. Only the recorded answer is handed in."
        )
        yield Finding(row, "draft", words)
    if not answer.rationale:
        yield Finding(row, "warning", _("It says no reason. Reviewers often ask for one."))
    if answer.kind == AnswerKind.EXCEPTIONAL:
        words = _("Exceptional points need the consent of a consortium reviewer.")
        yield Finding(row, "consent", words)
    for source in row.sources:
        words = _doubt_about(source, day)
        if words:
            yield Finding(row, "warning", words % {"source": source})


def _doubt_about(source: object, day: date) -> str:
    if source.kind == SourceKind.LAW and not source.in_force_from:
        return _("No date says since when “%(source)s” is in force.")
    if source.kind == SourceKind.PRACTICE and source.published_on is None:
        return _("No date says when “%(source)s” was published.")
    if source.kind == SourceKind.PRACTICE and source.published_on > day:
        return _("“%(source)s” was published after the cut-off date.")
    return ""


def _as_met(row: SheetRow) -> Finding:
    if row.state == RowState.MAINTAINED:
        return Finding(row, row.state, row.change_request.reply)
    return Finding(row, row.state, capfirst(row.answer.get_change_reason_display()))
