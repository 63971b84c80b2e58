"""One strand: its ranking, its indicators, and which options countries have."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import ranking
from .book import Book, Indicator, Node


@dataclass(frozen=True, slots=True)
class Part:
    """The countries with one option: a stretch of the bar, from X, WIDTH per cent long."""

    label: str
    count: int
    points: int | None
    band: str
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    indicator: Indicator
    parts: list[Part]
    total: int
    words: str


@dataclass(frozen=True, slots=True)
class IndicatorBlock:
    """The indicators below one parent: the strand itself, a dimension or a composite."""

    title: str
    lines: list[IndicatorLine]


def context(book: Book, strand: Node) -> dict[str, Any]:
    """Return all that a strand's page shows."""
    return {
        "strand": strand,
        "ranking": ranking.context(book, strand),
        "blocks": blocks(book, strand),
        "parts_of": [
            index.title for index in book.indexes if strand.code in index.facts["strands"]
        ],
    }


def blocks(book: Book, strand: Node) -> list[IndicatorBlock]:
    """Return the strand's indicators under their parents, in the order of the framework."""
    found: dict[str, list[IndicatorLine]] = {}
    for indicator in book.indicators_in(strand.code):
        found.setdefault(indicator.parent, []).append(line(book, indicator))
    return [
        IndicatorBlock("" if parent == strand.code else book.nodes[parent].title, lines)
        for parent, lines in found.items()
    ]


def line(book: Book, indicator: Indicator) -> IndicatorLine:
    """Count the countries per option."""
    answers = [book.answer(country.code, indicator.code) for country in book.countries]
    counts = Counter(answer.option for answer in answers if answer is not None)
    parts: list[Part] = []
    start = 0
    for option in indicator.options:
        count = counts.pop(option.place, 0)
        band = band_of(book, option.points)
        parts.append(Part(option.label, count, option.points, band, start, count))
        start += count
    rest = sum(counts.values())
    if rest:
        parts.append(Part(_("No option"), rest, None, "", start, rest))
    total = start + rest
    return IndicatorLine(indicator, parts, total, _words(parts, total))


def band_of(book: Book, points: int) -> str:
    return next(band.code for band in book.bands if band.first <= points <= band.last)


def _words(parts: list[Part], total: int) -> str:
    """Say the option that most countries have; empty where two share that place."""
    most = max(parts, key=lambda part: part.count, default=None)
    if most is None or [part.count for part in parts].count(most.count) > 1:
        return ""
    facts = {"n": most.count, "of": total, "label": most.label}
    return (
        ngettext(
            "%(n)s country of %(of)s: %(label)s",
            "%(n)s countries of %(of)s: %(label)s",
            most.count,
        )
        % facts
    )
