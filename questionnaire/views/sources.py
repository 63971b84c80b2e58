"""The sources of a sheet's country: the list, and each on a page of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mipex_site.base.forms import attempt

from ..forms.sources import SourceForm, as_entered
from ..models import Assessment
from ..selectors.sheet import SourceLine, StrandPage, source_lines, strand_page
from ..services.sources import add_source, edit_source
from .places import address, frame, open_sheet


@require_GET
@never_cache
def index(request: HttpRequest, **codes: Any) -> HttpResponse:
    """List what the answers of this country and coding rest on."""
    sheet = open_sheet(request, **codes)
    strand = strand_page(sheet, request.user)
    lines = [
        {"line": line, "url": address(sheet, "source-edit", line.source.key)}
        for line in _lines(sheet, strand)
    ]
    context = {
        **frame(strand, inside=True),
        "lines": lines,
        "add_url": address(sheet, "source-add"),
    }
    return render(request, "questionnaire/sources.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def add(request: HttpRequest, **codes: Any) -> HttpResponse:
    sheet = open_sheet(request, **codes)
    form = SourceForm(_sent(request), rule=sheet.round.evidence_rule)
    if form.is_bound and attempt(form, add_source, sheet=sheet, by=request.user):
        messages.success(request, _("The source is added. Tick it on the answers it supports."))
        return redirect(address(sheet, "sources"))
    strand = strand_page(sheet, request.user)
    return _show(
        request, strand, form, heading=_("Add a source"), verdict=strand.page.may_answer
    )


@require_http_methods(["GET", "POST"])
@never_cache
def edit(request: HttpRequest, key: UUID, **codes: Any) -> HttpResponse:
    """Correct a source for every answer that cites it."""
    sheet = open_sheet(request, **codes)
    strand = strand_page(sheet, request.user)
    line = next((line for line in _lines(sheet, strand) if line.source.key == key), None)
    if line is None:
        raise Http404
    form = SourceForm(
        _sent(request), rule=sheet.round.evidence_rule, initial=as_entered(line.source)
    )
    known = {"source": line.source, "sheet": sheet, "by": request.user}
    if form.is_bound and attempt(form, edit_source, **known):
        messages.success(request, _("The source is corrected for every answer that cites it."))
        return redirect(address(sheet, "sources"))
    return _show(
        request, strand, form, heading=str(line.source), verdict=line.may_edit, line=line
    )


def _lines(sheet: Assessment, strand: StrandPage) -> tuple[SourceLine, ...]:
    page = strand.page
    return source_lines(sheet, page.sources, page.may_answer, page.cut_off)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _show(
    request: HttpRequest, strand: StrandPage, form: SourceForm, **words: Any
) -> HttpResponse:
    sheet = strand.page.sheet
    context = {**frame(strand, inside=True), "form": form, "line": None, **words}
    context["crumbs"].append({"title": _("Sources"), "url": address(sheet, "sources")})
    status = 422 if form.is_bound else 200
    return render(request, "questionnaire/source.html", context, status=status)
