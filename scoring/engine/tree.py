"""The methodology: the tree of nodes and weights, the indexes over it, and the method."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from .aggregate import MEAN, RULES, TABLE, Table
from .faults import Fault
from .method import Method
from .options import Options, exact, on_scale
from .scope import Period, periods_from, scored_on

STRAND = "strand"
KINDS = (STRAND, "dimension", "composite")


class MethodologyError(Fault):
    """The document does not describe a tree that can be computed."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """An indicator: a question whose options earn points."""

    code: str
    parent: str
    weight: Fraction
    options: Options


@dataclass(frozen=True, slots=True)
class Node:
    """A strand, dimension or composite, computed from its children by its rule."""

    code: str
    level: str
    parent: str | None
    weight: Fraction
    rule: str
    shown: bool
    table: Table | None
    periods: tuple[Period, ...]
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """An overall score: the weighted mean of the named strands."""

    code: str
    headline: bool
    strands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Methodology:
    """All that is needed to turn answers into scores.

    Shape   leaves and nodes by code; nodes come with children before their parents.
            unissued: (country, node or index, ISO date) of figures that a release left out.
    """

    leaves: Mapping[str, Leaf]
    nodes: Mapping[str, Node]
    indexes: tuple[Index, ...]
    method: Method
    unissued: frozenset[tuple[str, str, str]] = frozenset()

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Methodology:
        """Build from methodology.json: a framework document with its `method` block.

        `unissued`, a list of {country, node, reference_date, reason}, is optional.

        Raises MethodologyError on an unknown rule or parent, a cycle, a duplicate code, a
        table that is not total, a weight that is no number from 0 up, and the like.
        """
        try:
            _refuse_duplicates(document)
            leaves = _leaves(document["indicators"])
            nodes = _children_first(_nodes(document["aggregates"], leaves))
            indexes = tuple(_index(entry, nodes) for entry in document["indexes"])
            method = Method.from_block(document["method"])
        except KeyError as error:
            raise MethodologyError(f"the document lacks {error}") from error
        except MethodologyError:
            raise
        except ValueError as error:
            raise MethodologyError(str(error)) from error
        for node in nodes.values():
            _check_node(node, leaves, nodes)
        left_out = frozenset(
            (entry["country"], entry["node"], entry["reference_date"])
            for entry in document.get("unissued", ())
        )
        return cls(leaves, nodes, indexes, method, left_out)

    def is_scored(self, code: str, date: str) -> bool:
        """Say whether the node CODE is scored on DATE: it, and everything it lies in."""
        node = self.nodes.get(code)
        while node is not None:
            if not scored_on(node.periods, date):
                return False
            node = self.nodes.get(node.parent) if node.parent else None
        return True

    def weight_of(self, code: str) -> Fraction:
        """Return the weight of a node or an indicator among its siblings."""
        return (self.nodes.get(code) or self.leaves[code]).weight


def effective_weights(methodology: Methodology, index: str) -> dict[str, Fraction | None]:
    """Return the share of INDEX that each strand, node and indicator below it carries.

    Exact   the product of the shares among siblings, from the top down; with all answers
            given, the score is the sum of these shares times points.
    None    below a table, which has no shares.
    Raises  KeyError if there is no such index.
    """
    strands = {each.code: each.strands for each in methodology.indexes}[index]
    shares: dict[str, Fraction | None] = {}
    _share_out(methodology, strands, Fraction(1), shares)
    for node in reversed(tuple(methodology.nodes.values())):
        if node.code in shares:
            whole = None if node.rule == TABLE else shares[node.code]
            _share_out(methodology, node.children, whole, shares, equal=node.rule == MEAN)
    return shares


def _share_out(
    methodology: Methodology,
    codes: Iterable[str],
    whole: Fraction | None,
    shares: dict[str, Fraction | None],
    *,
    equal: bool = False,
) -> None:
    weights = {code: Fraction(1) if equal else methodology.weight_of(code) for code in codes}
    total = sum(weights.values(), Fraction(0))
    for code, weight in weights.items():
        shares[code] = None if whole is None else whole * weight / total


def _refuse_duplicates(document: Mapping[str, Any]) -> None:
    seen: set[str] = set()
    for part in ("aggregates", "indicators", "indexes"):
        for entry in document[part]:
            if entry["code"] in seen:
                raise MethodologyError(f"the code {entry['code']} is used twice")
            seen.add(entry["code"])


def _weight(entry: Mapping[str, Any]) -> Fraction:
    weight = exact(entry.get("weight", "1"))
    if weight < 0:
        raise MethodologyError(f"the weight of {entry['code']} is negative")
    return weight


def _leaves(entries: Iterable[Mapping[str, Any]]) -> dict[str, Leaf]:
    return {
        entry["code"]: Leaf(
            entry["code"], entry["parent"], _weight(entry), Options.from_list(entry["options"])
        )
        for entry in entries
    }


def _nodes(entries: Iterable[Mapping[str, Any]], leaves: Mapping[str, Leaf]) -> dict[str, Node]:
    entries = list(entries)
    below: dict[str, list[str]] = {entry["code"]: [] for entry in entries}
    for code, parent in _links(entries, leaves):
        if parent not in below:
            raise MethodologyError(f"the parent {parent} of {code} is unknown")
        below[parent].append(code)
    return {entry["code"]: _node(entry, tuple(below[entry["code"]])) for entry in entries}


def _links(
    entries: Iterable[Mapping[str, Any]], leaves: Mapping[str, Leaf]
) -> Iterator[tuple[str, str]]:
    for entry in entries:
        if entry.get("parent") is not None:
            yield entry["code"], entry["parent"]
    for leaf in leaves.values():
        yield leaf.code, leaf.parent


def _node(entry: Mapping[str, Any], children: tuple[str, ...]) -> Node:
    code, rule = entry["code"], entry["rule"]
    if rule not in RULES:
        raise MethodologyError(f"the rule {rule} of {code} is unknown")
    if entry["kind"] not in KINDS:
        raise MethodologyError(f"the kind {entry['kind']} of {code} is unknown")
    return Node(
        code=code,
        level=entry["kind"],
        parent=entry.get("parent"),
        weight=_weight(entry),
        rule=rule,
        shown=entry.get("shown", True),
        table=_table(entry["table"]) if rule == TABLE else None,
        periods=periods_from(entry.get("scored") or ()),
        children=children,
    )


def _table(block: Mapping[str, Any]) -> Table:
    rows: dict[tuple[Fraction, ...], Fraction] = {}
    for row in block["rows"]:
        *points, value = map(exact, row)
        if tuple(points) in rows:
            raise MethodologyError(f"a table gives {row[:-1]} twice")
        if not on_scale(value):
            raise MethodologyError(f"a table gives {value}, which is outside 0..100")
        rows[tuple(points)] = value
    return Table(tuple(block["of"]), rows)


def _children_first(nodes: Mapping[str, Node]) -> dict[str, Node]:
    """Return the nodes with every child before its parent; refuse a cycle."""
    ordered: dict[str, Node] = {}
    waiting = [node for node in nodes.values() if node.parent is None]
    while waiting:
        node = waiting.pop()
        ordered[node.code] = node
        waiting.extend(nodes[code] for code in node.children if code in nodes)
    circling = [code for code in nodes if code not in ordered]
    if circling:
        raise MethodologyError(f"the parents of {', '.join(circling)} run in a circle")
    return dict(reversed(ordered.items()))


def _check_node(node: Node, leaves: Mapping[str, Leaf], nodes: Mapping[str, Node]) -> None:
    if (node.level == STRAND) != (node.parent is None):
        raise MethodologyError(f"strands and only strands have no parent, unlike {node.code}")
    if not node.children:
        raise MethodologyError(f"{node.code} has no children")
    weights = [(nodes.get(code) or leaves[code]).weight for code in node.children]
    if node.rule != TABLE and not any(weights):
        raise MethodologyError(f"all weights below {node.code} are 0")
    if node.table is not None:
        _check_table(node, node.table, leaves)


def _check_table(node: Node, table: Table, leaves: Mapping[str, Leaf]) -> None:
    if sorted(table.of) != sorted(node.children) or not set(table.of) <= set(leaves):
        raise MethodologyError(f"the table of {node.code} is not over its own indicators")
    needed = set(product(*(leaves[code].options.points for code in table.of)))
    missing, foreign = needed - set(table.rows), set(table.rows) - needed
    if missing or foreign:
        points = ", ".join(map(str, min(missing or foreign)))
        fault = "lacks" if missing else "has, though no options are such,"
        raise MethodologyError(f"the table of {node.code} {fault} the row {points}")


def _index(entry: Mapping[str, Any], nodes: Mapping[str, Node]) -> Index:
    strands = tuple(entry["strands"])
    for code in strands:
        if code not in nodes or nodes[code].level != STRAND:
            raise MethodologyError(f"the strand {code} of {entry['code']} is unknown")
    if not strands or len(set(strands)) < len(strands):
        raise MethodologyError(f"{entry['code']} needs strands, each once")
    if not any(nodes[code].weight for code in strands):
        raise MethodologyError(f"all strands of {entry['code']} have weight 0")
    return Index(entry["code"], bool(entry.get("headline", False)), strands)
