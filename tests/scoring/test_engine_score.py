"""From answers to figures: what is missing, what is ranked, what is refused."""

from fractions import Fraction

import pytest

from scoring.engine.missing import Status
from scoring.engine.score import Cell, score, sheets_of
from tests.scoring.small import (
    DATE,
    METHOD,
    built,
    cell,
    dimension,
    document,
    indicator,
    strand,
    two_strands,
)


def rows_of(methodology, cells) -> dict:
    return {(row.country, row.node): row for row in score(methodology, cells).rows}


def answers(country: str, *points: object) -> list[Cell]:
    return [cell(f"i{at}", one, country=country) for at, one in enumerate(points, start=1)]


def test_a_country_gets_a_figure_for_each_strand_and_the_index():
    rows = rows_of(built(two_strands()), answers("PT", 100, 50, 0, 100, 50))

    assert {key[1]: row.exact for key, row in rows.items()} == {
        "s": 50,
        "t": 75,
        "overall": Fraction(125, 2),
    }
    assert rows["PT", "overall"].shown == 63


def test_an_index_needs_every_strand_but_a_strand_any_answer():
    rows = rows_of(built(two_strands()), answers("PT", 100, Status.UNKNOWN))

    assert (rows["PT", "s"].exact, rows["PT", "s"].coverage) == (100, Fraction(1, 3))
    assert (rows["PT", "t"].exact, rows["PT", "t"].reason) == (None, "not_collected")
    assert (rows["PT", "overall"].exact, rows["PT", "overall"].reason) == (None, "coverage")


def test_a_strand_that_does_not_apply_leaves_the_index():
    absent = Status.NOT_APPLICABLE
    rows = rows_of(built(two_strands()), answers("PT", 100, 50, 0, absent, absent))

    assert rows["PT", "t"].status == absent
    assert (rows["PT", "overall"].exact, rows["PT", "overall"].coverage) == (50, 1)


def test_a_stricter_threshold_takes_the_score_away_and_says_so():
    strict = {**METHOD, "coverage": {**METHOD["coverage"], "strand": "2/3"}}
    rows = rows_of(built(two_strands(method=strict)), answers("PT", 100, Status.UNKNOWN))
    row = rows["PT", "s"]

    assert (row.exact, row.shown, row.band, row.rank) == (None, None, None, None)
    assert (row.status, row.reason, row.coverage) == (
        Status.UNKNOWN,
        "coverage",
        Fraction(1, 3),
    )


def test_ranks_are_on_the_shown_score_or_on_the_exact_one_as_the_method_says():
    cells = [
        *answers("PT", 100, 100, 67, 0, 0),  # 89 exactly, shown 89
        *answers("SE", 100, 100, 68, 0, 0),  # 268/3, shown 89
        *answers("FI", 100, 100, 100, 0, 0),
    ]
    on_shown = rows_of(built(two_strands()), cells)
    on_exact = rows_of(built(two_strands(method={**METHOD, "rank_on": "exact"})), cells)

    assert [on_shown[code, "s"].rank for code in ("FI", "SE", "PT")] == [1, 2, 2]
    assert [on_shown[code, "s"].tied for code in ("FI", "SE", "PT")] == [False, True, True]
    assert [on_exact[code, "s"].rank for code in ("FI", "SE", "PT")] == [1, 2, 3]


def test_dimensions_and_countries_without_a_score_have_no_rank():
    methodology = built(document([strand("s"), dimension("d", "s")], [indicator("i1", "d")]))
    rows = rows_of(methodology, [cell("i1", 50), cell("i1", Status.UNKNOWN, country="SE")])

    assert (rows["PT", "s"].rank, rows["SE", "s"].rank) == (1, None)
    assert rows["PT", "d"].rank is None


def test_countries_are_ranked_within_their_date_only():
    methodology = built(document([strand("s")], [indicator("i1", "s")]))
    cells = [cell("i1", 50, date="2014-12-31"), cell("i1", 100, country="SE")]

    assert {row.rank for row in score(methodology, cells).rows} == {1}


