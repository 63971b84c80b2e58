"""Take a person's name and address out of the portal; what they did stays, as a number's."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from mipex_site.audit.services import entries
from mipex_site.base.errors import WrongState

from ..models import User
from .people import portal_robot

NOWHERE = "example.invalid"
"""A domain that RFC 2606 keeps from ever being anybody's."""


@transaction.atomic
def erase_person(*, person: User, reason: str, by: User) -> User:
    """Turn a person into "Former user 17", who cannot sign in. Nothing takes it back.

    Every row and every hash stays as it is, for they hold the person's key and never the name.
    Whether BY may do this, and whether the person still has rights, is asked by who calls: rights
    lie above the accounts.

    Raises WrongState for the portal itself and for who is erased already, and ValidationError for
    a reason that is empty or that names the person: the audit keeps it for good.
    """
    # The sequence has one lock: the row of the portal's own account.
    robot = User.objects.select_for_update().get(pk=portal_robot().pk)
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.pk == robot.pk or person.erased_as is not None:
        raise WrongState(_("This account is no person’s, or not any more."))
    demand_reason(reason=reason, email=person.email, names=[person.name])
    last = User.objects.aggregate(last=Max("erased_as"))["last"] or 0
    _blank(person, number=last + 1)
    entries.write(
        stream="accounts",
        act="person.erase",
        subject=f"person/{person.pk}",
        by=by.pk,
        new={"erased_as": person.erased_as},
        reason=reason,
    )
    return person


def is_nobodys(address: str) -> bool:
    """Whether an address stands for somebody who was erased: nothing is written to it."""
    return address.endswith(f"@{NOWHERE}")


def demand_reason(*, reason: str, email: str, names: Iterable[str]) -> None:
    """Refuse a reason that is empty, or that has the address or a word of the names in it.

    Raises ValidationError: the audit keeps the reason for good.
    """
    words = reason.casefold()
    if not words.strip():
        raise ValidationError({"reason": _("Say why, in a sentence without the name.")})
    named = {part for name in names for part in _words(name) if len(part) > 1}
    if email.casefold() in words or named & _words(reason):
        raise ValidationError(
            {"reason": _("The audit keeps the reason for good: say it without the name.")}
        )


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _blank(person: User, *, number: int) -> None:
    """Save the person without what tells who it was; a new password ends every session."""
    usual = {field.attname: field.default for field in User._meta.fields if field.has_default()}
    person.erased_as = number
    # The same in every language, as a name is.
    person.name = f"Former user {number}"
    person.email = f"former-{number}@{NOWHERE}"
    person.language, person.zone = settings.LANGUAGE_CODE, usual["zone"]
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login = None
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.user_permissions.clear()
