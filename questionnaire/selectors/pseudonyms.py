"""What one side of the blind may call a person of the other."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from ..enums import EXPERT_SIDE, Role
from ..models import Assignment, Country, Round

BLIND_ROLES = (*EXPERT_SIDE, Role.REVIEWER, Role.ADJUDICATOR)


def pseudonyms(round_: Round, country: Country) -> dict[UUID, str]:
    """Return the pseudonym of everybody on a side of the blind there, ended assignments too.

    One query. A pseudonym given for the country itself goes before one given for the round.
    """
    rows = Assignment.objects.filter(
        Q(country_id=country.pk) | Q(country__isnull=True),
        round_id=round_.pk,
        role__in=BLIND_ROLES,
    )
    names: dict[UUID, str] = {}
    for person, pseudonym in rows.order_by("-country_id", "pk").values_list(
        "person_id", "pseudonym"
    ):
        names.setdefault(person, pseudonym)
    return names


def pseudonym_of(person_id: UUID, round_: Round, country: Country) -> str:
    """Return one person's pseudonym there; the empty string for who is on no side."""
    return pseudonyms(round_, country).get(person_id, "")
