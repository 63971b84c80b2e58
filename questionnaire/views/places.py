"""What every page of a sheet begins with: the sheet itself, its frame and its list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..enums import AssessmentState, Role
from ..models import Assessment
from ..rules import may_see_sheet
from ..selectors.expert import RowState, SheetPage, SheetRow
from ..selectors.sheet import StrandPage

BADGES = {
    RowState.BLANK: "not_answered",
    RowState.DRAFT: "draft",
    RowState.ANSWERED: "answered",
    RowState.ASKED: "returned",
    RowState.CHANGED: "changed",
    RowState.MAINTAINED: "maintained",
}
SEGMENTS = {RowState.BLANK: "none", RowState.DRAFT: "going", RowState.ASKED: "warn"}
WHOLE = "?view=all"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of questions; GROUP is the title of its composite, or empty."""

    code: str
    title: str
    group: str
    state: str
    url: str
    current: bool


def open_sheet(
    request: HttpRequest, *, round_code: str, country: str, strand: str, coding: int
) -> Assessment:
    """Return the sheet at that address.

    Raises Http404 for those who may not see it too: that a second coding is there would tell
    a reviewer something.
    """
    at = Assessment.objects.at(round_code, country, strand, coding)
    sheet = get_object_or_404(at.for_page())
    if not may_see_sheet(request.user, sheet):
        raise Http404
    return sheet


def codes_of(sheet: Assessment) -> list[Any]:
    return [sheet.round.code, sheet.country.code, sheet.strand.code, sheet.coding]


def address(sheet: Assessment, name: str, *more: Any) -> str:
    return reverse(f"questionnaire:{name}", args=[*codes_of(sheet), *more])


def title_of(sheet: Assessment) -> str:
    """Name a sheet; its coding only where there is more than the first."""
    words = {"country": sheet.country.name, "strand": sheet.strand.title, "n": sheet.coding}
    if sheet.coding == 1:
        return _("%(country)s: %(strand)s") % words
    return _("%(country)s: %(strand)s, coding %(n)d") % words


def frame(strand: StrandPage, *, inside: bool) -> dict[str, Any]:
    """Return the context that every page of a sheet shares; INSIDE adds the sheet's own step."""
    page = strand.page
    sheet = page.sheet
    return {
        "sheet": sheet,
        "page": page,
        "cut_off": page.cut_off,
        "crumbs": _crumbs(page, inside=inside),
        "demonstration": sheet.round.is_demonstration,
        "now": timezone.now(),
        "is_returned": sheet.state == AssessmentState.RETURNED,
        "is_with_the_review": sheet.state == AssessmentState.SUBMITTED,
        "whole_url": address(sheet, "sheet") + WHOLE,
        "check_url": address(sheet, "check"),
        "sources_url": address(sheet, "sources"),
        "moves": _moves(strand),
    }


def _crumbs(page: SheetPage, *, inside: bool) -> list[dict[str, str]]:
    sheet = page.sheet
    steps = [{"title": _("My work"), "url": reverse("desk:work")}]
    if page.role in {Role.COORDINATOR, Role.OBSERVER}:
        board = reverse("desk:board", args=[sheet.round.code])
        steps.append({"title": _("Board of %(round)s") % {"round": sheet.round}, "url": board})
    if inside:
        steps.append({"title": title_of(sheet), "url": address(sheet, "sheet") + WHOLE})
    return steps


def _moves(strand: StrandPage) -> list[dict[str, Any]]:
    return [
        {"title": _("Change its answers"), "verdict": strand.page.may_answer, "who": ""},
        {"title": _("Submit the sheet"), "verdict": strand.may_submit, "who": ""},
    ]


def listing(strand: StrandPage, *, current: str = "", show: str = "") -> dict[str, Any]:
    """Return the list of questions with its views and the progress above it."""
    rows = strand.page.rows
    waiting = strand.waiting()
    changed = [row for row in rows if row.state in {RowState.CHANGED, RowState.MAINTAINED}]
    narrowed = {"needs": waiting, "changed": changed}.get(show)
    kept = {row.indicator.code for row in rows if narrowed is None or row in narrowed}
    suffix = f"?show={show}" if narrowed is not None else ""
    here = address(strand.page.sheet, "answer", current) if current else ""
    return {
        "entries": [
            entry(strand, row, current=current, suffix=suffix)
            for row in rows
            if row.indicator.code in kept | {current}
        ],
        "views": [
            {"title": _("All"), "url": here, "current": narrowed is None},
            *_view(_("Needs me %(n)d"), "needs", waiting, show, here),
            *_view(_("Met %(n)d"), "changed", changed, show, here),
        ],
        "suffix": suffix,
        "segments": [SEGMENTS.get(RowState(row.state), "done") for row in rows],
        "segment_words": _("%(done)d of %(all)d answered")
        % {"done": strand.page.progress.answered, "all": strand.page.progress.asked},
        "waiting_words": ngettext("%(n)d needs you", "%(n)d need you", len(waiting))
        % {"n": len(waiting)}
        if waiting
        else _("nothing needs you"),
    }


def _view(
    words: str, name: str, rows: list[SheetRow], show: str, here: str
) -> list[dict[str, Any]]:
    """A view of the list is offered where it holds something, or is the one that is open."""
    if not rows and show != name:
        return []
    title = words % {"n": len(rows)}
    return [{"title": title, "url": f"{here}?show={name}", "current": show == name}]


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
