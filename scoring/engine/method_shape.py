"""Whether a method block is put together as one: lists where lists belong, texts where texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any], bool]


def check_shape(block: Any) -> None:
    """Refuse a method block whose parts are of another kind than the keys ask for.

    What the texts and numbers say is checked by whoever computes with them. A key that may be
    left out may also hold nothing; keys that are not known are left to others.

    Raises ValueError, which names the key and, in a list, which of its entries.

    >>> check_shape({"bands": [{"code": "low", "from": 0}]})
    Traceback (most recent call last):
    ...
    ValueError: entry 1 of bands lacks 'to'
    """
    if not isinstance(block, Mapping):
        raise ValueError("the method is no list of keys and values")
    for key, (is_right, what) in KINDS.items():
        if key in block and not is_right(block[key]):
            raise ValueError(f"{key} is no {what}")
    for key, (needed, parts) in ENTRIES.items():
        for place, entry in enumerate(block.get(key) or (), start=1):
            _check_entry(f"entry {place} of {key}", entry, needed, parts)


def _check_entry(
    where: str, entry: Any, needed: tuple[str, ...], parts: Mapping[str, Check]
) -> None:
    if not isinstance(entry, Mapping):
        raise ValueError(f"{where} is no list of keys and values")
    for name in needed:
        if name not in entry:
            raise ValueError(f"{where} lacks {name!r}")
    for name, is_right in parts.items():
        if name in entry and not is_right(entry[name]):
            raise ValueError(f"{name} in {where} cannot be {entry[name]!r}")
    if needed == ("code",) and not (entry.get("of") or entry.get("strands")):
        raise ValueError(f"{where} lacks 'of'")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    """Whether it may be an exact number: a whole one, or a text."""
    return isinstance(value, str | int) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _named(is_right: Check) -> Check:
    """Return a check for keys with such values."""

    def check(value: Any) -> bool:
        return isinstance(value, Mapping) and all(
            isinstance(key, str) and is_right(each) for key, each in value.items()
        )

    return check


def _or_nothing(is_right: Check) -> Check:
    return lambda value: value is None or is_right(value)


NUMBERS, TEXTS = "list of names with numbers", "list of names with texts"
KINDS: dict[str, tuple[Check, str]] = {
    "code": (_is_text, "text"),
    "version": (_is_text, "text"),
    "title": (_is_text, "text"),
    "rank_on": (_is_text, "text"),
    "rounding": (_is_text, "text"),
    "counting": (_is_text, "text"),
    "estimated_cap": (_is_number, "exact number"),
    "coverage": (_named(_is_number), NUMBERS),
    "aggregation": (_or_nothing(_named(_is_text)), TEXTS),
    "positive_scale": (_or_nothing(_named(_is_number)), NUMBERS),
    "weights": (_or_nothing(_named(_is_number)), NUMBERS),
    "ranked": (_or_nothing(_is_texts), "list of levels"),
    "indexes": (_or_nothing(_is_list), "list"),
    "bands": (_is_list, "list"),
}
ENTRIES: dict[str, tuple[tuple[str, ...], dict[str, Check]]] = {
    "bands": (
        ("code", "from", "to"),
        {"code": _is_text, "from": _is_whole, "to": _is_whole, "title": _is_text},
    ),
    "indexes": (
        ("code",),
        {
            "code": _is_text,
            "title": _is_text,
            "headline": _is_truth,
            "of": _is_texts,
            "strands": _is_texts,
            "weights": _or_nothing(_named(_is_number)),
            "rule": _is_text,
        },
    ),
}
"""For each entry of a list what it must have, and of which kind its parts are."""
