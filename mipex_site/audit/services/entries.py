"""Write an act into its chain, and walk the chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from mipex_site.base.prepared import Prepared

from ..models import AuditEntry, Chain
from .acting import present_way

HEAD = Prepared(lambda stream: Chain.objects.select_for_update().filter(stream=stream))
HASHED = (
    "stream",
    "number",
    "at",
    "actor",
    "on_behalf_of",
    "role",
    "channel",
    "act",
    "subject",
    "old",
    "new",
    "reason",
    "batch",
    "request",
    "previous_hash",
)


def write(
    *,
    stream: str,
    act: str,
    subject: str,
    by: UUID | None,
    role: str = "",
    on_behalf_of: UUID | None = None,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Append one act to the chain STREAM; the caller's transaction must be open.

    SUBJECT is the address of the thing by codes, such as ``sheet/2019/EE/b/1`` or
    ``answer/2019/EE/b/1/ba21``. OLD and NEW hold what JSON can hold; write fractions as text.
    The chain's head is locked until commit, so this stays the last statement of a service where
    it can: whoever waits for the head holds no lock that its holder still needs.
    """
    act_of_it = {"act": act, "subject": subject, "old": old, "new": new, "reason": reason}
    (entry,) = write_all(
        stream=stream, acts=[act_of_it], by=by, role=role, on_behalf_of=on_behalf_of
    )
    return entry


def write_all(
    *,
    stream: str,
    acts: Sequence[Mapping[str, Any]],
    by: UUID | None,
    role: str = "",
    on_behalf_of: UUID | None = None,
) -> list[AuditEntry]:
    """Append the acts of one transaction in their order, as `write` does one.

    Each of ACTS has act and subject, and may have old, new and reason.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An act and its record are one transaction.")
    chain = _head_for_update(stream)
    way = present_way()
    who = {"actor": by, "on_behalf_of": on_behalf_of, "role": role}
    rows = []
    for act in acts:
        row = AuditEntry(
            stream=stream,
            number=chain.length + 1,
            at=timezone.now(),
            **who,
            channel=way.channel,
            act=act["act"],
            subject=act["subject"],
            old=_plain(act.get("old")),
            new=_plain(act.get("new")),
            reason=act.get("reason", ""),
            batch=way.batch,
            request=way.request,
            previous_hash=chain.head,
        )
        row.hash = hash_of(row)
        chain.length, chain.head = row.number, row.hash
        rows.append(row)
    AuditEntry.objects.bulk_create(rows)
    Chain.objects.filter(pk=chain.pk).update(length=chain.length, head=chain.head)
    return rows


def _head_for_update(stream: str) -> Chain:
    chain = HEAD.first(stream)
    if chain is None:
        Chain.objects.get_or_create(stream=stream)
        chain = HEAD.get(stream)
    return chain


def _plain(value: dict[str, Any] | None) -> dict[str, Any] | None:
    """Turn dates and UUIDs into the text that the database will give back."""
    return None if value is None else json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def hash_of(entry: AuditEntry) -> str:
    """Return the SHA-256 (hex) of the entry's fields as canonical JSON: sorted keys, UTF-8."""
    fields = {name: _text(getattr(entry, name)) for name in HASHED}
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value


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


def walk(stream: str) -> Walk:
    """Recompute every hash of STREAM in order and compare the end with the recorded head."""
    length, head = head_of(stream)
    previous, number = "", 0
    for entry in AuditEntry.objects.filter(stream=stream).order_by("number").iterator():
        fault = _fault(entry, number + 1, previous)
        if fault:
            return Walk(stream, length, head, number + 1, fault)
        previous, number = entry.hash, entry.number
    if (number, previous) != (length, head):
        return Walk(stream, length, head, number + 1, "the chain's end is missing")
    return Walk(stream, length, head)


def _fault(entry: AuditEntry, number: int, previous: str) -> str:
    if entry.number != number:
        return f"entry {number} is missing"
    if entry.previous_hash != previous:
        return f"entry {number} does not follow the one before"
    if entry.hash != hash_of(entry):
        return f"entry {number} was changed"
    return ""


def walk_all() -> Iterator[Walk]:
    """Walk every chain there is, in the order of their names; an orphan entry counts as a fault."""
    streams = set(Chain.objects.values_list("stream", flat=True))
    streams |= set(AuditEntry.objects.order_by().values_list("stream", flat=True).distinct())
    for stream in sorted(streams):
        yield walk(stream)
