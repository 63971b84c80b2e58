"""Editions' folders explained and compared: what the commands `explain` and `compare` do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..faults import Fault
from ..package import ANSWERS, METHODOLOGY, Package, read_package
from ..score import Cell
from ..tables import RESULT_COLUMNS, csv_text, result_rows
from ..tree import Methodology
from . import tables
from .comparability import Edition, edition_of, joined, pairs_of
from .contributions import Explanation, contributions_of
from .core_series import CoreSeries, core_series
from .methods import changes_between
from .pairs import Pair
from .terms import Change
from .trees import parent_of

Sheets = Mapping[str, Mapping[str, tuple[Cell, ...]]]
"""A package's cells by country and date."""

DEEPEST = 100
"""Levels of a tree that can be explained: it is walked by calls within calls, which are limited."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes between two editions, and the key they share; empty if they share none."""

    key: str
    changes: tuple[Change, ...]


def explain(
    folder: Path, unit: str, node: str, *, date: str = "", draft: bool = False
) -> Explanation:
    """Explain one score of an edition.

    Without a DATE, it is the last on which UNIT has answers.
    Raises Fault if the files are amiss or there is no such score, and OSError.
    """
    package = read_package(folder)
    _check_depth(package.methodology)
    package.scored(draft=draft)
    sheets = _by_date(_sheets(package), unit)
    day = date or max(sheets)
    if day not in sheets:
        raise Fault(f"{unit} has no answers on {day}", file=ANSWERS)
    return contributions_of(package.methodology, sheets[day], node)


def explain_texts(explanation: Explanation) -> dict[str, str]:
    """Return explain.csv by name."""
    rows = tables.explain_rows(explanation)
    return {"explain.csv": csv_text(tables.EXPLAIN_COLUMNS, rows)}


def explain_words(explanation: Explanation) -> str:
    """Return a table for the terminal."""
    return "".join(f"{line.rstrip()}\n" for line in tables.explain_lines(explanation))


def compare(
    old: Path,
    new: Path,
    *,
    unit: str = "",
    node: str = "",
    dates: tuple[str, str] = ("", ""),
    despite_break: bool = False,
) -> Comparison:
    """Split the differences between two editions' scores, sorted by country and node.

    Compared are the countries that both have, each from DATES[0] in the old edition to DATES[1] in
    the new one; without a date, its last one there.

    DESPITE_BREAK compares editions that share no comparability key too, if they have comparable
    indicators: their difference is then split as any, and is no change of policy as a whole.

    Raises Fault if the files are amiss, if the editions share no comparability key, if a date, UNIT
    or NODE is in neither; and OSError.
    """
    before, first = _checked(old, node)
    after, last = (before, first) if new == old else _checked(new, node)
    pairs = _pairs(first, last, new)
    key = _key(first, last, despite_break=despite_break and bool(pairs))
    changes: list[Change] = []
    for cells, later, earlier in _sheets_of_both(before, after, unit, dates):
        changes += changes_between(
            (before.methodology, cells),
            (after.methodology, later),
            pairs=pairs,
            earlier=earlier,
            nodes=(node,) if node else None,
        )
    if not changes:
        raise Fault("no country has such a score on both dates")
    return Comparison(key, tuple(changes))


def _sheets_of_both(
    old: Package, new: Package, unit: str, dates: tuple[str, str]
) -> Iterator[tuple[tuple[Cell, ...], ...]]:
    """Give each country's old cells, its new ones, and the new edition's of the old date."""
    sheets = _sheets(old), _sheets(new)
    countries = [unit] if unit else sorted(set(sheets[0]) & set(sheets[1]))
    for country in countries:
        here = _by_date(sheets[0], country, file=str(old.folder / ANSWERS))
        there = _by_date(sheets[1], country, file=str(new.folder / ANSWERS))
        first, last = dates[0] or max(here), dates[1] or max(there)
        if first in here and last in there:
            yield here[first], there[last], there.get(first, ())


def change_texts(found: Comparison) -> dict[str, str]:
    """Return change.csv and answers_changed.csv by name."""
    changes = tables.change_rows(found.changes, found.key)
    answers = tables.answer_change_rows(found.changes)
    return {
        "change.csv": csv_text(tables.CHANGE_COLUMNS, changes),
        "answers_changed.csv": csv_text(tables.ANSWER_CHANGE_COLUMNS, answers),
    }


def _pairs(old: Edition, new: Edition, folder: Path) -> Mapping[str, Pair]:
    """Return the comparable indicators; a fault names the newer edition's FOLDER."""
    try:
        return pairs_of(old, new)
    except Fault as fault:
        fault.file = str(folder / METHODOLOGY)
        raise


def _key(old: Edition, new: Edition, *, despite_break: bool) -> str:
    try:
        return joined(old, new)
    except Fault:
        if despite_break:
            return ""
        raise


def _checked(folder: Path, node: str) -> tuple[Package, Edition]:
    """Read an edition that has NODE and can be scored; a fault names the folder too."""
    try:
        package = read_package(folder)
        _check_depth(package.methodology)
        package.scored(draft=False)
        if node:
            parent_of(package.methodology, node)
        return package, edition_of(package.document, package.methodology)
    except Fault as fault:
        fault.file = str(folder / (fault.file or METHODOLOGY))
        raise


def _check_depth(methodology: Methodology) -> None:
    """Raise Fault if the tree has more than DEEPEST levels of nodes."""
    depths: dict[str | None, int] = {}
    for node in reversed(tuple(methodology.nodes.values())):
        depths[node.code] = depths.get(node.parent, 0) + 1
    if any(depth > DEEPEST for depth in depths.values()):
        reason = f"a tree of more than {DEEPEST} levels is neither explained nor compared"
        raise Fault(reason, file=METHODOLOGY)


def _sheets(package: Package) -> Sheets:
    found: dict[str, dict[str, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for cell in package.cells:
        found[cell.country][cell.date].append(cell)
    return {
        country: {date: tuple(cells) for date, cells in dates.items()}
        for country, dates in found.items()
    }


def _by_date(
    sheets: Sheets, country: str, *, file: str = ANSWERS
) -> Mapping[str, tuple[Cell, ...]]:
    if country not in sheets:
        raise Fault(f"{country} has no answers", file=file)
    return sheets[country]


def series(folders: Sequence[Path], *, name: str = "core_series") -> CoreSeries:
    """Score what is comparable in all the editions in FOLDERS, the oldest first.

    Raises Fault if the files are amiss or nothing is comparable, and OSError.
    """
    editions: list[tuple[Edition, tuple[Cell, ...]]] = []
    for folder in folders:
        package, edition = _checked(folder, "")
        if editions:
            _pairs(editions[-1][0], edition, folder)
        editions.append((edition, package.cells))
    return core_series(editions, name)


def series_texts(found: CoreSeries) -> dict[str, str]:
    """Return core_series.csv, with the columns of results.csv, and what it rests on, by name."""
    asked = ([code] for code in found.indicators)
    return {
        "core_series.csv": csv_text(RESULT_COLUMNS, result_rows(found.results)),
        "core_indicators.csv": csv_text(("indicator",), asked),
    }
