"""The sides of the blind, and how people are named across it. Asked by whoever gives a right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ..enums import EXPERT_SIDE, Role
from ..models import Aggregate, Assignment, Country, Round
from .naming import unused_name

SIDES = (EXPERT_SIDE, (Role.REVIEWER,), (Role.ADJUDICATOR,))


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an assignment reaches; None reaches everything there is."""

    round: Round | None
    country: Country | None
    strand: Aggregate | None
    coding: int | None

    def as_fields(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


def assignments_there(scope: Scope) -> QuerySet[Assignment]:
    """All assignments that meet the scope's round and country, ended ones too."""
    there = Assignment.objects.filter(round=scope.round)
    if scope.country is None:
        return there
    return there.filter(Q(country__isnull=True) | Q(country=scope.country))


def fault_of_side(own: Sequence[Assignment], role: str, scope: Scope) -> str:
    """Say why a person may not have this role there, or return the empty string.

    OWN is what the person has or had in the scope's round and country. Nobody takes a second
    side of the blind, and no expert a second coding of the same strand. The sentence tells on
    which side the person is: it is a coordinator's to read, and nobody else's.
    """
    side = next((side for side in SIDES if role in side), None)
    if side is None:
        return ""
    others = {other for roles in SIDES if roles is not side for other in roles}
    if any(one.role in others for one in own):
        return _(
            "This person is or was on another side in this country and round."
            " Who answers, who reviews and who rules must be different people."
        )
    if side is EXPERT_SIDE and any(_is_other_coding(one, scope) for one in own):
        return _("Two codings of one sheet are independent: they need two different experts.")
    return ""


def _is_other_coding(one: Assignment, scope: Scope) -> bool:
    if one.role not in EXPERT_SIDE or one.coding == scope.coding:
        return False
    return scope.strand is None or one.strand_id in {None, scope.strand.pk}


def reach_of(one: Assignment) -> tuple[object, ...]:
    """Return what a person may run only once at a time."""
    return one.role, one.round_id, one.country_id, one.strand_id, one.coding


def pseudonym_for(own: Sequence[Assignment], role: str, scope: Scope) -> str:
    """Return the person's own pseudonym where the same role already gave one there, or a new."""
    country = scope.country.pk if scope.country else None
    for one in own:
        if (one.role, one.country_id) == (role, country):
            return one.pseudonym
    taken = assignments_there(scope).values_list("pseudonym", flat=True)
    return unused_name(role, taken=set(taken))
