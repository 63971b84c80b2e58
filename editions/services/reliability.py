"""How far the independent first codings of an edition agree, as far as it may be told.

The codings are read once, when the revision is built, from rows that are only ever added. What
is told of them are figures over three countries or more: never a coder, nor a pair of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from questionnaire.enums import AnswerKind
from questionnaire.models import Round
from review.selectors import reliability as independent
from scoring import selectors
from scoring.engine.reliability.codings import Coding
from scoring.engine.reliability.report import (
    AlphaRow,
    ReliabilityReport,
    Scope,
    reliability_report,
)
from scoring.engine.reliability.samples import strands_of
from scoring.engine.score import Cell
from scoring.engine.tree import Methodology

from ..models import Revision
from .seeds import seed_of

METRIC = "ordinal"
"""The metric of codes of options, which pages show; the table has the others too."""

LEAST = 3
"""Figures over fewer countries would tell what single people coded."""

TOO_FEW = "too_few_countries"
"""Why a figure that could be computed is not told."""

DRAWS = 1000
"""How often the countries are drawn again for an interval."""

TOLD = (Scope.INDICATOR, Scope.STRAND, Scope.ALL)
"""What a figure may be about; a pair of coders and a single one are people."""

PAIRS = 30
"""Of fewer pairs of codings no rate of errors is read."""


def facts_for(revision: Revision, document: Mapping[str, Any]) -> ReliabilityReport | None:
    """Return what is told of the round of a revision's edition; None for an archive.

    Countries that joined later are not counted: what a figure changed by would be theirs alone.
    DOCUMENT is the revision's methodology.
    """
    round_, code = revision.edition.round, revision.edition.code
    return None if round_ is None else report_on(round_, document, edition=code)


def report_on(round_: Round, document: Mapping[str, Any], *, edition: str) -> ReliabilityReport:
    """Return the figures of a round's first codings that rest on enough countries."""
    codings = [_coding(row) for row in independent.independent_codings(round_)]
    settled = selectors.engine_cells(round_)
    methodology = Methodology.from_document(document)
    report = reliability_report(
        codings,
        methodology,
        settled=settled,
        draws=DRAWS,
        seed=seed_of(edition),
        pairs=False,
    )
    return told(report, codings, settled, methodology)


def error_rate(report: ReliabilityReport | None) -> Fraction | None:
    """Return the share of answers that a coder got wrong, as far as the codings tell it.

    Half the share of pairs that disagree: either of the two may be the one who erred. None
    where too few pairs are told.
    """
    rows = report.alphas if report else ()
    whole = next((r for r in rows if r.scope == Scope.ALL and r.metric == METRIC), None)
    if whole is None or whole.agreement is None or whole.n_pairs < PAIRS:
        return None
    return (1 - whole.agreement) / 2


def _coding(row: independent.Coding) -> Coding:
    return Coding(
        country=row.country,
        indicator=row.indicator,
        date=row.day.isoformat(),
        coder=str(row.coder),
        points=row.points,
        status=selectors.STATUS[AnswerKind(row.kind)],
        blind=not row.is_under_review,
    )


Place = tuple[Scope, str]
"""What a figure is about, with its code; the code of the whole is empty."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is not told: of agreement, and of what the review changed."""

    agreement: frozenset[Place]
    changes: frozenset[Place]


def _kept(codings: Sequence[Coding], settled: Iterable[Cell], methodology: Methodology) -> Kept:
    strands = strands_of(methodology)
    valued = Counter(each.cell for each in codings if each.points is not None)
    twice = (cell for cell, count in valued.items() if count > 1)
    done = {(each.country, each.indicator, each.date) for each in settled}
    first = (each.cell for each in codings if not each.blind and each.cell in done)
    return Kept(_not_told(twice, strands), _not_told(first, strands))


def _not_told(
    cells: Iterable[tuple[str, str, str]], strands: Mapping[str, str]
) -> frozenset[Place]:
    """Return which figures over these cells would tell of fewer than three countries.

    A question, by itself. A policy area also where its figure, less those of the questions that
    are told, would; and so the whole, less the areas.
    """
    by_indicator: dict[str, set[str]] = defaultdict(set)
    for country, indicator, _date in cells:
        by_indicator[indicator].add(country)
    found: set[Place] = set()
    whole, rest_of_whole = set(), set()
    for strand in dict.fromkeys(strands.values()):
        below = {code: by_indicator[code] for code in strands if strands[code] == strand}
        few = {code for code, countries in below.items() if len(countries) < LEAST}
        rest = {country for code in few for country in below[code]}
        countries = {country for each in below.values() for country in each}
        found |= {(Scope.INDICATOR, code) for code in few if below[code]}
        whole |= countries
        if countries and (len(countries) < LEAST or _is_few(rest)):
            found.add((Scope.STRAND, strand))
            rest_of_whole |= rest
    if _is_few(whole) or _is_few(rest_of_whole):
        found.add((Scope.ALL, ""))
    return frozenset(found)


def _is_few(countries: AbstractSet[str]) -> bool:
    return 0 < len(countries) < LEAST


def told(
    report: ReliabilityReport,
    codings: Sequence[Coding],
    settled: Iterable[Cell],
    methodology: Methodology,
) -> ReliabilityReport:
    """Leave out whom it would name, and the figures that rest on too few countries."""
    kept = _kept(codings, settled, methodology)
    return replace(
        report,
        alphas=tuple(_alphas(report.alphas, kept.agreement)),
        kappas=(),
        changes=tuple(
            row
            for row in report.changes
            if row.scope in TOLD and (row.scope, row.code) not in kept.changes
        ),
    )


def _alphas(rows: Iterable[AlphaRow], kept: AbstractSet[Place]) -> Iterator[AlphaRow]:
    nothing = dict.fromkeys(("alpha", "lo", "hi", "agreement"))
    why = {"reason": TOO_FEW, "interval_reason": TOO_FEW, "reading": "", "degenerate": 0}
    for row in rows:
        if row.scope in TOLD:
            is_kept = (row.scope, row.code) in kept
            yield replace(row, **nothing, **why) if is_kept else row
