"""Put a letter into the outbox. Sending it is a worker's affair."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from mipex_site.accounts.models import User

from ..models import LINK, Letter

__all__ = ("LINK", "queue")


@transaction.atomic
def queue(
    *,
    key: str,
    kind: str,
    address: str,
    subject: str,
    text: str,
    person: User | None = None,
    language: str = "en",
    secret: str = "",
    round_code: str = "",
    send_after: datetime | None = None,
    batch: UUID | None = None,
    by: User | None = None,
) -> Letter:
    """Put a letter into the outbox, once for each KEY: the same key again changes nothing.

    It leaves with the transaction of the caller, and not at all if that fails. SECRET is the
    link that stands for ``{link}`` in TEXT. Raises ValidationError for a malformed address.
    """
    values: dict[str, Any] = {
        "kind": kind,
        "person": person,
        "address": address,
        "language": language,
        "subject": " ".join(subject.split()),
        "text": text,
        "secret": secret,
        "round_code": round_code,
        "send_after": send_after,
        "batch": batch,
        "asked_by": by.pk if by else None,
    }
    known = Letter.objects.filter(key=key).first()
    if known:
        return known
    Letter(key=key, **values).full_clean(validate_constraints=False)
    letter, _made = Letter.objects.get_or_create(key=key, defaults=values)
    return letter
