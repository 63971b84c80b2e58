"""One country on one date, as the engine sees it: every node's score and every answer's points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from ..aggregate import look_up
from ..closing import through_gates
from ..faults import Fault
from ..means import MAXIMUM, MEANS, MINIMUM, TABLE
from ..missing import Child, Status
from ..nodes import INDEX
from ..score import Cell, Row, score
from ..tree import Index, Leaf, Methodology, Node

WHOLE = frozenset({TABLE, MINIMUM, MAXIMUM})
"""The rules that give the children no weights of their own: such a node stands as a whole."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What one country's answers of one date give.

    Shape   rows: the figures by node and index. answers: by indicator, as they count: a closed
            question is as its gate left it, one without a cell was not collected. closed: the
            questions that a gate closes.
    """

    methodology: Methodology
    country: str
    date: str
    rows: Mapping[str, Row]
    answers: Mapping[str, Child]
    closed: frozenset[str]

    def points(self, code: str) -> Fraction | None:
        """Return the exact points of an indicator, a node or an index; None if it has none."""
        if code in self.answers:
            return self.answers[code].score
        row = self.rows.get(code)
        return row.exact if row else None

    def status(self, code: str) -> Status:
        """Return why there are points, or none."""
        if code in self.answers:
            return self.answers[code].status
        row = self.rows.get(code)
        return row.status if row else Status.NOT_COLLECTED


def scores_of(methodology: Methodology, cells: Iterable[Cell]) -> Scores:
    """Score the cells of one country and one date.

    Provisional answers are taken: an explanation publishes nothing.
    Raises  Fault if there are none, or if they are of several countries or dates; what `score`
            raises.
    """
    cells = tuple(cells)
    country, date = place_of(cells)
    rows = {row.node: row for row in score(methodology, cells, draft=True).rows}
    return Scores(methodology, country, date, rows, *answers_of(methodology, cells))


def place_of(cells: Iterable[Cell]) -> tuple[str, str]:
    """Return the one country and date of CELLS. Raises Fault if there are several, or none."""
    places = {(cell.country, cell.date) for cell in cells}
    if len(places) != 1:
        raise Fault("the answers to explain are those of one country and one date")
    return places.pop()


def kept_for(
    scope: Methodology, methodology: Methodology, cells: Iterable[Cell]
) -> tuple[Cell, ...]:
    """Return the cells that count in SCOPE, a subtree; those missing say not collected.

    A cell of no indicator of METHODOLOGY at all is kept, for `score` to refuse it.
    """
    cells = tuple(cells)
    country, date = place_of(cells)
    kept = [
        cell
        for cell in cells
        if cell.indicator in scope.leaves or cell.indicator not in methodology.leaves
    ]
    absent = set(scope.leaves) - {cell.indicator for cell in kept}
    kept += [Cell(country, code, date, Status.NOT_COLLECTED, None) for code in sorted(absent)]
    return tuple(kept)


def answers_of(
    methodology: Methodology, cells: Iterable[Cell]
) -> tuple[Mapping[str, Child], frozenset[str]]:
    """Return one country's answers of a date as they count, and which of them a gate closes.

    Shape   by indicator, every one of METHODOLOGY: a closed question is as its gate left it, one
            without a cell was not collected.
    Raises  CellFault on an answer to a closed question; Fault as `place_of`.
    """
    cells = tuple(cells)
    said = {leaf.code: _unanswered(leaf) for leaf in methodology.leaves.values()}
    for cell in cells:
        weight = methodology.leaves[cell.indicator].weight
        status = Status(cell.status)
        said[cell.indicator] = Child(cell.indicator, weight, cell.points, status)
    found = through_gates(methodology.gated, said, place_of(cells))
    return found, frozenset(code for code, child in found.items() if child is not said[code])


def _unanswered(leaf: Leaf) -> Child:
    return Child(leaf.code, leaf.weight, None, Status.NOT_COLLECTED)


def parent_of(methodology: Methodology, code: str) -> Node | Index | None:
    """Return the node or index CODE; None if it is an indicator.

    Raises Fault if the methodology has nothing of that code.
    """
    if code in methodology.nodes:
        return methodology.nodes[code]
    for index in methodology.indexes:
        if index.code == code:
            return index
    if code not in methodology.leaves:
        raise Fault(f"there is no node, index or indicator {code}")
    return None


def level_of(parent: Node | Index) -> str:
    """Return the level of a node; that of an index is `index`."""
    return parent.level if isinstance(parent, Node) else INDEX


def below(methodology: Methodology, code: str) -> Iterator[str]:
    """Give CODE and every node and indicator below it, a parent before its children."""
    yield code
    parent = parent_of(methodology, code)
    for child in parent.weights if parent is not None else ():
        yield from below(methodology, child)


def subtree(methodology: Methodology, code: str) -> Methodology:
    """Return the methodology of CODE alone: what is below it, and the questions that close that.

    A question from elsewhere that closes one below counts nowhere, and has no parent.
    """
    inside = set(below(methodology, code))
    kept = set(inside)
    gates = {leaf.code: leaf.gate.on for leaf in methodology.gated if leaf.gate is not None}
    waiting = [each for each in kept if each in gates]
    while waiting:
        opener = gates[waiting.pop()]
        if opener not in kept:
            kept.add(opener)
            waiting.extend([opener] if opener in gates else [])
    return replace(
        methodology,
        leaves={
            each: leaf if leaf.parent in inside else replace(leaf, parent="")
            for each, leaf in methodology.leaves.items()
            if each in kept
        },
        nodes={each: node for each, node in methodology.nodes.items() if each in kept},
        indexes=tuple(index for index in methodology.indexes if index.code == code),
        gated=tuple(leaf for leaf in methodology.gated if leaf.code in kept),
    )


def value_of(
    methodology: Methodology, parent: Node | Index, points: Mapping[str, Fraction | None]
) -> Fraction | None:
    """Return what PARENT would score if its children had POINTS, however few of them count.

    None    without any score among children that weigh, or where a table's rows differ.
    """
    if isinstance(parent, Node) and parent.table is not None:
        one = Fraction(1)
        children = [_child(code, one, points.get(code)) for code in parent.children]
        return look_up(children, parent.table).score
    pairs = [
        (weight, known)
        for code, weight in parent.weights.items()
        if weight and (known := points.get(code)) is not None
    ]
    return MEANS[parent.rule](pairs, methodology.method.lowest) if pairs else None


def _child(code: str, weight: Fraction, points: Fraction | None) -> Child:
    return Child(code, weight, points, Status.UNKNOWN if points is None else Status.OK)
