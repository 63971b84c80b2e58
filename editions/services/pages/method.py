"""How the figures are computed: the methodology, in words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from . import words
from .book import Book, Node


@dataclass(frozen=True, slots=True)
class Child:
    code: str
    title: str
    href: str
    weight: str
    below: list[Child]
    note: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """A table that gives points to every combination of its indicators' points."""

    code: str
    title: str
    columns: list[str]
    rows: list[list[str]]


def context(book: Book) -> dict[str, Any]:
    """Return all that the page on the method shows."""
    return {
        "indexes": [_index(book, index) for index in book.indexes],
        "strands": [_tree(book, strand) for strand in book.strands],
        "tables": [table for node in book.nodes.values() if (table := _table(book, node))],
        "bands": book.bands,
        "rules": [*coverage_words(book.method["coverage"]), ranking_words(book.method)],
        "groups": groups(book),
        "unissued": [_left_out(book, entry) for entry in book.document.get("unissued", ())],
        "standards": book.document.get("standards", ()),
    }


def _index(book: Book, index: Node) -> dict[str, Any]:
    strands = [book.nodes[code].title for code in index.facts["strands"]]
    return {
        "title": index.title,
        "strands": words.listed(strands),
        "scored": scored_words(index.facts),
        "headline": index == book.headline,
    }


def _tree(book: Book, node: Node) -> Child:
    below = [_tree(book, each) for each in book.nodes.values() if each.parent == node.code]
    below += [
        Child(each.code, each.title, each.href, _weight(each.facts), [], "")
        for each in book.indicators.values()
        if each.parent == node.code
    ]
    href = node.href if node.kind == "strand" else ""
    return Child(node.code, node.title, href, _weight(node.facts), below, _rule_words(node))


def _weight(facts: Mapping[str, Any]) -> str:
    weight = str(facts.get("weight", "1"))
    return "" if weight == "1" else _("weight %(weight)s") % {"weight": weight}


def _rule_words(node: Node) -> str:
    rule = {
        "mean": _("mean of what stands below"),
        "weighted_mean": _("weighted mean of what stands below"),
        "table": _("read from its table"),
    }[node.facts["rule"]]
    hidden = "" if node.facts.get("shown", True) else _("not shown by itself")
    return "; ".join(part for part in (rule, hidden, scored_words(node.facts)) if part)


def scored_words(facts: Mapping[str, Any]) -> str:
    """Say in which years something is scored; empty for always."""
    years = [str(year) for year in facts.get("scored") or ()]
    spans = [
        _("from %(year)s on") % {"year": year[:-1]} if year.endswith("-") else year
        for year in years
    ]
    return _("scored in %(years)s") % {"years": words.listed(spans)} if spans else ""


def _table(book: Book, node: Node) -> LookUp | None:
    table = node.facts.get("table")
    if not table:
        return None
    columns = [book.indicators[code].title for code in table["of"]]
    rows = [[str(points) for points in row] for row in table["rows"]]
    return LookUp(node.code, node.title, columns, rows)


def coverage_words(coverage: Mapping[str, str]) -> list[str]:
    """Say for each level how much must be there for a score."""
    levels = {
        "composite": _("A composite indicator"),
        "dimension": _("A dimension"),
        "strand": _("A policy area"),
        "index": _("An overall score"),
        "group": _("A group's mean"),
    }
    return [_coverage(words_, str(coverage[level])) for level, words_ in levels.items()]


def _coverage(level: str, share: str) -> str:
    facts = {"level": level, "share": share}
    if share == "any":
        return _("%(level)s needs one of its parts; what is missing drops out.") % facts
    if share == "every":
        return _("%(level)s needs all of its parts.") % facts
    return _("%(level)s needs %(share)s of its parts.") % facts


def ranking_words(method: Mapping[str, Any]) -> str:
    if method["rank_on"] == "shown":
        return _("Ranks follow the shown score; equal scores share a rank: 8, 8, 10.")
    return _("Ranks follow the exact score; equal scores share a rank: 8, 8, 10.")


def groups(book: Book) -> list[dict[str, Any]]:
    """Return the groups with their members on the edition's cut-off date."""
    names = {country.code: country.name for country in book.countries}
    day = book.revision.cut_off
    members: dict[str, list[str]] = {}
    for each in book.frozen.groups:
        present = each.first_day <= day and (each.last_day is None or day <= each.last_day)
        if present:
            members.setdefault(each.name, []).append(names.get(each.country, each.country))
    return [
        {"name": name, "members": words.listed(sorted(who))} for name, who in members.items()
    ]


def _left_out(book: Book, entry: Mapping[str, str]) -> dict[str, str]:
    titles = {node.code: node.title for node in (*book.indexes, *book.nodes.values())}
    names = {country.code: country.name for country in book.countries}
    return {
        "country": names.get(entry["country"], entry["country"]),
        "title": titles.get(entry["node"], entry["node"]),
        "day": entry["reference_date"],
        "reason": entry.get("reason", ""),
    }
