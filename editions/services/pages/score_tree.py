"""A country's score as a tree: what it is made of, down to the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from scoring.engine.aggregate import BELOW_COVERAGE, NO_ROW
from scoring.engine.explaining.contributions import Part
from scoring.engine.explaining.sheets import Sheet
from scoring.engine.explaining.trees import parent_of
from scoring.engine.rounding import half_up

from ..frozen import AnswerFacts, ScoreFacts
from . import strand, words
from .book import Book, Country, Indicator, Node
from .exact_words import exact_words, is_long, share_words, two_decimals


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of the tree. PARTS are None of an answer.

    SCORE is as it is shown, empty without one; WIDTH is that of the bar in per cent, None
    without a score. HREF leads to the question of an answer. FACTS are sentences.
    """

    code: str
    title: str
    href: str
    note: str
    answer: str
    score: str
    width: int | None
    band: str
    gives: str
    facts: tuple[str, ...] = ()
    parts: tuple[Branch, ...] | None = None


class Tree:
    """One country's tree on its last reference date, below the index that is shown first."""

    def __init__(self, book: Book, country: Country) -> None:
        self.book = book
        self.country = country
        self.sheet: Sheet | None = book.sheets.get(country.code)
        found = book.explanations.get((country.code, book.headline.code))
        self.root: Part | None = found.root if found else None
        self.inside = {part.code for part in self.root.all_parts()} if self.root else set()

    def branches(self) -> Iterator[Branch]:
        """Give the policy areas, those of the index first."""
        inside = self.book.headline.facts["strands"]
        others = [node.code for node in self.book.strands if node.code not in inside]
        counted = {part.code: part for part in (self.root.parts if self.root else ())}
        for code in (*inside, *others):
            yield self._node(self.book.nodes[code], self._part(code, counted))

    def _part(self, code: str, counted: Mapping[str, Part]) -> Part | None:
        """Return what explains a policy area, within the index or, failing that, by itself."""
        if code in counted:
            return counted[code]
        alone = self.sheet.nodes.get(code) if self.sheet else None
        return alone.root if alone else None

    def _node(self, node: Node, part: Part | None) -> Branch:
        score = self.book.score(self.country.code, node.code)
        return Branch(
            code=node.code,
            title=node.title,
            href="",
            note="" if node.facts.get("shown", True) else _("not shown by itself"),
            answer=no_score_words(score),
            score="" if score is None or score.shown is None else str(score.shown),
            width=score.shown if score else None,
            band=score.band if score else "",
            gives=self._gives(part),
            facts=tuple(filter(None, self._facts(node, part, score))),
            parts=tuple(map(self._below, part.parts)) if part else (),
        )

    def _below(self, part: Part) -> Branch:
        if part.code in self.book.nodes:
            return self._node(self.book.nodes[part.code], part)
        return self._answer(self.book.indicators[part.code], part)

    def _answer(self, indicator: Indicator, part: Part) -> Branch:
        answer = self.book.answer(self.country.code, indicator.code)
        shown = None if part.points is None else half_up(part.points)
        return Branch(
            code=indicator.code,
            title=indicator.title,
            href=indicator.href,
            note=self._weight(indicator.parent, part),
            answer=answer_words(indicator, answer, part),
            score=words.points_words(part.points),
            width=shown,
            band="" if shown is None else strand.band_of(self.book, shown),
            gives=self._gives(part),
        )

    def _gives(self, part: Part | None) -> str:
        """Say what a part gives to the overall score, and of how much where it has a weight."""
        if part is None or part.code not in self.inside:
            return ""
        if part.points is None or part.contribution is None:
            return ""
        gives = two_decimals(part.contribution)
        if part.weight is None or part.gap is None:
            return _("gives %(gives)s") % {"gives": gives}
        whole = two_decimals(part.contribution + part.gap)
        return _("gives %(gives)s of %(whole)s") % {"gives": gives, "whole": whole}

    def _facts(self, node: Node, part: Part | None, score: ScoreFacts | None) -> Iterator[str]:
        """Give what is said of a node once it is opened."""
        if score is not None and score.exact is not None:
            yield _exact(score.exact)
        if part is not None:
            yield rule_words(part.rule)
            yield self._weight(node.parent or self.book.headline.code, part)
        yield from coverage_words(score)

    def _weight(self, parent: str, part: Part) -> str:
        """Say how much a part counts among its siblings, and in the overall score."""
        if part.points is None:
            return _("Without a value: its weight falls to its siblings.")
        if part.weight is None:
            return _("Counts only together with what stands beside it.")
        if parent == self.book.headline.code and part.code not in self.inside:
            return "" if self.root is None else _("No part of this overall score.")
        share = self._share(parent, part.code)
        if parent == self.book.headline.code:
            return _("Weight %(share)s of the overall score.") % {"share": share_words(share)}
        if part.code not in self.inside:
            return _("Weight %(share)s here.") % {"share": share_words(share)}
        return _("Weight %(share)s here, %(weight)s of the overall score.") % {
            "share": share_words(share),
            "weight": share_words(part.weight),
        }

    def _share(self, parent: str, code: str) -> Fraction:
        """Return the weight of CODE, which has a value, among its siblings that have one."""
        scores = self.sheet.scores
        weights = parent_of(scores.methodology, parent).weights
        there = [weight for each, weight in weights.items() if scores.points(each) is not None]
        return weights[code] / (sum(there, Fraction(0)) or 1)


