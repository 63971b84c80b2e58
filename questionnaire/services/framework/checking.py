"""Whether a framework file can be used: every fault with its line, in a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from django.utils.translation import gettext_lazy as _

from ...enums import AggregateKind, AggregateRule
from ..problems import Problem
from .reading import Address, Document
from .shape import Fault, faults_of_shape

FULL, NONE = 100, 0
CODED = ("aggregates", "indicators", "indexes")
"""Sections whose codes are shared: a result is known by its code alone."""


def check(document: Document) -> list[Problem]:
    """Return every problem of a framework file, by line; none means that it can be loaded.

    The shape is looked at first: what the entries mean is looked at once every key is right.
    """
    problems = [document.problem(fault) for fault in faults_of(document.data)]
    return sorted(problems, key=lambda problem: problem.line)


def faults_of(data: dict[str, Any]) -> list[Fault]:
    """Return every fault of a document with its address; none means that it can be loaded."""
    faults = list(faults_of_shape(data))
    if faults:
        return faults
    tree = _Tree(data)
    return [fault for look in LOOKS for fault in look(tree)]


def faults_of_draft(data: dict[str, Any]) -> list[Fault]:
    """Return what even a draft may not be: what no table could hold, or no tree would be.

    A draft may still lack answers to what is asked of a whole one: a strand without questions,
    a table with gaps. Those are among `faults_of`.
    """
    faults = list(faults_of_shape(data))
    if faults:
        return faults
    tree = _Tree(data)
    return [fault for look in LOOKS_AT_DRAFTS for fault in look(tree)]


class _Tree:
    """The document's entries by code, and what lies below what."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.aggregates = {entry["code"]: entry for entry in data["aggregates"]}
        self.indicators = {entry["code"]: entry for entry in data["indicators"]}
        self.below: dict[str, list[dict[str, Any]]] = {code: [] for code in self.aggregates}
        for entry in (*data["aggregates"], *data["indicators"]):
            if entry.get("parent") in self.below:
                self.below[entry["parent"]].append(entry)

    def each(self, section: str) -> Iterator[tuple[Address, dict[str, Any]]]:
        for at, entry in enumerate(self.data.get(section, ())):
            yield (section, at), entry

    def points_of(self, code: str) -> list[int]:
        return [option["points"] for option in self.indicators[code]["options"]]


def _codes_are_unique(tree: _Tree) -> Iterator[Fault]:
    for sections in (CODED, ("standards",), ("contradictions",)):
        seen: set[str] = set()
        for section in sections:
            for address, entry in tree.each(section):
                code = entry["code"]
                if code in seen:
                    yield (
                        (*address, "code"),
                        _("The code “%(code)s” is used twice.") % {"code": code},
                    )
                seen.add(code)


def _parents_exist(tree: _Tree) -> Iterator[Fault]:
    for section in ("aggregates", "indicators"):
        for address, entry in tree.each(section):
            parent = entry.get("parent")
            if parent is not None and parent not in tree.aggregates:
                yield (
                    (*address, "parent"),
                    _("The parent “%(parent)s” of “%(code)s” is unknown.")
                    % {"parent": parent, "code": entry["code"]},
                )


def _strands_and_only_strands_are_roots(tree: _Tree) -> Iterator[Fault]:
    for address, entry in tree.each("aggregates"):
        is_strand = entry["kind"] == AggregateKind.STRAND
        if is_strand and entry.get("parent") is not None:
            yield (*address, "parent"), _("A strand has no parent.")
        if not is_strand and entry.get("parent") is None:
            yield address, _("“%(code)s” needs a parent.") % {"code": entry["code"]}


def _parents_run_in_no_circle(tree: _Tree) -> Iterator[Fault]:
    for address, entry in tree.each("aggregates"):
        way, code = [entry["code"]], entry.get("parent")
        while code in tree.aggregates and code not in way:
            way.append(code)
            code = tree.aggregates[code].get("parent")
        if code == entry["code"]:
            yield (
                (*address, "parent"),
                _("The parents run in a circle: %(way)s.") % {"way": " → ".join([*way, code])},
            )