def test_what_is_not_scored_in_a_year_has_no_row_nor_has_the_index_that_needs_it():
    aggregates = [strand("s"), strand("t", scored=["2014"]), dimension("d", "t")]
    asked = [indicator("i1", "s"), indicator("i2", "d")]
    rows = rows_of(built(document(aggregates, asked)), answers("PT", 100, 50))

    assert set(rows) == {("PT", "s")}


def test_a_dimension_that_is_not_scored_in_a_year_leaves_its_strand_to_the_others():
    aggregates = [strand("s"), dimension("d", "s", scored=["2014"]), dimension("e", "s")]
    asked = [indicator("i1", "d"), indicator("i2", "e")]
    rows = rows_of(built(document(aggregates, asked)), answers("PT", 100, 50))

    assert (rows["PT", "s"].exact, rows["PT", "s"].coverage) == (50, 1)


def test_an_unissued_figure_is_left_out_with_all_that_is_computed_from_it():
    aggregates = [strand("s"), dimension("d", "s"), strand("t")]
    asked = [indicator("i1", "d"), indicator("i2", "t")]
    left_out = {"country": "PT", "node": "d", "reference_date": DATE, "reason": "A gap."}
    methodology = built(document(aggregates, asked, unissued=[left_out]))
    rows = rows_of(methodology, [*answers("PT", 100, 50), *answers("SE", 100, 50)])

    assert {node for country, node in rows if country == "PT"} == {"t"}
    assert {node for country, node in rows if country == "SE"} == {"d", "s", "t", "overall"}


def test_exceptional_points_count_as_they_are():
    rows = rows_of(built(two_strands()), answers("BE", 75, 50, 50))

    assert rows["BE", "s"].exact == Fraction(175, 3)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([cell("x", 50)], "^PT x 2019-12-31: there is no such indicator$"),
        ([cell("i1", 50), cell("i1", 100)], "PT i1 2019-12-31: it is answered twice"),
        ([cell("i1", 101)], "101 points are outside 0..100"),
        ([Cell("PT", "i1", DATE, Status.OK, None)], "an answer that is ok has none"),
        (
            [Cell("PT", "i1", DATE, Status.UNKNOWN, Fraction(0))],
            "an answer that is unknown has points",
        ),
        (
            [cell("i1", 50, date="20191231")],
            "^PT i1 20191231: the date is not written as 2019-12-31$",
        ),
        (
            [Cell("PT", "i1", DATE, Status.PROVISIONAL, Fraction(50))],
            "i1 2019-12-31: a provisional answer has no place in what is frozen$",
        ),
        ([cell("i1", 50, date="end of 2019")], "not written as 2019-12-31"),
    ],
)
def test_cells_that_cannot_be_are_refused(cells, sentence):
    with pytest.raises(ValueError, match=sentence):
        score(built(two_strands()), cells)


def test_no_cells_give_no_figures():
    assert score(built(two_strands()), []).rows == ()


def test_rows_are_sorted_by_country_node_and_date():
    cells = [
        cell(code, 50, country=country, date=f"{year}-12-31")
        for year in (2019, 2010, 2014)
        for country in ("SE", "PT")
        for code in ("i4", "i1")
    ]
    keys = [
        (row.country, row.node, row.date) for row in score(built(two_strands()), cells).rows
    ]

    assert keys == sorted(keys)
    assert len(keys) == 2 * 3 * 3


def test_an_answer_has_the_weight_that_is_in_force():
    asked = [indicator("i", "s", weight="9"), indicator("j", "s")]
    plain, weighted = (
        built(document([strand("s", rule=rule)], asked)) for rule in ("mean", "weighted_mean")
    )
    weights = [
        sheets_of(methodology, [cell("i", 50)], draft=False)["PT", DATE]["i"].weight
        for methodology in (plain, weighted)
    ]

    assert weights == [1, 9]
