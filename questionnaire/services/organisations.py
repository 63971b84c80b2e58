"""The members of the consortium, and who works where."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import WrongState
from mipex_site.base.verdict import demand

from ..enums import Role
from ..models import Affiliation, Country, Organisation
from ..rules import may_change_affiliation, may_keep_organisations
from ..signals import affiliation_began
from .remembering import save_as

STREAM = "organisations"


@transaction.atomic
def put_organisation(
    *,
    code: str,
    name: str,
    kind: str,
    country: Country | None = None,
    consortium_role: str = "",
    by: User,
) -> Organisation:
    """Add an organisation or change it; the same again writes nothing.

    Raises NotAllowed, or ValidationError by field.
    """
    demand(may_keep_organisations(by))
    known = Organisation.objects.select_for_update().filter(code=code).first()
    said = known or Organisation(code=code)
    old = _values(known) if known else None
    said.name, said.kind, said.country = " ".join(name.split()), kind, country
    said.consortium_role = consortium_role
    new = _values(said)
    if old == new:
        return said
    said.full_clean()
    save_as(said, by)
    entries.write(
        stream=STREAM,
        act="organisation.put",
        subject=f"organisation/{said.code}",
        by=by.pk,
        role=Role.COORDINATOR,
        old=old,
        new=new,
    )
    return said


@transaction.atomic
def affiliate(*, person: User, organisation: Organisation, by: User) -> Affiliation:
    """Note where a person works: the rules about interests ask for it. Twice is once.

    Who may, and when, is asked by who calls: an invitation that names an organisation.
    """
    known = Affiliation.objects.filter(
        person=person, organisation=organisation, until__isnull=True
    ).first()
    if known:
        return known
    made = Affiliation(person=person, organisation=organisation, since=timezone.localdate())
    return _begin(made, role=Role.COORDINATOR, by=by)


@transaction.atomic
def join(*, organisation: Organisation, since: date, by: User) -> Affiliation:
    """Say where one works now oneself, and since which day.

    Raises ValidationError for a day to come, and where one works there already.
    """
    _hold(by)
    _demand_past("since", since)
    known = Affiliation.objects.filter(person=by, organisation=organisation)
    if known.filter(until__isnull=True).exists():
        raise ValidationError({"organisation": _("You work there already.")})
    made = Affiliation(person=by, organisation=organisation, since=since)
    return _begin(made, role="", by=by)


@transaction.atomic
def leave(*, affiliation: Affiliation, until: date, by: User) -> Affiliation:
    """Say that one left an organisation, and on which day. What was then counts further.

    Raises NotAllowed for somebody else's, WrongState where one left already, ValidationError for
    a day to come or before one came.
    """
    _hold(by)
    held = Affiliation.objects.select_related("organisation").get(pk=affiliation.pk)
    demand(may_change_affiliation(by, held))
    if held.until is not None:
        raise WrongState(_("You have left this organisation already."))
    _demand_past("until", until)
    if held.since is not None and until < held.since:
        raise ValidationError({"until": _("This day is before the one on which you came.")})
    held.until = until
    held.save(update_fields=["until"])
    _record(held, "affiliation.end", role="", by=by)
    return held


def _begin(made: Affiliation, *, role: str, by: User) -> Affiliation:
    made.save()
    _record(made, "affiliation.add", role=role, by=by)
    affiliation_began.send(Affiliation, affiliation=made)
    return made


def _hold(person: User) -> None:
    """Let two changes of one person's wait for each other, as rights and declarations do."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _demand_past(name: str, day: date) -> None:
    if day > timezone.localdate():
        raise ValidationError({name: _("Choose today or a day before.")})


def _record(one: Affiliation, act: str, *, role: str, by: User) -> None:
    entries.write(
        stream="accounts",
        act=act,
        subject=f"person/{one.person_id}",
        by=by.pk,
        role=role,
        new={"organisation": one.organisation.code, "since": one.since, "until": one.until},
    )


def _values(one: Organisation) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "country": one.country.code if one.country else None,
        "consortium_role": one.consortium_role,
    }
