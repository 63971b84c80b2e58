"""Who holds which role where in a round and has declared: keys and pseudonyms, never a name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import BigIntegerField, CharField, SmallIntegerField, Value

from questionnaire.models import Assignment, Round

from ..models import Declaration
from ..rules.interests import BARRED, FATE, OPEN, WAITING

COLUMNS = (
    "role",
    "country_id",
    "country__code",
    "strand_id",
    "coding",
    "person_id",
    "pseudonym",
    "round_id",
)
DECLARED = "declared"
"""Stands for a role in the rows of declarations."""


@dataclass(frozen=True, slots=True)
class Judges:
    """Who holds a role that judges a place: READY, yet to declare, or waiting for a decision.

    Whom a tie keeps from the country is none of them.
    """

    ready: frozenset[UUID]
    undeclared: frozenset[UUID]
    undecided: frozenset[UUID]

    @property
    def next(self) -> frozenset[UUID]:
        """Who moves: those who are ready, or else those who may come to be."""
        return self.ready or self.undeclared | self.undecided


class Holders:
    """The running assignments that reach a round, and what was declared there; one query."""

    def __init__(self, round_: Round) -> None:
        running = Assignment.objects.running().in_round(round_).order_by()
        declared = Declaration.objects.filter(round_id=round_.pk).order_by()
        found = running.values_list("pk", *COLUMNS).union(
            declared.values_list(
                "pk",
                Value(DECLARED, output_field=CharField()),
                "country_id",
                "country__code",
                Value(None, output_field=BigIntegerField()),
                Value(None, output_field=SmallIntegerField()),
                "person_id",
                FATE,
                "round_id",
            ),
            all=True,
        )
        newest_first = sorted(found, key=lambda row: -row[0])
        self.rows = [row for row in newest_first if row[1] != DECLARED]
        self._in: dict[int | None, list[tuple]] = defaultdict(list)
        for _pk, role, country, _code, strand, coding, person, *_more in self.rows:
            self._in[country].append((role, strand, coding, person))
        self._fates: dict[tuple[int, UUID], str] = {
            (country, person): fate
            for _pk, role, country, _code, _strand, _coding, person, fate, _round in newest_first
            if role == DECLARED
        }

    def reaching(
        self, place: object, *roles: str, coding: int | None = None
    ) -> frozenset[UUID]:
        """Return who holds one of ROLES on a PLACE: what has country_id and strand_id."""
        return frozenset(
            person
            for role, strand, of_coding, person in (
                *self._in[place.country_id],
                *self._in[None],
            )
            if role in roles
            and strand in {None, place.strand_id}
            and (coding is None or of_coding in {None, coding})
        )

    def judges(self, place: object, role: str) -> Judges:
        """Return who holds a ROLE that judges a PLACE, by what became of their declarations."""
        by_fate: dict[str | None, set[UUID]] = defaultdict(set)
        for person in self.reaching(place, role):
            by_fate[self._fates.get((place.country_id, person))].add(person)
        by_fate.pop(BARRED, None)
        ready, undeclared, undecided = (by_fate[fate] for fate in (OPEN, None, WAITING))
        return Judges(frozenset(ready), frozenset(undeclared), frozenset(undecided))

    def pseudonyms(self) -> dict[str | None, dict[UUID, str]]:
        """Return what people are called, by the code of their country; None: in the round."""
        found: dict[str | None, dict[UUID, str]] = defaultdict(dict)
        for _pk, _role, _country, code, _strand, _coding, person, pseudonym, _ in self.rows:
            found[code][person] = pseudonym
        return found

    def rights(self, *roles: str) -> dict[str | None, dict[UUID, int]]:
        """Return the keys of the rights of this very round in ROLES, by the same codes."""
        found: dict[str | None, dict[UUID, int]] = defaultdict(dict)
        for pk, role, _country, code, _strand, _coding, person, _pseudonym, round_ in self.rows:
            if role in roles and round_ is not None:
                found[code][person] = pk
        return found
