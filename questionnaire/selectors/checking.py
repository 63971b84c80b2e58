"""A sheet before it is submitted: what is missing, what is worth a second look, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User

from ..enums import AnswerKind
from ..models import Answer, Assessment, EarlierAnswer, Source
from .back_casts import blank_days, days_to_meet, in_words
from .expert import RowState, SheetRow
from .links import words_of_link
from .sheet import StrandPage, strand_page, waits_to_be_recorded
from .standing import REFUSED, doubts_about, is_rechecked, standing_of

MET = (RowState.CHANGED, RowState.MAINTAINED)


@dataclass(frozen=True, slots=True)
class Finding:
    """One question and what is to be said about it; STATE is the code of a badge."""

    row: SheetRow
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class SourceFinding:
    """One source, what is doubtful about it, and the questions whose answers cite it."""

    source: Source
    words: tuple[str, ...]
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What keeps a sheet from being submitted: RETURNED, BLANK, DRAFTS, CARRIED, earlier DAYS.

    What does not: TYPED answers that submitting records, UNRECORDED text, newer than its answer,
    DOUBTS about answers and SOURCES, what CHANGED since the last edition, and what was MET since
    the sheet came back.
    """

    strand: StrandPage
    returned: tuple[Finding, ...]
    blank: tuple[Finding, ...]
    drafts: tuple[Finding, ...]
    carried: tuple[Finding, ...]
    days: tuple[Finding, ...]
    typed: tuple[Finding, ...]
    unrecorded: tuple[Finding, ...]
    doubts: tuple[Finding, ...]
    sources: tuple[SourceFinding, ...]
    changed: tuple[Finding, ...]
    met: tuple[Finding, ...]

    @property
    def blockers(self) -> int:
        hinders = (self.returned, self.blank, self.drafts, self.carried, self.days)
        return sum(len(findings) for findings in hinders)


def check_page(sheet: Assessment, user: User) -> CheckPage:
    """Return what the page of checking shows, in as many queries as the sheet itself."""
    strand = strand_page(sheet, user)
    rows, day = strand.page.rows, strand.page.cut_off
    missing = [_missing(row) for row in rows if row.answer is None]
    drafts = [one for one in missing if one.state == "draft"]
    return CheckPage(
        strand=strand,
        returned=tuple(_asked(sheet, rows)),
        blank=tuple(one for one in missing if one.state == "not_answered"),
        drafts=tuple(one for one in drafts if not waits_to_be_recorded(one.row)),
        carried=tuple(one for one in missing if one.state == "carried"),
        days=tuple(_days(sheet, rows, day)),
        typed=tuple(one for one in drafts if waits_to_be_recorded(one.row)),
        unrecorded=tuple(_as_unrecorded(row) for row in rows if row.answer and row.draft),
        doubts=tuple(found for row in rows for found in _doubts(row)),
        sources=tuple(_doubtful(rows, day)),
        changed=tuple(_as_changed(row) for row in rows if row.is_changed_since),
        met=tuple(_as_met(row) for row in rows if row.state in MET),
    )


def is_warned(row: SheetRow, day: date) -> bool:
    """Return whether something about a recorded answer is worth a second look."""
    if row.answer is None:
        return False
    doubtful = any(_words_about(source, day) for source in row.sources)
    return bool(row.draft) or doubtful or any(_doubts(row))


def _missing(row: SheetRow) -> Finding:
    if waits_to_be_recorded(row):
        words = _(
            "It is typed and kept. Submitting records it as the answer, if nothing lacks."
        )
        return Finding(row, "draft", words)
    if row.draft:
        words = _("What was typed is kept, but no answer is recorded yet.")
        return Finding(row, "draft", words)
    if row.earlier:
        words = _("%(edition)s said: %(answer)s. It counts once you confirm or change it.")
        said = {"edition": row.earlier.edition, "answer": said_by(row.earlier)}
        return Finding(row, "carried", words % said)
    return Finding(row, "not_answered", _("There is no answer yet."))


