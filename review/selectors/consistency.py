"""One question in every country side by side: jumps, contradictions, and what is not settled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from mipex_site.accounts.models import User
from questionnaire.models import CountryGroup, GroupMembership, Indicator, Round

from ..enums import ItemState
from ..models import Case, CaseItem
from ..rules.bulk import Reach
from .consistency_grid import Clash, Grid, Held

NOT_SUBMITTED = "not_submitted"
JUMPS, CONTRADICTIONS, UNSETTLED = "jumps", "contradictions", "unsettled"
SHOWS = (JUMPS, CONTRADICTIONS, UNSETTLED)


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One question, in how many countries it is answered, and what is to be looked at."""

    code: str
    title: str
    strand_title: str
    answered: int
    jumps: int
    contradictions: int
    unsettled: int


@dataclass(frozen=True, slots=True)
class CountryLine:
    """One country. NOW is None where nothing is submitted; JUMP counts options, 0 for no jump.

    GROUPS are the codes of the groups the country belongs to. Nobody's name is a field here.
    """

    code: str
    name: str
    groups: frozenset[str]
    state: str
    now: Held | None
    before: Held | None
    jump: int
    clashes: tuple[Clash, ...]
    is_settled: bool

    @property
    def is_disputed(self) -> bool:
        return self.state in {ItemState.DISPUTED, ItemState.RULED}

    def is_shown(self, show: str, group: str) -> bool:
        wanted = {
            JUMPS: self.jump != 0,
            CONTRADICTIONS: bool(self.clashes),
            UNSETTLED: not self.is_settled,
        }
        return wanted.get(show, True) and (not group or group in self.groups)


@dataclass(frozen=True, slots=True)
class ConsistencyPage:
    """A question in every country. HIDES_SOME: ties keep countries from this person."""

    indicator: Indicator
    lines: tuple[CountryLine, ...]
    groups: tuple[tuple[str, str], ...]
    hides_some: bool
    before: str
    after: str


def consistency_index(
    round_: Round, user: User, reach: Reach
) -> tuple[tuple[IndicatorLine, ...], bool]:
    """Return the questions with their counts, and whether ties hide countries."""
    grid = Grid(round_, user, reach=reach)
    strands: dict[int, bool] = {}
    lines = []
    for indicator in _indicators(round_):
        lines.append(_index_line(indicator, grid))
        if indicator.strand_id not in strands:
            strands[indicator.strand_id] = grid.hides(indicator.strand)
    shown = tuple(line for line in lines if line is not None)
    return shown, any(strands.values())


def _index_line(indicator: Indicator, grid: Grid) -> IndicatorLine | None:
    """Return the counts of one question; None where the person may see no country of it."""
    spots = [
        (country.pk, indicator.pk)
        for country in grid.countries
        if grid.shows(country.pk, indicator.strand_id)
    ]
    if not spots:
        return None
    answered = [grid.now[spot] for spot in spots if spot in grid.now]
    return IndicatorLine(
        code=indicator.code,
        title=indicator.title,
        strand_title=indicator.strand.title,
        answered=len(answered),
        jumps=sum(grid.jump(spot) != 0 for spot in spots),
        contradictions=sum(bool(grid.clashes(spot)) for spot in spots),
        unsettled=len(spots) - sum(now.is_settled for now in answered),
    )


def consistency_page(
    round_: Round, indicator: Indicator, user: User, reach: Reach
) -> ConsistencyPage:
    """Return one question in every country the person may see, in a fixed number of queries."""
    grid = Grid(round_, user, reach=reach, indicator_id=indicator.pk)
    member_of = _groups_on(round_.cut_off)
    lines = tuple(_lines(indicator, grid, member_of))
    there = {code for line in lines for code in line.groups}
    names = dict(CountryGroup.objects.values_list("code", "name"))
    codes = [one.code for one in _indicators(round_) if _is_seen(one, grid)]
    at = codes.index(indicator.code) if indicator.code in codes else -1
    return ConsistencyPage(
        indicator=indicator,
        lines=lines,
        groups=tuple((code, name) for code, name in names.items() if code in there),
        hides_some=grid.hides(indicator.strand),
        before=codes[at - 1] if at > 0 else "",
        after=codes[at + 1] if 0 <= at < len(codes) - 1 else "",
    )


def _indicators(round_: Round) -> list[Indicator]:
    asked = Indicator.objects.filter(framework_id=round_.framework_id)
    return list(asked.select_related("strand").order_by("order"))


def _is_seen(indicator: Indicator, grid: Grid) -> bool:
    return any(grid.shows(country.pk, indicator.strand_id) for country in grid.countries)


def _lines(
    indicator: Indicator, grid: Grid, member_of: dict[int, set[str]]
) -> Iterator[CountryLine]:
    for country in grid.countries:
        if not grid.shows(country.pk, indicator.strand_id):
            continue
        spot = (country.pk, indicator.pk)
        now = grid.now.get(spot)
        yield CountryLine(
            code=country.code,
            name=country.name,
            groups=frozenset(member_of[country.pk]),
            state=now.state if now else NOT_SUBMITTED,
            now=now.held if now else None,
            before=grid.earlier.get(spot),
            jump=grid.jump(spot),
            clashes=grid.clashes(spot),
            is_settled=bool(now and now.is_settled),
        )


def _groups_on(day: date) -> dict[int, set[str]]:
    """Return the codes of the groups that each country belongs to on DAY."""
    found: dict[int, set[str]] = defaultdict(set)
    members = GroupMembership.objects.filter(first_day__lte=day).exclude(last_day__lt=day)
    for country, code in members.values_list("country_id", "group__code"):
        found[country].add(code)
    return found


def contradictions(round_: Round, user: User) -> dict[tuple[str, str], tuple[Clash, ...]]:
    """Return what contradicts what by the codes of country and indicator; a fixed number of
    queries, and only of countries that this person may see."""
    grid = Grid(round_, user)
    codes = {country.pk: country.code for country in grid.countries}
    indicators = {rule.indicator_id: rule.indicator.code for rule in grid.rules}
    indicators |= {rule.other_id: rule.other.code for rule in grid.rules}
    found = {
        (codes[country], indicators[indicator]): grid.clashes((country, indicator))
        for country, indicator in grid.now
        if indicator in indicators
    }
    return {place: clashes for place, clashes in found.items() if clashes}


def clashes_of(item: CaseItem, user: User) -> tuple[Clash, ...]:
    """Return what one answer contradicts, for the page beside it."""
    case: Case = item.case
    grid = Grid(case.round, user, indicator_id=item.indicator_id, country_id=case.country_id)
    return grid.clashes((case.country_id, item.indicator_id))
