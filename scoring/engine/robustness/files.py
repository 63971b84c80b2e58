"""A robustness run as files: the same bytes for the same figures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from .. import ENGINE_VERSION
from ..tables import csv_text
from .design_file import design_text
from .intervals import TIE
from .numbers import GENERATOR, PRIME
from .outcome import Estimate, RobustnessReport, Spread
from .spec import DESIGN, spec_document
from .standing import TOP

DIGITS = 12
"""Significant digits of a float: what lies beyond differs between processors."""

RANK_STATS_COLUMNS = (
    "country",
    "index",
    "reference_date",
    "score",
    "rank",
    "draws",
    "rank_mean",
    "rank_median",
    "rank_p05",
    "rank_p95",
    "score_mean",
    "score_median",
    "score_p05",
    "score_p95",
    f"top_{TOP}",
)
PAIR_COLUMNS = ("country", "other", "above", "draws")
SHIFT_COLUMNS = ("factor", "alternative", "draws", "mean", "median", "p05", "p95", "alone")
SOBOL_COLUMNS = (
    "output",
    "factor",
    "first",
    "first_lo",
    "first_hi",
    "first_printed",
    "first_reason",
    "total",
    "total_lo",
    "total_hi",
    "total_printed",
    "total_reason",
)


def report_files(
    report: RobustnessReport, *, inputs: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the files of a run by name.

    Shape   inputs: the SHA-256 of each file that the answers and the method came from.
    """
    return {
        "spec.json": _spec_text(report, inputs or {}),
        DESIGN: design_text(report.design),
        "rank_stats.csv": csv_text(RANK_STATS_COLUMNS, _rank_stats(report)),
        "pairs.csv": csv_text(PAIR_COLUMNS, _pairs(report)),
        "shift.csv": csv_text(SHIFT_COLUMNS, _shifts(report)),
        "sobol.csv": csv_text(SOBOL_COLUMNS, _influences(report)),
    }


def _spec_text(report: RobustnessReport, inputs: Mapping[str, str]) -> str:
    document = {
        **spec_document(report.spec),
        "run": {
            "engine": ENGINE_VERSION,
            "generator": GENERATOR,
            "prime": PRIME,
            "inputs": dict(sorted(inputs.items())),
            "varied": list(report.design.factors),
            "skipped": dict(report.skipped),
            "countries": len(report.standings),
            "rank_on": report.rank_on,
            "tie": str(TIE),
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def number(value: float | None) -> str:
    """Return a float with 12 significant digits, and nothing for None.

    >>> number(1 / 3), number(12.0), number(-0.0), number(None)
    ('0.333333333333', '12', '0', '')
    """
    return "" if value is None else f"{value + 0.0:.{DIGITS}g}"


def _spread(spread: Spread | None) -> tuple[str, str, str, str]:
    if spread is None:
        return "", "", "", ""
    return number(spread.mean), number(spread.median), number(spread.low), number(spread.high)


def _rank_stats(report: RobustnessReport) -> Iterator[tuple[str, ...]]:
    for each in report.standings:
        yield (
            each.country,
            report.index,
            report.date,
            number(each.nominal_score),
            str(each.nominal_rank),
            str(each.draws),
            *_spread(each.rank),
            *_spread(each.score),
            number(each.top),
        )


def _pairs(report: RobustnessReport) -> Iterator[tuple[str, ...]]:
    for pair in report.pairs:
        yield pair.country, pair.other, number(pair.above), str(pair.draws)


def _shifts(report: RobustnessReport) -> Iterator[tuple[str, ...]]:
    for shift in report.shifts:
        spread = _spread(shift.spread)
        alone = number(shift.alone)
        yield shift.factor, shift.alternative, str(shift.draws), *spread, alone


def _influences(report: RobustnessReport) -> Iterator[tuple[str, ...]]:
    for each in report.influences:
        yield each.output, each.factor, *_estimate(each.first), *_estimate(each.total)


def _estimate(estimate: Estimate) -> tuple[str, ...]:
    return (
        number(estimate.value),
        number(estimate.low),
        number(estimate.high),
        "yes" if estimate.is_printed else "no",
        estimate.reason,
    )
