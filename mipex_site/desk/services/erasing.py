"""Erase a person, once nothing in the portal waits for them."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services import erasing
from mipex_site.base.errors import WrongState
from mipex_site.base.verdict import demand
from mipex_site.mail.services.forgetting import forget
from questionnaire.models import Assignment
from questionnaire.services import invitations

from .. import rules


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
    invitations.forget(person=person)
    return erasing.erase_person(person=person, reason=reason, by=by)
