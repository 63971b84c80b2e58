"""Who holds which role where in a round: keys and pseudonyms, never a name."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from questionnaire.models import Assignment, Round

COLUMNS = (
    "role",
    "country_id",
    "country__code",
    "strand_id",
    "coding",
    "person_id",
    "pseudonym",
)


class Holders:
    """The running assignments that reach a round, from one query."""

    def __init__(self, round_: Round) -> None:
        running = Assignment.objects.running().in_round(round_).order_by("-pk")
        self.rows = list(running.values_list(*COLUMNS))
        self._in: dict[int | None, list[tuple]] = defaultdict(list)
        for role, country, _code, strand, coding, person, _pseudonym in self.rows:
            self._in[country].append((role, strand, coding, person))

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

    def pseudonyms(self) -> dict[str | None, dict[UUID, str]]:
        """Return what people are called, by the code of their country; None: in the round."""
        found: dict[str | None, dict[UUID, str]] = defaultdict(dict)
        for _role, _country, code, _strand, _coding, person, pseudonym in self.rows:
            found[code][person] = pseudonym
        return found
