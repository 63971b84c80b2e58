"""The methodology: the tree of nodes and weights, the indexes over it, and the method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from itertools import product
from typing import Any

from . import document as parts
from .aggregate import Table
from .faults import MethodologyError
from .means import TABLE
from .method import Method
from .nodes import INDEX, STRAND, Index, Leaf, Node
from .scope import scored_on

__all__ = ["STRAND", "Index", "Leaf", "Methodology", "MethodologyError", "Node"]


@dataclass(frozen=True, slots=True)
class Methodology:
    """All that is needed to turn answers into scores.

    Shape   leaves and nodes by code; nodes come with children before their parents. gated: the
            leaves with a gate, each after the one that closes it. unissued: (country, node or
            index, ISO date) of figures that a release left out.
    """

    leaves: Mapping[str, Leaf]
    nodes: Mapping[str, Node]
    indexes: tuple[Index, ...]
    method: Method
    unissued: frozenset[tuple[str, str, str]] = frozenset()
    gated: tuple[Leaf, ...] = ()

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Methodology:
        """Build from methodology.json: a framework document with its `method` block.

        `unissued`, a list of {country, node, reference_date, reason}, is optional.

        Raises MethodologyError on an unknown rule or parent, a cycle, a duplicate code, a
        table that is not total, a weight that is no number from 0 up, goalposts at one place,
        and the like.
        """
        parts.check_lists(document)
        try:
            method = Method.from_block(document["method"])
            left_out = frozenset(map(_left_out, document.get("unissued", ())))
        except KeyError as error:
            raise MethodologyError(f"the document lacks {error}") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise MethodologyError(str(error)) from error
        entries = document["aggregates"]
        leaves = {
            entry["code"]: parts.told(parts.leaf, entry, method)
            for entry in document["indicators"]
        }
        raw = parts.raw_weights(entries, leaves, method)
        below = parts.children_of(entries, leaves)
        nodes = _children_first(
            {
                entry["code"]: parts.told(
                    parts.node, entry, tuple(below[entry["code"]]), raw, method
                )
                for entry in entries
            }
        )
        for each in nodes.values():
            if each.table is not None:
                _check_table(each, each.table, leaves)
        listed = document["indexes"] if method.indexes is None else method.indexes
        parts.check_names(listed, method, nodes, leaves)
        indexes = tuple(parts.told(parts.index, entry, nodes, method) for entry in listed)
        method.terms(INDEX)
        return cls(leaves, nodes, indexes, method, left_out, _gates_first(leaves))

    def is_scored(self, code: str, date: str) -> bool:
        """Say whether the node CODE is scored on DATE: it, and everything it lies in."""
        node = self.nodes.get(code)
        while node is not None:
            if not scored_on(node.periods, date):
                return False
            node = self.nodes.get(node.parent) if node.parent else None
        return True

    def weight_of(self, code: str) -> Fraction:
        """Return the weight in force of a node or an indicator among its siblings."""
        part = self.nodes.get(code) or self.leaves[code]
        return self.nodes[part.parent].weights[code] if part.parent else part.weight

    @property
    def ranked_levels(self) -> frozenset[str]:
        """The levels that have ranks: those of the method, or indices and the tops of trees."""
        if self.method.ranked is not None:
            return frozenset(self.method.ranked)
        tops = {node.level for node in self.nodes.values() if node.parent is None}
        return frozenset({INDEX, *tops})


def effective_weights(methodology: Methodology, index: str) -> dict[str, Fraction | None]:
    """Return the share of INDEX that each strand, node and indicator below it carries.

    Exact   the product of the shares among siblings, from the top down; with all answers
            given, the score is the sum of these shares times points.
    None    below a table, which has no shares.
    Raises  KeyError if there is no such index.
    """
    top = {each.code: each for each in methodology.indexes}[index]
    shares: dict[str, Fraction | None] = {}
    _share_out(top.weights, Fraction(1), shares)
    for node in reversed(tuple(methodology.nodes.values())):
        if node.code in shares:
            whole = None if node.rule == TABLE else shares[node.code]
            _share_out(node.weights, whole, shares)
    return shares


def _share_out(
    weights: Mapping[str, Fraction],
    whole: Fraction | None,
    shares: dict[str, Fraction | None],
) -> None:
    total = sum(weights.values(), Fraction(0))
    for code, weight in weights.items():
        shares[code] = None if whole is None else whole * weight / total


def _left_out(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    return entry["country"], entry["node"], entry["reference_date"]


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
        reason = f"the parents of {', '.join(circling)} run in a circle"
        raise MethodologyError(reason, entry=circling[0])
    return dict(reversed(ordered.items()))


def _gates_first(leaves: Mapping[str, Leaf]) -> tuple[Leaf, ...]:
    """Return the leaves that have a gate, each after the one that closes it."""
    for leaf in leaves.values():
        if leaf.gate is not None and leaf.gate.on not in leaves:
            reason = f"the gate of {leaf.code} is on {leaf.gate.on}, which is unknown"
            raise MethodologyError(reason, entry=leaf.code)
    waits = {leaf.code: {leaf.gate.on} for leaf in leaves.values() if leaf.gate is not None}
    try:
        order = tuple(TopologicalSorter(waits).static_order())
    except CycleError as error:
        circle = ", ".join(sorted(set(error.args[1])))
        reason = f"the gates of {circle} run in a circle"
        raise MethodologyError(reason, entry=error.args[1][0]) from error
    return tuple(leaves[code] for code in order if code in waits)


def _check_table(node: Node, table: Table, leaves: Mapping[str, Leaf]) -> None:
    if sorted(table.of) != sorted(node.children) or not set(table.of) <= set(leaves):
        reason = f"the table of {node.code} is not over its own indicators"
        raise MethodologyError(reason, entry=node.code)
    choices = [leaf.options.points for leaf in _asked(table.of, leaves) if leaf.options]
    if len(choices) < len(table.of):
        reason = f"the table of {node.code} needs indicators with options"
        raise MethodologyError(reason, entry=node.code)
    needed = set(product(*choices))
    missing, foreign = needed - set(table.rows), set(table.rows) - needed
    if missing or foreign:
        points = ", ".join(map(str, min(missing or foreign)))
        fault = "lacks" if missing else "has, though no options are such,"
        reason = f"the table of {node.code} {fault} the row {points}"
        raise MethodologyError(reason, entry=node.code)


def _asked(codes: Iterable[str], leaves: Mapping[str, Leaf]) -> list[Leaf]:
    return [leaves[code] for code in codes]
