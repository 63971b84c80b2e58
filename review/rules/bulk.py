"""Where may this person review, rule or look on? As the rules for one case say, of a whole round.

The pages that stand across countries ask this once and then of each country and strand, without
another query. What it says of a case is what may_review, may_adjudicate and may_see_case say.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from mipex_site.accounts.models import User
from questionnaire.enums import EXPERT_SIDE, Role
from questionnaire.models import Answer, Assignment, Round

from ..models import Declaration, Opinion
from .interests import JUDGES, LOOKERS


class Reach:
    """One person's rights and ties in one round, in a fixed number of queries."""

    def __init__(self, user: User, round_: Round) -> None:
        there = Q(round__isnull=True) | Q(round_id=round_.pk)
        self.held = list(Assignment.objects.of(user).filter(there).order_by("pk"))
        self.running = [held for held in self.held if not held.is_over]
        wrote = Answer.history.filter(answered_by_id=user.pk, assessment__round_id=round_.pk)
        self.wrote = _countries(wrote, "assessment__country_id")
        spoke = Opinion.objects.filter(reviewer_id=user.pk, item__case__round_id=round_.pk)
        self.spoke = _countries(spoke, "item__case__country_id")
        declared = Declaration.objects.filter(person_id=user.pk, round_id=round_.pk)
        self.cleared = dict(declared.values_list("country_id", "is_cleared"))

    def has(self, *roles: str) -> bool:
        """Whether one of ROLES is held anywhere in the round, in a running assignment."""
        return any(held.role in roles for held in self.running)

    def reviews(self, country_id: int, strand_id: int) -> bool:
        held = self._holds(country_id, strand_id, Role.REVIEWER)
        return held and self._judges(country_id, strand_id)

    def adjudicates(self, country_id: int, strand_id: int) -> bool:
        held = self._holds(country_id, strand_id, Role.ADJUDICATOR)
        reviewed = country_id in self.spoke or self._ever_held(country_id, Role.REVIEWER)
        return held and not reviewed and self._judges(country_id, strand_id)

    def looks_on(self, country_id: int, strand_id: int) -> bool:
        """Whether the person runs or observes the round there, and no tie takes it away."""
        held = self._holds(country_id, strand_id, *LOOKERS)
        took_part = self._ever_held(country_id, *EXPERT_SIDE, *JUDGES)
        return held and not took_part and self.cleared.get(country_id, True) is True

    @property
    def looks_on_all(self) -> bool:
        """Whether the person runs or observes the whole round, and so has its board."""
        return any(
            held.role in LOOKERS and held.country_id is None and held.strand_id is None
            for held in self.running
        )

    def is_in_scope(self, country_id: int, strand_id: int, *roles: str) -> bool:
        """Whether one of ROLES is held there, be it one that a tie forbids."""
        return self._holds(country_id, strand_id, *roles)

    def _judges(self, country_id: int, strand_id: int) -> bool:
        """Whether nothing ties the person, and the declaration that opens the country is there."""
        wrote = country_id in self.wrote or self._ever_held(country_id, *EXPERT_SIDE)
        runs_it = self._holds(country_id, strand_id, Role.COORDINATOR)
        return self.cleared.get(country_id) is True and not wrote and not runs_it

    def _ever_held(self, country_id: int, *roles: str) -> bool:
        return any(
            held.role in roles and held.country_id in {None, country_id} for held in self.held
        )

    def _holds(self, country_id: int, strand_id: int, *roles: str) -> bool:
        return any(
            held.role in roles
            and held.country_id in {None, country_id}
            and held.strand_id in {None, strand_id}
            for held in self.running
        )


def _countries(rows: Iterable, key: str) -> set[int]:
    return set(rows.order_by().values_list(key, flat=True).distinct())
