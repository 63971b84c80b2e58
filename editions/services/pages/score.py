"""How a country's score comes about: what gives it, what it lacks, what would raise it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring.engine.explaining.contributions import Explanation, Part
from scoring.engine.options import FULL_SCORE
from scoring.engine.rounding import half_up

from . import robustness, words
from .book import Book, Country, Indicator
from .country import other_indexes
from .exact_words import exact_words, gain_words, is_long, two_decimals
from .score_tree import Tree

MOST = 10
"""So many answers are listed that would raise the score."""


@dataclass(frozen=True, slots=True)
class SumLine:
    """What a policy area gives and lacks, in points of the overall score.

    WHOLE and GIVEN are widths in per cent of the widest bar.
    """

    code: str
    title: str
    band: str
    gives: str
    lacks: str
    whole: str
    given: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """An answer's next better option: what it adds to the score, and what this then is."""

    indicator: Indicator
    strand: str
    now: str
    next: str
    gain: str
    shown: str
    becomes: str


def context(book: Book, country: Country) -> dict[str, Any]:
    """Return all that the page on a country's score shows."""
    found = book.explanations.get((country.code, book.headline.code))
    score = book.score(country.code, book.headline.code)
    return {
        "country": country,
        "day": book.last_day(country.code),
        "score": score,
        "lead": _("From the overall score down to every answer, and what each of them gives."),
        "sentence": _sentence(found),
        "facts": list(_facts(book, country, score)),
        "sums": _sums(book, country, found) if found else None,
        "tree_words": _tree_words(found),
        "gives_head": _("To the overall score") if found else "",
        "branches": list(Tree(book, country).branches()),
        "steps": _steps(book, country, found) if found else None,
    }


def _sentence(found: Explanation | None) -> str:
    if found is None:
        return _("There is no overall score. What there is stands below.")
    return _(
        "The answers earn %(gives)s of 100 points; %(lacks)s are left to the highest standards."
    ) % {
        "gives": two_decimals(found.root.points),
        "lacks": two_decimals(FULL_SCORE - found.root.points),
    }


def _facts(book: Book, country: Country, score: Any) -> Any:
    """Give the figures beside the headline: each with its name."""
    if score is not None and score.exact is not None:
        name = _("Before rounding") if is_long(score.exact) else _("Exact score")
        yield {"name": name, "words": exact_words(score.exact)}
        if score.rank is not None:
            yield {"name": _("Rank"), "words": words.rank_words(book, score)}
            yield from _firm(book, country)
    for other in other_indexes(book, country):
        exact = other["score"].exact
        said = exact_words(exact) if exact is not None else "–"
        yield {"name": other["title"], "words": said}


def _firm(book: Book, country: Country) -> Iterator[dict[str, str]]:
    """Give the rank interval, where ranks were varied, with the way to what it means."""
    interval = robustness.interval_of(book, country.code)
    if interval:
        name, link = _("Rank by other choices"), _("how firm ranks are")
        yield {"name": name, "words": interval, "href": robustness.PATH, "link": link}


def _sums(book: Book, country: Country, found: Explanation) -> dict[str, Any] | None:
    """Return the parts of the overall score with what they give and lack, and their sums.

    None where no part can be told from the others.
    """
    parts = [part for part in found.root.parts if part.gap is not None]
    if not parts:
        return None
    widest = max((_whole(part) for part in parts), default=Fraction(0))
    gives, lacks = found.root.points, FULL_SCORE - found.root.points
    return {
        "title": _most_open(book, parts),
        "lead": _(
            "What each policy area gives to the overall score, and what it lacks to the highest "
            "standards; in points of the overall score."
        ),
        "lines": [_sum_line(book, country, part, widest) for part in parts],
        "gives": two_decimals(gives),
        "lacks": two_decimals(lacks),
        "exact": _exact_sums(gives)
        % {"gives": exact_words(gives), "lacks": exact_words(lacks)},
    }


def _most_open(book: Book, parts: list[Part]) -> str:
    """Name the policy area that lacks most."""
    most = max(parts, key=lambda part: part.gap or 0)
    if not most.gap:
        return _("Every policy area reaches the highest standards")
    return _("%(title)s leaves most open: %(points)s points") % {
        "title": book.nodes[most.code].title,
        "points": two_decimals(most.gap),
    }


def _exact_sums(gives: Fraction) -> str:
    """Say what the sums are before they are rounded."""
    if is_long(gives):
        return _(
            "Each figure is rounded by itself. Before rounding, the policy areas give %(gives)s "
            "and lack %(lacks)s points: together 100."
        )
    return _(
        "Each figure is rounded by itself. Exactly, the policy areas give %(gives)s and lack "
        "%(lacks)s points: together 100."
    )


def _whole(part: Part) -> Fraction:
    return (part.contribution or Fraction(0)) + (part.gap or Fraction(0))


def _sum_line(book: Book, country: Country, part: Part, widest: Fraction) -> SumLine:
    score = book.score(country.code, part.code)
    return SumLine(
        code=part.code,
        title=book.nodes[part.code].title,
        band=score.band if score else "",
        gives=two_decimals(part.contribution),
        lacks=two_decimals(part.gap),
        whole=_width(_whole(part), widest),
        given=_width(part.contribution, widest),
    )


def _width(value: Fraction, widest: Fraction) -> str:
    return two_decimals(value * 100 / widest) if widest else "0"


def _tree_words(found: Explanation | None) -> str:
    said = _(
        "Open a part to see what it is made of, how it is computed and its exact score; an "
        "answer leads to its question. Bars run from 0 to 100 points."
    )
    if found is None:
        return said
    more = _("Beside it stands what a part gives to the overall score, of what it could.")
    return _("%(first)s %(second)s") % {"first": said, "second": more}


def _steps(book: Book, country: Country, found: Explanation) -> dict[str, Any] | None:
    """Return the answers that would raise the score most; None where none would."""
    able = found.raising()
    if not able:
        return None
    listed = able[:MOST]
    title = ngettext(
        "The answer that would raise the score most",
        "The %(n)s answers that would raise the score most",
        len(listed),
    )
    return {
        "title": title % {"n": len(listed)},
        "lead": _(
            "One answer at a time goes to its next better option, and all others stay as they "
            "are. What the score would then be is computed by the same program; it is no "
            "published score."
        ),
        "lines": [_step_line(book, country, part) for part in listed],
        "note": _as_much(able),
    }


def _as_much(able: tuple[Part, ...]) -> str:
    """Say how many answers more would add as much as the last one that is listed."""
    last = able[:MOST][-1].step.gain
    more = sum(1 for part in able[MOST:] if part.step.gain == last)
    said = ngettext(
        "%(n)s more answer would add as much as the last one.",
        "%(n)s more answers would add as much as the last one.",
        more,
    )
    return said % {"n": more} if more else ""


def _step_line(book: Book, country: Country, part: Part) -> StepLine:
    indicator, step = book.indicators[part.code], part.step
    answer = book.answer(country.code, part.code)
    return StepLine(
        indicator=indicator,
        strand=book.nodes[indicator.strand].title,
        now=words.answer_words(indicator, answer),
        next=indicator.option(step.option).label,
        gain=gain_words(step.gain),
        shown=str(half_up(step.score)),
        becomes=two_decimals(step.score),
    )
