"""Take somebody out of the embargo and out of the notes on what is wrong, for good.

Neither readers under embargo nor senders of notes need an account: they are known by an address.
What was built into an edition stays as it is; no sender and no reader is named in one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mipex_site.accounts.services.erasing import NOWHERE

from ..models import CorrectionRequest, EmbargoReader
from .embargo import void_hash

NOBODY = "…"
SAID = ("text", "findings")
"""Where a note and what was found about it may name who sent it."""


class Forgotten(NamedTuple):
    """How many rows were emptied, and the names that were in them."""

    readers: int
    requests: int
    names: frozenset[str]


@transaction.atomic
def forget(*, email: str) -> Forgotten:
    """Empty name and address of every reader and note of this address, and of the history.

    A reader's link opens nothing any more. That there was a reader or a note, what it says and
    what was decided stays, without the name and the address where they stand in it.
    """
    readers = list(
        EmbargoReader.objects.select_for_update().filter(email__iexact=email).order_by("pk")
    )
    requests = list(
        CorrectionRequest.objects.select_for_update().filter(email__iexact=email).order_by("pk")
    )
    names = frozenset(one.name for one in (*readers, *requests)) - {NOBODY}
    for reader in readers:
        _blank_reader(reader)
    past = QuerySet(CorrectionRequest.history.model)
    keys = [one.pk for one in requests]
    for row in (*requests, *past.filter(id__in=keys)):
        _blank_note(row, {*names, row.name, email} - {NOBODY})
    return Forgotten(len(readers), len(requests), names)


def _blank_reader(reader: EmbargoReader) -> None:
    reader.name, reader.email, reader.house = NOBODY, f"nobody@{NOWHERE}", ""
    reader.token_hash = void_hash()
    reader.ended_at = reader.ended_at or timezone.now()
    reader.save()


def _blank_note(row: CorrectionRequest, parts: set[str]) -> None:
    """Write past the manager and the history: what is forgotten must not be remembered."""
    said = {name: _without(getattr(row, name), parts) for name in SAID}
    blank = {"name": NOBODY, "email": f"nobody@{NOWHERE}", **said}
    QuerySet(type(row)).filter(pk=row.pk).update(**blank)


def _without(text: str, parts: set[str]) -> str:
    for part in sorted(filter(None, parts), key=len, reverse=True):
        text = re.sub(re.escape(part), NOBODY, text, flags=re.IGNORECASE)
    return text
