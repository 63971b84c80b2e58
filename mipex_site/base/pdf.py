"""A page as a PDF: tagged, with its title and language, made without asking anybody anything."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.cache import cache

KEPT_SECONDS = 24 * 60 * 60


class NoPdf(Exception):
    """This machine cannot make PDF files: the library that sets type is missing."""


def pdf_of(page: str, *, styles: Iterable[str]) -> bytes:
    """Return the HTML document PAGE as a tagged PDF.

    STYLES are names of our own static files, read from the disk. Nothing else is read: a link
    of the page stays a link, and a picture of another place is refused.
    Raises NoPdf where Pango, which WeasyPrint needs, is not installed.
    """
    try:
        weasyprint = import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise NoPdf(str(error)) from error
    texts = [Path(str(finders.find(name))).read_text(encoding="utf-8") for name in styles]
    parts = "\0".join((weasyprint.__version__, page, *texts))
    key = f"pdf/{sha256(parts.encode()).hexdigest()}"
    return cache.get(key) or _made(weasyprint, key, page, texts)


def _made(weasyprint: Any, key: str, page: str, texts: Iterable[str]) -> bytes:
    """Make the file and keep it: setting a hundred pages takes seconds."""
    # A fetcher without any protocol: nothing is read, wherever the page points.
    nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
    sheets = [weasyprint.CSS(string=text, url_fetcher=nothing) for text in texts]
    document = weasyprint.HTML(string=page, url_fetcher=nothing)
    made = bytes(document.write_pdf(stylesheets=sheets, pdf_tags=True))
    cache.set(key, made, KEPT_SECONDS)
    return made
