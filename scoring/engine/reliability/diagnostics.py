"""How the indicators of an index go together: correlations, Cronbach's alpha, eigenvalues.

Diagnostics are read by people before an index is defended. They never become weights.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from ..closing import through_gates
from ..missing import Child, Status
from ..nodes import INDEX, Node
from ..score import Cell, Results
from ..tree import Methodology
from .alpha import NO_VARIATION
from .correlations import Correlations, correlations, eigenvalues
from .samples import strands_of
from .scale import FEWEST, TOO_FEW, Scale

CRONBACH, DELETED, REST = "cronbach_alpha", "alpha_if_deleted", "item_rest"
EIGENVALUE, CORRELATION, ELSEWHERE = "eigenvalue", "correlation", "other_strand"
MEASURES = (CRONBACH, DELETED, REST, EIGENVALUE, CORRELATION, ELSEWHERE)

COMPOSITE = "composite"
Columns = Mapping[str, Mapping[str, Fraction]]
"""For each indicator and node, its points or score by country."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One figure on how parts of an index go together on one date.

    Shape   measure: one of MEASURES. node, level: of which figure the item is a part; empty for
            two parts that no node has in common. item, other: an indicator, a composite or a node;
            the place of an eigenvalue, 1 for the largest.
    Units   value: exact for both alphas; correlations from -1 to 1 and eigenvalues in binary64.
            n: countries that have all that the figure needs. items: the parts it is about.
    None    value, with its `reason`: no_variation, one_item, too_few_countries.
    """

    measure: str
    node: str
    level: str
    date: str
    item: str
    other: str
    n: int
    items: int
    value: Fraction | float | None
    reason: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A node or an index, and the items it is made of on the date."""

    code: str
    level: str
    items: tuple[str, ...]


def diagnostics(
    methodology: Methodology, cells: Iterable[Cell], results: Results, *, date: str
) -> tuple[Diagnostic, ...]:
    """Return every diagnostic of the answers and figures of one date.

    Shape   cells, results: of that date, and perhaps of others. An item is an indicator, or a
            composite or table, which stands in the place of one; items that are not scored on
            the date, or that no country has, are left out.
    Raises  CellFault on an answer to a closed question.
    """
    columns = _columns(methodology, cells, results, date)
    parts = list(_parts(methodology, columns, date))
    rows = [row for part in parts for row in _scale_rows(part, columns, date)]
    rows += _item_pairs(methodology, parts, columns, date)
    rows += _node_pairs(methodology, columns, date)
    rows += _elsewhere(methodology, parts, columns, date)
    return tuple(rows)


def _columns(
    methodology: Methodology, cells: Iterable[Cell], results: Results, date: str
) -> Columns:
    columns: dict[str, dict[str, Fraction]] = {}
    for country, sheet in _sheets(methodology, cells, date).items():
        for code, child in sheet.items():
            if child.score is not None:
                columns.setdefault(code, {})[country] = child.score
    for row in results.rows:
        if row.date == date and row.exact is not None:
            columns.setdefault(row.node, {})[row.country] = row.exact
    return columns


def _sheets(
    methodology: Methodology, cells: Iterable[Cell], date: str
) -> dict[str, Mapping[str, Child]]:
    sheets: dict[str, dict[str, Child]] = {}
    for cell in cells:
        if cell.date == date:
            weight = methodology.weight_of(cell.indicator)
            child = Child(cell.indicator, weight, cell.points, Status(cell.status))
            sheets.setdefault(cell.country, {})[cell.indicator] = child
    return {
        country: through_gates(methodology.gated, sheet, (country, date))
        for country, sheet in sheets.items()
    }


def _is_item(methodology: Methodology, code: str) -> bool:
    node = methodology.nodes.get(code)
    return node is None or node.table is not None or node.level == COMPOSITE


def _items(
    methodology: Methodology, codes: Iterable[str], columns: Columns, date: str
) -> Iterator[str]:
    """Give the items at or below CODES that are scored on the date and that somebody has."""
    for code in codes:
        if not methodology.is_scored(code, date):
            continue
        if not _is_item(methodology, code):
            yield from _items(methodology, methodology.nodes[code].children, columns, date)
        elif code in columns:
            yield code


