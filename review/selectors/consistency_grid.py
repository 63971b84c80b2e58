"""What every country answers now and answered in the last edition, as far as one person may see.

Answers as of the cut-off only; what was never submitted is not in it. A fixed number of queries,
however many countries and questions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet

from mipex_site.accounts.models import User
from questionnaire.enums import Role
from questionnaire.models import (
    Aggregate,
    Answer,
    Contradiction,
    Country,
    EarlierAnswer,
    Option,
    Participation,
    Round,
)

from ..enums import SETTLED, Basis
from ..models import CaseItem, SettledAnswer
from ..rules.bulk import Reach

VIEWERS = (Role.ADJUDICATOR, Role.COORDINATOR, Role.OBSERVER)
JUMP = 2
"""Options between an answer and the last edition's from which on somebody looks at it."""

Spot = tuple[int, int]
"""The keys of a country and of an indicator."""

ITEM = (
    "pk",
    "case__country_id",
    "indicator_id",
    "state",
    "version",
    "answer_id",
    "answer__version",
    "reference_date",
    "answer__kind",
    "answer__option_id",
    "answer__points",
    "answer__rationale",
)


@dataclass(frozen=True, slots=True)
class Held:
    """What is answered somewhere: a kind, an option or exceptional points, and why."""

    kind: str
    option: Option | None
    points: Fraction | None
    rationale: str = ""
    edition: str = ""

    @property
    def earned(self) -> Fraction | None:
        return Fraction(self.option.points) if self.option else self.points


@dataclass(frozen=True, slots=True)
class Now:
    """The answer that stands now: the version under review, or what was ruled."""

    held: Held
    state: str

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED


@dataclass(frozen=True, slots=True)
class Clash:
    """A rule of the framework that two answers of a country break, seen from one of them."""

    code: str
    words: str
    other_code: str
    other_title: str


class Grid:
    """The answers to some indicators (None: to all) in the countries that the person may see."""

    def __init__(
        self,
        round_: Round,
        user: User,
        *,
        reach: Reach | None = None,
        indicator_id: int | None = None,
        country_id: int | None = None,
    ) -> None:
        self.round = round_
        self.reach = reach or Reach(user, round_)
        self.rules = list(_rules(round_, indicator_id))
        asked = None if indicator_id is None else {indicator_id, *_named_in(self.rules)}
        self.options = _options(round_, asked)
        self.by_key = {one.pk: one for ladder in self.options.values() for one in ladder}
        self.shown: dict[Spot, bool] = {}
        parts = Participation.objects.filter(round_id=round_.pk, excluded_because="")
        if country_id is not None:
            parts = parts.filter(country_id=country_id)
        self.parts = list(parts.select_related("country").order_by("country__name"))
        self.now = self._present(asked)
        self.earlier = self._earlier(asked)

    @property
    def countries(self) -> list[Country]:
        return [part.country for part in self.parts]

    def shows(self, country_id: int, strand_id: int) -> bool:
        """Whether this person compares this country's answers: rules there, or looks on."""
        place = (country_id, strand_id)
        if place not in self.shown:
            rules_there = self.reach.adjudicates(*place)
            self.shown[place] = rules_there or self.reach.looks_on(*place)
        return self.shown[place]

    def hides(self, strand: Aggregate) -> bool:
        """Whether a tie, or a declaration that is not there, keeps a country out."""
        return any(
            self.reach.is_in_scope(part.country_id, strand.pk, *VIEWERS)
            and not self.shows(part.country_id, strand.pk)
            for part in self.parts
        )

    def jump(self, spot: Spot) -> int:
        """Return by how many options the answer rose (or fell, below 0) if by JUMP or more."""
        now, before = self.now.get(spot), self.earlier.get(spot)
        if now is None or before is None:
            return 0
        ladder = self.options[spot[1]]
        here, there = _rung(now.held, ladder), _rung(before, ladder)
        if here is None or there is None:
            return 0
        # A half step, between two options, is no whole one.
        steps = int(there - here)
        return steps if abs(steps) >= JUMP else 0

    def clashes(self, spot: Spot) -> tuple[Clash, ...]:
        """Return the rules of the framework that the answer breaks with another one."""
        country, indicator = spot
        found = []
        for rule in self.rules:
            if indicator in {rule.indicator_id, rule.other_id} and self._breaks(rule, country):
                other = rule.other if indicator == rule.indicator_id else rule.indicator
                found.append(Clash(rule.code, rule.words, other.code, other.title))
        return tuple(found)

    def _breaks(self, rule: Contradiction, country: int) -> bool:
        one = self.now.get((country, rule.indicator_id))
        other = self.now.get((country, rule.other_id))
        if one is None or other is None:  # one of the two strands may be closed to the person
            return False
        return one.held.earned in rule.earns and other.held.earned in rule.other_earns

    def _present(self, asked: Collection[int] | None) -> dict[Spot, Now]:
        rows = list(self._items(asked))
        past = _pinned(row for row in rows if row["version"] != row["answer__version"])
        ruled = self._ruled(asked)
        return {
            (row["case__country_id"], row["indicator_id"]): Now(
                self._held(
                    ruled.get(row["pk"]) or past.get((row["answer_id"], row["version"])) or row
                ),
                row["state"],
            )
            for row in rows
        }

    def _items(self, asked: Collection[int] | None) -> Iterator[dict[str, Any]]:
        """Give the items of the shown countries, as of the country's own cut-off."""
        days = {part.country_id: part.own_cut_off or self.round.cut_off for part in self.parts}
        items = CaseItem.objects.filter(case__round_id=self.round.pk).order_by()
        rows = _narrowed(items, asked).filter(case__country__in=list(days))
        for row in rows.values("case__strand_id", *ITEM):
            country = row["case__country_id"]
            is_present = row["reference_date"] == days[country]
            if is_present and self.shows(country, row["case__strand_id"]):
                yield row

    def _ruled(self, asked: Collection[int] | None) -> dict[int, dict[str, Any]]:
        settled = SettledAnswer.objects.filter(round_id=self.round.pk, basis=Basis.RULED)
        rows = _narrowed(settled, asked).order_by()
        columns = ("kind", "option_id", "points", "rationale")
        return {row["item_id"]: row for row in rows.values("item_id", *columns)}

    def _held(self, row: dict[str, Any]) -> Held:
        """Read a row of an item, of a past version or of a settled answer."""
        at = "answer__" if "answer__kind" in row else ""
        option = self.by_key.get(row[f"{at}option_id"])
        return Held(row[f"{at}kind"], option, row[f"{at}points"], row[f"{at}rationale"])

    def _earlier(self, asked: Collection[int] | None) -> dict[Spot, Held]:
        rows = EarlierAnswer.objects.filter(round_id=self.round.pk).order_by()
        columns = ("country_id", "indicator_id", "kind", "option_id", "points", "edition")
        found = {}
        for row in _narrowed(rows, asked).values(*columns):
            spot = (row["country_id"], row["indicator_id"])
            if spot in self.now:
                option = self.by_key.get(row["option_id"])
                found[spot] = Held(row["kind"], option, row["points"], edition=row["edition"])
        return found


