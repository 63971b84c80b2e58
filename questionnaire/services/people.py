"""The list of people: put somebody's entry right, or ask somebody new to take a part."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services.correcting import correct_person
from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.verdict import demand
from mipex_site.mail.enums import NoticeKind
from mipex_site.mail.services import notices

from ..enums import Role
from ..models import Invitation, Organisation, Round
from ..rules import may_keep_people
from .invitations import Part, invite


@transaction.atomic
def put_person(
    *,
    email: str,
    name: str,
    language: str,
    zone: str = "",
    round_: Round | None = None,
    part: Part | None = None,
    organisation: Organisation | None = None,
    by: User,
) -> User | Invitation:
    """Correct who has an account under EMAIL, and invite them to PART of ROUND_ if it is given.

    Nobody gets an account here, a passphrase or a right: who is new is sent a link, and has all
    that once they accept. Raises NotAllowed, Refusal, ValidationError by field.
    """
    demand(may_keep_people(by))
    person = User.objects.filter(email=email).first()
    if person is None and part is None:
        words = _(
            "Nobody signs in with this address. Name a round and a role, and the person is invited."
        )
        raise ValidationError({"email": words})
    asked = None
    if part is not None:
        asked = invite(
            round_=round_,
            email=email,
            name=name,
            part=part,
            organisation=organisation,
            language=language,
            by=by,
        )
    if person is None:
        return asked
    corrected = correct_person(person=person, name=name, language=language, zone=zone, by=by)
    if _entry_of(corrected) != _entry_of(person):
        _tell(corrected)
    return corrected


def _entry_of(person: User) -> tuple[str, ...]:
    return person.name, person.language, person.zone


def _tell(person: User) -> None:
    """Let nobody be renamed without hearing of it: their own page is where they put it right."""
    with translation.override(person.language):
        words = _("A coordinator changed your name, language or time zone on the portal.")
    notices.tell(
        key=f"corrected/{person.pk}/{timezone.now():%Y%m%d%H%M%S%f}",
        person=person,
        kind=NoticeKind.NEWS,
        words=words,
        address=reverse("accounts:profile"),
    )


@transaction.atomic
def note_export(*, rows: int, kind: str, by: User) -> AuditEntry:
    """Write down who takes a copy of the list of people, as which KIND of file."""
    demand(may_keep_people(by))
    return entries.write(
        stream="accounts",
        act="people.export",
        subject="people",
        by=by.pk,
        role=Role.COORDINATOR,
        new={"kind": kind, "rows": rows},
    )
