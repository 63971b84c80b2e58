"""What was written for the edition: findings, a note on a country, the press release."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ...enums import TextKind
from ..frozen import TextFacts
from .book import Book
from .markdown import html_of

FINDINGS = "findings.html"
PRESS = "press.html"


@dataclass(frozen=True, slots=True)
class Written:
    """A text as a page shows it; ANCHOR is its place on a page with others."""

    anchor: str
    title: str
    html: SafeString


def findings(book: Book) -> list[Written]:
    return [_written(each) for each in _of(book, TextKind.FINDING)]


def press(book: Book) -> Written | None:
    return next((_written(each) for each in _of(book, TextKind.PRESS)), None)


def note_on(book: Book, country: str) -> Written | None:
    notes = _of(book, TextKind.COUNTRY_NOTE)
    return next((_written(each) for each in notes if each.country == country), None)


def cards(book: Book) -> list[dict[str, str]]:
    """Return the ways from the first page to what was written; none where nothing was."""
    found = [
        {"title": each.title, "href": f"{FINDINGS}#{each.anchor}", "words": ""}
        for each in findings(book)
    ]
    if _of(book, TextKind.PRESS):
        words = _("For the media.")
        found.append({"title": _("Press release"), "href": PRESS, "words": words})
    return found


def _of(book: Book, kind: str) -> list[TextFacts]:
    texts = [each for each in book.frozen.texts if each.kind == kind]
    return sorted(texts, key=lambda each: (each.order, each.country))


def _written(text: TextFacts) -> Written:
    return Written(f"{text.kind}-{text.order}", text.title, html_of(text.body))
