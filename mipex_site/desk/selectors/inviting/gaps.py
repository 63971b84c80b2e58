"""Places of a round for which somebody is still missing, asked and yet to answer or not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from questionnaire.enums import Role
from questionnaire.models import Aggregate, Country, Invitation, Round
from questionnaire.selectors.people import RUNNING, state_of, strands_of
from review.selectors.holders import Holders


@dataclass(frozen=True, slots=True)
class Place:
    """One strand of one country, as Holders asks for it."""

    country_id: int
    strand_id: int


@dataclass(slots=True)
class Gap:
    """A country, the strands without an expert, and those with too few reviewers.

    Of each such strand there is how many are missing.
    """

    code: str
    name: str
    experts: list[str] = field(default_factory=list)
    reviewers: list[tuple[str, int]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return bool(self.experts or self.reviewers)


def gaps_of(
    round_: Round,
    holders: Holders,
    invitations: Iterable[Invitation],
    lost: Container[str],
    now: datetime,
) -> tuple[list[tuple[str, str]], list[Gap]]:
    """Return the countries of the round by code and name, and what is missing in each.

    Somebody who is asked and has not answered fills the place for the time being. Three queries.
    """
    search = _Search(round_, holders, invitations, now)
    rows = round_.participations.select_related("country").order_by("country__name")
    kept = [row for row in rows if row.country.code not in lost]
    looked = [search.gap_in(row.country) for row in kept if not row.excluded_because]
    countries = [(row.country.code, row.country.name) for row in kept]
    return countries, [gap for gap in looked if gap.is_open]


class _Search:
    """What is known of a round's places: who holds them, and who is asked to."""

    def __init__(
        self,
        round_: Round,
        holders: Holders,
        invitations: Iterable[Invitation],
        now: datetime,
    ) -> None:
        self.holders, self.required = holders, round_.opinions_required
        self.strands = strands_of(round_)
        self.codings = _codings(round_)
        self.asked = Counter(
            (one.role, one.country_id, one.strand_id, one.coding)
            for one in invitations
            if state_of(one, now) in RUNNING
        )

    def gap_in(self, country: Country) -> Gap:
        gap = Gap(country.code, country.name)
        for strand in self.strands:
            place = Place(country.pk, strand.pk)
            gap.experts += self._without_expert(strand, place)
            missing = self._reviewers_missing(place)
            if missing > 0:
                gap.reviewers.append((strand.title, missing))
        return gap

    def _without_expert(self, strand: Aggregate, place: Place) -> Iterator[str]:
        for coding in sorted(self.codings.get((place.country_id, place.strand_id), {1})):
            held = self.holders.reaching(place, Role.EXPERT, coding=coding)
            if not held and not self._asked(Role.EXPERT, place, coding):
                yield strand.title if coding == 1 else f"{strand.title} ({coding})"

    def _reviewers_missing(self, place: Place) -> int:
        """Count those whom a tie keeps away as missing."""
        judges = self.holders.judges(place, Role.REVIEWER)
        held = judges.ready | judges.undeclared | judges.undecided
        return self.required - len(held) - self._asked(Role.REVIEWER, place, None)

    def _asked(self, role: str, place: Place, coding: int | None) -> int:
        strands = (place.strand_id, None)
        return sum(self.asked[role, place.country_id, one, coding] for one in strands)


def _codings(round_: Round) -> dict[tuple[int, int], set[int]]:
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    rows = round_.assessments.order_by().values_list("country_id", "strand_id", "coding")
    for country, strand, coding in rows:
        found[country, strand].add(coding)
    return found
