"""Means of groups of countries, such as the European Union, whose membership is dated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .aggregate import BELOW_COVERAGE
from .missing import Status, reaches
from .rounding import half_up
from .score import Results


@dataclass(frozen=True, slots=True)
class Membership:
    """A country in a group from its first day to its last, both included (ISO dates).

    An empty `last` means still a member. The United Kingdom's last day in the European
    Union is 2020-01-31.
    """

    group: str
    country: str
    first: str
    last: str = ""

    def holds(self, date: str) -> bool:
        """Say whether the country belongs to the group on an ISO date."""
        return self.first <= date and (not self.last or date <= self.last)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The mean of a group's members: how many have a score (`n`), of how many (`of`)."""

    group: str
    node: str
    level: str
    date: str
    exact: Fraction | None
    shown: int | None
    n: int
    of: int
    status: Status
    reason: str


def group_means(
    results: Results, memberships: Iterable[Membership], *, threshold: Fraction
) -> tuple[GroupRow, ...]:
    """Return the unweighted mean of the members' exact scores, by group, node and date.

    Shape   a row for each node and date of RESULTS on which the group has members, sorted. A
            member that was not scored counts in `of`. A group is no country: it has no rank.
    None    when fewer than THRESHOLD of the members (0 to 1) have a score.
    """
    memberships = tuple(memberships)
    scores: dict[tuple[str, str, str], dict[str, Fraction]] = defaultdict(dict)
    for row in results.rows:
        field = scores[row.node, row.level, row.date]
        if row.exact is not None:
            field[row.country] = row.exact
    rows = [
        _mean((group, *field), found, members, threshold)
        for field, found in scores.items()
        for group, members in _members(memberships, field[2]).items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.group, row.node, row.date)))


def _members(memberships: Iterable[Membership], date: str) -> dict[str, list[str]]:
    members: dict[str, list[str]] = defaultdict(list)
    for membership in memberships:
        if membership.holds(date):
            members[membership.group].append(membership.country)
    return members


def _mean(
    place: tuple[str, str, str, str],
    found: Mapping[str, Fraction],
    members: Iterable[str],
    threshold: Fraction,
) -> GroupRow:
    members = list(members)
    scores = [found[country] for country in members if country in found]
    enough = reaches(Fraction(len(scores), len(members)), threshold)
    exact = sum(scores, Fraction(0)) / len(scores) if enough else None
    return GroupRow(
        *place,
        exact=exact,
        shown=None if exact is None else half_up(exact),
        n=len(scores),
        of=len(members),
        status=Status.OK if enough else Status.NOT_COLLECTED,
        reason="" if enough else BELOW_COVERAGE,
    )
