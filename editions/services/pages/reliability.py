"""How far independent coders agreed: per policy area and question, in pictures and words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring.engine.reliability.alpha import NO_VARIATION
from scoring.engine.reliability.report import (
    FIRM,
    FIRM_FROM,
    REWRITE,
    TENTATIVE,
    TENTATIVE_FROM,
    AlphaRow,
    ChangeRow,
    ReliabilityReport,
    Scope,
)
from scoring.engine.tree import STRAND

from ..reliability import LEAST, METRIC, TOO_FEW
from .book import Book
from .marks import Mark, Scale, decimals, range_words, share_words

PATH = "reliability.html"
SCALE = Scale(0, 1)
LIMITS = (SCALE.at(TENTATIVE_FROM), SCALE.at(FIRM_FROM))


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a picture of alpha with its interval, and everything about it in words."""

    title: str
    href: str
    mark: Mark | None
    alpha: str
    interval: str
    agreement: str
    units: str
    reading: str


@dataclass(frozen=True, slots=True)
class Part:
    """A policy area, its own line first, then its questions'; CHANGED says what the review did."""

    line: Line
    questions: tuple[Line, ...]
    changed: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that the page shows. FINDING is empty where nothing can be told."""

    finding: str
    empty: str
    whole: Line
    parts: tuple[Part, ...]
    changed: str
    left_out: str
    limits: tuple[str, ...] = LIMITS


Href = Callable[[str], str]


def is_there(book: Book) -> bool:
    return book.frozen.reliability is not None


def card(report: ReliabilityReport) -> dict[str, str]:
    """Return the card by which the first page leads here."""
    whole = _whole(report)
    said = _whole_words(whole) if whole else ""
    words_ = _("How far people agree who code the same question independently.")
    if said:
        words_ = f"{said}."
    return {"title": _("Reliability"), "href": PATH, "words": words_}


def context(book: Book) -> dict[str, Any]:
    """Return what the page of an edition shows."""
    hrefs = {each.code: each.href for each in (*book.strands, *book.indicators.values())}
    report = report_of(book.frozen.reliability, book.document, hrefs.get)
    return {"report": report, "is_later": book.frozen.succession is not None}


def report_of(report: ReliabilityReport, document: Mapping[str, Any], href: Href) -> Report:
    """Put the figures in the order of the methodology DOCUMENT; HREF leads to a code's page."""
    alphas = {(row.scope, row.code): row for row in report.alphas if row.metric == METRIC}
    changes = {(row.scope, row.code): row for row in report.changes}
    below = _questions_below(document)
    strands = [each for each in document["aggregates"] if each["code"] in below]
    parts = tuple(
        Part(
            line=_line(alphas.get((Scope.STRAND, strand["code"])), strand, href),
            questions=tuple(
                _line(alphas.get((Scope.INDICATOR, each["code"])), each, href)
                for each in below[strand["code"]]
            ),
            changed=_part_words(changes.get((Scope.STRAND, strand["code"]))),
        )
        for strand in strands
    )
    whole = _whole(report)
    return Report(
        finding=_whole_words(whole) if whole else "",
        empty=_empty_words(report),
        whole=_line(whole, {"code": "", "title": _("All questions")}, href),
        parts=parts,
        changed=_changed_words(changes.get((Scope.ALL, ""))),
        left_out=_left_out_words(report.left_out),
    )


def _questions_below(document: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the questions of each strand: the node of that kind above them, or the topmost."""
    nodes = {each["code"]: each for each in document["aggregates"]}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for each in document["indicators"]:
        node = nodes[each["parent"]]
        while node["kind"] != STRAND and node.get("parent") is not None:
            node = nodes[node["parent"]]
        found.setdefault(node["code"], []).append(each)
    return found


def _whole(report: ReliabilityReport) -> AlphaRow | None:
    rows = (row for row in report.alphas if row.metric == METRIC and row.scope == Scope.ALL)
    return next(rows, None)


def _line(row: AlphaRow | None, entry: Mapping[str, Any], href: Href) -> Line:
    said = {"title": entry["title"], "href": href(entry["code"]) or ""}
    if row is None:
        return Line(**said, mark=None, **_NOTHING, reading=reading_words(""))
    mark = None
    if row.alpha is not None:
        mark = SCALE.mark(row.alpha, low=row.lo, high=row.hi, is_rough=row.reading == REWRITE)
    return Line(
        **said,
        mark=mark,
        alpha="–" if row.alpha is None else decimals(row.alpha, 3),
        interval="–" if row.lo is None else range_words(row.lo, row.hi, 2),
        agreement="–" if row.agreement is None else share_words(row.agreement),
        units=str(row.n_units) if row.n_units else "–",
        reading=reading_words(row.reading or row.reason),
    )


_NOTHING = dict.fromkeys(("alpha", "interval", "agreement", "units"), "–")


def reading_words(word: str) -> str:
    """Say how an alpha reads, or why there is none."""
    return {
        FIRM: _("firm"),
        TENTATIVE: _("tentative"),
        REWRITE: _("weak"),
        NO_VARIATION: _("no variation"),
        TOO_FEW: _("fewer than three countries"),
    }.get(word, _("not coded twice"))


def _whole_words(row: AlphaRow) -> str:
    if row.agreement is None:
        return ""
    facts = {"n": row.n_units, "agreement": share_words(row.agreement)}
    said = (
        ngettext(
            "%(n)s answer was coded by more than one person; %(agreement)s of pairs agree",
            "%(n)s answers were coded by more than one person; %(agreement)s of pairs agree",
            row.n_units,
        )
        % facts
    )
    if row.alpha is None:
        return said
    figure = {"said": said, "alpha": decimals(row.alpha, 3)}
    return _("%(said)s, alpha is %(alpha)s") % figure


def _empty_words(report: ReliabilityReport) -> str:
    """Say why there is nothing to show; empty where there is."""
    if not report.coded_twice:
        return _(
            "No question was coded by two people who did not see each other’s answer, so"
            " nothing can be said of how far coders agree."
        )
    if any(row.agreement is not None for row in report.alphas):
        return ""
    return _(
        "Questions were coded twice in fewer than %(n)s countries. Figures over so few would"
        " tell what single people answered, so there are none."
    ) % {"n": LEAST}


def _changed_words(row: ChangeRow | None) -> str:
    if row is None or row.share is None:
        return ""
    facts = {"n": row.n_codings, "changed": row.n_changed, "share": share_words(row.share)}
    return (
        ngettext(
            "The review changed %(changed)s of %(n)s first answer, %(share)s",
            "The review changed %(changed)s of %(n)s first answers, %(share)s",
            row.n_codings,
        )
        % facts
    )


def _part_words(row: ChangeRow | None) -> str:
    if row is None or row.share is None:
        return ""
    facts = {"n": row.n_codings, "changed": row.n_changed, "share": share_words(row.share)}
    return _("%(changed)s of %(n)s, %(share)s") % facts


def _left_out_words(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(n)s coding says that the question does not apply or is not known; it has no points"
        " to compare and is counted in no figure of agreement.",
        "%(n)s codings say that the question does not apply or is not known; they have no"
        " points to compare and are counted in no figure of agreement.",
        count,
    ) % {"n": count}