def _aggregates_have_children(tree: _Tree) -> Iterator[Fault]:
    for address, entry in tree.each("aggregates"):
        if not tree.below[entry["code"]]:
            yield (
                address,
                _("Nothing lies below “%(code)s”, so it has no score.")
                % {"code": entry["code"]},
            )


def _weights_count(tree: _Tree) -> Iterator[Fault]:
    for section in ("aggregates", "indicators"):
        for address, entry in tree.each(section):
            parent = tree.aggregates.get(entry.get("parent"))
            unread = parent is not None and parent["rule"] != AggregateRule.WEIGHTED_MEAN
            if unread and Fraction(entry.get("weight", 1)) != 1:
                yield (
                    (*address, "weight"),
                    _("This weight counts for nothing: the rule of “%(parent)s” is %(rule)s.")
                    % {"parent": parent["code"], "rule": parent["rule"]},
                )
    for address, entry in tree.each("aggregates"):
        weights = [Fraction(child.get("weight", 1)) for child in tree.below[entry["code"]]]
        if weights and not any(weights):
            yield (
                address,
                _("All weights below “%(code)s” are 0.") % {"code": entry["code"]},
            )


def _standards_exist(tree: _Tree) -> Iterator[Fault]:
    known = {entry["code"] for entry in tree.data["standards"]}
    for address, entry in tree.each("indicators"):
        for at, code in enumerate(entry.get("standards") or ()):
            if code not in known:
                yield (
                    (*address, "standards", at),
                    _("The standard “%(code)s” is unknown.") % {"code": code},
                )


def _options_fall(tree: _Tree) -> Iterator[Fault]:
    for address, entry in tree.each("indicators"):
        points = tree.points_of(entry["code"])
        for at, value in enumerate(points):
            if not NONE <= value <= FULL:
                yield (
                    (*address, "options", at, "points"),
                    _("%(points)s points lie outside 0 to 100.") % {"points": value},
                )
        for at, (before, after) in enumerate(pairwise(points), start=1):
            if after >= before:
                yield (
                    (*address, "options", at, "points"),
                    _("Options must fall in points: %(after)s cannot follow %(before)s.")
                    % {"after": after, "before": before},
                )


def _options_reach_from_100_to_0(tree: _Tree) -> Iterator[Fault]:
    for address, entry in tree.each("indicators"):
        points = tree.points_of(entry["code"])
        if (max(points), min(points)) != (FULL, NONE):
            yield (
                (*address, "options"),
                _("The options of “%(code)s” must reach from 100 points to 0.")
                % {"code": entry["code"]},
            )


def _indexes_name_strands(tree: _Tree) -> Iterator[Fault]:
    for address, entry in tree.each("indexes"):
        for at, code in enumerate(entry["strands"]):
            kind = tree.aggregates.get(code, {}).get("kind")
            if kind != AggregateKind.STRAND:
                yield (
                    (*address, "strands", at),
                    _("“%(code)s” is no strand.") % {"code": code},
                )
            if code in entry["strands"][:at]:
                yield (
                    (*address, "strands", at),
                    _("The strand “%(code)s” stands twice here.") % {"code": code},
                )


def _one_index_is_the_headline(tree: _Tree) -> Iterator[Fault]:
    headlines = [entry for _at, entry in tree.each("indexes") if entry.get("headline")]
    if len(headlines) != 1:
        yield ("indexes",), _("One index, and only one, must be the headline.")


def _tables_stand_with_their_rule(tree: _Tree) -> Iterator[Fault]:
    for address, entry in tree.each("aggregates"):
        has_table, is_table = bool(entry.get("table")), entry["rule"] == AggregateRule.TABLE
        if is_table and not has_table:
            yield address, _("“%(code)s” needs its table.") % {"code": entry["code"]}
        elif has_table and not is_table:
            yield (*address, "table"), _("Only the rule “table” has a table.")


