"""What a coordinator calls the people of a round: pseudonyms, and names where they were asked for.

An observer calls nobody anything: the role alone.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from mipex_site.accounts.models import User
from questionnaire.enums import EXPERT_SIDE
from questionnaire.models import Assignment, Country, Round
from review.rules import JUDGES, countries_lost_by, countries_unblinded_for
from review.selectors.holders import Holders

BLIND_ROLES = (*EXPERT_SIDE, *JUDGES)


class People:
    """The people of a round as one person may know them; two queries, one for an observer, and
    one more where a country is lost, and where names are shown.

    LOST are the codes of the countries that a tie keeps from the person, SHOWN_UNTIL says by
    code where and how long names stand in place of pseudonyms.
    """

    def __init__(
        self,
        round_: Round,
        user: User,
        holders: Holders,
        *,
        may_call: bool,
        for_file: bool = False,
    ) -> None:
        lost = countries_lost_by(user, round_)
        named = may_call and not for_file  # A file outlives the day for which names are shown.
        learned = countries_unblinded_for(user, round_) if named else {}
        shown = {key: one.until for key, one in learned.items() if key not in lost}
        codes = _codes_of({*lost, *shown})
        self.may_call = may_call
        self.lost = frozenset(codes[key] for key in lost)
        self.shown_until: dict[str, datetime] = {codes[key]: at for key, at in shown.items()}
        self._pseudonyms = holders.pseudonyms() if may_call else defaultdict(dict)
        self._rights = holders.rights(*BLIND_ROLES) if may_call else defaultdict(dict)
        self._names = self._load(round_) if self.shown_until else {}

    def _load(self, round_: Round) -> dict[UUID, str]:
        """Return the names of those whose names are shown, and of nobody else."""
        running = Assignment.objects.running().filter(round_id=round_.pk, role__in=BLIND_ROLES)
        there = Q(country__isnull=True) | Q(country__code__in=self.shown_until)
        return dict(running.filter(there).values_list("person_id", "person__name"))

    def called(self, country: str, person: UUID) -> str:
        """Return the person's name if it is shown for the country, or else the pseudonym."""
        if country in self.shown_until and person in self._names:
            return self._names[person]
        here, everywhere = self._pseudonyms[country], self._pseudonyms[None]
        return here.get(person) or everywhere.get(person, "")

    def right(self, country: str, person: UUID) -> int | None:
        """Return the key of the right by which a coordinator writes to somebody on a side."""
        return self._rights[country].get(person) or self._rights[None].get(person)


def _codes_of(keys: set[int]) -> dict[int, str]:
    if not keys:
        return {}
    return dict(Country.objects.filter(pk__in=keys).values_list("pk", "code"))


def lost_codes(user: User, round_: Round) -> frozenset[str]:
    """Return the codes of the countries that a tie keeps from somebody who runs the round."""
    return frozenset(_codes_of(set(countries_lost_by(user, round_))).values())
