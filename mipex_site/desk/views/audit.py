"""The audit of a round and of the portal, and copies of it as a stream."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mipex_site.base.htmx import render_page_or_part
from mipex_site.base.verdict import demand

from .. import rules
from ..selectors.audit import (
    Asked,
    Ledger,
    audit_page,
    indicators_of,
    portal_ledger,
    portal_streams,
    round_ledger,
)
from ..selectors.audit.reading import COLUMNS, records
from ..services.auditing import note_export
from .places import crumbs_to, open_round

FORMULA = ("=", "+", "-", "@", "\t", "\r")
Records = Iterator[list[dict[str, Any]]]


@require_GET
@never_cache
def of_round(request: HttpRequest, code: str) -> HttpResponse:
    """Show what was done in a round, the newest first; ``?format=csv`` or ``json`` as a file."""
    round_ = open_round(code, request.user, rules.may_read_audit)
    ledger, asked = round_ledger(round_, request.user), Asked.from_query(request.GET)
    if request.GET.get("format") in WRITERS:
        return _export(request, ledger, asked)
    context = {
        "title": _("Audit of %(round)s") % {"round": round_.title},
        "demonstration": round_.is_demonstration,
        "crumbs": crumbs_to(round_, with_board=True),
        "portal": rules.may_read_portal_audit(request.user),
    }
    return _show(request, ledger, asked, context, lambda: indicators_of(round_))


@require_GET
@never_cache
def of_portal(request: HttpRequest) -> HttpResponse:
    """Show what was done outside of the rounds, one chain at a time."""
    demand(rules.may_read_portal_audit(request.user))
    known = portal_streams()
    ledger = portal_ledger(request.GET.get("stream", ""), known)
    asked = Asked.from_query(request.GET)
    if request.GET.get("format") in WRITERS:
        return _export(request, ledger, asked)
    context = {
        "title": _("Audit of the portal"),
        "crumbs": [{"title": _("My work"), "url": reverse("desk:work")}],
        "streams": known,
    }
    return _show(request, ledger, asked, context, list)


def _show(
    request: HttpRequest,
    ledger: Ledger,
    asked: Asked,
    context: dict[str, Any],
    indicators: Callable[[], list[str]],
) -> HttpResponse:
    stream = f"stream={ledger.stream}" if "streams" in context else ""
    context |= {
        "page": audit_page(ledger, asked, indicators=indicators),
        "stream_query": f"&{stream}" if stream else "",
        "all_query": stream,
        "filter_query": asked.address(),
    }
    return render_page_or_part(
        request, page="desk/audit.html", part="desk/_audit.html", context=context
    )


def _export(request: HttpRequest, ledger: Ledger, asked: Asked) -> HttpResponse:
    """Send all entries that are asked for, chunk by chunk, as they are read."""
    kind = request.GET["format"]
    rows = ledger.entries(asked)
    written = note_export(stream=ledger.stream, kind=kind, asked=asked.filter, by=request.user)
    found = _speaking(records(rows, ledger, until=written.number - 1))
    media, write = WRITERS[kind]
    response = StreamingHttpResponse(write(found), content_type=f"{media}; charset=utf-8")
    name = f"audit-{ledger.stream.replace('/', '-')}-{timezone.localdate().isoformat()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _speaking(found: Records) -> Records:
    """Read each chunk in the reader's language: by then the request's own setting is gone."""
    language = get_language()

    def speaking() -> Records:
        while True:
            with override(language):
                chunk = next(found, None)
            if chunk is None:
                return
            yield chunk

    return speaking()


class _Line:
    """Where a csv.writer leaves its line: it comes back as the result of writerow."""

    def write(self, line: str) -> str:
        return line


def _as_csv(found: Records) -> Iterator[str]:
    writer = csv.writer(_Line(), lineterminator="\r\n")
    # Spreadsheets take a file without the mark for Latin-1.
    yield "\ufeff" + writer.writerow(COLUMNS)
    for chunk in found:
        yield "".join(
            writer.writerow([_cell(record[name]) for name in COLUMNS]) for record in chunk
        )


def _cell(value: object) -> object:
    """Write values as JSON, and keep a text from being run as a formula by a spreadsheet."""
    if value is None or isinstance(value, int):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA) else text


def _as_json(found: Records) -> Iterator[str]:
    """Write one array, an entry a line."""
    lead = "[\n"
    for chunk in found:
        yield lead + ",\n".join(json.dumps(record, ensure_ascii=False) for record in chunk)
        lead = ",\n"
    yield "[]\n" if lead == "[\n" else "\n]\n"


WRITERS = {"csv": ("text/csv", _as_csv), "json": ("application/json", _as_json)}
