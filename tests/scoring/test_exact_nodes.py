"""What arrays make of one node: where they take its answers from, and what it could be."""

from fractions import Fraction

import numpy as np
import pytest

from scoring.engine.exact.bridge import results_of
from scoring.engine.exact.edition import _slice, aggregate
from scoring.engine.exact.matrix import matrix_of
from scoring.engine.missing import Status
from scoring.engine.score import Cell, Row, score, sheets_of
from scoring.engine.tree import Methodology
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

LONG = 2**53 + 1
"""A whole number that is no float."""


def rows_of(methodology: Methodology, cells: list[Cell]) -> dict[tuple[str, str, str], Row]:
    """The rows by country, node and date, which are those of the fractions."""
    found = results_of(methodology, cells)
    assert found == score(methodology, cells)
    return {row.key: row for row in found.rows}


def test_a_node_takes_its_own_answers_where_those_of_others_stand_between():
    asked = [indicator("i1", "s"), indicator("i2", "t"), indicator("i3", "s")]
    methodology = built(document([strand("s"), strand("t")], asked))

    rows = rows_of(methodology, [cell("i1", 100), cell("i2", 0), cell("i3", 50)])

    assert [rows["PT", code, DATE].exact for code in "st"] == [75, 0]


def test_rows_that_follow_one_another_are_taken_without_a_copy():
    assert _slice([2, 3, 4]) == slice(2, 5)
    assert [_slice(rows) for rows in ([2, 4], [3, 2], [])] == [[2, 4], [3, 2], []]


def test_an_index_that_is_left_out_has_no_row_and_its_nodes_have_theirs():
    left_out = {"country": "PT", "node": "overall", "reference_date": DATE, "reason": "A gap."}
    methodology = built(two_strands(unissued=[left_out]))

    rows = rows_of(methodology, [cell("i1", 50), cell("i1", 100, country="SE")])

    assert {(country, node) for country, node, _ in rows} == {
        *(("PT", node) for node in "st"),
        *(("SE", node) for node in ("overall", "s", "t")),
    }


@pytest.mark.parametrize(
    ("weight", "points"),
    [(2**55, Fraction(50)), (2**10, Fraction(1, 2**50))],
    ids=["coverage beside its threshold", "points over their denominator"],
)
def test_what_leaves_64_bits_in_one_place_alone_is_exact_all_the_same(weight, points):
    method = {**METHOD, "coverage": {**METHOD["coverage"], "strand": "1/1000"}}
    asked = [indicator("i1", "s", weight=str(weight)), indicator("i2", "s")]
    methodology = built(document([strand("s", rule="weighted_mean")], asked, method=method))

    rows = rows_of(methodology, [cell("i1", points), cell("i2", 100)])

    assert rows["PT", "s", DATE].exact == (weight * points + 100) / (weight + 1)


def test_a_denominator_that_is_no_float_is_kept_beside_nodes_with_one_each():
    asked = [indicator("i0", "s"), *(indicator(f"i{at}", "d") for at in range(1, 6))]
    methodology = built(document([strand("s"), dimension("d", "s")], asked))
    answered = {"AT": 3, "PT": 4, "SE": 5}
    cells = [cell("i0", Fraction(1, LONG), country=country) for country in answered]
    for country, count in answered.items():
        cells += [cell(f"i{at}", 50, country=country) for at in range(1, count + 1)]

    rows = rows_of(methodology, cells)

    assert [rows[country, "s", DATE].exact for country in answered] == [
        (50 + Fraction(1, LONG)) / 2
    ] * 3


def test_a_node_without_a_bound_on_one_date_keeps_those_of_the_others():
    """In 2014 nothing below d is scored, so that d can be anything from 0 to 100."""
    aggregates = [
        strand("s"),
        dimension("d", "s"),
        {**dimension("c", "d", scored=[2019]), "kind": "composite"},
    ]
    asked = [indicator("i0", "s"), *(indicator(f"i{at}", "c") for at in (1, 2, 3))]
    methodology = built(document(aggregates, asked))
    cells = [cell("i0", 100, date=f"{year}-12-31") for year in (2014, 2019)]
    cells += [cell("i1", 100), cell("i2", 0), cell("i3", Status.UNKNOWN)]

    rows = rows_of(methodology, cells)

    spans = [(row.lo, row.hi) for row in (rows["PT", "s", "2014-12-31"], rows["PT", "s", DATE])]
    assert spans == [(50, 100), (Fraction(200, 3), Fraction(250, 3))]


def test_the_words_of_a_figure_take_a_byte_each():
    methodology = built(two_strands())
    sheets = sheets_of(methodology, [cell("i1", 50), cell("i4", Status.UNKNOWN)], draft=False)

    figures = aggregate(methodology, matrix_of(methodology, sheets))

    for node in figures.nodes.values():
        assert [each.dtype for each in (node.status, node.reason, node.flags)] == [np.uint8] * 3