def _narrowed(rows: QuerySet, asked: Collection[int] | None) -> QuerySet:
    return rows if asked is None else rows.filter(indicator__in=asked)


def _rules(round_: Round, indicator_id: int | None) -> QuerySet[Contradiction]:
    rules = Contradiction.objects.filter(framework_id=round_.framework_id)
    if indicator_id is not None:
        rules = rules.filter(Q(indicator_id=indicator_id) | Q(other_id=indicator_id))
    return rules.select_related("indicator", "other").order_by("pk")


def _named_in(rules: Iterable[Contradiction]) -> set[int]:
    return {key for rule in rules for key in (rule.indicator_id, rule.other_id)}


def _options(round_: Round, asked: Collection[int] | None) -> dict[int, list[Option]]:
    """Return the options of each indicator, the best first."""
    rows = Option.objects.filter(indicator__framework_id=round_.framework_id)
    found: dict[int, list[Option]] = {}
    for option in _narrowed(rows, asked).order_by("indicator_id", "order"):
        found.setdefault(option.indicator_id, []).append(option)
    return found


def _pinned(rows: Iterable[dict[str, Any]]) -> dict[tuple[int, int], dict[str, Any]]:
    """Return the versions under review of answers that the expert has at hand again."""
    wanted = {(row["answer_id"], row["version"]) for row in rows}
    past = Answer.history.filter(
        id__in={answer for answer, _version in wanted},
        version__in={version for _answer, version in wanted},
    )
    columns = ("id", "version", "kind", "option_id", "points", "rationale")
    found = past.order_by("history_id").values(*columns)
    return {(row["id"], row["version"]): row for row in found}


def _rung(held: Held, ladder: list[Option]) -> Fraction | None:
    """Return the place of a value among the options, half-way where it lies between two."""
    if held.option:
        return Fraction(held.option.order)
    if held.points is None:
        return None
    above = [option.order for option in ladder if option.points > held.points]
    same = [option.order for option in ladder if option.points == held.points]
    return Fraction(same[0]) if same else Fraction(2 * max(above, default=0) + 1, 2)
