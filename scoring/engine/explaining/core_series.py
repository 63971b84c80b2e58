"""An index over what every edition of a span asks alike: its own measure, with its own name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from ..faults import Fault
from ..means import TABLE
from ..scope import scored_on
from ..score import Cell, Results, score
from ..tree import Index, Methodology, Node
from .comparability import Edition, pairs_of
from .pairs import Pair
from .terms import Answer
from .trees import answers_of, below


@dataclass(frozen=True, slots=True)
class CoreSeries:
    """The index, and what it rests on.

    Shape   indicators: by their codes in the newest edition. countries: those of every edition.
            results: one row a country and date, of the level `index`, under the index's own name.
    """

    name: str
    indicators: tuple[str, ...]
    countries: tuple[str, ...]
    results: Results


def core_series(
    editions: Sequence[tuple[Edition, Iterable[Cell]]], name: str = "core_series"
) -> CoreSeries:
    """Score what is comparable in all EDITIONS, the oldest first.

    Counted are the indicators below the newest edition's headline index that every edition
    before has a comparable one for (see comparability.links_between), with the newest's weights,
    means and thresholds, and points read in its units. Left out are nodes that are not scored on
    every date there is, tables without all of their indicators, and countries that are not in
    every edition. An answer that two editions give for one date is the newer's; what the newer
    one does not speak of stays. Ranks are among these countries, by this index.

    Raises  Fault if there is no edition, no headline index, no country in all of them, or nothing
            comparable is left, and if NAME is empty or the newest edition has something else of
            that name.
    """
    if not editions:
        raise Fault("a core series needs an edition")
    given = [(edition, tuple(cells)) for edition, cells in editions]
    newest = given[-1][0]
    ways = _ways([edition for edition, _ in given])
    dates = {cell.date for _, cells in given for cell in cells}
    methodology = _pruned(newest, set(ways), dates, name)
    countries = _in_all([cells for _, cells in given])
    counted = [
        cell
        for cell in _answers(given, ways)
        if cell.country in countries and cell.indicator in methodology.leaves
    ]
    rows = score(methodology, counted, draft=True).rows
    return CoreSeries(
        name=name,
        indicators=tuple(methodology.leaves),
        countries=tuple(sorted(countries)),
        results=Results(tuple(row for row in rows if row.node == name)),
    )


Way = tuple[str, tuple[Pair, ...]]
"""An indicator's code in one edition, and the pairs that lead from there to the newest."""


def _ways(editions: Sequence[Edition]) -> dict[str, list[Way]]:
    """Return for each indicator of the newest edition its way from every edition."""
    newest = editions[-1]
    ways: dict[str, list[Way]] = {code: [(code, ())] for code in newest.methodology.leaves}
    for old, new in reversed(list(pairwise(editions))):
        pairs = pairs_of(old, new)
        ways = {
            code: [(pairs[steps[0][0]].old, (pairs[steps[0][0]], *steps[0][1])), *steps]
            for code, steps in ways.items()
            if steps[0][0] in pairs
        }
    return ways


def _in_all(sheets: Iterable[Iterable[Cell]]) -> set[str]:
    countries = set.intersection(*({cell.country for cell in cells} for cells in sheets))
    if not countries:
        raise Fault("no country has answers in all of the editions")
    return countries


def _answers(
    given: Iterable[tuple[Edition, Iterable[Cell]]], ways: Mapping[str, Sequence[Way]]
) -> Iterable[Cell]:
    """Return one answer a country, indicator and date: that of the newest edition that has one."""
    found: dict[tuple[str, str, str], Cell] = {}
    for at, (edition, cells) in enumerate(given):
        steps = {code: way[at] for code, way in ways.items()}
        for cell, said in _read(edition, cells, steps):
            key = (cell.country, cell.indicator, cell.date)
            if said or key not in found:
                found[key] = cell
    return found.values()


def _read(
    edition: Edition, cells: Iterable[Cell], ways: Mapping[str, Way]
) -> Iterator[tuple[Cell, bool]]:
    """Give an edition's answers as they count, in the codes and units of the newest.

    Beside each stands whether the edition says it: it has a line, or a gate closes the question.
    """
    sheets: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        sheets[cell.country, cell.date].append(cell)
    for (country, date), sheet in sheets.items():
        answers, closed = answers_of(edition.methodology, sheet)
        said = closed | {cell.indicator for cell in sheet}
        for code, (source, pairs) in ways.items():
            answer = Answer(answers[source].score, answers[source].status)
            for pair in pairs:
                answer = pair.forward(answer)
            cell = Cell(country, code, date, answer.status, answer.points)
            yield cell, source in said


def _pruned(
    newest: Edition, comparable: set[str], dates: Iterable[str], name: str
) -> Methodology:
    """Return the newest methodology with nothing but the comparable, and one index over it."""
    full, top = newest.methodology, newest.headline
    if top is None:
        raise Fault(f"{newest.name} has no index to make a series of")
    if name in {"", *full.leaves, *full.nodes, *(index.code for index in full.indexes)}:
        taken = f"{newest.name} has {name} already" if name else "it is empty"
        raise Fault(f"the series needs a name of its own: {taken}")
    inside, dates = set(below(full, top.code)), tuple(dates)
    leaves = {code for code in full.leaves if code in comparable & inside}
    nodes: dict[str, Node] = {}
    for node in full.nodes.values():
        always = all(scored_on(node.periods, date) for date in dates)
        kept = tuple(code for code in node.children if code in leaves or code in nodes)
        if node.code in inside and always and _stands(node, kept):
            weights = {code: node.weights[code] for code in kept}
            nodes[node.code] = replace(node, children=kept, weights=weights)
    weights = {code: weight for code, weight in top.weights.items() if code in nodes}
    if not any(weights.values()):
        raise Fault("the editions have nothing comparable to make a series of")
    index = Index(name, headline=True, strands=tuple(weights), rule=top.rule, weights=weights)
    standing = replace(full, nodes=nodes, indexes=(index,))
    counted = set(below(standing, name))
    return replace(
        standing,
        leaves={code: leaf for code, leaf in full.leaves.items() if code in counted},
        nodes={code: node for code, node in nodes.items() if code in counted},
        unissued=frozenset(),
        gated=(),
    )


def _stands(node: Node, kept: Sequence[str]) -> bool:
    """Say whether a node is still what it was with the children that are KEPT."""
    if node.rule == TABLE:
        return len(kept) == len(node.children)
    return any(node.weights[code] > Fraction(0) for code in kept)
