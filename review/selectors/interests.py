"""What is to be declared and decided about ties, and who learned which names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from mipex_site.accounts.models import User
from questionnaire.enums import EXPERT_SIDE, AnswerKind, Role, RoundState
from questionnaire.models import Assessment, Assignment, Country, Participation, Round
from questionnaire.selectors.pseudonyms import pseudonyms

from ..enums import Interest, ItemState
from ..models import CaseItem, Declaration, Unblinding
from ..rules import JUDGES, countries_lost_by, countries_unblinded_for
from ..rules.interests import FLAGS, OPEN, WAITING, fate_of
from .known import Known

Place = tuple[int, int]
"""The keys of a round and a country."""

STILL_SHUT = (None, WAITING)


@dataclass(frozen=True, slots=True)
class ToDeclare:
    """A country that stays closed until its judge declares; IS_WAITING: until it is decided."""

    round: Round
    country_code: str
    country_name: str
    answers: int
    is_waiting: bool


def to_declare(user: User, *, known: Known | None = None) -> tuple[ToDeclare, ...]:
    """Return what this person judges in the open rounds and cannot see yet.

    Of a country given by name, always; where somebody judges a whole round, once something
    there waits for them. Three queries beside what is KNOWN of the person; none for somebody
    who judges nothing, or who declared all that was given by name.
    """
    known = known or Known(user)
    judging = [one for one in known.running if one.role in JUDGES]
    held = [one for one in judging if one.round.state == RoundState.OPEN]
    if not held:
        return ()
    fates = known.fates
    shut = [one for one in held if fates.get((one.round_id, one.country_id)) in STILL_SHUT]
    asked = {**_asked_of(shut), **_waiting_in_rounds(held)}
    closed = {place: n for place, n in asked.items() if n and fates.get(place) in STILL_SHUT}
    if not closed:
        return ()
    rows = Participation.objects.filter(
        round_id__in={place[0] for place in closed},
        country_id__in={place[1] for place in closed},
        excluded_because="",
    )
    return tuple(
        ToDeclare(
            round=row.round,
            country_code=row.country.code,
            country_name=row.country.name,
            answers=closed[row.round_id, row.country_id],
            is_waiting=fates.get((row.round_id, row.country_id)) == WAITING,
        )
        for row in rows.select_related("round", "country").order_by("country__name", "pk")
        if (row.round_id, row.country_id) in closed
    )


def _asked_of(held: Iterable[Assignment]) -> dict[Place, int]:
    """Return how many answers there are to judge in each country that is given by name."""
    by_name = [one for one in held if one.country_id]
    if not by_name:
        return {}
    places = _places(by_name)
    sheets = Assessment.objects.filter(places, coding=1).order_by()
    counted = sheets.values_list("round_id", "country_id")
    found = counted.annotate(n=Count("strand__indicators_below"))
    return {(round_id, country_id): n for round_id, country_id, n in found}


def _waiting_in_rounds(held: Iterable[Assignment]) -> dict[Place, int]:
    """Return how many answers wait for who judges a whole round, by country."""
    whole = [one for one in held if one.country_id is None]
    if not whole:
        return {}
    under_review = Q(state=ItemState.UNDER_REVIEW)
    disputed = Q(state=ItemState.DISPUTED)
    waits = {
        Role.REVIEWER: under_review,
        Role.ADJUDICATOR: disputed | (under_review & Q(answer__kind=AnswerKind.EXCEPTIONAL)),
    }
    mine = Q(pk__in=())
    for one in whole:
        mine |= _places([one], "case__") & waits[Role(one.role)]
    items = CaseItem.objects.filter(mine).order_by()
    counted = items.values_list("case__round_id", "case__country_id").annotate(n=Count("pk"))
    return {(round_id, country_id): n for round_id, country_id, n in counted}


def _places(held: Iterable[Assignment], prefix: str = "") -> Q:
    found = Q(pk__in=())
    for one in held:
        scope = {f"{prefix}round_id": one.round_id}
        if one.country_id:
            scope[f"{prefix}country_id"] = one.country_id
        if one.strand_id:
            scope[f"{prefix}strand_id"] = one.strand_id
        found |= Q(**scope)
    return found


# --- The page on which somebody declares --------------------------------------------------


@dataclass(frozen=True, slots=True)
class InterestsPage:
    """What a person knows of a country before declaring: its name, the size of the task."""

    round: Round
    country: Country
    you: str
    judges: bool
    answers: int
    declared: Declaration | None

    @property
    def fate(self) -> str:
        """What became of the declaration: open, waiting, barred, or empty without one."""
        return fate_of(self.declared) if self.declared else ""

    @property
    def declared_words(self) -> str:
        return str(Interest(self.declared.interest).label) if self.declared else ""

    @property
    def is_open(self) -> bool:
        return self.fate == OPEN


def interests_page(round_: Round, country: Country, user: User) -> InterestsPage:
    """Return the page of one person and one country, in a fixed number of queries."""
    running = Assignment.objects.running().of(user, *JUDGES).filter(round=round_)
    held = list(running.filter(Q(country=country) | Q(country__isnull=True)))
    sheets = Assessment.objects.filter(
        _places(held), round=round_, country=country, coding=1
    ).order_by()
    declared = Declaration.objects.filter(person_id=user.pk, round=round_, country=country)
    return InterestsPage(
        round=round_,
        country=country,
        you=min((one.pseudonym for one in held), default=""),
        judges=bool(held),
        answers=sheets.aggregate(n=Count("strand__indicators_below"))["n"],
        declared=declared.first(),
    )


# --- What a coordinator decides -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration as a coordinator reads it: under a pseudonym, the found ties in words."""

    row: Declaration
    who: str
    flags: tuple[str, ...]
    is_own: bool

    @property
    def interest_words(self) -> str:
        return str(Interest(self.row.interest).label)

    @property
    def fate(self) -> str:
        return fate_of(self.row)

    @property
    def is_undecided(self) -> bool:
        return self.fate == WAITING


