"""Take a person out of the outbox, for good: part of erasing the person."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet

from mipex_site.accounts.models import User
from mipex_site.accounts.services.erasing import NOWHERE

from ..enums import LetterState
from ..models import Letter, MailChoice, Notice

GONE = "…"
"""Stands where a letter to somebody else had the name or the address."""


@transaction.atomic
def forget(*, person: User) -> int:
    """Empty every letter and line to PERSON, and the name and address in those to others.

    Call it while the person still has the name. What waits is withdrawn. Returns how many
    letters were emptied; that there were letters, and when, stays.
    """
    number = _empty(Letter.objects.filter(Q(person=person) | Q(address__iexact=person.email)))
    Notice.objects.filter(person=person).update(words="")
    MailChoice.objects.filter(person=person).delete()
    _blank_elsewhere(person.name, person.email)
    return number


@transaction.atomic
def forget_address(*, email: str, names: Iterable[str]) -> int:
    """Do the same for somebody without an account, whom others knew by these NAMES."""
    number = _empty(Letter.objects.filter(address__iexact=email))
    _blank_elsewhere(*names, email)
    return number


def _empty(own: QuerySet[Letter]) -> int:
    own.filter(state=LetterState.QUEUED).update(state=LetterState.WITHDRAWN)
    return own.update(address=f"nobody@{NOWHERE}", subject="", text="", secret="", error="")


def _blank_elsewhere(*parts: str) -> None:
    """Take names and addresses out of letters and lines that others got."""
    for part in filter(None, parts):
        there = Q(text__icontains=part) | Q(subject__icontains=part)
        for letter in Letter.objects.filter(there):
            letter.text = _without(part, letter.text)
            letter.subject = _without(part, letter.subject)
            letter.save(update_fields=["text", "subject", "updated_at"])
        for line in Notice.objects.filter(words__icontains=part):
            line.words = _without(part, line.words)
            line.save(update_fields=["words"])


def _without(part: str, text: str) -> str:
    return re.sub(re.escape(part), GONE, text, flags=re.IGNORECASE)
