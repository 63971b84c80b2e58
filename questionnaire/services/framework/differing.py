"""How two versions of a framework differ: entry by entry, key by key, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from .documents import HEAD, IN_ORDER, LISTS, Document, Entry, entries_of

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
SAME, OUT, IN = "same", "out", "in"
NAMES = ("code", "version")
PIECES = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one entry; of an order, OLD and NEW hold the codes under `order`.

    Shape   keys: of a changed entry, the keys whose values differ. old is None for what was
            added, new for what was removed.
    """

    section: str
    code: str
    what: str
    keys: tuple[str, ...] = ()
    old: Entry | None = None
    new: Entry | None = None


def changes_between(old: Document, new: Document) -> list[Change]:
    """Return what leads from one document to another, the head first; none if they agree.

    Code and version of the framework are its name and no change. An order is compared among
    what both have.
    """
    changes = list(_of_head(old[HEAD], new[HEAD]))
    for section in LISTS:
        before = {entry["code"]: entry for entry in entries_of(old, section)}
        after = {entry["code"]: entry for entry in entries_of(new, section)}
        for code in [*before, *(code for code in after if code not in before)]:
            changes += _of_entry(section, code, before.get(code), after.get(code))
        if section in IN_ORDER:
            changes += _of_order(section, before, after)
    return changes


def _of_head(old: Entry, new: Entry) -> Iterator[Change]:
    named = {name: new[name] for name in NAMES}
    yield from _of_entry(HEAD, new["code"], old | named, new)


def _of_entry(
    section: str, code: str, old: Entry | None, new: Entry | None
) -> Iterator[Change]:
    if old is None:
        yield Change(section, code, ADDED, new=new)
    elif new is None:
        yield Change(section, code, REMOVED, old=old)
    elif old != new:
        keys = tuple(key for key in new if old.get(key) != new[key])
        yield Change(section, code, CHANGED, keys, old, new)


def _of_order(section: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Change]:
    in_both = set(old) & set(new)
    before = [code for code in old if code in in_both]
    after = [code for code in new if code in in_both]
    if before != after:
        orders = {"order": before}, {"order": after}
        yield Change(section, "", MOVED, ("order",), *orders)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words: in both texts, only in the old one (out) or only in the new (in)."""

    what: str
    text: str


def word_by_word(old: Any, new: Any) -> list[Piece]:
    """Return both texts as one: the old is all but the pieces `in`, the new all but `out`."""
    before, after = PIECES.findall(str(old)), PIECES.findall(str(new))
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    pieces: list[Piece] = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            pieces.append(Piece(SAME, "".join(before[a:b])))
            continue
        if b > a:
            pieces.append(Piece(OUT, "".join(before[a:b])))
        if d > c:
            pieces.append(Piece(IN, "".join(after[c:d])))
    return pieces
