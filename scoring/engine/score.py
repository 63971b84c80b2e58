"""From answers to scores: the whole computation."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .aggregate import MEAN, Figure, look_up, mean, weighted_mean
from .bands import band_of
from .method import RANKED_LEVELS, SHOWN
from .missing import Child, Status
from .options import on_scale
from .ranks import competition_ranks
from .rounding import half_up
from .tree import Index, Methodology, Node


@dataclass(frozen=True, slots=True)
class Cell:
    """One settled answer.

    Shape   country: ISO 3166-1 alpha-2. indicator: its code. date: the reference date, ISO.
    Units   points: 0 to 100 if the status is ok, None otherwise.
    """

    country: str
    indicator: str
    date: str
    status: Status
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: exact, as it is shown, and where it stands among the countries of its date.

    Units   exact: points, 0 to 100. shown: whole points. coverage: a share, 0 to 1.
    None    exact, shown and band without a score; rank on levels that are not ranked; coverage
            where nothing below applies.
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


def score(methodology: Methodology, cells: Iterable[Cell]) -> Results:
    """Compute every figure of every country on every date that has a cell.

    Shape   one Row per country, date, and strand, dimension, composite or index scored on
            that date; also where no score came out, and then with the reason. An indicator
            without a cell was not collected. An index exists on a date if all of its strands
            are scored on it. A figure that the methodology lists as unissued has no row, nor
            has what is computed from it.
    Raises  ValueError on an unknown indicator, a second cell for the same country, indicator
            and date, points outside 0..100, or points that disagree with the status.
    """
    rows = [
        row
        for (country, date), sheet in _sheets(methodology, cells).items()
        for row in _rows(methodology, country, date, sheet)
    ]
    return Results(tuple(sorted(_ranked(rows, methodology), key=lambda row: row.key)))


def _sheets(
    methodology: Methodology, cells: Iterable[Cell]
) -> dict[tuple[str, str], dict[str, Child]]:
    sheets: dict[tuple[str, str], dict[str, Child]] = defaultdict(dict)
    for cell in cells:
        place = f"{cell.country} {cell.indicator} {cell.date}"
        sheet = sheets[cell.country, cell.date]
        _check_cell(cell, methodology, place)
        if cell.indicator in sheet:
            raise ValueError(f"{place} is answered twice")
        weight = methodology.leaves[cell.indicator].weight
        status = Status(cell.status)
        sheet[cell.indicator] = Child(cell.indicator, weight, cell.points, status)
    return sheets


def _check_cell(cell: Cell, methodology: Methodology, place: str) -> None:
    if cell.indicator not in methodology.leaves:
        raise ValueError(f"{place}: there is no such indicator")
    if dt.date.fromisoformat(cell.date).isoformat() != cell.date:
        raise ValueError(f"{place}: the date is not written as 2019-12-31")
    if (cell.points is not None) != (Status(cell.status) == Status.OK):
        raise ValueError(f"{place}: points stand with the status ok and only with it")
    if cell.points is not None and not on_scale(cell.points):
        raise ValueError(f"{place}: {cell.points} points are outside 0..100")


def _rows(methodology: Methodology, country: str, date: str, sheet: Sheet) -> Iterator[Row]:
    figures: dict[str, Figure] = {}
    for node in methodology.nodes.values():
        if _is_issued(methodology, node, (country, date), figures):
            children = list(_children(methodology, node.children, figures, sheet))
            figures[node.code] = _figure(methodology, node, children)
            yield _row(methodology, (country, node.code, node.level, date), figures[node.code])
    for index in methodology.indexes:
        if _has_all(index, figures) and (country, index.code, date) not in methodology.unissued:
            children = list(_children(methodology, index.strands, figures, sheet))
            threshold = methodology.method.coverage["index"]
            figure = weighted_mean(children, threshold=threshold)
            yield _row(methodology, (country, index.code, "index", date), figure)


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
    codes: Iterable[str],
    figures: Mapping[str, Figure],
    sheet: Sheet,
) -> Iterator[Child]:
    """Give what lies below, without the nodes that are not scored on this date."""
    for code in codes:
        if code in methodology.leaves:
            weight = methodology.weight_of(code)
            yield sheet.get(code) or Child(code, weight, None, Status.NOT_COLLECTED)
        elif code in figures:
            figure = figures[code]
            yield Child(code, methodology.weight_of(code), figure.score, figure.status)


def _figure(methodology: Methodology, node: Node, children: Sequence[Child]) -> Figure:
    if node.table is not None:
        return look_up(children, node.table)
    threshold = methodology.method.coverage[node.level]
    rule = mean if node.rule == MEAN else weighted_mean
    return rule(children, threshold=threshold)


def _row(methodology: Methodology, place: tuple[str, str, str, str], figure: Figure) -> Row:
    country, node, level, date = place
    shown = None if figure.score is None else half_up(figure.score)
    return Row(
        country=country,
        node=node,
        level=level,
        date=date,
        exact=figure.score,
        shown=shown,
        rank=None,
        tied=False,
        band=None if shown is None else band_of(shown, methodology.method.bands),
        coverage=figure.coverage,
        status=figure.status,
        reason=figure.reason,
    )


def _ranked(rows: Iterable[Row], methodology: Methodology) -> Iterator[Row]:
    """Give the rows with their ranks among the countries scored on the same date."""
    fields: dict[tuple[str, str], dict[str, Fraction | int]] = defaultdict(dict)
    rows = list(rows)
    for row in rows:
        if row.exact is not None and row.shown is not None and row.level in RANKED_LEVELS:
            on_shown = methodology.method.rank_on == SHOWN
            fields[row.node, row.date][row.country] = row.shown if on_shown else row.exact
    places = {field: competition_ranks(scores) for field, scores in fields.items()}
    for row in rows:
        place = places.get((row.node, row.date), {}).get(row.country)
        yield replace(row, rank=place.rank, tied=place.tied) if place else row
