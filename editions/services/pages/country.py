"""One country: the figure, what it means, how it came about, every answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import words
from .book import Book, Country, Indicator, Node
from .ranking import strands_of
from .trends import Trend, trend


@dataclass(frozen=True, slots=True)
class StrandLine:
    node: Node
    shown: int | None
    band: str
    rank: str
    mean: int | None
    mean_words: str
    exact: Fraction | None
    change: words.Change | None


@dataclass(frozen=True, slots=True)
class TrendLine:
    title: str
    note: str
    trend: Trend
    label: str


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    since: str
    indicator: Indicator
    strand: str
    was: str
    now: str
    points: str


@dataclass(frozen=True, slots=True)
class AnswerLine:
    indicator: Indicator
    words: str
    points: str
    basis: str
    rationale: str
    sources: list[words.SourceLine]


@dataclass(frozen=True, slots=True)
class AnswerBlock:
    strand: StrandLine
    lines: list[AnswerLine]


def context(book: Book, country: Country) -> dict[str, Any]:
    """Return all that a country's page shows."""
    score = book.score(country.code, book.headline.code)
    mean = book.mean(book.headline.code, book.last_day(country.code))
    lines = [_strand_line(book, country, strand) for strand in strands_of(book, book.headline)]
    changed = changed_answers(book, country)
    return {
        "country": country,
        "day": book.last_day(country.code),
        "score": score,
        "rank": _rank(book, score),
        "change": words.change_of(book, country.code, book.headline.code),
        "mean": mean.shown if mean else None,
        "lines": _highest_first(book, lines),
        "sentence": extremes(lines),
        "strands_title": above_the_mean(book, lines) or _("Scores by policy area"),
        "others": other_indexes(book, country),
        "trends": trends(book, country, lines),
        "trends_title": _trends_title(lines),
        "trend_notes": trend_notes(lines),
        "twin": _twin(book, country),
        "changed": changed,
        "changed_title": changed_title(book, country, len(changed)),
        "blocks": [_block(book, country, line) for line in lines],
    }


def _strand_line(book: Book, country: Country, strand: Node) -> StrandLine:
    score = book.score(country.code, strand.code)
    mean = book.mean(strand.code, book.last_day(country.code))
    return StrandLine(
        node=strand,
        shown=score.shown if score else None,
        band=score.band if score else "",
        rank=words.rank_words(book, score),
        mean=mean.shown if mean else None,
        mean_words="",
        exact=score.exact if score else None,
        change=words.change_of(book, country.code, strand.code),
    )


def _highest_first(book: Book, lines: Sequence[StrandLine]) -> list[StrandLine]:
    """Sort by score; the first bar names the mark that all of them have."""
    first, *rest = sorted(lines, key=_by_score)
    label = _("%(group)s mean") % {"group": book.group.short} if book.group else ""
    return [replace(first, mean_words=label), *rest]


def _by_score(line: StrandLine) -> tuple[bool, Fraction]:
    return line.exact is None, -(line.exact or Fraction(0))


def _rank(book: Book, score: Any) -> dict[str, str]:
    """Say the rank, of how many, and with how many it is shared."""
    if score is None or score.rank is None:
        return {}
    field = book.ranks(score.node, score.reference_date)
    shared = field.count(score.rank) - 1
    whole = _("%(rank)s of %(count)s") % {"rank": score.rank, "count": len(field)}
    note = ngettext("shared with %(n)s other", "shared with %(n)s others", shared)
    return {"words": whole, "note": note % {"n": shared} if shared else ""}


def extremes(lines: Sequence[StrandLine]) -> str:
    """Name the strands with the highest and the lowest shown score, if they differ."""
    scored = [line for line in lines if line.shown is not None]
    shown = [line.shown for line in scored]
    if len(set(shown)) < 2:  # noqa: PLR2004
        return ""
    return _("Highest: %(high)s, %(top)s points. Lowest: %(low)s, %(bottom)s points.") % {
        "high": words.listed([line.node.title for line in scored if line.shown == max(shown)]),
        "top": max(shown),
        "low": words.listed([line.node.title for line in scored if line.shown == min(shown)]),
        "bottom": min(shown),
    }


def above_the_mean(book: Book, lines: Sequence[StrandLine]) -> str:
    """Say in how many strands the shown score lies above the group's shown mean."""
    compared = [line for line in lines if line.shown is not None and line.mean is not None]
    if not compared or book.group is None:
        return ""
    above = sum(1 for line in compared if line.shown > line.mean)
    facts = {"n": above, "of": len(compared), "group": book.group.short}
    if above == 0:
        return _("Above the %(group)s mean in none of %(of)s policy areas") % facts
    if above == len(compared):
        return _("Above the %(group)s mean in all %(of)s policy areas") % facts
    return _("Above the %(group)s mean in %(n)s of %(of)s policy areas") % facts


def other_indexes(book: Book, country: Country) -> list[dict[str, Any]]:
    """Return the overall scores besides the headline."""
    found = []
    for index in book.indexes:
        score = book.score(country.code, index.code)
        if index != book.headline and score is not None:
            found.append({"title": index.title, "score": score})
    return found


