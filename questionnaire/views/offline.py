"""A sheet for the time without a network: one page with all its questions, and its worker."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from ..enums import Evidence
from ..forms.answers import AnswerForm, as_recorded, as_typed
from ..forms.sources import SourceForm
from ..models import Source
from ..selectors.earlier import carried_keys, may_confirm
from ..selectors.expert import SheetRow
from ..selectors.sheet import StrandPage, strand_page
from .earlier import value_of
from .listing import entry, listing
from .places import address, frame, open_sheet

WORKER = "js/worker.js"


@require_GET
@never_cache
def sheet(request: HttpRequest, **codes: Any) -> HttpResponse:
    """Give all questions of a sheet on one page, for its browser to keep.

    Raises Http404 unless the person may answer it now: nothing of a closed sheet is kept.
    """
    found = open_sheet(request, **codes)
    strand = strand_page(found, request.user)
    if not strand.page.may_answer:
        raise Http404
    known = {str(source.key): source for source in strand.page.sources}
    rows = enumerate(strand.page.rows, 1)
    context = {
        **frame(strand, inside=True),
        **listing(strand),
        "questions": [
            _question(strand, row, n) | _earlier(strand, row, known) for n, row in rows
        ],
        "sources": strand.page.sources,
        "source_form": SourceForm(rule=found.round.evidence_rule),
        "source_door": address(found, "source-new"),
        "pulse_url": address(found, "pulse"),
        "sheet_url": address(found, "sheet"),
        "more_time_url": "",
    }
    return render(request, "questionnaire/offline.html", context)


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the worker from where it may watch over the sheets and nothing else.

    It holds no data, so that a browser may renew it after its session has ended.
    """
    content = Path(str(finders.find(WORKER))).read_bytes()
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="text/javascript", headers=headers)


@login_not_required
@require_GET
def away(request: HttpRequest) -> HttpResponse:
    """Say that there is no network; kept by the worker for addresses it has nothing else for."""
    return render(request, "questionnaire/away.html")


def _question(strand: StrandPage, row: SheetRow, place: int) -> dict[str, Any]:
    """Return what one question of the page shows: its sources are ticked by the script."""
    content = as_typed(row.draft) if row.draft else _recorded(row)
    version = row.answer.version if row.answer else 0
    return {
        "row": row,
        "place": place,
        "entry": entry(strand, row),
        "is_law": row.indicator.evidence == Evidence.LAW,
        "door": address(strand.page.sheet, "draft", row.indicator.code),
        "version": version,
        "based_on": row.draft.based_on if row.draft else version,
        "ticked": " ".join(content.get("sources", ())),
        "form": AnswerForm(
            initial=content | {"version": version},
            options=row.options,
            pool=(),
            answer=row.answer,
            asks_what_happened=row.change_request is not None,
            earlier=row.earlier,
            auto_id=f"{row.indicator.code}-%s",
        ),
    }


def _recorded(row: SheetRow) -> dict[str, Any]:
    return as_recorded(row.answer, row.options, row.sources)


def _earlier(strand: StrandPage, row: SheetRow, known: Mapping[str, Source]) -> dict[str, Any]:
    """Return what the last edition said, and whether it can be confirmed as things stand."""
    if row.earlier is None:
        return {"earlier": None, "may_confirm": None}
    beside = {"earlier": row.earlier, "earlier_value": value_of(row, row.earlier)}
    if not row.is_carried:
        return beside | {"may_confirm": None}
    carried = [known[key] for key in carried_keys(row.earlier) if key in known]
    return beside | {"may_confirm": may_confirm(carried, strand.page.cut_off)}
