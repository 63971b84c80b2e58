"""Take a person out of the outbox, for good: part of erasing the person."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from mipex_site.accounts.models import User

from ..enums import LetterState
from ..models import Letter, MailChoice, Notice

NOWHERE = "example.invalid"
GONE = "…"
"""Stands where a letter to somebody else had the name or the address."""


@transaction.atomic
def forget(*, person: User) -> int:
    """Empty every letter and line to PERSON, and the name and address in those to others.

    Call it while the person still has the name. What waits is withdrawn. Returns how many
    letters were emptied; that there were letters, and when, stays.
    """
    own = Letter.objects.filter(Q(person=person) | Q(address__iexact=person.email))
    own.filter(state=LetterState.QUEUED).update(state=LetterState.WITHDRAWN)
    number = own.update(address=f"nobody@{NOWHERE}", subject="", text="", secret="", error="")
    Notice.objects.filter(person=person).update(words="")
    MailChoice.objects.filter(person=person).delete()
    _blank_elsewhere(person)
    return number


def _blank_elsewhere(person: User) -> None:
    """Take the name and the address out of letters and lines that others got."""
    for part in (person.name, person.email):
        for letter in Letter.objects.filter(Q(text__contains=part) | Q(subject__contains=part)):
            letter.text = letter.text.replace(part, GONE)
            letter.subject = letter.subject.replace(part, GONE)
            letter.save(update_fields=["text", "subject", "updated_at"])
        for line in Notice.objects.filter(words__contains=part):
            line.words = line.words.replace(part, GONE)
            line.save(update_fields=["words"])
