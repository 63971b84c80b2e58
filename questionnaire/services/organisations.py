"""The members of the consortium, and who works where."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.verdict import demand

from ..enums import Role
from ..models import Affiliation, Country, Organisation
from ..rules import may_keep_organisations
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
    known, made = Affiliation.objects.get_or_create(person=person, organisation=organisation)
    if made:
        entries.write(
            stream="accounts",
            act="affiliation.add",
            subject=f"person/{person.pk}",
            by=by.pk,
            role=Role.COORDINATOR,
            new={"organisation": organisation.code},
        )
    return known


def _values(one: Organisation) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "country": one.country.code if one.country else None,
        "consortium_role": one.consortium_role,
    }
