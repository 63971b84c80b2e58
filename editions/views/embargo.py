"""An edition before it appears, for who was invited by a link and agreed to the terms."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from .. import selectors
from ..enums import RevisionState
from ..models import Edition, EmbargoReader, Revision
from ..services import embargo
from .pages import PLAIN, TYPES

BODY = b"<body>"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def front(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the terms; a POST agrees to them. From then on this is the edition's first page.

    A machine that looks into letters opens links, and so agrees to nothing.
    """
    reading = _reading(token)
    if reading is None:
        return _over(token)
    if reading.revision is None:
        return render(request, "editions/embargo_waits.html", {"reader": reading.reader})
    if request.method == "POST":
        embargo.agree(reader=reading.reader)
        return redirect("editions:embargo", token)
    if reading.reader.agreed_at is None:
        return render(request, "editions/embargo.html", _said(reading.reader))
    return _file(request, reading.reader, reading.revision, "index.html")


@login_not_required
@require_safe
@never_cache
def page(request: HttpRequest, token: str, path: str) -> HttpResponseBase:
    """Serve a file of the edition to who has agreed; everybody else is led to the terms."""
    reading = _reading(token)
    if reading is None:
        return _over(token)
    if reading.revision is None or reading.reader.agreed_at is None:
        return redirect("editions:embargo", token)
    wanted = f"{path}index.html" if path.endswith("/") else path
    return _file(request, reading.reader, reading.revision, wanted)


def _reading(token: str) -> embargo.Reading | None:
    """Return what an open link leads to; None where it is ended or was never one."""
    found = embargo.reading_by(token)
    return None if found is None or found.reader.ended_at else found


def _over(token: str) -> HttpResponse:
    """Lead to the public edition once there is one; else there is nothing here."""
    found = embargo.reading_by(token)
    public = _public(found.reader.edition) if found else None
    if public is None:
        raise Http404(_("This link opens nothing, or no longer. Ask who invited you."))
    return redirect("editions:page", name=public.name, path="index.html")


def _public(edition: Edition) -> Revision | None:
    published = edition.revisions.filter(state=RevisionState.PUBLISHED)
    return published.select_related("edition").first()


def _file(
    request: HttpRequest, reader: EmbargoReader, revision: Revision, path: str
) -> HttpResponseBase:
    found = selectors.public_file(revision, path)
    if found is None or not found.path.is_file():
        raise Http404(_("There is no such page in this edition."))
    kind = TYPES.get(found.path.suffix, PLAIN)
    if found.path.suffix == ".html":
        if request.method == "GET":
            embargo.note_reading(reader=reader, revision=revision)
        strip = render_to_string("editions/embargo_strip.html", _said(reader), request)
        html = found.path.read_bytes().replace(BODY, BODY + strip.encode(), 1)
        response: HttpResponseBase = HttpResponse(html, content_type=kind)
    else:
        response = FileResponse(found.path.open("rb"), content_type=kind)
    response["X-Robots-Tag"] = "noindex"
    return response


def _said(reader: EmbargoReader) -> dict[str, object]:
    return {"reader": reader, "until": embargo.until_words(reader.edition)}
