"""The files of published editions, as they lie in their folders.

A page gets a strip of the portal's on its way to the reader: first what took the place of a
superseded revision, or last the way into the portal from one in force. The file stays as it was
signed, and ``?exact`` gives its very bytes. Of a withdrawn revision only the checksums are given,
and the reason.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .. import selectors
from ..enums import EditionKind, RevisionState
from ..models import Revision

YEAR = 365 * 24 * 60 * 60
"""Seconds for which a reader's browser may keep a file that never changes."""

HTML = "text/html; charset=utf-8"
TYPES = {
    ".html": HTML,
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
PLAIN = "text/plain; charset=utf-8"
CHECKSUMS = (selectors.SUMS, "DATA-SHA256SUMS")
"""What stays of a withdrawn revision, so that who has its files can tell that they are those."""

BODY = b"<body>"
END = b"</body>"
GONE = 410


@dataclass(frozen=True, slots=True)
class Mark:
    """A strip of the portal's, first in the body of a page or last; VERSION says which it is."""

    version: str
    html: bytes
    is_first: bool

    def put_into(self, page: bytes) -> bytes:
        """Return the page with the strip. The file itself stays as it was signed."""
        if self.is_first:
            return page.replace(BODY, BODY + self.html, 1)
        before, end, after = page.rpartition(END)
        return before + self.html + end + after


@login_not_required
@require_safe
def page(request: HttpRequest, name: str, path: str = "") -> HttpResponseBase:
    """Serve one file of a published or superseded revision; 410 for a withdrawn one, else 404."""
    revision = selectors.shown_revision(name)
    wanted = f"{path}index.html" if path == "" or path.endswith("/") else path
    if revision and revision.state == RevisionState.WITHDRAWN and wanted not in CHECKSUMS:
        return _gone(request, revision, wanted)
    found = selectors.public_file(revision, wanted) if revision else None
    if revision is None or found is None or not found.path.is_file():
        raise Http404(_("There is no such page in a published edition."))
    successor = selectors.successor_of(revision)
    is_page = found.path.suffix == ".html"
    gets_a_strip = is_page and "exact" not in request.GET
    mark = _mark(request, revision, successor) if gets_a_strip else None
    etag = quote_etag(f"{found.hash}-{mark.version}" if mark else found.hash)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponseBase = HttpResponseNotModified()
    elif mark:
        response = HttpResponse(mark.put_into(found.path.read_bytes()), content_type=HTML)
    else:
        kind = TYPES.get(found.path.suffix, PLAIN)
        response = FileResponse(found.path.open("rb"), content_type=kind)
    response["ETag"] = etag
    response["Cache-Control"] = _keeping(revision, is_page=is_page)
    response["Content-Language"] = selectors.language_of(revision)
    if successor is not None and successor.state == RevisionState.PUBLISHED:
        address = reverse("editions:page", args=[successor.name, "index.html"])
        response["Link"] = f'<{address}>; rel="latest-version"'
    return response


def _keeping(revision: Revision, *, is_page: bool) -> str:
    """Say how long a browser keeps it: a page is asked for anew, for it may be superseded."""
    if is_page or revision.state == RevisionState.WITHDRAWN:
        return "public, no-cache"
    return f"public, max-age={YEAR}, immutable"


def _mark(request: HttpRequest, revision: Revision, successor: Revision | None) -> Mark | None:
    """Return what the pages of a revision are given on their way."""
    if successor is not None:
        return _superseded(request, revision, successor)
    return _behind(revision) if revision.state == RevisionState.PUBLISHED else None


def _superseded(request: HttpRequest, revision: Revision, successor: Revision) -> Mark:
    said = {
        "revision": revision,
        "successor": successor,
        "is_in_force": successor.state == RevisionState.PUBLISHED,
        "changes": selectors.says_what_changed(successor),
    }
    strip = render_to_string("editions/superseded_strip.html", said, request)
    return Mark(successor.name, strip.encode(), is_first=True)


def _behind(revision: Revision) -> Mark:
    """Return the way into the portal: in the edition's language, and the same for everybody."""
    said = {
        "revision": revision,
        "takes_notes": revision.edition.kind != EditionKind.ARCHIVE,
    }
    with translation.override(selectors.language_of(revision)):
        strip = render_to_string("editions/behind_strip.html", said).encode()
    return Mark(hashlib.sha256(strip).hexdigest(), strip, is_first=False)


def _gone(request: HttpRequest, revision: Revision, path: str) -> HttpResponse:
    """Give the notice in place of a withdrawn file: as a page, or as text for a program."""
    crumbs = [{"title": _("Editions"), "url": reverse("editions:edition-list")}]
    said = {
        "revision": revision,
        "withdrawal": selectors.withdrawal_of(revision),
        "crumbs": crumbs,
    }
    is_page = path.endswith(".html")
    template = "editions/withdrawn.html" if is_page else "editions/withdrawn.txt"
    kind = HTML if is_page else PLAIN
    response = render(request, template, said, content_type=kind, status=GONE)
    add_never_cache_headers(response)
    return response
