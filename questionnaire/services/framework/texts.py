"""What a value of a document looks like in a field or a cell, and how it is read back.

`understood` refuses nothing: what it cannot read it leaves as it was typed, and the shape of
the document (shape.py) says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .shape import Key

WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,8})")
YES, NO = "yes", "no"
LISTED = ("codes", "numbers", "points", "years")


def shown(value: Any, key: Key) -> str:
    """Return a value of KEY's kind as text; `understood` gives the value back."""
    if value is None:
        return ""
    if key.kind == "flag":
        return YES if value else NO
    if key.kind in LISTED:
        return ", ".join(map(str, value))
    if key.kind == "table":
        return _table(value)
    if key.kind == "entries":
        return "\n\n".join(_option(option) for option in value)
    return str(value)


def _table(table: dict[str, Any]) -> str:
    return "\n".join(", ".join(map(str, line)) for line in (table["of"], *table["rows"]))


def _option(option: dict[str, Any]) -> str:
    first = f"{option['points']}: {option['label']}"
    return "\n".join(filter(None, (first, option["description"])))


def understood(text: str, key: Key) -> Any:
    """Return the value that TEXT stands for; an empty text is the key's default."""
    if not text.strip():
        return list(key.default) if isinstance(key.default, tuple) else key.default
    return _READERS.get(key.kind, str)(text)


def _whole(text: str) -> Any:
    stripped = text.strip()
    return int(stripped) if WHOLE.fullmatch(stripped) else stripped


def _flag(text: str) -> Any:
    return {YES: True, NO: False, "true": True, "false": False}.get(text.strip().lower(), text)


def _words(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,;]+", text) if part]


def _wholes(text: str) -> list[Any]:
    return [_whole(part) for part in _words(text)]


def _table_of(text: str) -> dict[str, Any]:
    first, *rows = [line for line in text.splitlines() if line.strip()]
    return {"of": _words(first), "rows": [_wholes(row) for row in rows]}


_READERS: dict[str, Callable[[str], Any]] = {
    "code": str.strip,
    "choice": str.strip,
    "weight": lambda text: text.strip().replace(",", "."),
    "whole": _whole,
    "flag": _flag,
    "codes": _words,
    "numbers": _wholes,
    "points": _wholes,
    "years": _words,
    "table": _table_of,
}
