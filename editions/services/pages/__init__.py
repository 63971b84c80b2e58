"""The static pages of an edition, rendered from its Frozen alone.

The same Frozen gives the same bytes: no clock, no request, no language but the framework's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _

from ..tables import DataFile
from . import written
from .book import Book
from .site import Page, pages


def write_pages(
    folder: Path,
    book: Book,
    *,
    files: Sequence[DataFile],
    data_hash: str,
    beat: Callable[[str], None],
) -> None:
    """Render every page into FOLDER.

    FILES are the edition's data files, which the page on the data lists; DATA_HASH is the
    checksum printed at the foot of every page. BEAT is called once a page with a step in words.
    """
    with translation.override(book.document["framework"].get("language", "en")):
        shared = _shared(book, data_hash)
        for page in pages(book, files):
            beat(_("Writing pages"))
            _write(folder / page.path, page, shared)


def _shared(book: Book, data_hash: str) -> dict[str, Any]:
    """What every page shows: the edition, its licence, its checksum."""
    revision = book.revision
    return {
        "demonstration": revision.is_demonstration,
        "index": book.headline,
        "edition": {
            "title": revision.edition,
            "revision": revision.number,
            "name": revision.name,
            "cut_off": revision.cut_off,
            "hash": data_hash,
            "licence": revision.licence,
            "provisional": revision.provisional,
            "texts": bool(book.frozen.texts),
            "findings": bool(written.findings(book)),
            "citation": revision.provisional
            or _("%(publisher)s: %(title)s, edition %(name)s.")
            % {
                "publisher": revision.publisher,
                "title": revision.title,
                "name": revision.name,
            },
        },
    }


def _write(path: Path, page: Page, shared: dict[str, Any]) -> None:
    root = "../" * page.path.count("/")
    html = get_template(page.template).render(
        {
            **shared,
            **page.context,
            "root": root,
            "section": page.section,
            "title": page.title,
            "crumbs": [{"title": title, "url": root + href} for title, href in page.crumbs],
            "citation": page.citation,
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_tidy(html), encoding="utf-8", newline="\n")


def _tidy(html: str) -> str:
    """Leave out the empty lines and the indents that template tags leave behind."""
    return "\n".join(line.strip() for line in html.splitlines() if line.strip()) + "\n"
