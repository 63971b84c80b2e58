"""What differs between two methods, and by how much the version must rise for it.

Source  docs/decisions/0047: MAJOR where a published column of the one edition can no longer be
        compared with that of the other, MINOR where a figure comes beside those there were,
        PATCH where only words differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .canonical import canonical
from .method import WORDS
from .options import exact
from .versions import Bump

Path = tuple[str, ...]
Block = Mapping[str, Any]

TITLE, DEFAULT = "title", "default"
DEFAULTS: Block = {"counting": "weight", "estimated_cap": "1/10", "positive_scale": {}}
"""What holds where a block does not say it: a key that says so changes nothing."""
LOWEST = {"lowest": "1"}

NOT_COMPARED = ("code", "version")
INDEX_KEYS = {"code", "of", "strands", "headline", TITLE, "weights"}
TEXTS = (TITLE, "rank_on", "rounding", "counting", "aggregation", "rule")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two method blocks.

    Shape   path: the key, and what stands where below it: ("coverage", "strand"), ("bands",
            "low", "title"), ("indexes", "overall", "of"). old, new: as texts; None where the
            block had, or has, no such thing.
    """

    path: Path
    old: str | None
    new: str | None
    bump: Bump


@dataclass(frozen=True, slots=True)
class _Part:
    """A leaf of a block: its words, and what two of them are compared by."""

    words: str
    meaning: object


def least_bump(old_block: Block, new_block: Block) -> Bump:
    """Return by how much the version of the newer block must rise at least over the older's.

    NONE if they say the same, but for code and version. They are compared without a framework:
    to say a weight that was in force before, or to double all weights, is MAJOR too.

    >>> least_bump({"rank_on": "shown"}, {"rank_on": "exact"}).name
    'MAJOR'
    >>> least_bump({"title": "One"}, {"title": "Another"}).name
    'PATCH'
    >>> least_bump({"coverage": {"index": "1"}}, {"coverage": {"index": "every"}}).name
    'PATCH'
    """
    if _compared(old_block) == _compared(new_block):
        return Bump.NONE
    found = [change.bump for change in changes(old_block, new_block)]
    return max(found, default=Bump.PATCH)


def changes(old_block: Block, new_block: Block) -> tuple[Change, ...]:
    """Return every difference in meaning or in words, in the order of the keys.

    Numbers are compared by their value, lists of codes as sets; a key that is left out means
    what `DEFAULTS` says.
    """
    levels = {*old_block.get("coverage", ()), *new_block.get("coverage", ())} - {DEFAULT}
    old, new = _parts(old_block, levels), _parts(new_block, levels)
    if ("coverage", DEFAULT) not in old.keys() & new.keys():
        # The levels that it stood for are compared one by one; without it there are no others.
        old.pop(("coverage", DEFAULT), None)
        new.pop(("coverage", DEFAULT), None)
    listed_before = ("indexes",) in old
    found = []
    for path in sorted({*old, *new}):
        was, now = old.get(path), new.get(path)
        if was and now and was.meaning == now.meaning:
            continue
        if _is_inside_of_a_change(path, old, new):
            continue
        bump = _bump(path, new, is_new=was is None, listed_before=listed_before)
        found.append(Change(path, was and was.words, now and now.words, bump))
    return tuple(found)


def _compared(block: Block) -> bytes:
    return canonical({key: block[key] for key in block if key not in NOT_COMPARED})


def _is_inside_of_a_change(
    path: Path, old: Mapping[Path, _Part], new: Mapping[Path, _Part]
) -> bool:
    """Say whether a band, an index or a list that came or went tells this already."""
    for whole in (path[:at] for at in range(1, len(path))):
        if (whole in old) != (whole in new):
            return True
    return False


def _bump(path: Path, new: Mapping[Path, _Part], *, is_new: bool, listed_before: bool) -> Bump:
    if path[-1] == TITLE:
        return Bump.PATCH
    if path[0] == "ranked" and len(path) > 1:
        return Bump.MINOR if is_new else Bump.MAJOR
    is_new_index = path[0] == "indexes" and is_new and (*path, "headline") in new
    if is_new_index and listed_before and not new[*path, "headline"].meaning:
        return Bump.MINOR
    return Bump.MAJOR


def _parts(block: Block, levels: Iterable[str]) -> dict[Path, _Part]:
    """Take a block apart into its leaves; LEVELS are those whose coverage is said by one."""
    found: dict[Path, _Part] = {}
    for key, value in {**DEFAULTS, **block}.items():
        if key not in NOT_COMPARED and value is not None:
            found.update(_parts_of(key, value))
    coverage = block.get("coverage", {})
    for level in levels:
        if level not in coverage and DEFAULT in coverage:
            found["coverage", level] = _number(coverage[DEFAULT])
    return found


def _parts_of(key: str, value: Any) -> Iterator[tuple[Path, _Part]]:
    if key == "bands":
        for band in value:
            yield from _band(band)
    elif key == "indexes":
        yield (key,), _Part(", ".join(each["code"] for each in value), key)
        for index in value:
            yield from _index(index)
    elif key == "ranked":
        yield (key,), _Part(", ".join(value), key)
        yield from (((key, level), _text(level)) for level in value)
    elif isinstance(value, Mapping):
        filled = {**LOWEST, **value} if key == "positive_scale" else value
        yield from (((key, str(name)), _value(key, each)) for name, each in filled.items())
    else:
        yield (key,), _value(key, value)


def _band(band: Block) -> Iterator[tuple[Path, _Part]]:
    place = ("bands", band["code"])
    limits = (band["from"], band["to"])
    yield place, _Part("–".join(map(str, dict.fromkeys(limits))), limits)
    yield (*place, TITLE), _text(band.get(TITLE, ""))


def _index(index: Block) -> Iterator[tuple[Path, _Part]]:
    place = ("indexes", index["code"])
    parts = [str(code) for code in index.get("of") or index.get("strands", ())]
    headline = bool(index.get("headline", False))
    yield place, _Part(", ".join(parts), index["code"])
    yield (*place, "of"), _Part(", ".join(parts), frozenset(parts))
    yield (*place, "headline"), _Part("yes" if headline else "no", headline)
    yield (*place, TITLE), _text(index.get(TITLE, ""))
    for code, weight in (index.get("weights") or {}).items():
        yield (*place, "weights", str(code)), _number(weight)
    for key in sorted(set(index) - INDEX_KEYS):
        yield (*place, key), _value(key, index[key])


def _text(value: object) -> _Part:
    return _Part(str(value), str(value))


def _value(key: str, value: Any) -> _Part:
    return _text(value) if key in TEXTS else _number(value)


def _number(value: Any) -> _Part:
    """Return a number by its value; anything else by its canonical form."""
    if isinstance(value, str) and value in WORDS:
        return _Part(value, WORDS[value])
    try:
        number: Fraction = exact(value)
    except ValueError:
        return _text(value if isinstance(value, str) else canonical(value).decode())
    return _Part(str(value), number)
