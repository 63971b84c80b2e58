"""Read a methodology document into the parts of a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from .aggregate import Table
from .codes import is_code
from .faults import MethodologyError
from .gates import Gate
from .goalposts import FORWARD, Goalposts
from .means import MEAN, RULE_OF, RULES, TABLE, WEIGHTED_MEAN
from .method import Method
from .nodes import INDEX, RESERVED, Index, Leaf, Node
from .options import Options, exact, on_scale
from .scope import periods_from

Entry = Mapping[str, Any]
Part = TypeVar("Part")
LISTS = ("aggregates", "indicators", "indexes")


def check_lists(document: Entry) -> None:
    """Refuse a document whose lists are none, whose entries have no code, or a code twice."""
    seen: set[str] = set()
    for part in LISTS:
        if part not in document:
            raise MethodologyError(f"the document lacks {part!r}")
        entries = document[part]
        if not isinstance(entries, (list, tuple)):
            raise MethodologyError(f"{part} is no list")
        for entry in entries:
            code = entry.get("code") if isinstance(entry, Mapping) else None
            if not is_code(code):
                raise MethodologyError(f"an entry of {part} has no code")
            if code in seen:
                raise MethodologyError(f"the code {code} is used twice", entry=code)
            seen.add(code)


def check_names(
    listed: Iterable[Entry],
    method: Method,
    nodes: Mapping[str, Node],
    leaves: Mapping[str, Leaf],
) -> None:
    """Refuse an index whose code something else has, and levels of the method that nothing has.

    Raises MethodologyError. A slip in the name of a level would change nothing, and say nothing.
    """
    taken = {*nodes, *leaves}
    for entry in listed:
        code = entry["code"]
        if not is_code(code):
            raise MethodologyError("an entry of indexes has no code")
        if code in taken:
            raise MethodologyError(f"the code {code} is used twice", entry=code)
        taken.add(code)
    levels = {INDEX, *(node.level for node in nodes.values())}
    for level in (*method.aggregation, *(method.ranked or ())):
        if level not in levels:
            raise MethodologyError(f"the method names the level {level}, which nothing has")


def told(build: Callable[..., Part], entry: Entry, *more: Any) -> Part:
    """Build one part; what is wrong with it names its code.

    Raises MethodologyError.
    """
    try:
        return build(entry, *more)
    except MethodologyError as error:
        error.entry = error.entry or entry["code"]
        raise
    except KeyError as error:
        raise MethodologyError(f"{entry['code']} lacks {error}", entry=entry["code"]) from error
    except (TypeError, AttributeError) as error:
        reason = f"a value of {entry['code']} is of the wrong kind: {error}"
        raise MethodologyError(reason, entry=entry["code"]) from error
    except ValueError as error:
        raise MethodologyError(f"{entry['code']}: {error}", entry=entry["code"]) from error


def leaf(entry: Entry, method: Method) -> Leaf:
    """Build an indicator."""
    has_options, posts = bool(entry.get("options")), entry.get("goalposts")
    direction = entry.get("direction", FORWARD)
    if has_options and (posts is not None or direction != FORWARD):
        raise ValueError("options say what earns how much; goalposts and directions do not")
    gate = entry.get("gate")
    return Leaf(
        code=entry["code"],
        parent=entry["parent"],
        weight=_weight(entry, method),
        options=Options.from_list(entry["options"]) if has_options else None,
        posts=Goalposts.from_block(posts, direction),
        gate=None if gate is None else Gate.from_block(gate),
    )


def children_of(entries: Iterable[Entry], leaves: Mapping[str, Leaf]) -> dict[str, list[str]]:
    """Return what lies directly below each aggregate, in the order of the document."""
    entries = list(entries)
    below: dict[str, list[str]] = {entry["code"]: [] for entry in entries}
    for code, parent in _links(entries, leaves):
        if not isinstance(parent, str) or parent not in below:
            raise MethodologyError(f"the parent {parent} of {code} is unknown", entry=code)
        below[parent].append(code)
    return below


def _links(entries: list[Entry], leaves: Mapping[str, Leaf]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        if entry.get("parent") is not None:
            yield entry["code"], entry["parent"]
    for each in leaves.values():
        yield each.code, each.parent


def node(
    entry: Entry, children: tuple[str, ...], raw: Mapping[str, Fraction], method: Method
) -> Node:
    """Build an aggregate over its CHILDREN, whose RAW weights are given by code."""
    code, rule, level = entry["code"], entry["rule"], entry["kind"]
    if rule not in RULES:
        raise MethodologyError(f"the rule {rule} of {code} is unknown")
    if level in RESERVED or not is_code(level):
        raise MethodologyError(f"the kind {level} of {code} is unknown")
    if not children:
        raise MethodologyError(f"{code} has no children")
    if rule == MEAN and not method.weights.keys().isdisjoint(children):
        # The method weighs what the framework does not: the mean is no longer a plain one.
        rule = WEIGHTED_MEAN
    weights = {each: raw[each] for each in children}
    if rule == MEAN:
        weights = _plain(weights)
    if rule != TABLE and not any(weights.values()):
        raise MethodologyError(f"all weights below {code} are 0")
    method.terms(level)
    return Node(
        code=code,
        level=level,
        parent=entry.get("parent"),
        weight=raw[code],
        rule=_in_force(rule, level, method),
        shown=entry.get("shown", True),
        table=_table(entry["table"]) if rule == TABLE else None,
        periods=periods_from(entry.get("scored") or ()),
        children=children,
        weights=weights,
    )


def _plain(weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Return the weights below a plain mean: all the same.

    A child of weight 0 is shown and never counted, below a plain mean too.
    """
    return {code: Fraction(bool(weight)) for code, weight in weights.items()}