def declarations_in(round_: Round, country: Country, user: User) -> tuple[Declared, ...]:
    """Return what everybody declared about a country, the undecided first; two queries."""
    called = pseudonyms(round_, country)
    rows = Declaration.objects.filter(round=round_, country=country).order_by("pk")
    found = [
        Declared(
            row=row,
            who=called.get(row.person_id, ""),
            flags=tuple(str(FLAGS[name]) for name in row.flags if name in FLAGS),
            is_own=row.person_id == user.pk,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: not one.is_undecided))


@dataclass(frozen=True, slots=True)
class ToDecide:
    """How many declarations about a country wait for a coordinator."""

    round: Round
    country_code: str
    country_name: str
    number: int
    since: date


def to_decide(user: User, rounds: Iterable[Round]) -> tuple[ToDecide, ...]:
    """Return what waits for a decision in these rounds; one query where nothing does."""
    waiting = Declaration.objects.filter(round__in=list(rounds), is_cleared__isnull=True)
    rows = waiting.exclude(person_id=user.pk).select_related("round", "country")
    found: dict[Place, list[Declaration]] = defaultdict(list)
    for row in rows.order_by("country__name", "declared_at"):
        found[row.round_id, row.country_id].append(row)
    lost = {
        round_: countries_lost_by(user, round_)
        for round_ in {a[0].round for a in found.values()}
    }
    return tuple(
        ToDecide(
            round=alike[0].round,
            country_code=alike[0].country.code,
            country_name=alike[0].country.name,
            number=len(alike),
            since=timezone.localdate(alike[0].declared_at),
        )
        for alike in found.values()
        if alike[0].country_id not in lost[alike[0].round]
    )


# --- Names on demand ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody of a country with name and address, beside the pseudonym of all other pages."""

    pseudonym: str
    role: str
    name: str
    email: str
    has_ended: bool

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)


@dataclass(frozen=True, slots=True)
class NamesPage:
    """The people of a country: none before their names are asked for, or after the time."""

    until: datetime | None
    people: tuple[Named, ...]


BLIND_ROLES = (*EXPERT_SIDE, *JUDGES)


def names_page(round_: Round, country: Country, user: User) -> NamesPage:
    """Return the names of a country's people while an unblinding of this person's lasts."""
    learned = countries_unblinded_for(user, round_).get(country.pk)
    if learned is None:
        return NamesPage(None, ())
    rows = _blind_in(round_).filter(Q(country=country) | Q(country__isnull=True))
    ordered = rows.select_related("person").order_by("role", "pseudonym", "pk")
    return NamesPage(
        learned.until,
        tuple(
            Named(
                pseudonym=row.pseudonym,
                role=row.role,
                name=row.person.name,
                email=row.person.email,
                has_ended=row.ended_at is not None,
            )
            for row in ordered
        ),
    )


def _blind_in(round_: Round) -> QuerySet[Assignment]:
    return Assignment.objects.filter(round_id=round_.pk, role__in=BLIND_ROLES)


@dataclass(frozen=True, slots=True)
class Learned:
    """Who learned the names of which country, why, and until when they were shown."""

    country_code: str
    country_name: str
    by: UUID
    by_name: str
    reason: str
    at: datetime
    until: datetime


def unblindings_of(round_: Round, user: User) -> tuple[Learned, ...]:
    """Return every unblinding of a round, the newest first; a lost country's are left out."""
    rows = Unblinding.objects.filter(round_id=round_.pk).select_related("country", "by")
    lost = countries_lost_by(user, round_)
    return tuple(
        Learned(
            country_code=row.country.code,
            country_name=row.country.name,
            by=row.by_id,
            by_name=row.by.name,
            reason=row.reason,
            at=row.at,
            until=row.until,
        )
        for row in rows.order_by("-pk")
        if row.country_id not in lost
    )
