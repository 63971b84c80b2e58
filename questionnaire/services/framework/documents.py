"""A framework document changed: an entry put, removed with what rests on it, or moved.

Nothing here asks the database. Each function returns a new document and leaves the old one.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from ...selectors.tree import checksum_of

Document = dict[str, Any]
Entry = dict[str, Any]
Place = tuple[str, str]
"""Section and code: ("indicators", "ba21")."""

HEAD = "framework"
LISTS = ("standards", "aggregates", "indexes", "indicators", "contradictions")
IN_ORDER = ("aggregates", "indexes", "indicators")
"""Sections whose order people see, and may change."""


def entries_of(document: Document, section: str) -> list[Entry]:
    """Return a section's entries; the head is a section of one."""
    if section == HEAD:
        return [document[HEAD]]
    return document.get(section, [])


def entry_of(document: Document, section: str, code: str) -> Entry | None:
    entries = entries_of(document, section)
    return next((entry for entry in entries if entry["code"] == code), None)


def print_of(entry: Entry | None) -> str:
    """Return a fingerprint of an entry, by which a save knows what it was begun on."""
    return checksum_of(entry) if entry else ""


def put(document: Document, section: str, entry: Entry) -> Document:
    """Return the document with ENTRY in the place of the one of its code, or behind the last.

    Of the indexes one is the headline: where ENTRY is it, no other is.
    """
    new = deepcopy(document)
    if section == HEAD:
        new[HEAD] = deepcopy(entry)
        return new
    if section == "indexes" and entry["headline"]:
        for other in new["indexes"]:
            other["headline"] = False
    entries = new.setdefault(section, [])
    codes = [each["code"] for each in entries]
    if entry["code"] in codes:
        entries[codes.index(entry["code"])] = deepcopy(entry)
    else:
        entries.append(deepcopy(entry))
    return new


def moved(document: Document, section: str, code: str, *, later: bool) -> Document:
    """Return the document with an entry before, or behind, its next neighbour of one parent."""
    new = deepcopy(document)
    entries = new[section]
    at = next(at for at, entry in enumerate(entries) if entry["code"] == code)
    parent = entries[at].get("parent")
    around = range(at + 1, len(entries)) if later else range(at - 1, -1, -1)
    for there in around:
        if entries[there].get("parent") == parent:
            entries[at], entries[there] = entries[there], entries[at]
            break
    return new


def what_goes(document: Document, section: str, code: str) -> list[Place]:
    """Return what goes with an entry: what lies below it, and what cannot be without it."""
    gone: list[Place] = [(section, code)]
    for place in gone:
        gone += [each for each in _resting_on(document, *place) if each not in gone]
    strands = {name for kind, name in gone if kind == "aggregates"}
    gone += [
        ("indexes", entry["code"])
        for entry in entries_of(document, "indexes")
        if set(entry["strands"]) <= strands and ("indexes", entry["code"]) not in gone
    ]
    return gone


def _resting_on(document: Document, section: str, code: str) -> Iterator[Place]:
    if section == "aggregates":
        for kind in ("aggregates", "indicators"):
            for entry in entries_of(document, kind):
                if entry.get("parent") == code:
                    yield kind, entry["code"]
    if section == "indicators":
        for entry in entries_of(document, "contradictions"):
            if code in {entry["indicator"], entry["other"]}:
                yield "contradictions", entry["code"]


def removed(document: Document, section: str, code: str) -> Document:
    """Return the document without an entry, what goes with it, and what names it in a list."""
    gone = set(what_goes(document, section, code))
    new = deepcopy(document)
    for kind in LISTS:
        if kind in new:
            new[kind] = [each for each in new[kind] if (kind, each["code"]) not in gone]
    for index in new["indexes"]:
        index["strands"] = [s for s in index["strands"] if ("aggregates", s) not in gone]
    for indicator in new["indicators"]:
        named = indicator["standards"]
        indicator["standards"] = [s for s in named if ("standards", s) not in gone]
    if not new.get("contradictions"):
        new.pop("contradictions", None)
    return new
