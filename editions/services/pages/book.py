"""What the pages look up, indexed once: a page then costs no search.

Everything comes from a Frozen alone. Addresses are files, relative to the edition's folder.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from scoring.engine.explaining.contributions import Explanation
from scoring.engine.explaining.sheets import Sheet
from scoring.engine.robustness.outcome import RobustnessReport

from .. import explaining
from ..frozen import AnswerFacts, CountryFacts, Frozen, GroupScoreFacts, ScoreFacts

SHORT_GROUP = 4
"""A group whose code is this short is known by it, such as EU."""


@dataclass(frozen=True, slots=True)
class Option:
    """A permitted answer: PLACE in the list from 1, POINTS from 0 to 100."""

    place: int
    points: int
    label: str
    description: str


@dataclass(frozen=True, slots=True)
class Node:
    """An index, strand, dimension or composite."""

    code: str
    title: str
    kind: str
    parent: str | None
    facts: Mapping[str, Any]

    @property
    def href(self) -> str:
        return f"strands/{self.code.lower()}.html"


@dataclass(frozen=True, slots=True)
class Indicator:
    code: str
    title: str
    parent: str
    strand: str
    options: tuple[Option, ...]
    facts: Mapping[str, Any]

    @property
    def href(self) -> str:
        return f"indicators/{self.code.lower()}.html"

    def option(self, place: int | None) -> Option | None:
        return self.options[place - 1] if place else None


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    name: str
    alpha3: str

    @property
    def href(self) -> str:
        return f"countries/{self.code.lower()}.html"

    @property
    def score_href(self) -> str:
        return f"scores/{self.code.lower()}.html"


@dataclass(frozen=True, slots=True)
class Band:
    """A band of the method; TITLE is in the framework's words."""

    code: str
    title: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    name: str

    @property
    def short(self) -> str:
        return self.code.upper() if len(self.code) <= SHORT_GROUP else self.name


