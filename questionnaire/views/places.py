"""What every page of a sheet begins with: the sheet itself and its frame."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from mipex_site.base.clock import present
from mipex_site.base.errors import NotAllowed
from mipex_site.base.prepared import Prepared
from mipex_site.base.verdict import Verdict

from ..enums import TEXT_LIMIT, AssessmentState, Role, RoundState
from ..models import Assessment
from ..rules import may_see_sheet
from ..selectors.expert import SheetPage
from ..selectors.pace import load_of, time_left
from ..selectors.sheet import StrandPage

WHOLE = "?view=all"
SHEET_AT = Prepared(lambda *codes: Assessment.objects.at(*codes).for_page())


def open_sheet(
    request: HttpRequest, *, round_code: str, country: str, strand: str, coding: int
) -> Assessment:
    """Return the sheet at that address.

    Raises Http404 for those who may not see it too: that a second coding is there would tell
    a reviewer something. Whoever sent a form, such as a colleague whose help has ended, is
    refused in words with the text for copying, whether there is such a sheet or not.
    """
    sheet = SHEET_AT.first(round_code, country, strand, coding)
    if sheet is not None and may_see_sheet(request.user, sheet):
        return sheet
    if request.method == "POST":
        raise NotAllowed(
            _("This page is not open to you, or no longer. Ask the coordinator of your round.")
        )
    raise Http404


def codes_of(sheet: Assessment) -> list[Any]:
    return [sheet.round.code, sheet.country.code, sheet.strand.code, sheet.coding]


def address(sheet: Assessment, name: str, *more: Any) -> str:
    return reverse(f"questionnaire:{name}", args=[*codes_of(sheet), *more])


def workbook_address(sheet: Assessment) -> str:
    """Return where the sheet's country and coding, with all its strands, is one workbook."""
    codes = [sheet.round.code, sheet.country.code, sheet.coding]
    return reverse("questionnaire:workbook", args=codes)


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
        "now": present(),
        "more_time_url": _more_time_url(page),
        "is_returned": sheet.state == AssessmentState.RETURNED,
        "is_with_the_review": sheet.state == AssessmentState.SUBMITTED,
        "whole_url": address(sheet, "sheet") + WHOLE,
        "check_url": address(sheet, "check"),
        "sources_url": address(sheet, "sources"),
        "workbook_url": workbook_address(sheet),
        "sheet_url": address(sheet, "sheet"),
        "pulse_url": address(sheet, "pulse"),
        "text_limit": TEXT_LIMIT,
        "moves": _moves(strand),
        **_way(strand),
    }


def _way(strand: StrandPage) -> dict[str, Any]:
    """Return how long the rest takes, what to go on with, and where the person was."""
    page = strand.page
    if not page.may_answer:
        return {"pace_words": "", "todo_url": "", "again": None}
    todo, last = strand.go_on(), page.last
    return {
        "pace_words": time_left(load_of(page.progress, page.sheet.state)),
        "todo_url": address(page.sheet, "answer", todo.indicator.code) if todo else "",
        "again": last
        and {
            "code": last.indicator.code,
            "url": address(page.sheet, "answer", last.indicator.code),
        },
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


def crumbs_to_sheet(sheet: Assessment) -> list[dict[str, str]]:
    """Return the steps above a page that only the sheet's own side opens."""
    up = {"title": title_of(sheet), "url": address(sheet, "sheet") + WHOLE}
    return [{"title": _("My work"), "url": reverse("desk:work")}, up]


def _more_time_url(page: SheetPage) -> str:
    """Return where more time is asked for, to who may ask; the rule is asked there."""
    asks = page.role == Role.EXPERT and page.sheet.state == AssessmentState.OPEN
    is_open = page.sheet.round.state == RoundState.OPEN
    return address(page.sheet, "extension") if asks and is_open else ""


def _moves(strand: StrandPage) -> list[dict[str, Any]]:
    change, submit = strand.page.may_answer, strand.may_submit
    return as_moves(
        [(_("Change its answers"), change), (_("Submit the sheet"), submit)], told=change
    )


def as_moves(moves: list[tuple[str, Verdict]], *, told: Verdict) -> list[dict[str, Any]]:
    """Return what can happen, without what is refused for the reason the page's notice TOLD."""
    said = None if told else told.reason
    return [
        {"title": title, "verdict": verdict, "who": ""}
        for title, verdict in moves
        if verdict or verdict.reason != said
    ]
