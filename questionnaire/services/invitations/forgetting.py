"""Take a person out of the invitations, for good: part of erasing the person."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mipex_site.accounts.models import User
from mipex_site.accounts.services.erasing import NOWHERE

from ...models import Invitation
from .tokens import hash_of, new_token

NOBODY = "…"


class Forgotten(NamedTuple):
    """How many invitations were emptied, the names in them, and the keys of those withdrawn."""

    number: int
    names: frozenset[str]
    withdrawn: tuple[int, ...]


@transaction.atomic
def forget(*, email: str, person: User | None = None) -> Forgotten:
    """Empty the name, the address and the reason of every invitation, and of its history.

    EMAIL and PERSON say whose they are. Call it while the person still has the address. What was
    not answered is withdrawn, and its link opens nothing any more. That somebody was invited to
    a part, and when, stays.
    """
    theirs = Q(email__iexact=email)
    if person:
        theirs |= Q(person_id=person.pk)
    # Whoever accepts just now has the row first, and is somebody with an account afterwards.
    rows = list(Invitation.objects.select_for_update().filter(theirs).order_by("pk"))
    keys = [row.pk for row in rows]
    past = QuerySet(Invitation.history.model).filter(id__in=keys)
    names = {row.name for row in rows} | set(past.values_list("name", flat=True))
    waiting = [row.pk for row in rows if _waits(row)]
    blank = {"name": NOBODY, "email": f"nobody@{NOWHERE}", "reason": ""}
    # Past the manager and the history on purpose: what is forgotten must not be remembered.
    QuerySet(Invitation).filter(pk__in=keys).update(**blank)
    past.update(**blank)
    for key in waiting:
        void = {"withdrawn_at": timezone.now(), "token_hash": hash_of(new_token())}
        QuerySet(Invitation).filter(pk=key).update(**void)
    return Forgotten(len(keys), frozenset(names - {NOBODY}), tuple(waiting))


def _waits(row: Invitation) -> bool:
    return not (row.accepted_at or row.declined_at or row.withdrawn_at)
