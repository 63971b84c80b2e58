"""One entry of a framework: what stands in it, what it was before, and what rests on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry
from questionnaire.models import Framework
from questionnaire.services.framework import texts
from questionnaire.services.framework.differing import Piece, word_by_word
from questionnaire.services.framework.documents import (
    Document,
    Entry,
    entries_of,
    entry_of,
    what_goes,
)
from questionnaire.services.framework.history import address_of
from questionnaire.services.framework.shape import keys_of

from . import words

PROSE = ("text", "table", "entries")


@dataclass(frozen=True, slots=True)
class Fact:
    """One key of an entry in words."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One key whose value differs. PIECES is both texts as one, for what people write."""

    name: str
    old: str
    new: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """One act on an entry: by whom, when, and what it changed. Its number leads back to it."""

    entry: AuditEntry
    who: str
    differences: tuple[Difference, ...]
    can_be_taken_up: bool


def facts_of(section: str, entry: Entry) -> list[Fact]:
    """Return what stands in an entry, for a page that only shows it."""
    facts = ((name, in_words(section, name, entry.get(name))) for name in keys_of(section))
    return [Fact(str(words.KEYS[name]), value) for name, value in facts if value]


def in_words(section: str, name: str, value: Any) -> str:
    if name == "order":
        return ", ".join(value)
    key = keys_of(section).get(name)
    if key is None or value is None:
        return "" if value is None else str(value)
    return str(words.label_of(section, name, texts.shown(value, key)))


def differences(
    section: str, names: Iterable[str], old: Entry | None, new: Entry | None
) -> tuple[Difference, ...]:
    """Return the keys of NAMES in words, before and after; a missing entry has empty values."""
    found = []
    for name in names:
        before = in_words(section, name, (old or {}).get(name))
        after = in_words(section, name, (new or {}).get(name))
        if before == after:
            continue
        key = keys_of(section).get(name)
        is_prose = key is not None and key.kind in PROSE and old and new
        pieces = tuple(word_by_word(before, after)) if is_prose else ()
        found.append(Difference(str(words.KEYS.get(name, name)), before, after, pieces))
    return tuple(found)


def gone_with(document: Document, section: str, code: str) -> list[tuple[Any, str, str]]:
    """Return what a removal takes along: kind, code and title of each entry."""
    gone = []
    for kind, name in what_goes(document, section, code)[1:]:
        entry = entry_of(document, kind, name) or {}
        gone.append((words.ONE[kind], name, entry.get("title") or entry.get("words", "")))
    return gone


def named_in(document: Document, section: str, code: str) -> list[tuple[Any, str, str]]:
    """Return what stays but names the entry: questions a standard, indexes a strand, tables."""
    key = {"standards": ("indicators", "standards"), "aggregates": ("indexes", "strands")}
    found = []
    if section in key:
        kind, name = key[section]
        found = [(kind, e) for e in entries_of(document, kind) if code in e[name]]
    if section == "indicators":
        tables = entries_of(document, "aggregates")
        found = [("aggregates", e) for e in tables if code in (e["table"] or {}).get("of", ())]
    return [(words.ONE[kind], entry["code"], entry["title"]) for kind, entry in found]


def history_of(framework: Framework, section: str, code: str) -> list[Past]:
    """Return the acts on an entry, the newest first; two queries."""
    rows = AuditEntry.objects.filter(
        stream=f"framework/{framework.code}", subject=address_of(framework, section, code)
    ).order_by("-number")
    acts = list(rows)
    names = dict(
        User.objects.filter(pk__in={row.actor for row in acts}).values_list("pk", "name")
    )
    return [_past(row, section, names) for row in acts]


def _past(row: AuditEntry, section: str, names: dict[Any, str]) -> Past:
    keys = dict.fromkeys([*(row.old or {}), *(row.new or {})])
    return Past(
        entry=row,
        who=names.get(row.actor, ""),
        differences=differences(section, keys, row.old, row.new),
        can_be_taken_up=bool(row.old) and row.act == "framework.change",
    )


def as_it_was(framework: Framework, section: str, entry: Entry, number: str) -> Entry | None:
    """Return an entry with the values that an act of that number replaced; None without one."""
    if not number.isdecimal():
        return None
    row = AuditEntry.objects.filter(
        stream=f"framework/{framework.code}",
        subject=address_of(framework, section, entry["code"]),
        number=int(number),
    ).first()
    if row is None or not row.old:
        return None
    return entry | {name: value for name, value in row.old.items() if name in entry}