class Book:
    """An edition, ready to be looked up."""

    def __init__(
        self,
        frozen: Frozen,
        firmness: RobustnessReport | None = None,
        sheets: Mapping[str, Sheet] | None = None,
    ) -> None:
        self.frozen = frozen
        self._sheets = sheets
        self.firmness = firmness
        self.revision = frozen.revision
        self.document = frozen.methodology
        self.method = self.document["method"]
        self.countries = tuple(sorted(map(_country, frozen.countries), key=_by_name))
        self.nodes = {each["code"]: _node(each) for each in self.document["aggregates"]}
        self.strands = tuple(node for node in self.nodes.values() if node.kind == "strand")
        self.indexes = tuple(map(_index, self.document["indexes"]))
        self.indicators = {
            each["code"]: self._indicator(each) for each in self.document["indicators"]
        }
        self.bands = tuple(map(_band, self.method["bands"]))
        self.band_titles = {band.code: band.title for band in self.bands}

    @cached_property
    def headline(self) -> Node:
        """The index that is shown first: the one the framework names, or the first."""
        named = [index for index in self.indexes if index.facts.get("headline")]
        return (named or list(self.indexes))[0]

    @cached_property
    def _scores(self) -> dict[tuple[str, str], dict[date, ScoreFacts]]:
        found: dict[tuple[str, str], dict[date, ScoreFacts]] = defaultdict(dict)
        for score in self.frozen.scores:
            found[score.country, score.node][score.reference_date] = score
        return found

    @cached_property
    def _fields(self) -> dict[tuple[str, date], list[int]]:
        found: dict[tuple[str, date], list[int]] = defaultdict(list)
        for score in self.frozen.scores:
            if score.rank is not None:
                found[score.node, score.reference_date].append(score.rank)
        return found

    @cached_property
    def _answers(self) -> dict[tuple[str, str], dict[date, AnswerFacts]]:
        found: dict[tuple[str, str], dict[date, AnswerFacts]] = defaultdict(dict)
        for answer in self.frozen.answers:
            found[answer.country, answer.indicator][answer.reference_date] = answer
        return found

    @cached_property
    def _means(self) -> dict[tuple[str, date], GroupScoreFacts]:
        if self.group is None:
            return {}
        return {
            (mean.node, mean.reference_date): mean
            for mean in self.frozen.group_scores
            if mean.group == self.group.code
        }

    @cached_property
    def sheets(self) -> Mapping[str, Sheet]:
        """What explains each country's figures on its last reference date, by country."""
        return explaining.sheets_of(self.frozen) if self._sheets is None else self._sheets

    @cached_property
    def explanations(self) -> dict[tuple[str, str], Explanation]:
        """The explanation of each overall score, by country and index."""
        return explaining.explanations_of(self.frozen, self.sheets)

    @cached_property
    def group(self) -> Group | None:
        """The group whose mean is marked in every chart: the first that has one."""
        names = {each.group: each.name for each in self.frozen.groups}
        for mean in self.frozen.group_scores:
            if mean.node == self.headline.code and mean.exact is not None:
                return Group(mean.group, names.get(mean.group, mean.group))
        return None

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The reference dates of the edition, earliest first."""
        return tuple(sorted({score.reference_date for score in self.frozen.scores}))

    @cached_property
    def last_days(self) -> dict[str, date]:
        """The last reference date of each country: the law that its page shows."""
        last: dict[str, date] = {}
        for score in self.frozen.scores:
            known = last.get(score.country, score.reference_date)
            last[score.country] = max(known, score.reference_date)
        return last

    @cached_property
    def usual_basis(self) -> str:
        """How most answers were settled: said once, and not beside each of them."""
        counts = Counter(answer.basis for answer in self.frozen.answers)
        return counts.most_common(1)[0][0] if counts else ""

    @cached_property
    def _year_counts(self) -> bool:
        return len({day.year for day in self.days}) == len(self.days)

    def label(self, day: date) -> str:
        """Name a reference date: its year, or the day where a year holds several."""
        return str(day.year) if self._year_counts else day.isoformat()

    def last_day(self, country: str) -> date:
        return self.last_days.get(country, self.revision.cut_off)

    def score(self, country: str, node: str) -> ScoreFacts | None:
        """Return a country's figure on its last reference date."""
        return self._scores.get((country, node), {}).get(self.last_day(country))

    def scores_of(self, country: str, node: str) -> Mapping[date, ScoreFacts]:
        """Return a country's figures by reference date; those without a score too."""
        return self._scores.get((country, node), {})

    def ranks(self, node: str, day: date) -> list[int]:
        """Return every rank that a country has at this node and date."""
        return self._fields.get((node, day), [])

    def mean(self, node: str, day: date) -> GroupScoreFacts | None:
        """Return the mean of the group whose mean is shown; None where there is none."""
        found = self._means.get((node, day))
        return found if found is not None and found.exact is not None else None

    def answer(self, country: str, indicator: str) -> AnswerFacts | None:
        return self._answers.get((country, indicator), {}).get(self.last_day(country))

    def answers_of(self, country: str, indicator: str) -> Mapping[date, AnswerFacts]:
        return self._answers.get((country, indicator), {})

    def indicators_in(self, strand: str) -> list[Indicator]:
        return [each for each in self.indicators.values() if each.strand == strand]

    def strand_of(self, node: str) -> str:
        """Return the strand in which an aggregate lies, or itself if it is one."""
        while (parent := self.nodes[node].parent) is not None:
            node = parent
        return node

    def _indicator(self, entry: Mapping[str, Any]) -> Indicator:
        options = tuple(
            Option(place, option["points"], option["label"], option.get("description", ""))
            for place, option in enumerate(entry["options"], start=1)
        )
        strand = self.strand_of(entry["parent"])
        return Indicator(entry["code"], entry["title"], entry["parent"], strand, options, entry)


def _by_name(country: Country) -> tuple[str, str]:
    return country.name.casefold(), country.code


def _country(facts: CountryFacts) -> Country:
    return Country(facts.code, facts.name, facts.alpha3)


def _node(entry: Mapping[str, Any]) -> Node:
    return Node(entry["code"], entry["title"], entry["kind"], entry.get("parent"), entry)


def _index(entry: Mapping[str, Any]) -> Node:
    return Node(entry["code"], entry["title"], "index", None, entry)


def _band(entry: Mapping[str, Any]) -> Band:
    return Band(entry["code"], entry["title"], entry["from"], entry["to"])
