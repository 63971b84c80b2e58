"""From answers to scores: the whole computation."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter

from .aggregate import Figure, combine, look_up
from .bands import band_of
from .closing import through_gates
from .faults import CellFault, Fault
from .means import NotPositive
from .method import SHOWN
from .missing import WITH_POINTS, Child, Status
from .nodes import INDEX, Index, Node
from .options import on_scale
from .ranks import Place, competition_ranks
from .rounding import half_up
from .tree import Methodology


@dataclass(frozen=True, slots=True)
class Cell:
    """One settled answer.

    Shape   country: ISO 3166-1 alpha-2. indicator: its code. date: the reference date, ISO.
    Units   points: 0 to 100 if the status is ok, estimated, break or provisional; else None.
    """

    country: str
    indicator: str
    date: str
    status: Status
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: exact, as it is shown, and where it stands among the countries of its date.

    Units   exact: points, 0 to 100. shown: whole points. coverage: a share, 0 to 1. lo, hi: the
            least and the most it could be if everything missing were answered, points.
    None    exact, shown and band without a score; rank on levels that are not ranked; coverage,
            lo and hi where nothing below applies.
    Shape   flags: of estimated, break and provisional, those of the answers that count, sorted.
    """

    country: str
    node: str
    level: str
    date: str
    exact: Fraction | None
    shown: int | None
    rank: int | None
    tied: bool
    band: str | None
    coverage: Fraction | None
    status: Status
    reason: str
    lo: Fraction | None = None
    hi: Fraction | None = None
    flags: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        return self.country, self.node, self.date


@dataclass(frozen=True, slots=True)
class Results:
    """All figures, sorted by country, node and date."""

    rows: tuple[Row, ...]

    def scored(self) -> tuple[Row, ...]:
        """Return the rows that have a score."""
        return tuple(row for row in self.rows if row.exact is not None)


Sheet = Mapping[str, Child]
"""The answers of one country on one date, by indicator."""

Key = tuple[str, str, str, str]
"""Of which country, node, level and date a figure is."""


def score(methodology: Methodology, cells: Iterable[Cell], *, draft: bool = False) -> Results:
    """Compute every figure of every country on every date that has a cell.

    Shape   one Row per country, date, and strand, dimension, composite or index scored on
            that date; also where no score came out, and then with the reason. An indicator
            without a cell was not collected. An index exists on a date if all of its strands
            are scored on it. A figure that the methodology lists as unissued has no row, nor
            has what is computed from it. Provisional answers are taken in a DRAFT only.
    Raises  CellFault on an unknown indicator, a second cell for the same country, indicator
            and date, points outside 0..100 or that disagree with the status, an answer to a
            closed question; ValueError on a score of 0 where a product needs more.
    """
    found = (
        figure
        for place, sheet in sheets_of(methodology, cells, draft=draft).items()
        for figure in _figures(methodology, place, sheet)
    )
    return results_from(methodology, found)


def sheets_of(
    methodology: Methodology, cells: Iterable[Cell], *, draft: bool
) -> dict[tuple[str, str], dict[str, Child]]:
    """Return the answers by country and date; refuse those that `score` refuses."""
    sheets: dict[tuple[str, str], dict[str, Child]] = defaultdict(dict)
    for cell in cells:
        sheet, code = sheets[cell.country, cell.date], cell.indicator
        _check_cell(cell, methodology, draft=draft)
        if code in sheet:
            raise _fault(cell, "it is answered twice")
        weight = methodology.weight_of(code)
        sheet[code] = Child(code, weight, cell.points, Status(cell.status))
    return sheets


def _check_cell(cell: Cell, methodology: Methodology, *, draft: bool) -> None:
    if cell.indicator not in methodology.leaves:
        raise _fault(cell, "there is no such indicator")
    if not _is_date(cell.date):
        raise _fault(cell, "the date is not written as 2019-12-31")
    if (cell.points is not None) != (cell.status in WITH_POINTS):
        has = "none" if cell.points is None else "points"
        raise _fault(cell, f"an answer that is {cell.status} has {has}")
    if cell.points is not None and not on_scale(cell.points):
        raise _fault(cell, f"{cell.points} points are outside 0..100")
    if cell.status == Status.PROVISIONAL and not draft:
        raise _fault(cell, "a provisional answer has no place in what is frozen")


def _fault(cell: Cell, reason: str) -> CellFault:
    return CellFault(reason, key=(cell.country, cell.indicator, cell.date))


