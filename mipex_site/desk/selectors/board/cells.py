"""One cell of the board: what state a country and strand is in, in one word and one count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mipex_site.base.templatetags.house import left_words
from questionnaire.enums import AssessmentState
from questionnaire.models import Round
from questionnaire.selectors.coordinator import BoardRow
from review.enums import BlockerKind, CaseState, ItemState
from review.selectors.closing import Blocker
from review.selectors.standing import CaseStanding

from .movers import NextMove
from .words import why_words

ORDER = (
    "disputed",
    "reopened",
    "returned",
    "not_begun",
    "answering",
    "submitted",
    "in_review",
    "last_word",
    "cleared",
    "excluded",
)
"""The worst first: where others wait, then what is furthest from its end."""

WITH_EXPERT = frozenset({"reopened", "returned"})
LACKS = {
    BlockerKind.NO_REVIEWER: gettext_lazy("no reviewer"),
    BlockerKind.UNDECLARED: gettext_lazy("interests not declared"),
}
"""What a cell says instead of its numbers, the first that holds."""

UNDER_WAY = (AssessmentState.OPEN, AssessmentState.RETURNED)
LONG = 14
"""Days after which answers that wait for opinions are a warning."""

WARNS = {
    BlockerKind.NO_REVIEWER: "",
    BlockerKind.UNDECLARED: "",
    BlockerKind.DECLARATION: "",
    BlockerKind.THREAD: "",
    BlockerKind.REOPENING: "reopened",
    BlockerKind.EXTENSION: "",
}
"""What is a warning however long it stands, with the state of a cell that says it already."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A country and strand. KIND is warn or stop where it is in trouble, else empty.

    A sheet that is back with the expert may still have an open dispute: then it IS_DISPUTED.
    WARNINGS are words, those that COUNT does not say in MORE; MOVE is who moves next here,
    in a table.
    """

    strand: str
    strand_title: str
    state: str
    count: str
    kind: str
    done: int
    all: int
    url: str
    since: date | None
    move: NextMove | None
    warnings: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    is_late: bool = False
    is_disputed: bool = False

    @property
    def gravity(self) -> int:
        """How bad it is, 0 the worst."""
        return ORDER.index("disputed" if self.is_disputed else self.state)


def cell_of(
    sheets: Sequence[BoardRow],
    case: CaseStanding | None,
    found: Sequence[Blocker],
    *,
    round_: Round,
    now: datetime,
    move: NextMove | None,
    lacks_expert: bool,
) -> Cell:
    """Return the cell of one country and strand from its codings, its case and its blockers."""
    is_excluded = sheets[0].is_excluded
    state = "excluded" if is_excluded else state_of(sheets, case)
    done, every = _counted(state, sheets, case)
    overdue = _overdue(state, sheets, now)
    since = min((blocker.since for blocker in found), default=None)
    count, kind = _words(state, found, done, every, timezone.localdate(now))
    if is_excluded and sheets[0].follows_later:
        count = _("follows later")
    warned = [] if is_excluded else list(_warnings(state, sheets, found, now))
    late = () if overdue is None else (_late(overdue),)
    if late:
        count, kind = f"{count}, {late[0]}", "warn"
    lacking = (_("no expert yet"),) if lacks_expert and not is_excluded else ()
    return Cell(
        strand=sheets[0].strand,
        strand_title=sheets[0].strand_title,
        state=state,
        count=count,
        kind=kind,
        done=done,
        all=every,
        url=_address(round_, sheets[0], with_case=case is not None),
        since=since,
        move=move,
        warnings=(*late, *lacking, *(words for _kind, words in warned)),
        more=(*lacking, *(words for kind, words in warned if kind not in LACKS)),
        is_late=overdue is not None,
        is_disputed=state in {"disputed", *WITH_EXPERT} and _dispute_in(found) is not None,
    )


def state_of(sheets: Sequence[BoardRow], case: CaseStanding | None) -> str:
    """Return the word for several codings and their case: the sheet that is least far decides."""
    states = {sheet.state for sheet in sheets}
    if AssessmentState.RETURNED in states:
        is_reopened = case is not None and case.counts.get(ItemState.REOPENED)
        return "reopened" if is_reopened else "returned"
    if AssessmentState.OPEN in states:
        begun = any(sheet.progress.answered or sheet.progress.drafts for sheet in sheets)
        return "answering" if begun else "not_begun"
    if case is None or case.state == CaseState.WAITING:
        return "submitted"
    if case.state in {CaseState.CLEARED, CaseState.LAST_WORD}:
        return str(case.state)
    return "disputed" if case.counts.get(ItemState.DISPUTED) else "in_review"


def _counted(
    state: str, sheets: Sequence[BoardRow], case: CaseStanding | None
) -> tuple[int, int]:
    """Return how many answers are there, or settled, of how many."""
    if case is not None and state in {"in_review", "disputed", "last_word", "cleared"}:
        return case.settled, case.total
    open_ones = [sheet for sheet in sheets if sheet.state in UNDER_WAY] or list(sheets)
    return (
        sum(sheet.progress.answered for sheet in open_ones),
        sum(sheet.progress.asked for sheet in open_ones),
    )


def _words(
    state: str, found: Sequence[Blocker], done: int, every: int, today: date
) -> tuple[str, str]:
    """Return the words below the state, and whether it is trouble."""
    by_kind = {blocker.kind: blocker for blocker in found}
    if state in {"cleared", "excluded"}:
        return "", ""
    dispute = _dispute_in(found)
    if dispute and state == "disputed":
        words = {"n": dispute.count, "age": _age(dispute, today)}
        return _("%(n)d, %(age)s") % words, "stop"
    if dispute and state in WITH_EXPERT:
        words = {"n": dispute.count, "age": _age(dispute, today)}
        return ngettext(
            "%(n)d dispute, %(age)s", "%(n)d disputes, %(age)s", dispute.count
        ) % words, "stop"
    for kind, words in LACKS.items():
        if kind in by_kind:
            return str(words), "warn"
    if state in WITH_EXPERT:
        waits = by_kind.get(BlockerKind.RETURNED) or by_kind[BlockerKind.REOPENING]
        return _age(waits, today), "warn"
    return _("%(done)d of %(all)d") % {"done": done, "all": every}, ""


def _dispute_in(found: Sequence[Blocker]) -> Blocker | None:
    return next((each for each in found if each.kind == BlockerKind.DISPUTED), None)


def _age(blocker: Blocker, today: date) -> str:
    """Say in a narrow cell how long something stands."""
    days = (today - blocker.since).days
    return _("for %(days)d d") % {"days": days} if days > 0 else _("today")


def _overdue(state: str, sheets: Sequence[BoardRow], now: datetime) -> timedelta | None:
    """Return for how long the latest sheet should have been handed in, or None."""
    if state not in {"answering", "not_begun"}:
        return None
    waited = [now - sheet.due_at for sheet in sheets if sheet.state == AssessmentState.OPEN]
    return max((late for late in waited if late > timedelta(0)), default=None)


def _late(overdue: timedelta) -> str:
    if overdue.days:
        return _("%(n)d d late") % {"n": overdue.days}
    return _("%(n)d h late") % {"n": overdue.seconds // 3600}


def _warnings(
    state: str, sheets: Sequence[BoardRow], found: Sequence[Blocker], now: datetime
) -> Iterator[tuple[str, str]]:
    """Yield kind and words of what is not as it should be, beyond what the state says itself."""
    today = timezone.localdate(now)
    for blocker in found:
        days = (today - blocker.since).days
        if blocker.kind in WARNS and WARNS[blocker.kind] != state:
            yield blocker.kind, why_words(BlockerKind(blocker.kind), blocker.count)
        elif blocker.kind == BlockerKind.OPINIONS and days >= LONG:
            what = why_words(BlockerKind.OPINIONS, blocker.count)
            yield blocker.kind, _("%(what)s, for %(n)d days") % {"what": what, "n": days}
    late = max((sheet.late_by for sheet in sheets if sheet.late_by), default=None)
    if late:
        yield "", _("handed in %(late)s") % {"late": left_words(-late)}


def _address(round_: Round, sheet: BoardRow, *, with_case: bool) -> str:
    """Lead to the case once there is one, to the sheet before."""
    codes = [round_.code, sheet.country, sheet.strand]
    if with_case:
        return reverse("review:case", args=codes)
    return reverse("questionnaire:sheet", args=[*codes, sheet.coding])
