"""The published figures of 2007-2019, from the answers alone."""

from fractions import Fraction

import pytest

from scoring.engine.rounding import half_up
from scoring.engine.score import score


def millionths(score_: Fraction | str) -> int:
    return half_up(Fraction(score_) * 10**6)


def scored_at(results, *levels: str) -> dict:
    rows = (row for row in results.scored() if row.level in levels)
    return {row.key: millionths(row.exact) for row in rows}


def keys(rows) -> list[tuple[str, str, str]]:
    return [(row["country"], row["node"], row["reference_date"]) for row in rows]


def test_every_published_strand_and_overall_score_is_reproduced_and_no_other(
    real_results, mipex_table
):
    rows = mipex_table("published.csv")
    published = dict(zip(keys(rows), (millionths(row["score"]) for row in rows), strict=True))

    assert len(published) == 5192
    assert scored_at(real_results, "index", "strand") == published


def test_every_composite_of_the_workbook_is_reproduced_and_no_other(real_results, mipex_table):
    rows = mipex_table("derived.csv")
    derived = dict(zip(keys(rows), (millionths(row["points"]) for row in rows), strict=True))

    assert len(derived) == 3829
    assert scored_at(real_results, "composite") == derived


def test_the_scores_of_2019_are_shown_as_the_site_shows_them(real_results, mipex_table):
    shown = {row.key: row.shown for row in real_results.rows}
    rows = mipex_table("shown_2019.csv")

    assert len(rows) == 99
    assert [shown[key] for key in keys(rows)] == [int(row["display"]) for row in rows]


def test_2019_has_616_official_figures(real_results):
    of_2019 = [key for key in scored_at(real_results, "index", "strand") if "2019" in key[2]]

    assert len(of_2019) == 56 * 11


def test_only_what_the_release_left_out_differs_from_the_rule(
    mipex, real_cells, real_results, mipex_table
):
    by_the_rule = scored_at(score(mipex, real_cells), "index", "strand", "composite")
    issued = scored_at(real_results, "index", "strand", "composite")
    left_out = {key: by_the_rule[key] for key in by_the_rule if key not in issued}

    assert left_out[("PT", "c", "2009-12-31")] == millionths(Fraction(433, 7))
    assert set(left_out) == {
        *keys(mipex_table("unissued.csv")),
        ("PT", "overall_without_health", "2009-12-31"),  # it needs the strand
    }


def test_health_has_no_figure_in_the_years_between_though_there_are_answers(
    real_cells, real_results
):
    answered = {cell.date for cell in real_cells if cell.indicator == "h156a"}
    scored = {row.date for row in real_results.rows if row.node in {"h", "h1", "h2"}}

    assert "2016-12-31" in answered
    assert scored == {"2014-12-31", "2019-12-31"}


def test_a_country_without_answers_to_a_strand_keeps_its_row_and_the_reason(real_results):
    rows = {row.key: row for row in real_results.rows}
    education = rows["AT", "c", "2007-12-31"]
    overall = rows["AT", "overall_without_health", "2007-12-31"]

    assert (education.exact, education.reason) == (None, "not_collected")
    assert (overall.exact, overall.reason, overall.coverage) == (
        None,
        "coverage",
        Fraction(6, 7),
    )


@pytest.mark.parametrize(
    ("country", "shown", "rank", "tied", "band"),
    [
        ("SE", 86, 1, False, "favourable"),
        ("FI", 85, 2, False, "favourable"),
        ("PT", 81, 3, False, "favourable"),
        ("ES", 60, 13, False, "slightly_favourable"),
        ("AT", 46, 37, True, "halfway_favourable"),
    ],
)
def test_the_overall_of_2019_is_shown_ranked_and_named(
    real_results, country, shown, rank, tied, band
):
    rows = {row.key: row for row in real_results.rows}
    row = rows[country, "overall_with_health", "2019-12-31"]

    assert (row.shown, row.rank, row.tied, row.band) == (shown, rank, tied, band)
