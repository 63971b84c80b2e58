"""Take a person out of the invitations, for good: part of erasing the person."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet

from mipex_site.accounts.models import User
from mipex_site.accounts.services.erasing import NOWHERE

from ...models import Invitation

NOBODY = "…"


@transaction.atomic
def forget(*, person: User) -> int:
    """Empty the name, the address and the reason of every invitation to PERSON, and its history.

    Call it while the person still has the address. That somebody was invited to a part, and
    when, stays. Returns how many invitations were emptied.
    """
    theirs = Q(person_id=person.pk) | Q(email__iexact=person.email)
    keys = list(Invitation.objects.filter(theirs).values_list("pk", flat=True))
    blank = {"name": NOBODY, "email": f"nobody@{NOWHERE}", "reason": ""}
    # Past the manager and the history on purpose: what is forgotten must not be remembered.
    QuerySet(Invitation).filter(pk__in=keys).update(**blank)
    QuerySet(Invitation.history.model).filter(id__in=keys).update(**blank)
    return len(keys)