def raw_weights(
    entries: Iterable[Entry], leaves: Mapping[str, Leaf], method: Method
) -> dict[str, Fraction]:
    """Return every raw weight, the method's where it gives one.

    Raises MethodologyError if the method weighs what is not there.
    """
    raw = {entry["code"]: told(_weight, entry, method) for entry in entries}
    raw |= {each.code: each.weight for each in leaves.values()}
    unknown = sorted(set(method.weights) - set(raw))
    if unknown:
        raise MethodologyError(f"the method weighs {unknown[0]}, which is unknown")
    return raw


def _in_force(rule: str, level: str, method: Method) -> str:
    """Return the rule after the method had its say; a plain mean may stay one."""
    family = method.aggregation.get(level)
    if rule == TABLE or family is None:
        return rule
    replaced = RULE_OF[family]
    return MEAN if (rule, replaced) == (MEAN, WEIGHTED_MEAN) else replaced


def _weight(entry: Entry, method: Method) -> Fraction:
    weight = method.weights.get(entry["code"])
    weight = exact(entry.get("weight", "1")) if weight is None else weight
    if weight < 0:
        raise MethodologyError(f"the weight of {entry['code']} is negative")
    return weight


def _table(block: Mapping[str, Any]) -> Table:
    rows: dict[tuple[Fraction, ...], Fraction] = {}
    for row in block["rows"]:
        *points, value = map(exact, row)
        if tuple(points) in rows:
            raise MethodologyError(f"a table gives {row[:-1]} twice")
        if not on_scale(value):
            raise MethodologyError(f"a table gives {value}, which is outside 0..100")
        rows[tuple(points)] = value
    of = tuple(block["of"])
    if not all(isinstance(code, str) for code in of):
        raise MethodologyError("a table is over codes of indicators")
    return Table(of, rows)


def index(entry: Entry, nodes: Mapping[str, Node], method: Method) -> Index:
    """Build an index over the nodes that its `strands`, or its `of`, names."""
    code, strands = entry["code"], tuple(entry.get("of") or entry["strands"])
    for each in strands:
        if each not in nodes:
            raise MethodologyError(f"the strand {each} of {code} is unknown")
    if not strands or len(set(strands)) < len(strands):
        raise MethodologyError(f"{code} needs strands, each once")
    for each in strands:
        above = _above(each, nodes) & set(strands)
        if above:
            raise MethodologyError(f"{code} counts {each} twice, for {min(above)} holds it")
    weights = _index_weights(entry, strands, nodes)
    rule = entry.get("rule", WEIGHTED_MEAN)
    if rule not in RULES or rule == TABLE:
        raise MethodologyError(f"the rule {rule} of {code} is unknown")
    if rule == MEAN and method.weights.keys().isdisjoint(strands):
        weights = _plain(weights)
    rule = _in_force(rule, INDEX, method)
    return Index(code, bool(entry.get("headline", False)), strands, rule, weights)


def _index_weights(
    entry: Entry, strands: tuple[str, ...], nodes: Mapping[str, Node]
) -> dict[str, Fraction]:
    """Return the weights of an index: its own where it gives any, else those of the nodes."""
    own = {each: exact(weight) for each, weight in (entry.get("weights") or {}).items()}
    if not set(own) <= set(strands) or any(weight < 0 for weight in own.values()):
        raise MethodologyError(f"the weights of {entry['code']} are not those of its strands")
    weights = {each: own.get(each, nodes[each].weight) for each in strands}
    if not any(weights.values()):
        raise MethodologyError(f"all strands of {entry['code']} have weight 0")
    return weights


def _above(code: str, nodes: Mapping[str, Node]) -> set[str]:
    found, parent = set(), nodes[code].parent
    while parent is not None:
        found.add(parent)
        parent = nodes[parent].parent
    return found