def trends(book: Book, country: Country, lines: Sequence[StrandLine]) -> list[TrendLine]:
    """Draw each strand over the edition's dates; nothing for an edition of one date."""
    if len(book.days) < 2:  # noqa: PLR2004
        return []
    drawn = (_trend_line(book, country, line) for line in lines)
    return [line for line in drawn if line is not None]


def _trend_line(book: Book, country: Country, line: StrandLine) -> TrendLine | None:
    own = {
        day: score.shown
        for day, score in book.scores_of(country.code, line.node.code).items()
        if score.shown is not None
    }
    means = {day: book.mean(line.node.code, day) for day in own}
    picture = trend(book.days, own, {day: mean.shown for day, mean in means.items() if mean})
    if picture is None:
        return None
    label = _("%(title)s: %(first)s in %(from)s, %(last)s in %(to)s.") % {
        "title": line.node.title,
        "first": picture.first,
        "from": book.label(min(own)),
        "last": picture.last,
        "to": book.label(max(own)),
    }
    return TrendLine(line.node.title, _change_words(line), picture, label)


def _change_words(line: StrandLine) -> str:
    if line.change is None:
        return _("Scored once.")
    facts = {"points": line.change.words, "year": line.change.since}
    if line.change.exact == 0:
        return _("No change since %(year)s.") % facts
    return _("%(points)s points since %(year)s.") % facts


def _trends_title(lines: Sequence[StrandLine]) -> str:
    """Name the strand that changed most; exact changes decide."""
    changed = [line for line in lines if line.change and line.change.exact]
    if not changed:
        return _("No policy area has changed")
    most = max(changed, key=lambda line: abs(line.change.exact))
    return _("%(title)s changed most: %(points)s points since %(year)s") % {
        "title": most.node.title,
        "points": most.change.words,
        "year": most.change.since,
    }


def trend_notes(lines: Sequence[StrandLine]) -> list[str]:
    """Explain each change that the two shown scores would suggest otherwise."""
    return [
        _("%(title)s: %(note)s") % {"title": line.node.title, "note": line.change.note}
        for line in lines
        if line.change and line.change.note
    ]


def _twin(book: Book, country: Country) -> dict[str, Any]:
    """Return the table that says what the small lines draw, the indexes with them."""
    nodes = (*book.indexes, *strands_of(book, book.headline))
    return {
        "days": [book.label(day) for day in book.days],
        "rows": [
            {
                "title": node.title,
                "scores": [_shown(book, country, node, day) for day in book.days],
            }
            for node in nodes
        ],
    }


def _shown(book: Book, country: Country, node: Node, day: Any) -> str:
    score = book.scores_of(country.code, node.code).get(day)
    return "" if score is None or score.shown is None else str(score.shown)


def changed_answers(book: Book, country: Country) -> list[ChangedAnswer]:
    """Return the answers whose last value is not their first, the latest change first."""
    found = [_changed(book, country, each) for each in book.indicators.values()]
    changed = [line for line in found if line is not None]
    return sorted(changed, key=lambda line: line.since, reverse=True)


def _changed(book: Book, country: Country, indicator: Indicator) -> ChangedAnswer | None:
    runs = words.answer_runs(book, indicator, country.code)
    if not runs or (runs[0].words, runs[0].points) == (runs[-1].words, runs[-1].points):
        return None
    was, now = (words.points_words(run.points) or "–" for run in (runs[0], runs[-1]))
    return ChangedAnswer(
        since=runs[-1].since,
        indicator=indicator,
        strand=book.nodes[indicator.strand].title,
        was=runs[0].words,
        now=runs[-1].words,
        points=_("%(was)s to %(now)s") % {"was": was, "now": now},
    )


def changed_title(book: Book, country: Country, count: int) -> str:
    """Say how many answers changed between the country's first and last date."""
    days = [day for each in book.indicators for day in book.answers_of(country.code, each)]
    if not days or min(days) == max(days):
        return ""
    facts = {"n": count, "from": book.label(min(days)), "to": book.label(max(days))}
    if not count:
        return _("No answer differs between %(from)s and %(to)s") % facts
    return (
        ngettext(
            "%(n)s answer differs between %(from)s and %(to)s",
            "%(n)s answers differ between %(from)s and %(to)s",
            count,
        )
        % facts
    )


def _block(book: Book, country: Country, line: StrandLine) -> AnswerBlock:
    return AnswerBlock(line, list(_answer_lines(book, country, line.node.code)))


def _answer_lines(book: Book, country: Country, strand: str) -> Iterator[AnswerLine]:
    for indicator in book.indicators_in(strand):
        answer = book.answer(country.code, indicator.code)
        yield AnswerLine(
            indicator=indicator,
            words=words.answer_words(indicator, answer),
            points=words.points_words(answer.points) if answer else "",
            basis=words.basis_words(book, answer),
            rationale=answer.rationale if answer else "",
            sources=words.source_lines(answer.sources) if answer else [],
        )
