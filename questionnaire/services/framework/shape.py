"""The shape of a framework document: which keys its entries have, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from ...enums import AggregateKind, AggregateRule, Evidence, Relation, StandardKind
from .reading import Address

CODE = re.compile(r"[-a-zA-Z0-9_]+")
YEARS = re.compile(r"(\d{4})(?:(-)(\d{4})?)?")
Fault = tuple[Address, str]


@dataclass(frozen=True, slots=True)
class Key:
    """What may stand under a key.

    Shape   kind: text, code, choice, weight, whole, flag, codes, numbers, points, years,
            table or entries. longest: characters of a text. default: stands for a key left out.
    """

    kind: str
    required: bool = False
    longest: int = 0
    choices: tuple[str, ...] = ()
    default: Any = ""


def _needed(kind: str, longest: int = 0, choices: tuple[str, ...] = ()) -> Key:
    return Key(kind, required=True, longest=longest, choices=choices)


SECTIONS: dict[str, dict[str, Key]] = {
    "framework": {
        "code": _needed("code", 60),
        "version": _needed("text", 20),
        "title": _needed("text", 200),
        "language": _needed("text", 10),
        "notice": Key("text"),
        "licence": Key("text", longest=80),
        "origin": Key("text"),
    },
    "standards": {
        "code": _needed("code", 60),
        "kind": _needed("choice", choices=tuple(StandardKind.values)),
        "title": _needed("text", 300),
        "article": Key("text", longest=120),
        "year": Key("whole", default=None),
        "minimum_only": Key("flag", default=False),
        "url": Key("text", longest=200),
    },
    "aggregates": {
        "code": _needed("code", 40),
        "kind": _needed("choice", choices=tuple(AggregateKind.values)),
        "parent": Key("code", longest=40, default=None),
        "title": _needed("text", 200),
        "weight": Key("weight", default="1"),
        "rule": _needed("choice", choices=tuple(AggregateRule.values)),
        "shown": Key("flag", default=True),
        "table": Key("table", default=None),
        "scored": Key("years", default=()),
    },
    "indexes": {
        "code": _needed("code", 60),
        "title": _needed("text", 200),
        "headline": Key("flag", default=False),
        "strands": _needed("codes"),
    },
    "indicators": {
        "code": _needed("code", 40),
        "parent": _needed("code", 40),
        "title": _needed("text", 200),
        "question": _needed("text"),
        "guidance": Key("text"),
        "evidence": _needed("choice", choices=tuple(Evidence.values)),
        "standards": Key("codes", default=()),
        "weight": Key("weight", default="1"),
        "relation": _needed("choice", choices=tuple(Relation.values)),
        "forerunners": Key("numbers", default=()),
        "options": _needed("entries"),
    },
}
OPTIONAL: dict[str, dict[str, Key]] = {
    "contradictions": {
        "code": _needed("code", 60),
        "indicator": _needed("code", 40),
        "earns": _needed("points"),
        "other": _needed("code", 40),
        "other_earns": _needed("points"),
        "words": _needed("text"),
    },
}
"""Sections that a file may do without, which leaves no trace of them in its document."""

OPTION = {
    "points": _needed("whole"),
    "label": _needed("text", 300),
    "description": Key("text"),
}
TABLE = {"of": _needed("codes"), "rows": _needed("rows")}

# --- What is wrong with the shape --------------------------------------------------------


def faults_of_shape(data: dict[str, Any]) -> Iterator[Fault]:
    """Give the address and a sentence for everything that has not the shape above."""
    for name in data.keys() - SECTIONS.keys() - OPTIONAL.keys():
        yield (name,), _unknown(name)
    for name, keys in SECTIONS.items():
        if name not in data:
            yield (), _("The section “%(name)s” is missing.") % {"name": name}
        elif name == "framework":
            yield from _entry(data[name], keys, (name,))
        else:
            yield from _entries(data[name], keys, (name,))
    for name in OPTIONAL.keys() & data.keys():
        yield from _entries(data[name], OPTIONAL[name], (name,))


def faults_of_entry(section: str, entry: object) -> Iterator[Fault]:
    """As faults_of_shape, of one entry of a section; the addresses begin inside of it."""
    yield from _entry(entry, keys_of(section), ())


def keys_of(section: str) -> dict[str, Key]:
    return (SECTIONS | OPTIONAL)[section]


def _unknown(key: str) -> str:
    return _("“%(key)s” is no key that is known here.") % {"key": key}


def _entries(entries: object, keys: dict[str, Key], address: Address) -> Iterator[Fault]:
    if not isinstance(entries, list):
        yield address, _("A list must stand here.")
        return
    for at, entry in enumerate(entries):
        yield from _entry(entry, keys, (*address, at))


def _entry(entry: object, keys: dict[str, Key], address: Address) -> Iterator[Fault]:
    if not isinstance(entry, dict):
        yield address, _("Keys with their values must stand here.")
        return
    for name in entry.keys() - keys.keys():
        yield (*address, name), _unknown(name)
    for name, key in keys.items():
        value = entry.get(name)
        if value is None or value in ("", []):
            if key.required:
                yield (*address, name), _("“%(key)s” is missing.") % {"key": name}
        else:
            yield from _value(value, key, (*address, name))


def _value(value: object, key: Key, address: Address) -> Iterator[Fault]:
    if key.kind == "entries":
        yield from _entries(value, OPTION, address)
    elif key.kind == "table":
        yield from _entry(value, TABLE, address)
    elif not _FITS[key.kind](value):
        yield address, _WANTED[key.kind] % {"value": value}
    elif key.choices and value not in key.choices:
        yield (
            address,
            _("“%(value)s” is unknown here; write one of %(choices)s.")
            % {"value": value, "choices": ", ".join(key.choices)},
        )
    elif key.longest and len(str(value)) > key.longest:
        yield (
            address,
            _("This is longer than %(longest)s characters.") % {"longest": key.longest},
        )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_code(value: object) -> bool:
    return isinstance(value, str) and CODE.fullmatch(value) is not None


def _is_weight(value: object) -> bool:
    try:
        return not isinstance(value, bool) and Fraction(value) >= 0
    except (TypeError, ValueError, ZeroDivisionError):
        return False


def _are_years(value: object) -> bool:
    matches = [YEARS.fullmatch(str(years)) for years in listed(value)]
    return all(match and (match[3] or match[1]) >= match[1] for match in matches)


def _are_points(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_whole, value))


def _are_rows(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(row, list) and all(map(_is_whole, row)) for row in value
    )


_FITS = {
    "text": _is_text,
    "choice": _is_text,
    "code": _is_code,
    "weight": _is_weight,
    "whole": _is_whole,
    "flag": lambda value: isinstance(value, bool),
    "codes": lambda value: isinstance(value, list) and all(map(_is_code, value)),
    "numbers": lambda value: (
        isinstance(value, list) and all(_is_whole(one) or _is_text(one) for one in value)
    ),
    "points": _are_points,
    "years": _are_years,
    "rows": _are_rows,
}
_WANTED = {
    "text": _("“%(value)s” is no text; put it in quotes."),
    "choice": _("“%(value)s” is no text; put it in quotes."),
    "code": _("“%(value)s” is no code; use letters, digits, - and _."),
    "weight": _("“%(value)s” is no weight; write a number from 0 up, such as 0.67 or 67/100."),
    "whole": _("“%(value)s” is no whole number."),
    "flag": _("“%(value)s” is neither true nor false."),
    "codes": _("A list of codes must stand here, such as [a, b]."),
    "numbers": _("A list of numbers or codes must stand here, such as [7, 8]."),
    "points": _("A list of the options' points must stand here, such as [100, 50]."),
    "years": _("“%(value)s” are no years; write a list such as [2014, 2019-]."),
    "rows": _("A table's rows must be lists of whole numbers, such as [100, 0, 83]."),
}

# --- The complete document ---------------------------------------------------------------


def completed(data: dict[str, Any]) -> dict[str, Any]:
    """Return a checked document with every key in its place: the form that is compared.

    Keys left out get their defaults, weights are in lowest terms, years are texts. This is
    what the database exports and what methodology.json holds, so a file, what was loaded from
    it, and an edition can be compared as they are. An optional section without an entry is
    left out, so that the documents and checksums of files without it stay what they were.
    """
    there = {name: keys for name, keys in OPTIONAL.items() if data.get(name)}
    return {
        name: _complete(data[name], keys)
        if name == "framework"
        else [_complete(entry, keys) for entry in data[name]]
        for name, keys in (SECTIONS | there).items()
    }


def completed_entry(section: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Return one checked entry as `completed` does the whole document."""
    return _complete(entry, keys_of(section))


def _complete(entry: dict[str, Any], keys: dict[str, Key]) -> dict[str, Any]:
    return {name: _canonical(entry.get(name), key) for name, key in keys.items()}


def _canonical(value: Any, key: Key) -> Any:
    if value is None:
        value = key.default
    if key.kind == "weight":
        return str(Fraction(value))
    if key.kind == "years":
        return [_canonical_years(str(years)) for years in listed(value)]
    if key.kind == "entries":
        return [_complete(entry, OPTION) for entry in value]
    return list(value) if isinstance(value, (list, tuple)) else value


def _canonical_years(years: str) -> str:
    first, _dash, last = years.partition("-")
    return first if last == first else years


def listed(value: object) -> list[object]:
    """Return a list as it is, and a single thing as a list of one."""
    return list(value) if isinstance(value, (list, tuple)) else [value]
