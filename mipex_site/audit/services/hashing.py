"""What an entry's hash is made of."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

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
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(entry: Any) -> str:
    """Return the SHA-256 (hex) of the entry's fields as canonical JSON: sorted keys, UTF-8.

    ENTRY is an AuditEntry, or a row that has its fields as attributes.
    """
    fields = {name: _text(getattr(entry, name)) for name in HASHED}
    return hashlib.sha256(CANONICAL.encode(fields).encode()).hexdigest()


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value
