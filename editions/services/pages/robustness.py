"""How firm the ranks are: each country's interval, and what moves it most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring.engine.robustness.outcome import (
    Estimate,
    Influence,
    RobustnessReport,
    Shift,
    Standing,
)
from scoring.engine.robustness.spec import (
    AGGREGATION,
    CODER,
    INDEX,
    LEAVE_OUT,
    MISSING,
    NOISE,
    WEIGHTS,
    Spec,
)

from ..robustness import LEAST, ranked_in
from . import words
from .book import Book, Country
from .marks import Mark, Scale, decimals, range_words, share_words

PATH = "robustness.html"
SHIFT = "shift"
"""The output of the Sobol indices that the page shows: the average rank shift of a draw."""


@dataclass(frozen=True, slots=True)
class Line:
    """One country: its rank by the method, and where the draws put it."""

    country: Country
    rank: str
    mark: Mark
    interval: str
    score: str
    next: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: by how many places it moves ranks alone, and in draws with all others."""

    title: str
    alone: str
    together: str


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the variance of the average rank shift is a factor's doing."""

    title: str
    first: Index
    total: Index


@dataclass(frozen=True, slots=True)
class Index:
    """A Sobol index in words, with its picture where it is printed."""

    words: str
    interval: str
    mark: Mark | None


def is_there(book: Book) -> bool:
    return book.frozen.design is not None


def interval_of(book: Book, country: str) -> str:
    """Return the rank interval of a country, such as ``19 to 30``; empty where it has none."""
    found = book.firmness.standings if book.firmness else ()
    return next((_interval(each) for each in found if each.country == country), "")


def card(book: Book) -> dict[str, str]:
    """Return the card by which the first page leads here."""
    said = _("How far each rank could move if the index were made otherwise.")
    return {"title": _("How firm the ranks are"), "href": PATH, "words": said}


def context(book: Book) -> dict[str, Any]:
    """Return what the page shows; only why there is nothing where too few are ranked."""
    report = book.firmness
    if report is None:
        return {"empty": _empty_words(ranked_in(book.frozen))}
    shares = [_share(each) for each in report.influences if each.output == SHIFT]
    return {
        "finding": _finding(report),
        "lines": list(_lines(book, report)),
        "last": len(report.standings),
        "draws": number_format(report.spec.draws, force_grouping=True),
        "varied": list(_varied(book, _without(report.spec, report.skipped))),
        "skipped": [factor_words(name) for name in report.skipped],
        "shift": _shift_words(report),
        "choices": list(_choices(book, report)),
        "shares": shares,
        "unprinted": any(not each.first.mark or not each.total.mark for each in shares),
        "seed": report.spec.seed,
        "apart": _apart_words(book, report),
    }


def _empty_words(ranked: int) -> str:
    return ngettext(
        "Ranks are varied from %(least)s ranked countries on; this edition has %(n)s.",
        "Ranks are varied from %(least)s ranked countries on; this edition has %(n)s.",
        ranked,
    ) % {"least": LEAST, "n": ranked}


def _lines(book: Book, report: RobustnessReport) -> Iterator[Line]:
    names = {each.code: each for each in book.countries}
    above = {(pair.country, pair.other): pair.above for pair in report.pairs}
    ranked = report.by_rank()
    scale = Scale(1, len(ranked))
    shared = [each.nominal_rank for each in ranked]
    for place, each in enumerate(ranked):
        score = book.score(each.country, report.index)
        tied = shared.count(each.nominal_rank) > 1
        yield Line(
            country=names[each.country],
            rank=f"{each.nominal_rank}=" if tied else str(each.nominal_rank),
            mark=scale.mark(
                each.nominal_rank,
                low=each.rank.low,
                high=each.rank.high,
                middle=each.rank.median,
            ),
            interval=_interval(each),
            score="" if score is None or score.shown is None else str(score.shown),
            next=_next_words(above, each, ranked[place + 1 : place + 2], names),
        )


def _interval(standing: Standing) -> str:
    return range_words(standing.rank.low, standing.rank.high, 0)


def _next_words(
    above: Mapping[tuple[str, str], float],
    each: Standing,
    below: tuple[Standing, ...],
    names: Mapping[str, Country],
) -> str:
    """Say in how many draws a country stands above the one that follows it."""
    if not below:
        return ""
    pair = (each.country, below[0].country)
    share = above[pair] if pair in above else 1 - above[pair[::-1]]
    return _("%(share)s above %(next)s") % {
        "share": share_words(share),
        "next": names[below[0].country].name,
    }


