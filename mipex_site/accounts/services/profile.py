"""What people change about themselves: how they are named and served, and their passphrase."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.audit.services import entries

from ..models import User


@transaction.atomic
def change_profile(*, name: str, language: str, zone: str, by: User) -> User:
    """Keep a person's own name, language and time zone. Raises ValidationError."""
    person = User.objects.select_for_update().get(pk=by.pk)
    if zone not in available_timezones():
        raise ValidationError(
            {"zone": _("This time zone is not known. Choose one of the list.")}
        )
    if language not in dict(settings.LANGUAGES):
        raise ValidationError(
            {"language": _("The portal does not speak this language. Choose one of the list.")}
        )
    new = {"name": name, "language": language, "zone": zone}
    changed = [field for field, value in new.items() if getattr(person, field) != value]
    if not changed:
        return person
    for field in changed:
        setattr(person, field, new[field])
    person.full_clean(exclude=["password"])
    person.save(update_fields=changed)
    # A name can be erased from the accounts; the chain cannot forget. So it holds no name.
    _write("person.change_profile", person, fields=changed)
    return person


@transaction.atomic
def change_passphrase(*, passphrase: str, by: User) -> User:
    """Set a new passphrase, unless it is too weak: then ValidationError says why."""
    person = User.objects.select_for_update().get(pk=by.pk)
    validate_password(passphrase, person)
    person.set_password(passphrase)
    person.save(update_fields=["password"])
    _write("person.change_passphrase", person, fields=["password"])
    return person


def _write(act: str, person: User, *, fields: list[str]) -> None:
    entries.write(
        stream="accounts",
        act=act,
        subject=f"person/{person.pk}",
        by=person.pk,
        new={"changed": fields},
    )
