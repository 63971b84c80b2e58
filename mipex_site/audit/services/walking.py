"""Walk a chain from its beginning, or from where an earlier walk ended, and compare all hashes.

A chain of any length is walked in the memory of one chunk.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from ..models import AuditEntry, Chain
from .hashing import HASHED, hash_of
from .places import place_of

CHUNK = 2000
COLUMNS = (*HASHED, "hash", "country", "indicator")
Row = namedtuple("Row", COLUMNS)  # noqa: PYI024 - a row as it comes, typed by the model


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk along one chain found: BROKEN_AT is the first number that does not fit."""

    stream: str
    length: int
    head: str
    broken_at: int | None = None
    fault: str = ""


def head_of(stream: str) -> tuple[int, str]:
    """Return the length and the head hash of a chain; (0, "") for a stream with no act."""
    chain = Chain.objects.filter(stream=stream).first()
    return (chain.length, chain.head) if chain else (0, "")


def silent(number: int, length: int) -> None:
    """Nobody waits for news."""


def walk(
    stream: str,
    *,
    after: int = 0,
    previous: str = "",
    told: Callable[[int, int], None] = silent,
) -> Walk:
    """Recompute every hash of STREAM in order and compare the end with the recorded head.

    AFTER and PREVIOUS are the number and the hash to begin behind: where an earlier walk ended.
    TOLD hears after each chunk how far it is, and how far it will go. Acts that are written
    meanwhile are left to the next walk.
    """
    length, head = head_of(stream)
    number = after
    for row in _rows(stream, after=after, until=length, told=told):
        fault = _fault(row, number + 1, previous)
        if fault:
            return Walk(stream, length, head, number + 1, fault)
        previous, number = row.hash, row.number
    if (number, previous) != (length, head):
        return Walk(stream, length, head, min(number, length) + 1, "the chain’s end is missing")
    if _last_number(stream) > head_of(stream)[0]:
        return Walk(stream, length, head, length + 1, f"entry {length + 1} is in no chain")
    return Walk(stream, length, head)


def _rows(
    stream: str, *, after: int, until: int, told: Callable[[int, int], None]
) -> Iterator[Any]:
    """Yield the entries above AFTER up to UNTIL, chunk by chunk, each asked by its numbers."""
    found = AuditEntry.objects.filter(stream=stream, number__lte=until).order_by("number")
    while chunk := list(found.filter(number__gt=after).values_list(*COLUMNS)[:CHUNK]):
        yield from map(Row._make, chunk)
        after = chunk[-1][COLUMNS.index("number")]
        told(after, until)


def _last_number(stream: str) -> int:
    last = AuditEntry.objects.filter(stream=stream).aggregate(last=Max("number"))
    return last["last"] or 0


def _fault(row: Any, number: int, previous: str) -> str:
    if row.number != number:
        return f"entry {number} is missing"
    if row.previous_hash != previous:
        return f"entry {number} does not follow the one before"
    if row.hash != hash_of(row):
        return f"entry {number} was changed"
    if (row.country, row.indicator) != place_of(row.subject, row.old, row.new):
        return f"entry {number} is filed under another country or indicator than its own"
    return ""


def streams() -> list[str]:
    """Return the names of all chains, in order; an entry without its chain has one, too."""
    found = set(Chain.objects.values_list("stream", flat=True))
    found |= set(AuditEntry.objects.order_by().values_list("stream", flat=True).distinct())
    return sorted(found)


def walk_all(told: Callable[[int, int], None] = silent) -> Iterator[Walk]:
    """Walk every chain there is, in the order of their names; an orphan entry is a fault."""
    for stream in streams():
        yield walk(stream, told=told)
