"""Put two people's typing together, field by field, without losing a text of either.

Pure: values are what a form's fields hold, a text, or a list of texts where several may be
ticked. A field that is missing is a blank one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SEVERAL = frozenset({"sources"})
FIELDS = ("option", "points", "change_reason", "rationale", "note", "sources")
"""The fields of an answer. What is typed of a new source has names of its own beside them."""
OF_A_SOURCE = "source-"

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clashing:
    """One field that both sides changed, and not alike."""

    field: str
    base: Any
    yours: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merge:
    """THEIRS with what is yours in it; MERGED names what only they changed.

    Where there are CLASHES the content has their text, and a person must choose. IS_NEWS is
    false where all of it lies there already.
    """

    content: dict[str, Any]
    merged: tuple[str, ...] = ()
    clashes: tuple[Clashing, ...] = ()
    is_news: bool = True


def merge(*, base: Fields, yours: Fields, theirs: Fields) -> Merge:
    """Merge the fields of YOURS into THEIRS, BASE being what both began from.

    What is not in YOURS was not touched by you. Ticks merge one by one and never clash.
    """
    content = dict(theirs)
    clashes = []
    for name, mine in yours.items():
        old, other = base.get(name, blank(name)), theirs.get(name, blank(name))
        if name in SEVERAL:
            content[name] = _ticked(old, mine, other)
        elif same(mine, other) or same(other, old):
            content[name] = mine
        elif not same(mine, old):
            clashes.append(Clashing(name, old, mine, other))
    merged = tuple(
        name
        for name in theirs
        if name in base and not same(theirs[name], base[name]) and _is_news(name, yours, theirs)
    )
    return Merge(content, merged, tuple(clashes))


def _is_news(name: str, yours: Fields, theirs: Fields) -> bool:
    return name not in yours or not same(yours[name], theirs[name])


def _ticked(base: Sequence[str], yours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Return what they ticked, with what you ticked and without what you unticked."""
    unticked = set(base) - set(yours)
    ticked = [one for one in yours if one not in base and one not in theirs]
    return [*(one for one in theirs if one not in unticked), *ticked]


def blank(name: str) -> str | list[str]:
    return [] if name in SEVERAL else ""


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same: a browser's line ends and a last space say nothing."""
    return _essence(one) == _essence(other)


def _essence(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return sorted(value) if isinstance(value, list) else value


def all_alike(one: Fields, other: Fields) -> bool:
    """Whether two contents say the same in every field; a missing one is blank."""
    names = one.keys() | other.keys()
    return all(same(one.get(n, blank(n)), other.get(n, blank(n))) for n in names)


def texts_of(content: Fields) -> dict[str, Any]:
    """Return the fields that hold something that somebody typed or chose."""
    return {name: value for name, value in content.items() if value not in ("", [], None)}


def unfinished_source(content: Fields) -> dict[str, Any]:
    """Return what is typed of a source that is not added yet; its kind is set by itself."""
    start, kind = OF_A_SOURCE, f"{OF_A_SOURCE}kind"
    typed = {name: value for name, value in content.items() if name.startswith(start)}
    return texts_of({name: value for name, value in typed.items() if name != kind})
