"""Groups of countries, such as the European Union; from when to when a country belongs to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.verdict import demand

from ..enums import Role
from ..models import Country, CountryGroup, GroupMembership
from ..rules import may_load_countries

STREAM = "countries"

Values = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Membership:
    """A row as it stands now, with what it said before (None: it is new) and says now."""

    row: GroupMembership
    old: Values | None
    new: Values


@transaction.atomic
def put_membership(
    *,
    group: str,
    title: str,
    country: Country,
    first_day: date,
    last_day: date | None = None,
    by: User,
) -> GroupMembership:
    """Say from when to when a country belongs to a group; the same again writes nothing.

    GROUP is its code; a TITLE that is not empty becomes the group's. Raises NotAllowed, or
    ValidationError by field.
    """
    demand(may_load_countries(by))
    if last_day and last_day < first_day:
        raise ValidationError({"last_day": _("The last day lies before the first.")})
    done = set_membership(
        group=group, title=title, country=country, first_day=first_day, last_day=last_day
    )
    if done.old != done.new:
        entries.write(
            stream=STREAM,
            act="group.put",
            subject=f"group/{group}",
            by=by.pk,
            role=Role.COORDINATOR,
            old=done.old,
            new=done.new,
        )
    return done.row


def set_membership(
    *, group: str, title: str, country: Country, first_day: date, last_day: date | None
) -> Membership:
    """Save a membership and its group's title; who may, and the record, are the caller's."""
    held = CountryGroup.objects.select_for_update().filter(code=group).first()
    was = held.name if held else None
    held = _titled(held or CountryGroup(code=group), title)
    known = held.memberships.filter(country=country, first_day=first_day).first()
    row = known or GroupMembership(group=held, country=country, first_day=first_day)
    old = _values(row, was) if known else None
    row.last_day = last_day
    new = _values(row, held.name)
    if old != new:
        row.full_clean()
        row.save()
    return Membership(row, old, new)


def _titled(group: CountryGroup, title: str) -> CountryGroup:
    if group.pk and title in {"", group.name}:
        return group
    group.name = title
    group.full_clean()
    group.save()
    return group


def _values(row: GroupMembership, title: str | None) -> Values:
    return {
        "title": title,
        "country": row.country.code,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat() if row.last_day else None,
    }
