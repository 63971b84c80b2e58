"""Equal scores share a rank, in whichever way the same number was reached."""

from fractions import Fraction
from itertools import pairwise

import pytest

from scoring.engine.ranks import SAME, Place, competition_ranks
from scoring.engine.score import score
from tests.scoring.small import METHOD, built, cell, dimension, document, strand

PAIRS = [(30, 50, 70, 90), (30, 70, 50, 90), (30, 90, 50, 70)]
"""The same four scores, paired in three ways: their geometric means of means are equal."""


def nested() -> dict:
    rule = {"rule": "geometric_mean"}
    return document(
        [strand("s", **rule), dimension("d", "s", **rule), dimension("e", "s", **rule)],
        [
            {"code": code, "parent": parent, "goalposts": {"low": 0, "high": 100}}
            for code, parent in (("i", "d"), ("j", "d"), ("k", "e"), ("l", "e"))
        ],
        method={**METHOD, "rank_on": "exact"},
    )


def test_geometric_means_that_are_equal_but_for_the_last_place_share_a_rank():
    cells = [
        cell(code, points, country=country)
        for country, four in zip(("AT", "BE", "CY"), PAIRS, strict=True)
        for code, points in zip("ijkl", four, strict=True)
    ]
    rows = [row for row in score(built(nested()), cells).rows if row.node == "s"]

    assert len({row.exact for row in rows}) > 1
    assert [(row.rank, row.tied) for row in rows] == [(1, True)] * 3


@pytest.mark.parametrize(
    ("apart", "ranks"),
    [(0, [1, 1, 1]), (SAME, [1, 1, 1]), (SAME * Fraction(11, 10), [1, 2, 3])],
)
def test_neighbours_no_further_apart_than_a_billionth_of_a_point_are_equal(apart, ranks):
    scores = {name: 50 - place * Fraction(apart) for place, name in enumerate("abc")}
    places = competition_ranks(scores)

    assert [places[name].rank for name in "abc"] == ranks
    assert all(place.tied is (apart <= SAME) for place in places.values())


def test_who_comes_after_a_tie_has_the_place_by_number():
    places = competition_ranks({"a": 7, "b": 9, "c": 9, "d": 8, "e": 7, "f": 1})

    assert places == {
        "a": Place(4, tied=True),
        "b": Place(1, tied=True),
        "c": Place(1, tied=True),
        "d": Place(3, tied=False),
        "e": Place(4, tied=True),
        "f": Place(6, tied=False),
    }


def test_nobody_has_no_rank_and_one_alone_the_first():
    assert competition_ranks({}) == {}
    assert competition_ranks({"a": 3}) == {"a": Place(1, tied=False)}


def test_ranks_do_not_hang_on_the_order_in_which_countries_come():
    scores = {name: Fraction(len(name) % 3) for name in ("a", "bb", "ccc", "dddd", "eeeee")}
    turned = dict(reversed(scores.items()))

    assert competition_ranks(scores) == competition_ranks(turned)
    falling = sorted(scores, key=lambda name: competition_ranks(scores)[name].rank)
    assert all(scores[one] >= scores[other] for one, other in pairwise(falling))
