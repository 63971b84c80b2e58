"""The whole strand, and the page on which a sheet is checked and submitted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mipex_site.base.forms import attempt

from ..forms.saving import read_draft
from ..forms.sheets import DeclarationForm
from ..models import Assessment
from ..rules import may_submit
from ..selectors.checking import CheckPage, Finding, SourceFinding, check_page
from ..selectors.expert import cut_off_of
from ..selectors.neighbours import other_sheets
from ..selectors.pace import time_left
from ..selectors.sheet import strand_page
from ..services.assessments import submit
from ..services.quiet import record_all_of
from .delegates import delegating_line
from .listing import entry, listing, onward
from .places import WHOLE, address, frame, open_sheet

CHECKING = "?show=check"


@require_GET
@never_cache
def index(request: HttpRequest, **codes: Any) -> HttpResponse:
    """Lead who can answer to the question that needs them; show others the whole strand.

    ``?view=all`` is the whole strand for everybody, ``?after=CODE`` goes on from a question,
    ``show`` narrows both to one view of the list.
    """
    sheet = open_sheet(request, **codes)
    strand = strand_page(sheet, request.user)
    show, after = request.GET.get("show", ""), request.GET.get("after", "")
    context = frame(strand, inside=False)
    if "view" not in request.GET:
        todo = onward(strand, after, show) if after else context["todo_url"]
        if todo:
            return redirect(todo)
        if after and strand.page.may_answer:
            return redirect(address(sheet, "check"))
    listed = listing(strand, show=show)
    context |= listed | {
        "lines": [
            {"row": row, "entry": entry(strand, row, suffix=listed["suffix"])}
            for row in listed["listed"]
        ],
        "others": _others(sheet, request, role=strand.page.role),
        "print_url": address(sheet, "print"),
        "blank_url": address(sheet, "print") + "?blank=yes",
        "pdf_url": address(sheet, "sheet-questionnaire"),
        "delegating": delegating_line(strand, request),
    }
    return render(request, "questionnaire/whole.html", context)


def _strand_of(sheet: Assessment) -> str:
    """Name a sheet where its country is plain: its coding only where there is a second."""
    if sheet.coding == 1:
        return sheet.strand.title
    words = {"strand": sheet.strand.title, "n": sheet.coding}
    return _("%(strand)s, coding %(n)d") % words


def _others(sheet: Assessment, request: HttpRequest, *, role: str) -> list[dict[str, Any]]:
    return [
        {
            "title": _strand_of(other.sheet),
            "url": address(other.sheet, "sheet"),
            "progress": other.progress,
            "load": other.load,
            "pace": time_left(other.load) if other.load.things else "",
        }
        for other in other_sheets(sheet, request.user, role=role)
    ]


@require_http_methods(["GET", "POST"])
@never_cache
def check(request: HttpRequest, **codes: Any) -> HttpResponse:
    """Show what is missing and what changed; take the declaration and submit the sheet."""
    sheet = open_sheet(request, **codes)
    day = cut_off_of(sheet)
    form = DeclarationForm(request.POST if request.method == "POST" else None, day=day)
    if form.is_bound and form.is_valid() and may_submit(request.user, sheet):
        _record_what_is_typed(request, sheet, form)
    if form.is_bound and attempt(form, submit, sheet=sheet, by=request.user):
        messages.success(request, _("The sheet is submitted. It is with the reviewers now."))
        return redirect(address(sheet, "sheet") + WHOLE)
    found = check_page(sheet, request.user)
    context = {
        **frame(found.strand, inside=True),
        "blockers": found.blockers,
        "typed": len(found.typed),
        "groups": _groups(found),
        "doubtful": _doubtful(found),
        "form": form,
        "may_submit": found.strand.may_submit,
    }
    status = 422 if form.is_bound else 200
    return render(request, "questionnaire/check.html", context, status=status)


def _record_what_is_typed(
    request: HttpRequest, sheet: Assessment, form: DeclarationForm
) -> None:
    """Record complete drafts; what then still lacks is said over the list, and not as a refusal."""
    drafts = sheet.drafts.count()
    if drafts and record_all_of(sheet=sheet, read=read_draft) < drafts:
        verdict = strand_page(sheet, request.user).may_submit
        if not verdict:
            form.add_error(None, verdict.reason)


def _groups(found: CheckPage) -> list[dict[str, Any]]:
    """Return the groups of findings that hold something: what must be done goes first."""
    to_do = _("To do before the sheet can be submitted.")
    free = _("None of these keeps the sheet from being submitted.")
    told = _("Read them once more: reviewers read these first.")
    groups = (
        ("returned", _("Came back from the review"), to_do, found.returned),
        ("blank", _("Blank"), to_do, found.blank),
        ("drafts", _("Drafts that are not recorded"), to_do, found.drafts),
        ("carried", _("Carried over and not confirmed"), to_do, found.carried),
        ("days", _("On earlier days"), to_do, found.days),
        ("typed", _("Typed, and recorded when you submit"), free, found.typed),
        ("unrecorded", _("Newer text that is not recorded"), free, found.unrecorded),
        ("doubts", _("Answers worth a second look"), free, found.doubts),
        ("changed", _("Changed since the last edition"), told, found.changed),
        ("met", _("Met since it came back"), told, found.met),
    )
    named: set[str] = set()
    return [
        {"id": name, "title": title, "lead": lead, "lines": _lines(found, findings, named)}
        for name, title, lead, findings in groups
        if findings
    ]


def _lines(
    found: CheckPage, findings: Iterable[Finding], named: set[str]
) -> list[dict[str, Any]]:
    """Return the lines of a group; the first of a question is where the way back leads."""
    lines = []
    for one in findings:
        line = entry(found.strand, one.row, suffix=CHECKING)
        lines.append({"found": one, "entry": line, "is_first": line.code not in named})
        named.add(line.code)
    return lines


def _doubtful(found: CheckPage) -> list[dict[str, Any]]:
    return [_doubtful_line(found, one) for one in found.sources]


def _doubtful_line(found: CheckPage, one: SourceFinding) -> dict[str, Any]:
    strand = found.strand
    return {
        "found": one,
        "url": address(strand.page.sheet, "source-edit", one.source.key),
        "entries": [entry(strand, row, suffix=CHECKING) for row in one.rows],
    }
