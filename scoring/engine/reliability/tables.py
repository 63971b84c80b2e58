"""The columns of the tables of reliability, and their rows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..rounding import decimal_text
from ..tables import csv_text
from .diagnostics import Diagnostic
from .report import ReliabilityReport

ALPHA_COLUMNS = (
    "scope",
    "code",
    "other",
    "metric",
    "n_units",
    "n_codings",
    "n_pairs",
    "exact",
    "alpha",
    "lo",
    "hi",
    "degenerate",
    "agreement",
    "reading",
    "reason",
    "interval_reason",
)
"""`scope` is indicator, strand, pair or all; `code` which; `other` the second coder of a pair.
`exact` is the fraction; `alpha` the same with 17 significant digits. `lo` and `hi` bound the
middle 95 % of resamples, of which `degenerate` had no variation."""

KAPPA_COLUMNS = (
    "scope",
    "code",
    "coder_1",
    "coder_2",
    "weights",
    "n_units",
    "exact",
    "kappa",
    "observed",
    "expected",
    "reason",
)
"""`observed` and `expected` are agreement, weighted by `weights`: none, linear or quadratic."""

CHANGE_COLUMNS = ("scope", "code", "n_codings", "n_changed", "share")
"""`scope` is indicator, strand, coder or all; `share` is n_changed of n_codings."""

DIAGNOSTIC_COLUMNS = (
    "measure",
    "node",
    "level",
    "reference_date",
    "item",
    "other",
    "n",
    "items",
    "value",
    "reason",
)
"""`measure` says what `value` is; `n` over how many countries, `items` of how many parts."""

DIGITS = 12
"""Significant digits of what is computed in binary64: the last ones differ between processors."""


def alpha_table(report: ReliabilityReport) -> str:
    """Return alpha.csv."""
    return csv_text(ALPHA_COLUMNS, _alpha_rows(report))


def kappa_table(report: ReliabilityReport) -> str:
    """Return kappa.csv."""
    return csv_text(KAPPA_COLUMNS, _kappa_rows(report))


def change_table(report: ReliabilityReport) -> str:
    """Return changes.csv."""
    rows = (
        (str(row.scope), row.code, str(row.n_codings), str(row.n_changed), _exact(row.share))
        for row in report.changes
    )
    return csv_text(CHANGE_COLUMNS, rows)


def diagnostic_table(rows: Iterator[Diagnostic] | tuple[Diagnostic, ...]) -> str:
    """Return diagnostics.csv."""
    lines = (
        (
            row.measure,
            row.node,
            row.level,
            row.date,
            row.item,
            row.other,
            str(row.n),
            str(row.items),
            number_text(row.value),
            row.reason,
        )
        for row in rows
    )
    return csv_text(DIAGNOSTIC_COLUMNS, lines)


def number_text(value: Fraction | float | None) -> str:
    """Return an exact number with 17 significant digits, a float with 12, nothing as empty.

    >>> number_text(Fraction(113, 152)), number_text(0.1 + 0.2), number_text(None)
    ('0.74342105263157895', '0.3', '')
    """
    if value is None:
        return ""
    if isinstance(value, Fraction):
        return decimal_text(value)
    return f"{value:.{DIGITS}g}"


def _exact(value: Fraction | None) -> str:
    return "" if value is None else str(value)


def _alpha_rows(report: ReliabilityReport) -> Iterator[tuple[str, ...]]:
    for row in report.alphas:
        yield (
            str(row.scope),
            row.code,
            row.other,
            row.metric,
            str(row.n_units),
            str(row.n_codings),
            str(row.n_pairs),
            _exact(row.alpha),
            number_text(row.alpha),
            number_text(row.lo),
            number_text(row.hi),
            str(row.degenerate),
            number_text(row.agreement),
            row.reading,
            row.reason,
            row.interval_reason,
        )


def _kappa_rows(report: ReliabilityReport) -> Iterator[tuple[str, ...]]:
    for row in report.kappas:
        yield (
            str(row.scope),
            row.code,
            row.first,
            row.second,
            row.weights,
            str(row.n_units),
            _exact(row.kappa),
            number_text(row.kappa),
            number_text(row.observed),
            number_text(row.expected),
            row.reason,
        )
