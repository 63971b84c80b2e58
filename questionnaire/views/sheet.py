"""The whole strand, and the page on which a sheet is checked and submitted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mipex_site.base.forms import attempt

from ..forms.sheets import DeclarationForm
from ..selectors.checking import CheckPage, Finding, check_page
from ..selectors.expert import cut_off_of
from ..selectors.sheet import StrandPage, strand_page
from ..services.assessments import submit
from .places import WHOLE, address, entry, frame, listing, open_sheet


@require_GET
@never_cache
def index(request: HttpRequest, **codes: Any) -> HttpResponse:
    """Lead who can answer to the question that needs them; show others the whole strand.

    ``?view=all`` is the whole strand for everybody, ``?after=CODE`` goes on from a question.
    """
    sheet = open_sheet(request, **codes)
    strand = strand_page(sheet, request.user)
    if "view" not in request.GET:
        todo = strand.next_that_needs_me(request.GET.get("after", ""))
        if todo:
            return redirect(address(sheet, "answer", todo.indicator.code))
        if "after" in request.GET and strand.page.may_answer:
            return redirect(address(sheet, "check"))
    context = {
        **frame(strand, inside=False),
        **listing(strand),
        "lines": [{"row": row, "entry": entry(strand, row)} for row in strand.page.rows],
        "next": _next_url(strand),
    }
    return render(request, "questionnaire/whole.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def check(request: HttpRequest, **codes: Any) -> HttpResponse:
    """Show what is missing and what changed; take the declaration and submit the sheet."""
    sheet = open_sheet(request, **codes)
    day = cut_off_of(sheet)
    form = DeclarationForm(request.POST if request.method == "POST" else None, day=day)
    if form.is_bound and attempt(form, submit, sheet=sheet, by=request.user):
        messages.success(request, _("The sheet is submitted. It is with the reviewers now."))
        return redirect(address(sheet, "sheet") + WHOLE)
    found = check_page(sheet, request.user)
    context = {
        **frame(found.strand, inside=True),
        **_findings(found),
        "form": form,
        "may_submit": found.strand.may_submit,
        "next": _next_url(found.strand),
    }
    status = 422 if form.is_bound else 200
    return render(request, "questionnaire/check.html", context, status=status)


def _findings(found: CheckPage) -> dict[str, list[dict[str, Any]]]:
    def lines(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
        return [{"found": one, "entry": entry(found.strand, one.row)} for one in findings]

    return {
        "blockers": lines(found.blockers),
        "warnings": lines(found.warnings),
        "met": lines(found.met),
    }


def _next_url(strand: StrandPage) -> str:
    todo = strand.next_that_needs_me()
    return address(strand.page.sheet, "answer", todo.indicator.code) if todo else ""
