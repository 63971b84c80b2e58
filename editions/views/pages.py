"""The files of published editions, as they lie in their folders."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
)
from django.urls import reverse
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .. import selectors

YEAR = 365 * 24 * 60 * 60
"""Seconds for which a reader's browser may keep a file that never changes."""

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
PLAIN = "text/plain; charset=utf-8"


@login_not_required
@require_safe
def page(request: HttpRequest, name: str, path: str = "") -> HttpResponse:
    """Serve one file of a published or superseded revision; 404 for all else."""
    revision = selectors.public_revision(name)
    wanted = f"{path}index.html" if path == "" or path.endswith("/") else path
    found = selectors.public_file(revision, wanted) if revision else None
    if revision is None or found is None or not found.path.is_file():
        raise Http404(_("There is no such page in a published edition."))
    etag = quote_etag(found.hash)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    else:
        kind = TYPES.get(found.path.suffix, PLAIN)
        response = FileResponse(found.path.open("rb"), content_type=kind)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response["Content-Language"] = selectors.language_of(revision)
    successor = selectors.revision_page(revision).successor
    if successor is not None:
        address = reverse("editions:page", args=[successor.name, "index.html"])
        response["Link"] = f'<{address}>; rel="latest-version"'
    return response
