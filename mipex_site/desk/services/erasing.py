"""Erase a person, once nothing in the portal waits for them; or who never had an account."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from editions.services import forgetting as editions
from mipex_site.accounts.models import User
from mipex_site.accounts.services import erasing
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand
from mipex_site.mail.services.forgetting import forget, forget_address
from questionnaire.enums import Role
from questionnaire.models import Assignment
from questionnaire.services import invitations

from .. import rules


class Erased(NamedTuple):
    """How many rows named somebody who has no account, by what they were."""

    invitations: int
    readers: int
    requests: int
    letters: int


@transaction.atomic
def erase(*, person: User, reason: str, by: User) -> User:
    """Turn a person without a running right into "Former user 17".

    Raises NotAllowed, WrongState while a right runs, and what the accounts' own service raises.
    """
    demand(rules.may_erase_person(by, person))
    # A new right needs the person's row, so it waits for this lock.
    person = User.objects.select_for_update().get(pk=person.pk)
    if Assignment.objects.running().of(person).exists():
        raise WrongState(
            _("This person still has rights in the portal. End them first, then erase.")
        )
    forget(person=person)
    invitations.forget(email=person.email, person=person)
    editions.forget(email=person.email)
    return erasing.erase_person(person=person, reason=reason, by=by)


@transaction.atomic
def erase_address(*, email: str, reason: str, by: User) -> Erased:
    """Take somebody out of the portal who was invited, read under embargo or sent a note.

    Raises NotAllowed, WrongState where somebody has an account under this address, Refusal where
    nobody is known by it, and ValidationError for a reason that is empty or names the person.
    """
    demand(rules.may_erase_address(by, email))
    asked = invitations.forget(email=email)
    if User.objects.filter(email__iexact=email).exists():
        raise WrongState(_("Somebody has an account under this address. Erase the person."))
    known = editions.forget(email=email)
    names = asked.names | known.names
    erasing.demand_reason(reason=reason, email=email, names=names)
    letters = forget_address(email=email, names=names)
    erased = Erased(asked.number, known.readers, known.requests, letters)
    if not any(erased):
        raise Refusal(_("Nobody is known by this address."))
    entries.write(
        stream="accounts",
        act="address.erase",
        subject="address",
        by=by.pk,
        role=Role.COORDINATOR,
        new=erased._asdict() | {"withdrawn": list(asked.withdrawn)},
        reason=reason,
    )
    return erased
