"""Means of groups of countries."""

from fractions import Fraction

import pytest

from scoring.engine.groups import Membership, group_means
from scoring.engine.missing import Status
from scoring.engine.reading import read_memberships
from scoring.engine.score import score
from tests.scoring.small import built, cell, document, indicator, strand

TWO_THIRDS = Fraction(2, 3)
METHODOLOGY = built(document([strand("s")], [indicator("i1", "s")]))


def means(points: dict[str, object], memberships: list[Membership]) -> dict:
    cells = [cell("i1", one, country=country) for country, one in points.items()]
    rows = group_means(score(METHODOLOGY, cells), memberships, threshold=TWO_THIRDS)
    return {(row.group, row.node): row for row in rows}


def member(country: str, first: str = "1958-01-01", last: str = "") -> Membership:
    return Membership("eu", country, first, last)


def test_a_group_is_the_unweighted_mean_of_its_members_exact_scores():
    rows = means({"AT": 0, "BE": 50, "PT": 100, "CH": 0}, [*map(member, ("AT", "BE", "PT"))])
    row = rows["eu", "s"]

    assert (row.exact, row.shown, row.n, row.of) == (50, 50, 3, 3)


@pytest.mark.parametrize(("scored", "exact"), [(2, 100), (1, None), (0, None)])
def test_a_group_needs_two_thirds_of_its_members(scored, exact):
    points = {
        code: 100 if at < scored else Status.UNKNOWN
        for at, code in enumerate(("AT", "BE", "PT"))
    }
    row = means(points, [*map(member, points)])["eu", "s"]

    assert (row.exact, row.n, row.of) == (exact, scored, 3)
    assert row.reason == ("" if exact else "coverage")


def test_a_member_that_was_never_asked_counts_among_the_members():
    assert means({"AT": 50, "BE": 50}, [*map(member, ("AT", "BE", "PT"))])["eu", "s"].of == 3


@pytest.mark.parametrize(
    ("first", "last", "belongs"),
    [
        ("2019-12-31", "", True),
        ("2020-01-01", "", False),
        ("1973-01-01", "2019-12-31", True),
        ("1973-01-01", "2019-12-30", False),
    ],
)
def test_a_country_belongs_from_its_first_day_to_its_last(first, last, belongs):
    rows = means({"AT": 0, "GB": 100}, [member("AT"), member("GB", first, last)])

    assert rows["eu", "s"].of == (2 if belongs else 1)


def test_a_group_without_members_on_a_date_has_no_figure():
    assert means({"AT": 50}, [member("AT", "2020-01-01")]) == {}


@pytest.mark.parametrize(
    ("date", "members"),
    [
        ("2007-12-31", 27),
        ("2013-12-31", 28),
        ("2020-01-31", 28),
        ("2020-02-01", 27),
    ],
)
def test_the_european_union_had_this_many_members(date, members, mipex_lines):
    memberships = read_memberships(mipex_lines("groups.csv"))

    assert sum(one.holds(date) for one in memberships if one.group == "eu") == members


def test_the_european_union_of_2019_is_the_mean_of_28_published_scores(
    real_results, mipex_lines, mipex_table
):
    memberships = read_memberships(mipex_lines("groups.csv"))
    rows = group_means(real_results, memberships, threshold=TWO_THIRDS)
    found = {(row.node, row.date): row for row in rows}["overall_with_health", "2019-12-31"]
    members = {one.country for one in memberships}
    published = [
        Fraction(row["score"])
        for row in mipex_table("published.csv")
        if (row["node"], row["reference_date"]) == ("overall_with_health", "2019-12-31")
        and row["country"] in members
    ]

    assert (found.n, found.of) == (28, 28)
    assert abs(found.exact - sum(published) / 28) < Fraction(1, 10**6)
