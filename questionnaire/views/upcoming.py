"""Laws that are adopted but not yet in force on the cut-off: the list, and moving one there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mipex_site.base.forms import attempt
from mipex_site.base.htmx import is_htmx

from ..forms.upcoming import UpcomingForm
from ..models import Assessment, Indicator, UpcomingChange
from ..selectors.sheet import StrandPage, strand_page
from ..services.upcoming import add_upcoming, edit_upcoming, move_to_upcoming, remove_upcoming
from .places import address, frame, open_sheet
from .question import Shown, show
from .sources import keep_what_was_typed, source_at


@require_http_methods(["GET", "POST"])
@never_cache
def index(request: HttpRequest, **codes: Any) -> HttpResponse:
    """List the upcoming changes of the sheet's country; a POST adds one."""
    sheet = open_sheet(request, **codes)
    strand = strand_page(sheet, request.user)
    form = _form(request, strand)
    if form.is_bound and attempt(form, add_upcoming, sheet=sheet, by=request.user):
        messages.success(request, _("The upcoming change is added."))
        return redirect(address(sheet, "upcoming"))
    rows = [
        {
            "change": change,
            "url": address(sheet, "upcoming-edit", change.pk),
            "remove_url": address(sheet, "upcoming-remove", change.pk),
        }
        for change in _changes(sheet)
    ]
    context = {**_frame(strand), "rows": rows, "form": form, "opens_form": form.is_bound}
    status = 422 if form.is_bound else 200
    return render(request, "questionnaire/upcoming.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def edit(request: HttpRequest, pk: int, **codes: Any) -> HttpResponse:
    sheet = open_sheet(request, **codes)
    change = get_object_or_404(_changes(sheet), pk=pk)
    strand = strand_page(sheet, request.user)
    form = _form(request, strand, change)
    known = {"change": change, "sheet": sheet, "by": request.user}
    if form.is_bound and attempt(form, edit_upcoming, **known):
        messages.success(request, _("The upcoming change is corrected."))
        return redirect(address(sheet, "upcoming"))
    context = {**_frame(strand), "rows": [], "form": form, "change": change}
    up = {"title": _("Upcoming changes"), "url": address(sheet, "upcoming")}
    context["crumbs"].append(up)
    status = 422 if form.is_bound else 200
    return render(request, "questionnaire/upcoming.html", context, status=status)


@require_POST
@never_cache
def remove(request: HttpRequest, pk: int, **codes: Any) -> HttpResponse:
    sheet = open_sheet(request, **codes)
    change = get_object_or_404(_changes(sheet), pk=pk)
    remove_upcoming(change=change, sheet=sheet, by=request.user)
    messages.success(request, _("The upcoming change is removed."))
    return redirect(address(sheet, "upcoming"))


@require_POST
@never_cache
def move(request: HttpRequest, key: UUID, **codes: Any) -> HttpResponse:
    """Make an upcoming change of a source; ``?for=`` names the question that cited it.

    There its tick goes, and the rest of what was typed is kept as a draft.
    """
    sheet = open_sheet(request, **codes)
    source = source_at(sheet, key)
    code = request.GET.get("for", "")
    asked = get_object_or_404(Indicator, strand_id=sheet.strand_id, code=code) if code else None
    move_to_upcoming(source=source, sheet=sheet, indicator=asked, by=request.user)
    said = _("“%(source)s” is now listed as an upcoming change and supports no answer.")
    said %= {"source": source}
    if not code:
        messages.success(request, said)
        return redirect(address(sheet, "upcoming"))
    keep_what_was_typed(request, sheet, code, without=str(key))
    if is_htmx(request):
        return show(request, sheet, code, Shown(said=said, at="sources"))
    messages.success(request, said)
    return redirect(address(sheet, "answer", code) + "#sources")


def _changes(sheet: Assessment) -> QuerySet[UpcomingChange]:
    here = UpcomingChange.objects.filter(
        round_id=sheet.round_id, country_id=sheet.country_id, coding=sheet.coding
    )
    return here.select_related("indicator")


def _form(
    request: HttpRequest, strand: StrandPage, change: UpcomingChange | None = None
) -> UpcomingForm:
    sent = request.POST if request.method == "POST" else None
    asked = [row.indicator for row in strand.page.rows]
    return UpcomingForm(sent, indicators=asked, change=change)


def _frame(strand: StrandPage) -> dict[str, Any]:
    sheet = strand.page.sheet
    context = frame(strand, inside=True)
    context["crumbs"].append({"title": _("Sources"), "url": address(sheet, "sources")})
    return {**context, "action": address(sheet, "upcoming"), "change": None}
