"""The list of a sheet's questions: what stands where, and the views that narrow it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..models import Assessment
from ..selectors.checking import MET, is_warned
from ..selectors.expert import RowState, SheetRow
from ..selectors.sheet import StrandPage
from .places import address

BADGES = {
    RowState.BLANK: "not_answered",
    RowState.CARRIED: "carried",
    RowState.DRAFT: "draft",
    RowState.ANSWERED: "answered",
    RowState.ASKED: "returned",
    RowState.CHANGED: "changed",
    RowState.MAINTAINED: "maintained",
}
SEGMENTS = {
    RowState.BLANK: "none",
    RowState.CARRIED: "none",
    RowState.DRAFT: "going",
    RowState.ASKED: "warn",
}
VIEWS = {
    "needs": gettext_lazy("Needs me %(n)d"),
    "unanswered": gettext_lazy("Unanswered %(n)d"),
    "carried": gettext_lazy("Carried over %(n)d"),
    "returned": gettext_lazy("Returned %(n)d"),
    "disputed": gettext_lazy("Disputed %(n)d"),
    "changed": gettext_lazy("Changed %(n)d"),
    "warned": gettext_lazy("With a warning %(n)d"),
    "check": gettext_lazy("To check %(n)d"),
}
HINTS = {
    "needs": gettext_lazy("What you still have to answer, confirm, save or reply to."),
    "carried": gettext_lazy(
        "An earlier edition's answer stands beside the question. It counts once confirmed."
    ),
}
"""What the words of a view mean, where they do not say it themselves."""
BY_OTHER_PAGES = ("check",)
"""Views that the list itself does not offer: the page of checking leads into them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of questions; GROUP is the title of its composite, or empty."""

    code: str
    title: str
    group: str
    state: str
    url: str
    current: bool


def seen(strand: StrandPage) -> dict[str, list[SheetRow]]:
    """Return the questions that each view holds."""
    rows, day = strand.page.rows, strand.page.cut_off
    waiting = strand.waiting()
    warned = [row for row in rows if is_warned(row, day)]
    return {
        "needs": waiting,
        "unanswered": [row for row in rows if row.answer is None],
        "carried": [row for row in rows if row.state == RowState.CARRIED],
        "returned": [row for row in rows if row.change_request],
        "disputed": [row for row in rows if row.state == RowState.MAINTAINED],
        "changed": [row for row in rows if row.is_changed_since],
        "warned": warned,
        "check": [row for row in rows if row in warned or _is_named_on_check(row)],
    }


def _is_named_on_check(row: SheetRow) -> bool:
    unmet = row.answer is None or row.state == RowState.ASKED
    return unmet or row.is_changed_since or row.state in MET


def listing(strand: StrandPage, *, current: str = "", show: str = "") -> dict[str, Any]:
    """Return the list of questions with its views and the progress above it."""
    rows = strand.page.rows
    views = seen(strand)
    waiting, narrowed = views["needs"], views.get(show)
    kept = {row.indicator.code for row in rows if narrowed is None or row in narrowed}
    suffix = f"?show={show}" if narrowed is not None else ""
    listed = [row for row in rows if row.indicator.code in kept | {current}]
    return {
        "entries": [entry(strand, row, current=current, suffix=suffix) for row in listed],
        "listed": listed,
        "views": list(_offered(strand, views, current, show)),
        "show": show if narrowed is not None else "",
        "suffix": suffix,
        "segments": [_segment(row) for row in rows],
        "segment_words": _("%(done)d of %(all)d answered")
        % {"done": strand.page.progress.answered, "all": strand.page.progress.asked},
        "waiting_words": ngettext("%(n)d needs you", "%(n)d need you", len(waiting))
        % {"n": len(waiting)}
        if waiting
        else _("nothing needs you"),
    }


def _segment(row: SheetRow) -> str:
    """A recorded answer is done, as the words beside say, also with a newer draft."""
    if row.answer and row.state == RowState.DRAFT:
        return "done"
    return SEGMENTS.get(RowState(row.state), "done")


def _offered(
    strand: StrandPage, views: dict[str, list[SheetRow]], current: str, show: str
) -> Iterator[dict[str, Any]]:
    """A view is offered where it narrows the list to something, or is the one that is open."""
    sheet = strand.page.sheet
    here = f"{address(sheet, 'answer', current)}?" if current else "?view=all&"
    yield {"title": _("All"), "url": here[:-1], "current": show not in views}
    for name, rows in views.items():
        if show != name and (not rows or name in BY_OTHER_PAGES):
            continue
        title = VIEWS[name] % {"n": len(rows)}
        url, hint = f"{here}show={name}", HINTS.get(name, "")
        yield {"title": title, "url": url, "current": show == name, "hint": hint}


def around(strand: StrandPage, code: str, rows: list[SheetRow]) -> tuple[str, str]:
    """Return the addresses of the questions before and after one, among ROWS, which hold it."""
    place = next(n for n, row in enumerate(rows) if row.indicator.code == code)
    before = rows[place - 1] if place else None
    after = rows[place + 1] if place + 1 < len(rows) else None
    return _url_of(strand, before), _url_of(strand, after)


def onward(strand: StrandPage, after: str = "", show: str = "") -> str:
    """Return where to go on from the question AFTER, or nothing where nothing needs the person.

    First what needs them in the view SHOW, round and round; then, in a view of what is done
    with, its next question; then whatever needs them.
    """
    kept = seen(strand).get(show, [])
    rows = strand.page.rows
    place = next((n for n, row in enumerate(rows, 1) if row.indicator.code == after), 0)
    turned = [row for row in (*rows[place:], *rows[:place]) if row in kept]
    waiting = [row for row in turned if strand.needs_me(row) and row.indicator.code != after]
    later = [row for row in rows[place:] if row in kept]
    for found in (*waiting[:1], *later[:1]):
        return f"{_url_of(strand, found)}?show={show}"
    return _url_of(strand, strand.next_that_needs_me(after))


def step_on(sheet: Assessment, after: str, show: str = "") -> str:
    """Return the address that leads on from a question, whatever needs the person by then."""
    asked = {"after": after} | ({"show": show} if show else {})
    return f"{address(sheet, 'sheet')}?{urlencode(asked)}"


def _url_of(strand: StrandPage, row: SheetRow | None) -> str:
    return address(strand.page.sheet, "answer", row.indicator.code) if row else ""


def entry(strand: StrandPage, row: SheetRow, *, current: str = "", suffix: str = "") -> Entry:
    group = strand.group_of(row)
    return Entry(
        code=row.indicator.code,
        title=row.indicator.title,
        group=group.title if group else "",
        state=BADGES[RowState(row.state)],
        url=address(strand.page.sheet, "answer", row.indicator.code) + suffix,
        current=row.indicator.code == current,
    )
