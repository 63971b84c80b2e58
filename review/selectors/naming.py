"""How the edition of a round names its people: read here, and nowhere else.

Who accepts an invitation says how; what is said last, in the last word or beside the certificate,
confirms it or takes it back. Who said nothing is not named, and who judged is never named beside
a country.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from mipex_site.accounts.models import User
from questionnaire.enums import EXPERT_SIDE, Attribution, Role, RoundState
from questionnaire.models import Answer, Assignment, Country, Invitation, Round

from ..models import BlindCoding, Consent, NamingConsent, Opinion, Ruling, SecondLook
from ..rules import may_be_named
from ..rules.interests import JUDGES
from .certificate import countries_judged_by

FEWEST_COUNTRIES = 2
"""A list apart from countries needs as many: of a single one everybody would know the country."""

NAMED_THERE, LISTED, UNNAMED = (
    Attribution.NAMED,
    Attribution.WITHOUT_SCORES,
    Attribution.NOT_NAMED,
)
Place = tuple[UUID, int]
"""A person and a country, by their keys."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What holds for a person: LEVEL is how they are named, OFFERED what a yes would mean.

    IS_SAID tells whether they said anything yet, yes or no.
    """

    level: Attribution
    offered: Attribution
    is_said: bool

    @property
    def is_named(self) -> bool | None:
        """What they said: None for nothing."""
        return self.level != UNNAMED if self.is_said else None


@dataclass(frozen=True, slots=True)
class Credit:
    """A person whom the edition names; COUNTRY is a code, and empty for who is only listed."""

    name: str
    role: str
    country: str


def naming_of_expert(person: User, round_: Round, country: Country) -> Naming:
    """Return how somebody is named who answers for the country, or did; two queries."""
    asked = _accepted(round_).filter(person_id=person.pk, role__in=EXPERT_SIDE)
    there = asked.filter(Q(country_id=country.pk) | Q(country__isnull=True))
    said = NamingConsent.objects.filter(
        person_id=person.pk, round_id=round_.pk, country_id=country.pk
    )
    words = said.values_list("is_named", flat=True)
    return _naming(there.values_list("attribution", flat=True), words, most=NAMED_THERE)


def naming_of_judge(person: User, round_: Round) -> Naming:
    """Return how somebody is named who reviewed or ruled in the round; two queries."""
    asked = _accepted(round_).filter(person_id=person.pk, role__in=JUDGES)
    said = NamingConsent.objects.filter(person_id=person.pk, round_id=round_.pk)
    words = said.exclude(country__in=_answered_for(person, round_))
    return _naming(
        asked.values_list("attribution", flat=True),
        words.values_list("is_named", flat=True),
        most=LISTED,
    )


@dataclass(frozen=True, slots=True)
class OwnNaming:
    """How a round's edition names a person: for COUNTRY as an expert, or None as a judge.

    IS_BUILT: a yes comes too late for it.
    """

    round: Round
    country: Country | None
    naming: Naming
    is_built: bool


def namings_of(person: User) -> list[OwnNaming]:
    """Return each place where the person answered or judged, also long ago; new rounds first."""
    held = Assignment.objects.of(person, *EXPERT_SIDE, *JUDGES).filter(round__isnull=False)
    rows = held.exclude(round__state=RoundState.CANCELLED).select_related("round", "country")
    places: dict[tuple[int, int | None], tuple[Round, Country | None]] = {}
    for one in rows.order_by("-round__cut_off", "round_id", "country__name", "pk"):
        if one.role in EXPERT_SIDE:
            places.setdefault((one.round_id, one.country_id), (one.round, one.country))
        elif countries_judged_by(person, one.round):
            places.setdefault((one.round_id, None), (one.round, None))
    return [
        OwnNaming(
            round=round_,
            country=country,
            naming=naming_of_expert(person, round_, country)
            if country
            else naming_of_judge(person, round_),
            is_built=not may_be_named(round_),
        )
        for round_, country in places.values()
    ]


def credits_of(round_: Round) -> list[Credit]:
    """Return whom the edition of the round names, by role, country and name.

    Named is who agreed and whose work is in it: an expert of an assessed country who wrote there
    or still answers for it, a reviewer who spoke, a consortium reviewer who ruled or still may.
    Whoever was erased is nobody any more.
    """
    found = {*_Round(round_).credits()}
    return sorted(found, key=lambda one: (one.role, one.country, one.name.casefold(), one.name))


class _Round:
    """All that was said and done in a round, in a fixed number of queries."""

    def __init__(self, round_: Round) -> None:
        assessed = round_.participations.filter(excluded_because="").select_related("country")
        self.countries = {one.country_id: one.country.code for one in assessed}
        held = Assignment.objects.filter(
            round_id=round_.pk, role__in=(*EXPERT_SIDE, *JUDGES), person__erased_as__isnull=True
        )
        self.held = list(held.select_related("person").order_by("pk"))
        self.asked: dict[UUID, list[tuple[str, int | None, str]]] = defaultdict(list)
        accepted = _accepted(round_).values_list(
            "person_id", "role", "country_id", "attribution"
        )
        for person, *rest in accepted:
            self.asked[person].append(tuple(rest))
        said = NamingConsent.objects.filter(round_id=round_.pk)
        self.said: dict[UUID, dict[int, bool]] = defaultdict(dict)
        for person, country, is_named in said.values_list(
            "person_id", "country_id", "is_named"
        ):
            self.said[person][country] = is_named
        self.wrote = _wrote(round_)
        self.judged = {Role.REVIEWER: _spoke(round_), Role.ADJUDICATOR: _ruled(round_)}

    def credits(self) -> Iterator[Credit]:
        many = len(self.countries) >= FEWEST_COUNTRIES
        for held in self.held:
            if held.role in EXPERT_SIDE:
                yield from self._expert(held, listed=many)
            elif many and self._has_judged(held) and self._judge(held.person) == LISTED:
                yield Credit(held.person.name, held.role, "")

    def _expert(self, held: Assignment, *, listed: bool) -> Iterator[Credit]:
        code = self.countries.get(held.country_id)
        if code is None or (
            held.is_over and (held.person_id, held.country_id) not in self.wrote
        ):
            return
        level = self._level_of_expert(held.person_id, held.country_id)
        if level == NAMED_THERE:
            yield Credit(held.person.name, Role.EXPERT, code)
        elif level == LISTED and listed:
            yield Credit(held.person.name, Role.EXPERT, "")

    def _level_of_expert(self, person: UUID, country: int) -> Attribution:
        there = [
            level
            for role, where, level in self.asked[person]
            if role in EXPERT_SIDE and where in {None, country}
        ]
        said = self.said[person]
        words = [said[country]] if country in said else []
        return _naming(there, words, most=NAMED_THERE).level

    def _judge(self, person: User) -> Attribution:
        asked = [level for role, _where, level in self.asked[person.pk] if role in JUDGES]
        own = {
            one.country_id
            for one in self.held
            if one.person_id == person.pk and one.role in EXPERT_SIDE
        }
        words = [yes for where, yes in self.said[person.pk].items() if where not in own]
        return _naming(asked, words, most=LISTED).level

    def _has_judged(self, held: Assignment) -> bool:
        where = {place for person, place in self.judged[held.role] if person == held.person_id}
        if where & self.countries.keys():
            return True
        return held.role == Role.ADJUDICATOR and not held.is_over


def _naming(asked: Iterable[str], words: Iterable[bool], *, most: Attribution) -> Naming:
    """Weigh what was asked at each acceptance with the words since; a no outweighs every yes.

    MOST is the fullest way in which this side may be named.
    """
    order = (UNNAMED, LISTED, NAMED_THERE)
    levels = [min(Attribution(level), most, key=order.index) for level in asked if level]
    said = list(words)
    yes = [level for level in levels if level != UNNAMED]
    offered = min(yes, default=most, key=order.index)
    if said:
        level = offered if all(said) else UNNAMED
    else:
        level = min(levels, default=UNNAMED, key=order.index)
    return Naming(level, offered, is_said=bool(said or levels))


def _accepted(round_: Round) -> QuerySet[Invitation]:
    accepted = Invitation.objects.filter(round_id=round_.pk, accepted_at__isnull=False)
    return accepted.exclude(attribution="").order_by()


def _answered_for(person: User, round_: Round) -> QuerySet:
    held = Assignment.objects.of(person, *EXPERT_SIDE).filter(round_id=round_.pk)
    return held.filter(country__isnull=False).values("country")


def _wrote(round_: Round) -> set[Place]:
    versions = Answer.history.filter(assessment__round_id=round_.pk).order_by()
    return set(versions.values_list("answered_by_id", "assessment__country_id").distinct())


def _spoke(round_: Round) -> set[Place]:
    there = {"item__case__round_id": round_.pk}
    spoke = Opinion.objects.filter(**there).order_by()
    coded = BlindCoding.objects.filter(**there).order_by()
    return set(
        spoke.values_list("reviewer_id", "item__case__country_id").union(
            coded.values_list("coder_id", "item__case__country_id")
        )
    )


def _ruled(round_: Round) -> set[Place]:
    country = "dispute__item__case__country_id"
    ruled = Ruling.objects.filter(dispute__item__case__round_id=round_.pk).order_by()
    looked = SecondLook.objects.filter(
        ruling__dispute__item__case__round_id=round_.pk
    ).order_by()
    agreed = Consent.objects.filter(item__case__round_id=round_.pk).order_by()
    return set(
        ruled.values_list("adjudicator_id", country).union(
            looked.values_list("adjudicator_id", f"ruling__{country}"),
            agreed.values_list("adjudicator_id", "item__case__country_id"),
        )
    )
