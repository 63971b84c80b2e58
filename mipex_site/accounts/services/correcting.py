"""Correct how a person is named and served, on their behalf."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.audit.services import entries
from mipex_site.base.errors import WrongState

from ..models import User


@transaction.atomic
def correct_person(*, person: User, name: str, language: str, zone: str, by: User) -> User:
    """Put a person's name, language and time zone right; the same again writes nothing.

    The address stays, for whoever reads its mail is the person; so do passphrase and rights.
    Whether BY may do this is asked by who calls: rights lie above the accounts.

    Raises WrongState for an account that nobody signs in with, and ValidationError by field.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.is_robot or not person.is_active:
        raise WrongState(_("Nobody signs in with this account, so it stays as it is."))
    if zone not in available_timezones():
        raise ValidationError({"zone": _("This time zone is not known.")})
    if language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": _("The portal does not speak this language.")})
    given = {"name": " ".join(name.split()), "language": language, "zone": zone}
    changed = [field for field, value in given.items() if getattr(person, field) != value]
    if not changed:
        return person
    for field in changed:
        setattr(person, field, given[field])
    person.clean_fields(exclude=["password"])
    person.save(update_fields=changed)
    # As with what people change themselves: the chain cannot forget, so it holds no name.
    entries.write(
        stream="accounts",
        act="person.correct",
        subject=f"person/{person.pk}",
        by=by.pk,
        new={"changed": changed},
    )
    return person
