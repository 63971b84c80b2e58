"""The list of a case's answers: the state of each in a word, how far, and which comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..enums import SETTLED, ItemState, OpinionKind
from ..selectors import CasePage, CaseRow
from .places import address

SHOW = "show"
ALL, TO_READ, CHANGED = "all", "to_read", "changed"
NARROWED = (TO_READ, CHANGED)
SPOKEN = {
    OpinionKind.AGREE: "agreed",
    OpinionKind.AGREE_WITH_REMARK: "agreed",
    OpinionKind.DISAGREE: "disagree",
    OpinionKind.NOT_QUALIFIED: "not_qualified",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list. STATE is a name of the house's states; WORDS replace its word."""

    row: CaseRow
    url: str
    group: str
    state: str
    words: str
    note: str
    current: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """The list as it is shown, and all that leads on from it."""

    entries: tuple[Entry, ...]
    views: tuple[tuple[str, str, bool], ...]
    words: str
    segments: tuple[str, ...]
    before: str
    after: str
    to_read: str


def contents(
    page: CasePage, groups: dict[int, str], *, current: CaseRow | None = None, show: str = ALL
) -> Contents:
    """Return the list of the case; SHOW narrows it, the way on stays that of the whole case."""
    show = show if show in NARROWED else ""
    entries = tuple(_entry(page, row, groups, current, show) for row in page.rows)
    place = next((n for n, row in enumerate(page.rows) if row is current), None)
    urls = [entry.url for entry in entries]
    following = next_to_read(page, after=current)
    return Contents(
        entries=tuple(entry for entry in entries if _is_shown(entry.row, show)),
        views=tuple(_views(page, current, show)),
        words=progress_words(page),
        segments=tuple(_segment(page, entry) for entry in entries),
        before=urls[place - 1] if place else "",
        after=urls[place + 1] if place is not None and place + 1 < len(urls) else "",
        to_read=with_show(url_of(page, following), show) if following else "",
    )


def url_of(page: CasePage, row: CaseRow) -> str:
    day = None if row.reference_date == page.cut_off else row.reference_date
    return address("item", page.place, row.indicator.code, day)


def with_show(url: str, show: str) -> str:
    """Return an address that keeps the list as narrow as it is; an unknown SHOW is dropped."""
    if show not in NARROWED:
        return url
    return f"{url}{'&' if '?' in url else '?'}{SHOW}={show}"


def next_to_read(page: CasePage, *, after: CaseRow | None) -> CaseRow | None:
    """Return the next answer that waits for this person, from there to the end and round."""
    start = next((n + 1 for n, row in enumerate(page.rows) if row is after), 0)
    rows = (*page.rows[start:], *page.rows[:start])
    return next((row for row in rows if row.needs_you and row is not after), None)


def progress_words(page: CasePage) -> str:
    total = {"all": len(page.rows)}
    if page.may_review:
        return _("%(done)d of %(all)d opinions saved") % {"done": page.spoken, **total}
    settled = sum(row.state in SETTLED for row in page.rows)
    return _("%(done)d of %(all)d answers settled") % {"done": settled, **total}


def place_words(page: CasePage, place: int) -> str:
    """Say where one is, for a phone, where the list stands below."""
    words = {"n": place, "all": len(page.rows)}
    if not page.to_speak:
        return _("Answer %(n)d of %(all)d") % words
    return ngettext(
        "Answer %(n)d of %(all)d, %(left)d to read",
        "Answer %(n)d of %(all)d, %(left)d to read",
        page.to_speak,
    ) % (words | {"left": page.to_speak})


def state_of(row: CaseRow) -> tuple[str, str]:
    """Return the state of an answer for the list, and words in place of the state's own."""
    if row.state != ItemState.UNDER_REVIEW:
        return row.state, ""
    if row.own:
        words = {
            "agreed": pgettext("opinion", "You agree"),
            "disagree": pgettext("opinion", "You disagree"),
        }
        state = SPOKEN[OpinionKind(row.own.kind)]
        return state, words.get(state, "")
    return ("to_read" if row.may_speak else ItemState.UNDER_REVIEW.value), ""


def _entry(
    page: CasePage, row: CaseRow, groups: dict[int, str], current: CaseRow | None, show: str
) -> Entry:
    state, words = state_of(row)
    return Entry(
        row=row,
        url=with_show(url_of(page, row), show),
        group=groups.get(row.indicator.parent_id, ""),
        state=state,
        words=words,
        note=_("changed") if row.before else "",
        current=row is current,
    )


def _is_shown(row: CaseRow, show: str) -> bool:
    return {TO_READ: row.needs_you, CHANGED: row.before is not None}.get(show, True)


def _views(
    page: CasePage, current: CaseRow | None, show: str
) -> Iterator[tuple[str, str, bool]]:
    """Yield the ways to narrow the list: address, words, whether it is the present one."""
    here = url_of(page, current) if current else address("case", page.place)
    counts = {
        name: sum(_is_shown(row, name) for row in page.rows) for name in (TO_READ, CHANGED)
    }
    words = {
        TO_READ: _("To read %(n)d") % {"n": counts[TO_READ]},
        CHANGED: _("Changed %(n)d") % {"n": counts[CHANGED]},
    }
    if any(counts.values()):
        yield here, pgettext("answers", "All"), show not in words
        for name, title in words.items():
            if counts[name]:
                yield with_show(here, name), title, name == show


def _segment(page: CasePage, entry: Entry) -> str:
    done = entry.row.own is not None if page.may_review else entry.row.state in SETTLED
    if done:
        return "done"
    return "going" if entry.current and entry.row.needs_you else "none"
