"""A country's workbook: download it, upload it, see what it would change, apply it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mipex_site.base.errors import NotAllowed, Refusal

from ..forms.workbooks import TYPE, WorkbookForm
from ..models import WorkbookUpload
from ..selectors.workbook import Book, book_of
from ..services.workbooks.applying import (
    apply_upload,
    drop_upload,
    keep_upload,
    own_upload,
    preview_of,
)
from ..services.workbooks.carrying import MINE, THEIRS, Undecided
from ..services.workbooks.diffing import CHANGED, CLASH, NEW
from ..services.workbooks.shape import BadWorkbook
from ..services.workbooks.writing import write_workbook

CHOICE = "choice-"
BADGES = {NEW: "ready", CHANGED: "candidate", CLASH: "two_texts"}


@require_http_methods(["GET", "POST"])
@never_cache
def index(request: HttpRequest, **codes: Any) -> HttpResponse:
    """Offer the workbook, with ``?file=xlsx`` the file itself; a POST hands a filled one in."""
    book = _open_book(request, **codes)
    if request.GET.get("file") == "xlsx":
        return _file(book)
    if request.method == "GET":
        return _show(request, book, WorkbookForm())
    form = WorkbookForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = keep_upload(
                book=book, file=file, name=file.name, size=file.size, by=request.user
            )
            return redirect(_address(book, "workbook-upload", kept.key))
        except NotAllowed:
            raise
        except Refusal as refusal:
            form.add_error("file", refusal.reason)
    return _show(request, book, form, status=422)


@require_http_methods(["GET", "POST"])
@never_cache
def upload(request: HttpRequest, key: UUID, **codes: Any) -> HttpResponse:
    """Show what an uploaded workbook would change. ``act`` applies it or throws it away."""
    book = _open_book(request, **codes)
    kept = own_upload(key=key, book=book, by=request.user)
    if kept is None:
        raise Http404
    if request.method == "GET":
        return _preview(request, book, kept)
    if request.POST.get("act") == "drop":
        drop_upload(upload=kept, by=request.user)
        messages.success(request, _("The upload is thrown away. Nothing was saved."))
        return redirect(_address(book, "workbook"))
    choices = {
        name.removeprefix(CHOICE): str(value)
        for name, value in request.POST.items()
        if name.startswith(CHOICE)
    }
    try:
        apply_upload(upload=kept, choices=choices, by=request.user)
    except (BadWorkbook, Undecided) as refusal:
        again = _open_book(request, **codes)
        kept.refresh_from_db()
        said = "" if isinstance(refusal, BadWorkbook) else refusal.reason
        shown = {"refused": said, "choices": choices}
        return _preview(request, again, kept, status=refusal.status, **shown)
    messages.success(request, _("The workbook is applied. Its answers are recorded."))
    return redirect(_address(book, "workbook"))


def _open_book(request: HttpRequest, *, round_code: str, country: str, coding: int) -> Book:
    """Return the book at that address. Raises Http404 where nothing of it may be seen."""
    book = book_of(round_code=round_code, country=country, coding=coding, user=request.user)
    if book is None:
        raise Http404
    return book


def _address(book: Book, name: str, *more: Any) -> str:
    codes = [book.round.code, book.country.code, book.coding]
    return reverse(f"questionnaire:{name}", args=[*codes, *more])


def _file(book: Book) -> HttpResponse:
    name = f"{book.round.code}-{book.country.code}-{book.coding}.xlsx"
    return HttpResponse(
        write_workbook(book, now=timezone.now()),
        headers={
            "Content-Type": TYPE,
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _show(
    request: HttpRequest, book: Book, form: WorkbookForm, status: int = 200
) -> HttpResponse:
    context = _frame(book) | {
        "form": form,
        "limit": settings.WORKBOOK_LIMIT_MB,
        "download_url": f"{_address(book, 'workbook')}?file=xlsx",
        "sheets": [_sheet_line(one) for one in book.sheets],
    }
    return render(request, "questionnaire/workbook.html", context, status=status)


def _sheet_line(one: Any) -> dict[str, Any]:
    sheet = one.sheet
    codes = [sheet.round.code, sheet.country.code, sheet.strand.code, sheet.coding]
    answered = sum(row.answer is not None for row in one.rows)
    return {
        "title": sheet.strand.title,
        "url": reverse("questionnaire:sheet", args=codes) + "?view=all",
        "verdict": one.may_answer,
        "words": ngettext(
            "%(done)d of %(n)d question answered",
            "%(done)d of %(n)d questions answered",
            len(one.rows),
        )
        % {"done": answered, "n": len(one.rows)},
    }


def _preview(
    request: HttpRequest,
    book: Book,
    kept: WorkbookUpload,
    *,
    refused: str = "",
    choices: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    preview = preview_of(upload=kept, book=book)
    comparison = preview.comparison
    frame = _frame(book)
    frame["crumbs"].append({"title": _title(book), "url": _address(book, "workbook")})
    context = frame | {
        "preview": preview,
        "upload": kept,
        "refused": refused,
        "back_url": _address(book, "workbook"),
        "counts": {
            "unchanged": comparison.unchanged,
            "changed": comparison.count(CHANGED),
            "new": comparison.count(NEW),
            "clashes": comparison.count(CLASH),
            "faults": len(preview.faults),
        },
        "lines": [_preview_line(line, choices or {}) for line in comparison.lines],
    }
    return render(request, "questionnaire/workbook_preview.html", context, status=status)


def _preview_line(line: Any, choices: Mapping[str, str]) -> dict[str, Any]:
    ways = ((THEIRS, _("Keep what is recorded")), (MINE, _("Take the workbook's")))
    return {
        "line": line,
        "badge": BADGES[line.kind],
        "words": {
            NEW: _("New"),
            CHANGED: _("Changed"),
            CLASH: _("Two texts"),
        }[line.kind],
        "name": f"{CHOICE}{line.id}",
        "ways": [
            {
                "value": f"{way}:{line.seen}",
                "words": words,
                "checked": choices.get(line.id) == f"{way}:{line.seen}",
            }
            for way, words in ways
        ],
    }


def _title(book: Book) -> str:
    return _("Workbook of %(country)s") % {"country": book.country}


def _frame(book: Book) -> dict[str, Any]:
    return {
        "book": book,
        "heading": _title(book),
        "crumbs": [{"title": _("My work"), "url": reverse("desk:work")}],
        "demonstration": book.round.is_demonstration,
    }
