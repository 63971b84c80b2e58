"""Rankings: of the headline index, and of each strand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..frozen import ScoreFacts
from . import words
from .book import Book, Country, Node


@dataclass(frozen=True, slots=True)
class Figure:
    """One small figure of a row; SHOWN is None without a score."""

    title: str
    shown: int | None
    band: str


@dataclass(frozen=True, slots=True)
class Row:
    country: Country
    rank: str
    shown: int | None
    band: str
    mean: int | None
    mean_words: str
    figures: tuple[Figure, ...]
    note: str


@dataclass(frozen=True, slots=True)
class BandLine:
    code: str
    scores: str
    count: int


def rows(book: Book, node: Node, *, strands: Sequence[Node] = ()) -> list[Row]:
    """Rank the countries by NODE; those without a score come last, by name.

    A country whose law is that of another day is ranked among those of its day, after the rest.
    """
    found = [(country, book.score(country.code, node.code)) for country in book.countries]
    found.sort(key=lambda pair: _place(book, *pair))
    ranked = [_row(book, node, country, score, strands) for country, score in found]
    return [replace(ranked[0], mean_words=mean_words(book, node)), *ranked[1:]]


def _place(
    book: Book, country: Country, score: ScoreFacts | None
) -> tuple[bool, bool, int, str]:
    rank = score.rank if score is not None else None
    is_apart = rank is not None and score.reference_date != book.revision.cut_off
    return rank is None, is_apart, rank or 0, country.name.casefold()


def _row(
    book: Book, node: Node, country: Country, score: ScoreFacts | None, strands: Sequence[Node]
) -> Row:
    day = book.last_day(country.code)
    mean = book.mean(node.code, day)
    own_day = "" if day == book.revision.cut_off else words.day_words(day)
    return Row(
        country=country,
        rank=words.rank_words(book, score),
        shown=score.shown if score else None,
        band=score.band if score else "",
        mean=mean.shown if mean else None,
        mean_words="",
        figures=tuple(figure(book, country, strand) for strand in strands),
        note=_("The law on %(day)s.") % {"day": own_day} if own_day else "",
    )


def figure(book: Book, country: Country, node: Node) -> Figure:
    score = book.score(country.code, node.code)
    return Figure(node.title, score.shown if score else None, score.band if score else "")


def finding(ranked: Sequence[Row]) -> str:
    """Say who leads; empty where nobody has a score."""
    scored = [row for row in ranked if row.shown is not None]
    if not scored:
        return ""
    # A note names another day: who is ranked apart neither leads these countries nor follows.
    scored = [row for row in scored if row.note == scored[0].note]
    leaders = [row.country.name for row in scored if row.rank == scored[0].rank]
    facts = {
        "names": words.listed(leaders),
        "shown": scored[0].shown,
        "count": len(scored),
        "last": scored[-1].shown,
    }
    if len(leaders) == 1:
        return _("%(names)s leads %(count)s countries with %(shown)s points of 100") % facts
    return (
        _("%(names)s share the lead of %(count)s countries with %(shown)s points of 100")
        % facts
    )


def spread(ranked: Sequence[Row]) -> str:
    """Say from which score to which the countries lie."""
    shown = [row.shown for row in ranked if row.shown is not None]
    if not shown:
        return ""
    facts = {"low": min(shown), "high": max(shown), "n": len(shown)}
    return (
        ngettext(
            "%(n)s country has a score: %(high)s points.",
            "The scores of %(n)s countries run from %(low)s to %(high)s points.",
            len(shown),
        )
        % facts
    )


def band_lines(book: Book, ranked: Sequence[Row]) -> list[BandLine]:
    """Explain the bands, highest first, and count the countries in each."""
    counts = [row.band for row in ranked]
    return [
        BandLine(
            band.code,
            str(band.first) if band.first == band.last else f"{band.first}–{band.last}",
            counts.count(band.code),
        )
        for band in reversed(book.bands)
    ]


def mean_note(book: Book, node: Node) -> str:
    """Say whose mean the mark is, and of how many countries."""
    mean = book.mean(node.code, book.revision.cut_off)
    if mean is None or book.group is None:
        return ""
    return _(
        "Mark: %(group)s, the unweighted mean of %(counted)s of %(members)s members, "
        "%(shown)s points."
    ) % {
        "group": book.group.name,
        "shown": mean.shown,
        "counted": mean.counted,
        "members": mean.members,
    }


def group_note(book: Book) -> str:
    """Say whose mean the marks are where each has a figure of its own."""
    if book.group is None:
        return ""
    return _("Mark: %(group)s, unweighted mean.") % {"group": book.group.name}


def context(book: Book, node: Node, *, with_strands: bool = False) -> dict[str, Any]:
    """Return what a ranking's table needs."""
    strands = strands_of(book, node) if with_strands else ()
    ranked = rows(book, node, strands=strands)
    return {
        "rows": ranked,
        "strands": strands,
        "finding": finding(ranked),
        "spread": spread(ranked),
        "mean_note": mean_note(book, node),
        "mean_words": mean_words(book, node),
    }


def mean_words(book: Book, node: Node) -> str:
    """Return EU mean 54: the words over the mark."""
    mean = book.mean(node.code, book.revision.cut_off)
    if mean is None or book.group is None:
        return ""
    facts = {"group": book.group.short, "shown": mean.shown}
    return _("%(group)s mean %(shown)s") % facts


def strands_of(book: Book, index: Node) -> tuple[Node, ...]:
    """Return the strands of an index, in their order."""
    return tuple(book.nodes[code] for code in index.facts["strands"])