def _asked(sheet: Assessment, rows: Iterable[SheetRow]) -> Iterator[Finding]:
    """Give what the review asks about; in a reopening nothing of it is owed."""
    if sheet.open_until is None:
        yield from (_as_asked(row) for row in rows if row.state == RowState.ASKED)


def _as_asked(row: SheetRow) -> Finding:
    words = _("The review asks about it. Change it, or say why it stands.")
    return Finding(row, "returned", words)


def _days(sheet: Assessment, rows: Iterable[SheetRow], cut_off: date) -> Iterator[Finding]:
    """Give the earlier days that lack an answer, once the cut-off has one, and those returned."""
    blank, returned = blank_days(sheet, cut_off), days_to_meet(sheet, cut_off)
    for row in rows:
        if row.answer and row.indicator.code in blank:
            days = in_words(blank[row.indicator.code])
            words = _("There is no answer yet for %(days)s.") % {"days": days}
            yield Finding(row, "not_answered", words)
        if row.indicator.code in returned:
            days = in_words(returned[row.indicator.code])
            yield Finding(
                row, "returned", _("The review asks about %(days)s.") % {"days": days}
            )


def _as_unrecorded(row: SheetRow) -> Finding:
    words = _(
        "Newer text was typed and not recorded. Submitting records it if it is complete;"
        " else only the recorded answer is handed in."
    )
    return Finding(row, "draft", words)


def _doubts(row: SheetRow) -> Iterator[Finding]:
    """Give what is doubtful about the answer itself."""
    answer = row.answer
    if answer is None:
        return
    if not answer.rationale and not answer.confirms_id:
        yield Finding(row, "warning", _("It says no reason. Reviewers often ask for one."))
    if answer.kind == AnswerKind.EXCEPTIONAL:
        words = _("Exceptional points need the consent of a consortium reviewer.")
        yield Finding(row, "consent", words)


def _doubtful(rows: Iterable[SheetRow], day: date) -> Iterator[SourceFinding]:
    """Give each doubtful source once, with all that rests on it."""
    resting: dict[int, list[SheetRow]] = {}
    sources: dict[int, Source] = {}
    for row in rows:
        for source in row.sources:
            sources[source.pk] = source
            resting.setdefault(source.pk, []).append(row)
    for key, source in sources.items():
        words = _words_about(source, day)
        if words:
            yield SourceFinding(source, words, tuple(resting[key]))


def _words_about(source: Source, day: date) -> tuple[str, ...]:
    """Return what is doubtful about a source; empty where nothing is."""
    found = doubts_about(source, day)
    state, words = standing_of(source, day)
    if state == REFUSED:
        found.append(_("%(words)s.") % {"words": words})
    elif source.carried_from and not is_rechecked(source, day):
        words = _("It comes from %(edition)s, and nobody has checked it for this round.")
        found.append(words % {"edition": source.carried_from})
    link, words = words_of_link(getattr(source, "link_check", None))
    if link == "warning":
        found.append(_("%(words)s.") % {"words": words})
    return tuple(found)


def _as_changed(row: SheetRow) -> Finding:
    words = _("%(edition)s: %(before)s. Now: %(now)s. What happened: %(reason)s.")
    said = {
        "edition": row.earlier.edition,
        "before": said_by(row.earlier),
        "now": said_by(row.answer),
        "reason": row.answer.get_change_reason_display() or _("no reason is given"),
    }
    return Finding(row, "changed", words % said)


def _as_met(row: SheetRow) -> Finding:
    if row.state == RowState.MAINTAINED:
        return Finding(row, row.state, row.change_request.reply)
    return Finding(row, row.state, capfirst(row.answer.get_change_reason_display()))


def said_by(answer: Answer | EarlierAnswer) -> str:
    """Return in a few words what an answer says, without the full stop of its option."""
    label = answer.option.label if answer.option else str(answer.get_kind_display())
    return label.rstrip(".")