def _tables_are_total(tree: _Tree) -> Iterator[Fault]:
    for address, entry in tree.each("aggregates"):
        if entry.get("table") and entry["rule"] == AggregateRule.TABLE:
            yield from _faults_of_table(tree, entry, (*address, "table"))


def _faults_of_table(tree: _Tree, entry: dict[str, Any], address: Address) -> Iterator[Fault]:
    of, rows = entry["table"]["of"], entry["table"]["rows"]
    children = sorted(child["code"] for child in tree.below[entry["code"]])
    if sorted(of) != children or not set(of) <= tree.indicators.keys():
        yield (
            (*address, "of"),
            _("The table must be over the indicators directly below: %(children)s.")
            % {"children": ", ".join(children)},
        )
        return
    allowed = set(product(*(tree.points_of(code) for code in of)))
    given = Counter(tuple(row[:-1]) for row in rows)
    for at, row in enumerate(rows):
        if message := _fault_of_row(row, of, allowed, given):
            yield (*address, "rows", at), message
    for combination in sorted(allowed - given.keys(), reverse=True):
        wanted = ", ".join(
            f"{code} = {value}" for code, value in zip(of, combination, strict=True)
        )
        yield (
            (*address, "rows"),
            _("The table gives no value for %(combination)s.") % {"combination": wanted},
        )


def _fault_of_row(
    row: list[int],
    of: list[str],
    allowed: set[tuple[int, ...]],
    given: Counter[tuple[int, ...]],
) -> str:
    points = tuple(row[:-1])
    if len(points) != len(of):
        return _("This row must hold the points of %(children)s, and a value.") % {
            "children": ", ".join(of)
        }
    if points not in allowed:
        return _("There are no options with the points %(points)s.") % {
            "points": ", ".join(map(str, points))
        }
    if given[points] > 1:
        return _("This combination stands more than once.")
    if not NONE <= row[-1] <= FULL:
        return _("%(points)s points lie outside 0 to 100.") % {"points": row[-1]}
    return ""


SIDES = (("indicator", "earns"), ("other", "other_earns"))


def _contradictions_name_indicators(tree: _Tree) -> Iterator[Fault]:
    for address, entry in tree.each("contradictions"):
        if entry["indicator"] == entry["other"]:
            yield (*address, "other"), _("A question cannot contradict itself.")
        for asked, _earned in SIDES:
            if entry[asked] not in tree.indicators:
                yield (
                    (*address, asked),
                    _("The indicator “%(code)s” is unknown.") % {"code": entry[asked]},
                )


def _contradictions_name_answers(tree: _Tree) -> Iterator[Fault]:
    for address, entry in tree.each("contradictions"):
        for asked, earned in SIDES:
            code = entry[asked]
            if code in tree.indicators and set(entry[earned]) - set(tree.points_of(code)):
                yield (
                    (*address, earned),
                    _("“%(code)s” has no options with the points %(points)s.")
                    % {"code": code, "points": ", ".join(map(str, entry[earned]))},
                )


LOOKS_AT_DRAFTS: tuple[Callable[[_Tree], Iterator[Fault]], ...] = (
    _codes_are_unique,
    _parents_exist,
    _strands_and_only_strands_are_roots,
    _parents_run_in_no_circle,
    _standards_exist,
    _options_fall,
    _indexes_name_strands,
    _tables_stand_with_their_rule,
    _contradictions_name_indicators,
)
LOOKS = (
    *LOOKS_AT_DRAFTS,
    _aggregates_have_children,
    _weights_count,
    _options_reach_from_100_to_0,
    _one_index_is_the_headline,
    _tables_are_total,
    _contradictions_name_answers,
)
