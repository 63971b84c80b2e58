"""Write an act into its chain."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from mipex_site.base.prepared import Prepared

from ..models import AuditEntry, Chain
from .acting import present_way
from .hashing import hash_of
from .places import place_of
from .walking import head_of, walk, walk_all

__all__ = ("hash_of", "head_of", "walk", "walk_all", "write", "write_all")

HEAD = Prepared(lambda stream: Chain.objects.select_for_update().filter(stream=stream))


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
        old, new = _plain(act.get("old")), _plain(act.get("new"))
        country, indicator = place_of(act["subject"], old, new)
        row = AuditEntry(
            stream=stream,
            number=chain.length + 1,
            at=timezone.now(),
            **who,
            channel=way.channel,
            act=act["act"],
            subject=act["subject"],
            country=country,
            indicator=indicator,
            old=old,
            new=new,
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
