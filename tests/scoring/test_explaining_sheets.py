"""Every index explained at once: the same as one after the other."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.engine.explaining.contributions import contributions_of
from scoring.engine.explaining.sheets import sheet_of
from scoring.engine.faults import Fault
from scoring.engine.missing import Status
from scoring.engine.tree import Methodology
from tests.scoring.small import built, cell, two_strands
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
    for code, found in sheet.indexes.items():
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
