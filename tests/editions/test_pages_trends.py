from datetime import date

import pytest

from editions.services.pages.trends import Dot, Span, trend

DAYS = [date(year, 12, 31) for year in (2010, 2011, 2012, 2013, 2014)]


def scores(*shown):
    return {day: value for day, value in zip(DAYS, shown, strict=True) if value is not None}


def test_a_whole_series_is_one_line_from_edge_to_edge():
    drawn = trend(DAYS, scores(0, 25, 50, 75, 100), {})

    (points,) = drawn.own.lines
    assert points.split()[0] == "0,100"
    assert points.split()[-1] == "100,0"
    assert drawn.own.dots == ()
    assert drawn.hatches == ()


def test_no_line_runs_across_a_date_without_a_score():
    drawn = trend(DAYS, scores(10, 20, None, 40, 50), {})

    assert [len(points.split()) for points in drawn.own.lines] == [2, 2]


def test_a_score_with_no_neighbour_is_a_dot():
    drawn = trend(DAYS, scores(None, None, 30, None, 60), {})

    assert drawn.own.lines == ()
    assert drawn.own.dots == (Dot("38.03", 70), Dot("76", 40))


def test_what_has_no_score_is_hatched_half_way_to_its_neighbours():
    drawn = trend(DAYS, scores(None, None, 30, 30, None), {})

    first, last = drawn.hatches
    assert first.x == "0"
    assert last == Span("66.51", "9.49")


def test_an_edition_in_which_nothing_is_scored_draws_nothing():
    assert trend(DAYS, {}, scores(1, 2, 3, 4, 5)) is None


def test_first_and_last_value_are_those_that_have_a_score():
    drawn = trend(DAYS, scores(None, 20, 30, 40, None), {})

    assert (drawn.first, drawn.last) == (20, 40)


@pytest.mark.parametrize("own", [0, 5, 50, 95, 100])
@pytest.mark.parametrize("mean", [0, 4, 49, 50, 51, 96, 100])
def test_the_two_words_behind_a_line_never_cover_each_other(own, mean):
    drawn = trend(DAYS, scores(1, 1, 1, 1, own), scores(1, 1, 1, 1, mean))

    assert abs(drawn.mean_y - drawn.own.last_y) >= 14
    assert 0 <= drawn.mean_y <= 100


def test_an_edition_of_one_date_is_one_dot():
    drawn = trend(DAYS[:1], {DAYS[0]: 40}, {})

    assert [dot.y for dot in drawn.own.dots] == [60]
