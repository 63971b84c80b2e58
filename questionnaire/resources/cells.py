"""What single cells of a table say: codes, addresses, days. Each refusal is a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User

from ..enums import Role
from ..models import Aggregate, Country, Organisation, Round
from ..services.workbooks import cells

MOST_CODINGS = 9


def needed(read: Callable[[str], Any] = str) -> Callable[[str], Any]:
    """Return a reader that refuses an empty cell."""

    def reader(text: str) -> Any:
        if not text:
            raise ValidationError(_("This must be filled in."))
        return read(text)

    return reader


def understood(read: Callable[[str], str]) -> Callable[[str], str]:
    """Return a reader of a workbook's cell as one of ours; an empty cell says nothing."""

    def reader(text: str) -> str:
        try:
            return read(text) if text else ""
        except cells.BadCell as bad:
            raise ValidationError(str(bad)) from bad

    return reader


def choice_of(text: str, kind: Any) -> str:
    for value, label in kind.choices:
        if text.casefold() in {value.casefold(), str(label).casefold()}:
            return value
    known = ", ".join(kind.values)
    raise ValidationError(
        _("“%(text)s” is none of these: %(known)s.") % {"text": text[:60], "known": known}
    )


def role_of(text: str) -> str:
    return choice_of(text, Role)


def email_of(text: str) -> str:
    return text.lower()


def address_of(text: str) -> str:
    """Return an e-mail address, in lower case."""
    validate_email(text)
    return text.lower()


def language_of(text: str) -> str:
    if text and text.lower() not in dict(settings.LANGUAGES):
        raise ValidationError(_("The portal does not speak this language."))
    return text.lower()


def person_of(text: str) -> User:
    person = User.objects.filter(email=text.lower(), is_active=True).first()
    if person is None:
        raise ValidationError(_("Nobody signs in with this address. Invite the person."))
    return person


def round_of(text: str) -> Round:
    round_ = Round.objects.select_related("framework").filter(code=text).first()
    if round_ is None:
        raise ValidationError(_("There is no round with this code."))
    return round_


def country_of(text: str, round_: Round | None = None) -> Country | None:
    if not text:
        return None
    known = Country.objects.filter(code=text.upper()) | Country.objects.filter(
        name__iexact=text
    )
    country = known.first()
    if country is None:
        raise ValidationError(
            _("There is no country with the code “%(code)s”.") % {"code": text[:60]}
        )
    return country


def strand_of(text: str, round_: Round) -> Aggregate | None:
    if not text:
        return None
    strands = Aggregate.objects.filter(framework_id=round_.framework_id, kind="strand")
    strand = strands.filter(code=text).first()
    if strand is None:
        raise ValidationError(
            _("There is no strand with the code “%(code)s”.") % {"code": text[:60]}
        )
    return strand


def coding_of(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= MOST_CODINGS:
        raise ValidationError(_("Write the number of the coding, such as 1 or 2."))
    return int(text)


def organisation_of(text: str) -> Organisation | None:
    if not text:
        return None
    known = Organisation.objects.filter(code=text.lower())
    found = (known | Organisation.objects.filter(name__iexact=text)).first()
    if found is None:
        raise ValidationError(
            _("There is no organisation “%(name)s”. Add it first.") % {"name": text[:60]}
        )
    return found


def day_of(text: str) -> date | None:
    """Return a day written as 2019-12-31; None for an empty cell."""
    said = understood(cells.day)(text)
    return date.fromisoformat(said) if said else None
