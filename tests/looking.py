"""The small world as its tests hold it: the round, its people, and where to look things up."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from mipex_site.accounts.models import User
from questionnaire.models import Aggregate, Assessment, Country, Indicator, Option, Round
from review.models import Case, CaseItem, Dispute
from tests.cast import EXPERTS, REVIEWERS


@dataclass(slots=True)
class World:
    """The round and its people by the keys of NAMES; things are looked up fresh, by codes."""

    round: Round
    people: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, key: str) -> User:
        return self.people[key]

    def traces_of(self, keys: Iterable[str]) -> set[str]:
        """Return what would betray these people: names, parts of names, addresses, keys."""
        traces = set()
        for key in keys:
            person = self.people[key]
            traces |= {person.email, *person.name.split(), str(person.pk), person.pk.hex}
        return traces

    def country(self, code: str) -> Country:
        return Country.objects.get(code=code)

    def strand(self, code: str) -> Aggregate:
        return Aggregate.objects.get(framework=self.round.framework, code=code)

    def indicator(self, code: str) -> Indicator:
        return Indicator.objects.get(framework=self.round.framework, code=code)

    def option(self, code: str, points: int) -> Option:
        return Option.objects.get(indicator=self.indicator(code), points=points)

    def sheet(self, country: str, strand: str, coding: int = 1) -> Assessment:
        sheets = Assessment.objects.at(self.round.code, country, strand, coding)
        return sheets.select_related("round", "country", "strand").get()

    def sheets(self) -> list[Assessment]:
        rows = Assessment.objects.filter(round=self.round).order_by("pk")
        return list(rows.select_related("round", "country", "strand"))

    def expert(self, sheet: Assessment) -> User:
        return self.people[EXPERTS[sheet.country.code, sheet.strand.code, sheet.coding]]

    def reviewers(self, country: str) -> list[User]:
        return [self.people[key] for key in REVIEWERS[country]]

    def case(self, country: str, strand: str) -> Case:
        return Case.objects.at(self.round.code, country, strand).for_page().get()

    def item(self, country: str, indicator: str) -> CaseItem:
        place = {"case__round": self.round, "case__country__code": country}
        items = CaseItem.objects.select_related(
            "case__round", "case__country", "case__strand", "indicator", "answer__option"
        )
        return items.get(indicator__code=indicator, **place)

    def items(self, *states: str) -> list[CaseItem]:
        rows = CaseItem.objects.filter(case__round=self.round, state__in=states)
        return list(rows.select_related("case__country", "indicator").order_by("pk"))

    def dispute(self, country: str, indicator: str) -> Dispute:
        return Dispute.objects.for_page().get(item=self.item(country, indicator))
