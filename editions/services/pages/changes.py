"""What a revision changed in the one before: its erratum, the answers, the figures, the ranks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...enums import RevisionKind
from ..frozen import AnswerFacts, CellChange, ScoreChange, ScoreFacts, SuccessionFacts
from . import words
from .book import Book, Country, Indicator, Node

PATH = "changes.html"


@dataclass(frozen=True, slots=True)
class CellLine:
    """One answer as it was and as it is, each with its points; WHY is the public reason."""

    country: Country
    indicator: Indicator
    day: str
    was: str
    was_points: str
    now: str
    now_points: str
    why: str


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A country's figure and rank, as they were and as they are."""

    country: Country
    day: str
    was: str
    now: str
    was_rank: str
    now_rank: str
    moved: bool


@dataclass(frozen=True, slots=True)
class ScoreBlock:
    """The countries whose figure or rank by one node is another one now."""

    node: Node
    lines: list[ScoreLine]


@dataclass(frozen=True, slots=True)
class JoinedLine:
    """A country that came with this revision: the day of its law, its score and its rank."""

    country: Country
    day: str
    shown: int | None
    band: str
    rank: str


def title_of(succession: SuccessionFacts) -> str:
    """Say in a few words what the revision does to the one before."""
    facts = {"before": succession.before, "n": len(succession.joined)}
    if succession.kind == RevisionKind.EXTENSION:
        return (
            ngettext(
                "%(n)s country joined since %(before)s",
                "%(n)s countries joined since %(before)s",
                len(succession.joined),
            )
            % facts
        )
    return _("What changed since %(before)s") % facts


def notice(book: Book) -> dict[str, str] | None:
    """Return what the first page says of it: a title, words, and the way to the whole."""
    succession = book.frozen.succession
    if succession is None:
        return None
    title, kept = title_of(succession), succession.words
    if succession.kind == RevisionKind.EXTENSION:
        kept = words.listed([line.country.name for line in joined(book, succession)])
    return {"title": title, "words": kept, "href": PATH}


def context(book: Book, succession: SuccessionFacts) -> dict[str, Any]:
    """Return all that the page on the changes shows."""
    blocks = score_blocks(book, succession.scores)
    cells = [_cell_line(book, each) for each in succession.cells]
    return {
        "before": succession.before,
        "is_extension": succession.kind == RevisionKind.EXTENSION,
        "erratum": succession.words,
        "joined": joined(book, succession),
        "cells": cells,
        "cells_title": _cells_title(len(cells)),
        "blocks": blocks,
        "scores_title": _scores_title(blocks),
        "below": len(succession.scores) - sum(len(block.lines) for block in blocks),
    }


def joined(book: Book, succession: SuccessionFacts) -> list[JoinedLine]:
    """Return the countries that came with this revision, by name."""
    return [_joined(book, each) for each in book.countries if each.code in succession.joined]


def _joined(book: Book, country: Country) -> JoinedLine:
    score = book.score(country.code, book.headline.code)
    return JoinedLine(
        country=country,
        day=words.day_words(book.last_day(country.code)),
        shown=score.shown if score else None,
        band=score.band if score else "",
        rank=words.rank_words(book, score),
    )


def _cell_line(book: Book, change: CellChange) -> CellLine:
    indicator = book.indicators[change.indicator]
    return CellLine(
        country=_country(book, change.country),
        indicator=indicator,
        day=words.day_words(change.reference_date),
        was=_said(indicator, change.old),
        was_points=words.points_words(change.old.points),
        now=_said(indicator, change.new),
        now_points=words.points_words(change.new.points),
        why=change.words,
    )


def _said(indicator: Indicator, answer: AnswerFacts) -> str:
    return words.answer_words(indicator, answer)


def _country(book: Book, code: str) -> Country:
    return next(each for each in book.countries if each.code == code)


def score_blocks(book: Book, changes: Sequence[ScoreChange]) -> list[ScoreBlock]:
    """Return what moved by the overall scores and the policy areas, in their order.

    What lies below them is in the table alone.
    """
    blocks = [
        ScoreBlock(
            node, [_score_line(book, each) for each in changes if each.node == node.code]
        )
        for node in (*book.indexes, *book.strands)
    ]
    return [block for block in blocks if block.lines]


def _score_line(book: Book, change: ScoreChange) -> ScoreLine:
    was, now = _figure(change.old), _figure(change.new)
    return ScoreLine(
        country=_country(book, change.country),
        day=words.day_words(change.reference_date),
        was=was,
        now=now,
        was_rank=words.place_words(change.old, change.old_ranked),
        now_rank=words.place_words(change.new, change.ranked),
        moved=change.old.exact != change.new.exact,
    )


def _figure(score: ScoreFacts) -> str:
    return "–" if score.shown is None else str(score.shown)


def _cells_title(count: int) -> str:
    if not count:
        return _("No answer changed")
    return ngettext("%(n)s answer changed", "%(n)s answers changed", count) % {"n": count}


def _scores_title(blocks: Sequence[ScoreBlock]) -> str:
    lines = list(_lines(blocks))
    moved = sum(line.moved for line in lines)
    if not lines:
        return _("No score and no rank changed")
    if not moved:
        return _("No score changed; some ranks did")
    return ngettext("%(n)s score changed", "%(n)s scores changed", moved) % {"n": moved}


def _lines(blocks: Sequence[ScoreBlock]) -> Iterator[ScoreLine]:
    for block in blocks:
        yield from block.lines
