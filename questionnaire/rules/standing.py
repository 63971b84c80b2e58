"""What somebody holds, and where: the only source of rights are running assignments."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from mipex_site.accounts.models import User
from mipex_site.base.prepared import Prepared
from mipex_site.base.verdict import YES, Verdict

from ..enums import Role
from ..models import Assessment, Assignment, Round
from ..signals import country_asked_for

LOOKERS = (Role.COORDINATOR, Role.OBSERVER)
JUDGES = (Role.REVIEWER, Role.ADJUDICATOR)


RIGHTS_OF = Prepared(
    lambda person, now: (
        Assignment.objects.running(now)
        .filter(person_id=person)
        .order_by("pk")
        .values_list("role", "granted_by", "round", "country", "strand", "coding")
    )
)


@dataclass(frozen=True, slots=True)
class Standing:
    """In which role somebody acts on a sheet, and for whom, if not for themselves."""

    role: str = ""
    on_behalf_of: UUID | None = None


def standing_on(user: User, sheet: Assessment, *roles: str) -> Standing:
    """Return how the person stands on this sheet in one of ROLES; one's own role goes first."""
    # Compared here, for a person has few rights and this is asked at every act.
    place = (sheet.round_id, sheet.country_id, sheet.strand_id, sheet.coding)
    found = [
        Standing(role, granted_by)
        for role, granted_by, *scope in RIGHTS_OF.rows(user.pk, timezone.now())
        if (role in roles or not roles)
        and all(part in {None, whole} for part, whole in zip(scope, place, strict=True))
    ]
    return min(found, key=lambda one: one.on_behalf_of is not None, default=Standing())


def role_on(user: User, sheet: Assessment, *roles: str) -> str:
    """Return the one of ROLES that the person has on this sheet, or the empty string."""
    return standing_on(user, sheet, *roles).role


def has_role(user: User, sheet: Assessment, *roles: str) -> bool:
    return bool(role_on(user, sheet, *roles))


def had_role(user: User, sheet: Assessment, *roles: str) -> bool:
    """Return whether a right of that kind on the sheet is the person's, or was and has ended."""
    held = Assignment.objects.of(user, *roles).filter(round_id=sheet.round_id)
    here = held.reaching(country_id=sheet.country_id, strand_id=sheet.strand_id)
    return here.filter(Q(coding__isnull=True) | Q(coding=sheet.coding)).exists()


def has_role_in_round(user: User, round_: Round, *roles: str) -> bool:
    """Return whether somebody has such a role over the whole round, or the whole portal."""
    held = Assignment.objects.running().of(user, *roles).in_round(round_)
    return held.filter(country__isnull=True, strand__isnull=True).exists()


def coordinates_the_portal(user: User) -> bool:
    held = Assignment.objects.running().of(user, Role.COORDINATOR)
    return held.filter(round__isnull=True).exists()


def untied(user: User, role: str, *, round_id: int, country_id: int) -> Verdict:
    """Whether nobody who listens knows of a tie between the person and the country."""
    asked = country_asked_for.send(
        None, person=user, role=role, round_id=round_id, country_id=country_id
    )
    refused = [verdict for _listener, verdict in asked if verdict is not None and not verdict]
    return refused[0] if refused else YES
