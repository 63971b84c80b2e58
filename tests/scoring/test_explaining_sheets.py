"""Every index explained at once: the same as one after the other."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.engine.explaining.contributions import Step, contributions_of
from scoring.engine.explaining.sheets import sheet_of
from scoring.engine.faults import Fault
from scoring.engine.missing import Status
from scoring.engine.tree import Methodology
from tests.scoring.small import (
    built,
    cell,
    dimension,
    document,
    indicator,
    strand,
    two_strands,
)
from tests.scoring.test_explaining_contributions import with_table
from tests.scoring.trees import answers, documents


def of(cells, country, date="2019-12-31"):
    return [each for each in cells if (each.country, each.date) == (country, date)]


@pytest.mark.parametrize("country", ["AE", "BE", "PT"])
def test_the_real_indices_are_explained_as_each_is_by_itself(release, real_cells, country):
    cells = of(real_cells, country)
    sheet = sheet_of(release, cells)

    assert sheet.indexes == {
        index.code: contributions_of(release, cells, index.code) for index in release.indexes
    }


def test_what_is_not_scored_on_a_date_is_not_explained(release, real_cells):
    sheet = sheet_of(release, of(real_cells, "PT", "2017-12-31"))

    assert "h" not in sheet.nodes
    assert set(sheet.indexes) == {
        "overall_without_health",
        "overall_without_health_and_education",
    }


def test_a_strand_of_which_nothing_was_collected_is_not_explained_but_the_index_says_why():
    sheet = sheet_of(built(two_strands()), [cell("i1", 100)])

    assert set(sheet.nodes) == {"s"}
    assert sheet.indexes["overall"].root.points is None
    assert {part.code: part.status for part in sheet.indexes["overall"].root.parts} == {
        "s": Status.OK,
        "t": Status.NOT_COLLECTED,
    }


def test_the_tops_of_trees_are_explained_too_where_they_are_scored_and_no_index_is_over_them():
    top, later = strand("u"), strand("v", scored=[2024])
    tree = two_strands()
    tree["aggregates"] += [top, later, dimension("d", "u")]
    tree["indicators"] += [indicator("i6", "d"), indicator("i7", "v")]
    cells = [cell(f"i{place}", 50) for place in range(1, 8)]
    sheet = sheet_of(built(tree), cells)

    assert set(sheet.nodes) == {"s", "t", "u"}
    assert sheet.scores.points("u") == sheet.nodes["u"].root.points == 50
    assert (sheet.scores.country, sheet.scores.date) == ("PT", "2019-12-31")


def test_a_mean_of_numbers_between_goalposts_has_no_next_options():
    number = {"code": "i", "parent": "s", "goalposts": {"low": 0, "high": 10}}
    tree = built(document([strand("s")], [number, indicator("j", "s")]))
    sheet = sheet_of(tree, [cell("i", 25), cell("j", 50)])

    assert {part.code: part.step for part in sheet.indexes["overall"].answers()} == {
        "i": None,
        "j": Step(option=1, points=Fraction(100), score=Fraction(125, 2), gain=Fraction(25)),
    }


def test_a_step_that_leaves_a_table_without_a_score_moves_the_index_as_it_is_then_computed():
    tree = with_table(100, 90, 80, 60, 50, 40, 0, 0, 0)
    cells = [cell("p", 0), cell("q", Status.UNKNOWN), cell("i", 100)]
    sheet = sheet_of(tree, cells)

    # The table gives 0 whatever q is; with p at 50 it depends on q, and i alone counts.
    step = Step(option=2, points=Fraction(50), score=Fraction(100), gain=Fraction(50))
    for found in (sheet.indexes["overall"], sheet.nodes["s"]):
        assert found.answers()[0].step == step
        assert found == contributions_of(tree, cells, found.node)


def test_answers_of_two_countries_are_refused():
    cells = [cell("i1", 100), cell("i1", 100, country="EE")]

    with pytest.raises(Fault, match="one country and one date"):
        sheet_of(built(two_strands()), cells)


def every_index_is_explained_as_by_itself(document, cells):
    first = cells[0]
    cells = [
        each
        for each in of(cells, first.country, first.date)
        if each.status != Status.PROVISIONAL
    ]
    methodology = Methodology.from_document(document)
    try:
        sheet = sheet_of(methodology, cells)
    except Fault:
        assume(condition=False)
    for code, found in {**sheet.indexes, **sheet.nodes}.items():
        assert found == contributions_of(methodology, cells, code)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_any_indices_with_gaps_are_explained_as_each_is_by_itself(data):
    document = data.draw(documents())
    cells = data.draw(answers(document))
    assume(cells)

    every_index_is_explained_as_by_itself(document, cells)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_plain_means_of_everything_are_explained_as_each_index_is_by_itself(data):
    document = data.draw(documents(rules=("mean", "weighted_mean", "weighted_mean", "table")))
    for entry in document["indicators"]:
        entry.pop("gate", None)
    cells = data.draw(answers(document, gaps=False))

    every_index_is_explained_as_by_itself(document, cells)
