"""The sources of a sheet's country: the list, and each on a page of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mipex_site.base.forms import attempt
from mipex_site.base.htmx import is_htmx

from ..enums import EXPERT_SIDE
from ..forms.answers import typed
from ..forms.sources import FileForm, SourceForm
from ..models import Assessment, Indicator, Source
from ..selectors.files import file_lines
from ..selectors.sheet import StrandPage, strand_page
from ..selectors.sources import SourceLine, found, source_lines
from ..services.drafts import keep_draft
from ..services.sources import add_source, edit_source, recheck_source
from .places import address, frame, open_sheet

A_PAGE = 60


@require_GET
@never_cache
def index(request: HttpRequest, **codes: Any) -> HttpResponse:
    """List what the answers of this country and coding rest on; ``?q=`` looks for words."""
    sheet = open_sheet(request, **codes)
    strand = strand_page(sheet, request.user)
    words = request.GET.get("q", "").strip()[:100]
    matching = found(strand.page.sources, words)
    part = Paginator(matching, A_PAGE).get_page(request.GET.get("page"))
    lines = _lines(strand, list(part))
    context = {
        **frame(strand, inside=True),
        "rows": [_row(line, strand) for line in lines],
        "q": words,
        "part": part,
        "all": len(strand.page.sources),
        "add_url": address(sheet, "source-add"),
        "upcoming_url": address(sheet, "upcoming"),
    }
    return render(request, "questionnaire/sources.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def add(request: HttpRequest, **codes: Any) -> HttpResponse:
    sheet = open_sheet(request, **codes)
    strand = strand_page(sheet, request.user)
    rule, day = sheet.round.evidence_rule, strand.page.cut_off
    form = SourceForm(_sent(request), rule=rule, day=day)
    if form.is_bound and attempt(form, add_source, sheet=sheet, by=request.user):
        messages.success(request, _("The source is added. Tick it on the answers it supports."))
        return redirect(address(sheet, "sources"))
    context = {"heading": _("Add a source"), "verdict": strand.page.may_answer}
    return _show(request, strand, form, **context)


@require_http_methods(["GET", "POST"])
@never_cache
def edit(request: HttpRequest, key: UUID, **codes: Any) -> HttpResponse:
    """Correct a source for every answer that cites it."""
    sheet = open_sheet(request, **codes)
    source = source_at(sheet, key)
    if request.method == "GET":
        return show_source(request, sheet, source)
    form = SourceForm(request.POST, rule=sheet.round.evidence_rule, source=source)
    known = {"source": source, "sheet": sheet, "by": request.user}
    if attempt(form, edit_source, **known):
        messages.success(request, _("The source is corrected for every answer that cites it."))
        return redirect(address(sheet, "sources"))
    return show_source(request, sheet, source, form=form)


@require_POST
@never_cache
def recheck(request: HttpRequest, key: UUID, **codes: Any) -> HttpResponse:
    """Say that a source was seen today; ``?for=`` names the question from which that was done."""
    sheet = open_sheet(request, **codes)
    source = recheck_source(source=source_at(sheet, key), sheet=sheet, by=request.user)
    code = request.GET.get("for", "")
    if is_htmx(request):
        return _rechecked(request, sheet, source, code)
    messages.success(request, _("“%(source)s” is checked.") % {"source": source})
    if not code:
        return redirect(address(sheet, "sources"))
    keep_what_was_typed(request, sheet, code)
    back = "#earlier" if request.GET.get("at") == "earlier" else "#sources"
    return redirect(address(sheet, "answer", code) + back)


def keep_what_was_typed(
    request: HttpRequest, sheet: Assessment, code: str, *, without: str = ""
) -> None:
    """Keep the answer's form that came with a button on one source, WITHOUT that source."""
    asked = get_object_or_404(Indicator, strand_id=sheet.strand_id, code=code)
    if "version" not in request.POST:
        return
    content = typed(request.POST)
    content["sources"] = [key for key in content.get("sources", []) if key != without]
    keep_draft(sheet=sheet, indicator=asked, content=content, by=request.user)


def source_at(sheet: Assessment, key: UUID) -> Source:
    return get_object_or_404(Source.objects.of_sheet(sheet), key=key)


def show_source(
    request: HttpRequest,
    sheet: Assessment,
    source: Source,
    *,
    form: SourceForm | None = None,
    file_form: FileForm | None = None,
) -> HttpResponse:
    """Answer with the page of one source, with the forms that were refused or fresh ones."""
    strand = strand_page(sheet, request.user)
    (line,) = _lines(strand, [source])
    page = strand.page
    wrong = form or file_form
    rule = sheet.round.evidence_rule
    form = form or SourceForm(rule=rule, source=source, day=page.cut_off)
    form.day = page.cut_off
    context = {
        **_row(line, strand),
        "heading": str(line.source),
        "verdict": line.may_edit,
        "file_form": file_form or FileForm(),
        "file_wrong": file_form,
        "attach_url": address(sheet, "file-attach", source.key),
    }
    return _show(request, strand, form, status=422 if wrong else 200, **context)


def _rechecked(
    request: HttpRequest, sheet: Assessment, source: Source, code: str
) -> HttpResponse:
    """Answer with the line that changed: on the question's page, or on the list."""
    strand = strand_page(sheet, request.user)
    (line,) = _lines(strand, [source])
    context = {**frame(strand, inside=True), "line": line, "row": _row(line, strand)}
    template = "questionnaire/_source_row.html"
    if code:
        template = "questionnaire/_tick.html"
        context |= {"code": code, "ticked": True}
    response = render(request, template, context)
    response["HX-Trigger"] = "source-rechecked"
    return response


def _lines(strand: StrandPage, sources: list[Source]) -> tuple[SourceLine, ...]:
    page = strand.page
    return source_lines(page.sheet, sources, page.may_answer, page.cut_off)


def _row(line: SourceLine, strand: StrandPage) -> dict[str, Any]:
    """Return a line with its files and its addresses."""
    sheet, key = strand.page.sheet, line.source.key
    is_own = strand.page.role in EXPERT_SIDE
    return {
        "line": line,
        "files": [
            {"file": file, "remove_url": address(sheet, "file-remove", key, file.key)}
            for file in file_lines(line.files, is_own=is_own)
        ],
        "url": address(sheet, "source-edit", key),
        "recheck_url": address(sheet, "source-recheck", key),
        "move_url": address(sheet, "upcoming-move", key),
    }


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _show(
    request: HttpRequest, strand: StrandPage, form: SourceForm, **words: Any
) -> HttpResponse:
    sheet = strand.page.sheet
    status = words.pop("status", 422 if form.is_bound else 200)
    context = {**frame(strand, inside=True), "form": form, "line": None, **words}
    context["crumbs"].append({"title": _("Sources"), "url": address(sheet, "sources")})
    return render(request, "questionnaire/source.html", context, status=status)
