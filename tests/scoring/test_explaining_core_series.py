"""The series over what all editions ask: its units, its name, and what of an edition it leaves."""

from dataclasses import replace
from fractions import Fraction

import pytest

from scoring.engine.explaining.comparability import Edition, edition_of
from scoring.engine.explaining.core_series import core_series
from scoring.engine.faults import Fault
from scoring.engine.missing import Status
from tests.scoring.small import (
    DATE,
    built,
    cell,
    dimension,
    document,
    indicator,
    options,
    strand,
)
from tests.scoring.test_explaining_comparability import BEFORE, asked, edition, sheet

FIRST = "2010-12-31"


def exact(series) -> dict[str, Fraction]:
    return {row.date: row.exact for row in series.results.rows}


def halved(code: str, source: str) -> dict:
    """An indicator that now earns half of what SOURCE earned."""
    recode = {"100": 50, "50": 25, "0": 0}
    return asked(code, "recoded", source, recode=recode, options=options(50, 25, 0))


def test_over_three_editions_answers_are_read_step_by_step_in_the_units_of_the_newest():
    first = edition([asked("a"), asked("b"), asked("c")])
    second = edition([halved("a2", "a"), asked("b", "identical", "b")], version="2")
    third = edition(
        [
            asked(
                "a3",
                "recoded",
                "a2",
                recode={"50": 20, "25": 10, "0": 0},
                options=options(20, 10, 0),
            )
        ],
        version="3",
    )
    series = core_series(
        [
            (first, sheet(FIRST, a=50, b=0, c=0)),
            (second, sheet(BEFORE, a2=50, b=0)),
            (third, sheet(DATE, a3=0)),
        ]
    )

    assert series.indicators == ("a3",)
    assert exact(series) == {FIRST: 10, BEFORE: 20, DATE: 0}


def test_the_series_of_a_single_edition_is_its_headline_index_under_another_name():
    whole = document([strand("s"), strand("t")], [indicator("i", "s"), indicator("j", "t")])
    series = core_series([(edition_of(whole, built(whole)), sheet(DATE, i=100, j=50))])

    assert series.indicators == ("i", "j")
    assert exact(series) == {DATE: 75}


def test_a_series_without_a_given_name_is_called_core_series():
    series = core_series([(edition([asked("a")]), sheet(DATE, a=50))])

    assert series.name == "core_series"
    assert [row.node for row in series.results.rows] == ["core_series"]


@pytest.mark.parametrize("taken", ["a", "s", "overall"])
def test_a_series_needs_a_name_that_the_newest_edition_uses_for_nothing_else(taken):
    given = [(edition([asked("a")]), sheet(DATE, a=50))]

    with pytest.raises(Fault) as raised:
        core_series(given, taken)
    assert str(raised.value) == (f"the series needs a name of its own: f 1 has {taken} already")
    assert core_series(given, "own").name == "own"


def test_a_series_takes_provisional_answers_and_says_so():
    answer = replace(cell("a", 50), status=Status.PROVISIONAL)
    series = core_series([(edition([asked("a")]), [answer])])

    assert [(row.exact, row.flags) for row in series.results.rows] == [(50, ("provisional",))]


def test_a_figure_that_an_edition_did_not_issue_is_counted_in_the_series():
    held = {"country": "PT", "node": "s", "reference_date": DATE, "reason": "in dispute"}
    issued = edition([asked("a")], unissued=[held])

    assert exact(core_series([(issued, sheet(DATE, a=50))])) == {DATE: 50}


def gated(*forerunners: str) -> Edition:
    gate = {"indicator": "i", "closed_up_to": 0, "then": "score_min"}
    more = {"relation": "identical"} if forerunners else {}
    return edition(
        [indicator("i", "s", **more), indicator("j", "s", gate=gate, **more)], version="2"
    )


def test_each_editions_own_gates_close_its_answers_and_no_others():
    first = edition([asked("i"), asked("j")])
    series = core_series(
        [(first, sheet(BEFORE, i=0, j=100)), (gated("i", "j"), sheet(DATE, i=0))]
    )

    assert exact(series) == {BEFORE: 50, DATE: 0}


def test_a_node_that_is_left_with_nothing_that_weighs_is_left_out():
    def weighed(version: str, **keys) -> Edition:
        whole = document(
            [
                strand("s"),
                dimension("d", "s"),
                dimension("e", "s", rule="weighted_mean"),
            ],
            [
                indicator("i", "d", **keys),
                indicator("j", "e", weight="0", **keys),
                indicator("k", "e", relation="new"),
            ],
            framework={"code": "f", "version": version},
        )
        return edition_of(whole, built(whole))

    series = core_series(
        [
            (weighed("1"), sheet(BEFORE, i=0, j=100, k=100)),
            (weighed("2", relation="identical"), sheet(DATE, i=50, j=0, k=0)),
        ]
    )

    assert series.indicators == ("i",)
    assert exact(series) == {BEFORE: 0, DATE: 50}


def test_without_an_edition_an_index_or_anything_comparable_there_is_no_series():
    bare = edition([asked("a")], indexes=[])
    other = edition([asked("z", "new")], version="2")
    refused = {
        "a core series needs an edition": [],
        "f 1 has no index to make a series of": [(bare, sheet(DATE, a=0))],
        "the editions have nothing comparable to make a series of": [
            (edition([asked("a")]), sheet(BEFORE, a=0)),
            (other, sheet(DATE, z=0)),
        ],
    }

    for reason, editions in refused.items():
        with pytest.raises(Fault) as raised:
            core_series(editions)
        assert str(raised.value) == reason