def _exact(value: Fraction) -> str:
    said = (
        _("Before rounding %(exact)s points.")
        if is_long(value)
        else _("Exactly %(exact)s points.")
    )
    return said % {"exact": exact_words(value)}


def answer_words(indicator: Indicator, answer: AnswerFacts | None, part: Part) -> str:
    """Say an answer, and what is to be known of it: that it is estimated, or closed by another."""
    said = words.answer_words(indicator, answer)
    if part.points is not None and (answer is None or answer.points is None):
        return _("Closed by another answer: it counts as %(points)s points.") % {
            "points": words.points_words(part.points)
        }
    flag = {
        "estimated": _("Estimated."),
        "provisional": _("Provisional."),
        "break": _("Not comparable with the edition before."),
    }.get(answer.status if answer else "", "")
    return _("%(answer)s (%(flag)s)") % {"answer": said, "flag": flag} if flag else said


def no_score_words(score: ScoreFacts | None) -> str:
    """Say why there is no score; empty where there is one."""
    if score is None:
        return _("Not scored on this date.")
    if score.exact is not None:
        return ""
    because = {
        BELOW_COVERAGE: _("No score: too few of its parts have a value."),
        NO_ROW: _("No score: its table has no row for these answers."),
        "not_applicable": _("No score: this does not apply here."),
        "unknown": _("No score: this could not be established."),
        "withheld": _("No score: this is withheld."),
    }
    return because.get(score.reason or score.status, _("No score: this was not collected."))


def rule_words(rule: str) -> str:
    """Say how a node is computed from its parts."""
    return {
        "mean": _("The mean of its parts."),
        "weighted_mean": _("The weighted mean of its parts."),
        "geometric_mean": _("The geometric mean of its parts."),
        "harmonic_mean": _("The harmonic mean of its parts."),
        "minimum": _("The lowest of its parts."),
        "maximum": _("The highest of its parts."),
        "table": _("Read from a table over its parts."),
    }[rule]


def coverage_words(score: ScoreFacts | None) -> Iterator[str]:
    """Say how much of what applies has a value, and how far what is missing could move it."""
    if score is None or score.coverage is None:
        return
    if score.coverage == 1:
        yield _("Every part that applies has a value.")
    else:
        yield _("What has a value carries %(share)s of the weight.") % {"share": score.coverage}
    if score.lo is not None and score.hi is not None and score.lo != score.hi:
        yield _("Whatever is missing, it lies between %(lo)s and %(hi)s points.") % {
            "lo": two_decimals(score.lo),
            "hi": two_decimals(score.hi),
        }
    if "estimated" in score.flags.split():
        yield _("Some of the answers below are estimated.")
