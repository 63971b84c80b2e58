"""Rehearsals: ask for one, see how far it is, read it."""

from __future__ import annotations

import mimetypes

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from editions.rules import may_read_rehearsal
from editions.services import rehearsing
from mipex_site.base.htmx import render_page_or_part
from questionnaire.models import Round

from .. import rules
from ..selectors.preview import preview_file
from ..selectors.rehearsal import rehearsal_of, rehearsal_page
from .places import crumbs_to, open_round

HEAD = b'<header class="masthead">'


@require_GET
@never_cache
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the rehearsals; htmx asks for the same address while one is being built."""
    round_ = _round(request, code)
    return render_page_or_part(
        request,
        page="desk/rehearsal/page.html",
        part="desk/rehearsal/_page.html",
        context={
            "page": rehearsal_page(round_, request.user),
            "demonstration": round_.is_demonstration,
            "crumbs": crumbs_to(
                round_, with_board=bool(rules.may_see_board(request.user, round_))
            ),
        },
    )


@require_POST
def ask(request: HttpRequest, code: str) -> HttpResponse:
    round_ = _round(request, code)
    rehearsal = rehearsing.ask_for_rehearsal(round_=round_, by=request.user)
    words = _("Rehearsal %(number)s is queued. A worker takes it within seconds.")
    messages.success(request, words % {"number": rehearsal.number})
    return redirect("desk:rehearsal", round_.code)


@require_GET
@never_cache
def file(request: HttpRequest, code: str, number: int, path: str = "") -> HttpResponseBase:
    """Serve a file of a rehearsal; a page gets the way back, and its marks are in it already."""
    round_ = _round(request, code)
    rehearsal = rehearsal_of(round_, number)
    found = preview_file(rehearsal, path) if rehearsal else None
    if found is None:
        raise Http404(_("There is no such page in a rehearsal that is kept."))
    if found.suffix != ".html":
        kind = mimetypes.guess_type(found.name)[0] or "text/plain"
        return FileResponse(found.open("rb"), content_type=kind)
    strip = render_to_string("desk/rehearsal/_strip.html", {"round": round_}, request)
    html = found.read_bytes().replace(HEAD, strip.encode() + HEAD, 1)
    return HttpResponse(html, content_type="text/html; charset=utf-8")


def _round(request: HttpRequest, code: str) -> Round:
    return open_round(code, request.user, may_read_rehearsal)