@lru_cache(maxsize=1024)
def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _figures(
    methodology: Methodology, place: tuple[str, str], sheet: Sheet
) -> Iterator[tuple[Key, Figure]]:
    figures: dict[str, Figure] = {}
    country, date = place
    sheet = through_gates(methodology.gated, sheet, place)
    for node in methodology.nodes.values():
        if _is_issued(methodology, node, place, figures):
            key = (country, node.code, node.level, date)
            children = list(_children(methodology, node.weights, figures, sheet))
            figures[node.code] = _figure(methodology, node, children, key)
            yield key, figures[node.code]
    for index in methodology.indexes:
        if _has_all(index, figures) and (country, index.code, date) not in methodology.unissued:
            key = (country, index.code, INDEX, date)
            children = list(_children(methodology, index.weights, figures, sheet))
            yield key, _figure(methodology, index, children, key)


def _is_issued(
    methodology: Methodology,
    node: Node,
    place: tuple[str, str],
    figures: Mapping[str, Figure],
) -> bool:
    """Say whether the node has a figure here: scored, and nothing it needs left out."""
    country, date = place
    if (country, node.code, date) in methodology.unissued:
        return False
    if not methodology.is_scored(node.code, date):
        return False
    return not any(
        code in methodology.nodes and code not in figures and methodology.is_scored(code, date)
        for code in node.children
    )


def _has_all(index: Index, figures: Mapping[str, Figure]) -> bool:
    return all(strand in figures for strand in index.strands)


def _children(
    methodology: Methodology,
    weights: Mapping[str, Fraction],
    figures: Mapping[str, Figure],
    sheet: Sheet,
) -> Iterator[Child]:
    """Give what lies below, without the nodes that are not scored on this date."""
    for code, weight in weights.items():
        if code in methodology.leaves:
            answer = sheet.get(code) or Child(code, weight, None, Status.NOT_COLLECTED)
            yield answer if answer.weight == weight else replace(answer, weight=weight)
        elif code in figures:
            found = figures[code]
            yield Child(code, weight, found.score, found.status, found.bounds, found.flags)


def _figure(
    methodology: Methodology,
    part: Node | Index,
    children: Sequence[Child],
    key: Key,
) -> Figure:
    terms = methodology.method.terms(key[2])
    if isinstance(part, Node) and part.table is not None:
        return look_up(children, part.table, terms)
    try:
        return combine(children, rule=part.rule, terms=terms)
    except NotPositive as error:
        raise Fault(f"{key[0]} {key[1]} {key[3]}: {error}") from error


def results_from(methodology: Methodology, found: Iterable[tuple[Key, Figure]]) -> Results:
    """Return figures as they are shown, with bands and ranks.

    Shape   found: each figure with its country, node, level and date, in any order.
    """
    shown = [
        (key, figure, None if figure.score is None else half_up(figure.score))
        for key, figure in found
    ]
    places = _places(methodology, shown)
    bands = [band_of(whole, methodology.method.bands) for whole in range(101)]
    rows = [
        _row(key, figure, whole, None if whole is None else bands[whole], places.get(key))
        for key, figure, whole in shown
    ]
    return Results(tuple(sorted(rows, key=attrgetter("country", "node", "date"))))


def _row(
    key: Key, figure: Figure, shown: int | None, band: str | None, place: Place | None
) -> Row:
    country, node, level, date = key
    lo, hi = figure.bounds or (None, None)
    return Row(
        country=country,
        node=node,
        level=level,
        date=date,
        exact=figure.score,
        shown=shown,
        rank=place.rank if place else None,
        tied=place is not None and place.tied,
        band=band,
        coverage=figure.coverage,
        status=figure.status,
        reason=figure.reason,
        lo=lo,
        hi=hi,
        flags=tuple(sorted(figure.flags)),
    )


def _places(
    methodology: Methodology, shown: Iterable[tuple[Key, Figure, int | None]]
) -> dict[Key, Place]:
    """Return the ranks among the countries scored on the same date."""
    fields: dict[tuple[str, str, str], dict[str, Fraction | int]] = defaultdict(dict)
    levels, on_shown = methodology.ranked_levels, methodology.method.rank_on == SHOWN
    for (country, *field), figure, whole in shown:
        if figure.score is not None and whole is not None and field[1] in levels:
            fields[tuple(field)][country] = whole if on_shown else figure.score
    return {
        (country, *field): place
        for field, scores in fields.items()
        for country, place in competition_ranks(scores).items()
    }