def _parts(methodology: Methodology, columns: Columns, date: str) -> Iterator[_Part]:
    """Give nodes before the nodes they lie in, and the indices last."""
    below = [(node.code, node.level, node.children) for node in _groups(methodology, date)]
    below += [(each.code, INDEX, each.strands) for each in methodology.indexes]
    for code, level, children in below:
        items = tuple(_items(methodology, children, columns, date))
        if items:
            yield _Part(code, level, items)


def _groups(methodology: Methodology, date: str) -> Iterator[Node]:
    for node in methodology.nodes.values():
        if not _is_item(methodology, node.code) and methodology.is_scored(node.code, date):
            yield node


def _scale_rows(part: _Part, columns: Columns, date: str) -> Iterator[Diagnostic]:
    """Give what can be said of a node's items as one scale, over the countries that have all."""
    complete = sorted(set.intersection(*(set(columns[item]) for item in part.items)))
    scale = Scale.from_columns(
        {item: [columns[item][country] for country in complete] for item in part.items}
    )
    common = (part.code, part.level, date)
    size = (len(complete), len(part.items))
    yield Diagnostic(CRONBACH, *common, "", "", *size, *scale.alpha())
    for item in part.items:
        yield Diagnostic(DELETED, *common, item, "", *size, *scale.alpha_without(item))
    for item in part.items:
        yield Diagnostic(REST, *common, item, "", *size, *scale.with_the_rest(item))
    for place, value in enumerate(eigenvalues(list(scale.columns.values())), start=1):
        yield Diagnostic(EIGENVALUE, *common, str(place), "", *size, value, "")


def _item_pairs(
    methodology: Methodology, parts: Sequence[_Part], columns: Columns, date: str
) -> Iterator[Diagnostic]:
    """Give every pair of items, under the lowest node that holds both."""
    items = list(dict.fromkeys(item for part in parts for item in part.items))
    found = correlations([columns[item] for item in items])
    above = {item: tuple(_above(methodology, item)) for item in items}
    for (at, item), (to, other) in combinations(enumerate(items), 2):
        node = next((code for code in above[item] if code in above[other]), "")
        yield _pair(found, (at, to), (CORRELATION, node, item, other), methodology, date)


def _above(methodology: Methodology, code: str) -> Iterator[str]:
    entry = methodology.nodes.get(code) or methodology.leaves[code]
    while entry.parent is not None:
        yield entry.parent
        entry = methodology.nodes[entry.parent]


def _node_pairs(methodology: Methodology, columns: Columns, date: str) -> Iterator[Diagnostic]:
    """Give every pair of sibling nodes: strands, which have no parent, among them."""
    families: dict[str, list[str]] = {}
    for node in _groups(methodology, date):
        if node.code in columns:
            families.setdefault(node.parent or "", []).append(node.code)
    for parent, codes in families.items():
        found = correlations([columns[code] for code in codes])
        for (at, item), (to, other) in combinations(enumerate(codes), 2):
            names = (CORRELATION, parent, item, other)
            yield _pair(found, (at, to), names, methodology, date)


def _elsewhere(
    methodology: Methodology, parts: Sequence[_Part], columns: Columns, date: str
) -> Iterator[Diagnostic]:
    """Give each item of a strand beside the score of every other strand."""
    strands = set(strands_of(methodology).values())
    parts = [part for part in parts if part.code in strands]
    scored = [part.code for part in parts if part.code in columns]
    for own in parts:
        others = [code for code in scored if code != own.code]
        found = correlations(
            [columns[item] for item in own.items], [columns[code] for code in others]
        )
        for at, item in enumerate(own.items):
            for to, other in enumerate(others):
                names = (ELSEWHERE, own.code, item, other)
                yield _pair(found, (at, to), names, methodology, date)


def _pair(
    found: Correlations,
    place: tuple[int, int],
    names: tuple[str, str, str, str],
    methodology: Methodology,
    date: str,
) -> Diagnostic:
    measure, node, item, other = names
    n, value = int(found.n[place]), float(found.values[place])
    level = methodology.nodes[node].level if node else ""
    common = (measure, node, level, date, item, other, n, 2)
    if n < FEWEST:
        return Diagnostic(*common, None, TOO_FEW)
    if math.isnan(value):
        return Diagnostic(*common, None, NO_VARIATION)
    return Diagnostic(*common, value, "")
