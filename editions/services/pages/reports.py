"""The pages on reliability and robustness, and the ways to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from . import reliability, robustness
from .book import Book


@dataclass(frozen=True, slots=True)
class ReportPage:
    path: str
    template: str
    title: str
    shown: dict[str, Any]


def pages(book: Book) -> Iterator[ReportPage]:
    """Give the pages that this edition has; an older one and a rehearsal have none."""
    if robustness.is_there(book):
        lead = _(
            "An index is made of choices. Here the score is computed again and again with other"
            " reasonable ones, to see how far each rank could move."
        )
        shown = {"lead": lead, **robustness.context(book)}
        yield ReportPage(
            robustness.PATH, "editions/robustness.html", _("How firm the ranks are"), shown
        )
    if reliability.is_there(book):
        lead = _(
            "How far people agree who code the same question of the same country without seeing"
            " each other’s answer."
        )
        shown = {"lead": lead, **reliability.context(book)}
        yield ReportPage(reliability.PATH, "editions/reliability.html", _("Reliability"), shown)


def cards(book: Book) -> list[dict[str, str]]:
    """Return the ways to the pages that are there."""
    found = [robustness.card(book)] if robustness.is_there(book) else []
    if reliability.is_there(book):
        found.append(reliability.card(book.frozen.reliability))
    return found