def _finding(report: RobustnessReport) -> str:
    """Say how wide the intervals are."""
    widths = sorted(each.rank.high - each.rank.low for each in report.standings)
    half = widths[(len(widths) - 1) // 2]
    facts = {"half": decimals(half, 0), "widest": decimals(widths[-1], 0)}
    if facts["widest"] == "0":
        return _("Every interval is a single rank")
    said = _("Half of the intervals span %(half)s places or fewer, the widest %(widest)s")
    return said % facts


def _shift_words(report: RobustnessReport) -> str:
    places = decimals(report.overall_shift(), 1)
    return _("On average a rank moves by %(places)s places from draw to draw.") % {
        "places": places
    }


def _without(spec: Spec, factors: Iterable[str]) -> Spec:
    for factor in factors:
        spec = spec.without(factor)
    return spec


def _varied(book: Book, spec: Spec) -> Iterator[str]:
    """Say what was varied, factor by factor."""
    if spec.aggregation:
        ways = "; ".join(map(aggregation_words, spec.aggregation))
        yield _("How means are taken: %(ways)s.") % {"ways": ways}
    if spec.weights is not None:
        yield _weights_words(spec)
    if spec.leave_out:
        yield _("What is left out: nothing, one policy area, or one question.")
    if spec.missing:
        rules = "; ".join(map(missing_words, spec.missing))
        yield _("What stands for a missing answer: %(rules)s.") % {"rules": rules}
    if spec.coder is not None:
        yield _coder_words(book)
    if spec.indexes is not None and len(spec.indexes) > 1:
        titles = {index.code: index.title for index in book.indexes}
        named = "; ".join(titles[code] for code in spec.indexes)
        yield _("Which overall score is ranked: %(indexes)s.") % {"indexes": named}


def _weights_words(spec: Spec) -> str:
    if spec.weights.kind == NOISE:
        radius = share_words(Fraction(str(spec.weights.radius)))
        return _(
            "Every weight, of policy areas and of questions: up to %(radius)s more or less."
        ) % {"radius": radius}
    return _("Every weight, of policy areas and of questions: any mix of weights.")


def _coder_words(book: Book) -> str:
    design = book.frozen.design
    facts = {"rate": decimals(100 * design.error_rate, 1)}
    if design.is_observed:
        return (
            _(
                "Errors of coders: each answer moves to the option next to it in %(rate)s%% of"
                " draws, the rate observed where two people coded this edition’s questions."
            )
            % facts
        )
    return (
        _(
            "Errors of coders: each answer moves to the option next to it in %(rate)s%% of"
            " draws. That rate is assumed: too few questions were coded by two people."
        )
        % facts
    )


def aggregation_words(family: str) -> str:
    return {
        "arithmetic": _("arithmetic"),
        "geometric": _("geometric, on a scale from 1 to 100"),
        "harmonic": _("harmonic, on a scale from 1 to 100"),
    }.get(family, family)


def missing_words(rule: str) -> str:
    return {
        "renormalise": _("nothing, the others count more"),
        "0": _("0 points"),
        "100": _("100 points"),
        "group_mean": _("the mean of the others"),
    }.get(rule, rule)


def factor_words(factor: str) -> str:
    return {
        AGGREGATION: _("How means are taken"),
        WEIGHTS: _("Weights"),
        LEAVE_OUT: _("What is left out"),
        MISSING: _("Missing answers"),
        CODER: _("Errors of coders"),
        INDEX: _("The overall score"),
    }.get(factor, factor)


def _choices(book: Book, report: RobustnessReport) -> Iterator[Choice]:
    """Give every choice, the one that moves ranks most first.

    Of the questions left out it is that one alone; several that give one figure count as one.
    """
    areas = {"", *(node.code for node in book.strands)}
    questions = [
        each
        for each in report.shifts
        if each.factor == LEAVE_OUT and each.alternative not in areas
    ]
    hidden = set(questions) - set(sorted(questions, key=_alone)[-1:])
    for each in sorted(report.shifts, key=_alone, reverse=True):
        if each.factor and each not in hidden:
            yield _choice(book, each)


def _alone(shift: Shift) -> float:
    return shift.alone or 0.0


def _choice(book: Book, shift: Shift) -> Choice:
    return Choice(
        title=_choice_words(book, shift),
        alone="–" if shift.alone is None else decimals(shift.alone, 1),
        together="–" if shift.spread is None else decimals(shift.spread.mean, 1),
    )


def _choice_words(book: Book, shift: Shift) -> str:
    factor, one = factor_words(shift.factor), shift.alternative
    if shift.factor in {WEIGHTS, CODER}:
        return factor
    titles = {node.code: node.title for node in (*book.indexes, *book.strands)}
    said = {
        AGGREGATION: aggregation_words,
        MISSING: missing_words,
        INDEX: lambda code: titles.get(code, code),
        LEAVE_OUT: lambda code: _left_out_words(book, code),
    }
    facts = {"factor": factor, "choice": said[shift.factor](one)}
    return _("%(factor)s: %(choice)s") % facts


def _left_out_words(book: Book, code: str) -> str:
    if not code:
        return _("nothing")
    if code in {node.code for node in book.strands}:
        return book.nodes[code].title
    found = book.indicators.get(code) or book.nodes.get(code)
    return _("%(title)s (of all questions, the one that moves ranks most)") % {
        "title": found.title if found else code
    }


def _share(influence: Influence) -> Share:
    return Share(
        factor_words(influence.factor), _index(influence.first), _index(influence.total)
    )


def _index(estimate: Estimate) -> Index:
    if not estimate.is_printed:
        said = {
            "wide": _("too uncertain to print"),
            "constant": _("nothing varies"),
            "gaps": _("not in every draw"),
        }.get(estimate.reason, "–")
        return Index(said, "", None)
    mark = Scale(0, 1).mark(estimate.value, low=estimate.low, high=estimate.high)
    return Index(decimals(estimate.value, 2), range_words(estimate.low, estimate.high, 2), mark)


def _apart_words(book: Book, report: RobustnessReport) -> str:
    """Name who has a score of another day, and so is not among these."""
    here = {each.country for each in report.standings}
    apart = [
        each.name
        for each in book.countries
        if each.code not in here and book.score(each.code, report.index) is not None
    ]
    if not apart:
        return ""
    return _("Not among them, for want of a rank on the same day: %(countries)s.") % {
        "countries": words.listed(apart)
    }
