"""How indicators go together: Cronbach's alpha, correlations, eigenvalues."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.missing import Status
from scoring.engine.reliability import diagnostics as measures
from scoring.engine.reliability.correlations import correlations, eigenvalues
from scoring.engine.reliability.diagnostics import Diagnostic, diagnostics
from scoring.engine.reliability.scale import Scale
from scoring.engine.score import Cell, score
from scoring.engine.tree import Methodology
from tests.scoring.small import (
    DATE,
    built,
    cell,
    dimension,
    document,
    indicator,
    strand,
    two_strands,
)

COUNTRIES = ("AT", "BE", "PT", "SE")
column = st.lists(st.integers(0, 100), min_size=5, max_size=5)
few = settings(max_examples=25)


def found(methodology: Methodology, cells: list[Cell]) -> dict[tuple, Diagnostic]:
    """The diagnostics by measure, node, item and other."""
    rows = diagnostics(methodology, cells, score(methodology, cells), date=DATE)
    return {(row.measure, row.node, row.item, row.other): row for row in rows}


def answers(**said: list) -> list[Cell]:
    return [
        cell(code, points, country=country)
        for code, column_ in said.items()
        for country, points in zip(COUNTRIES, column_, strict=True)
        if points is not None
    ]


def test_cronbachs_alpha_of_yes_and_no_is_the_formula_of_kuder_and_richardson():
    """KR-20: k/(k-1) (1 - sum of p q / variance of the sum)."""
    items = {"a": [1, 1, 0, 1, 0], "b": [1, 0, 0, 1, 0], "c": [1, 1, 1, 0, 0]}
    shares = [Fraction(sum(item), 5) for item in items.values()]
    sums = [3, 2, 1, 2, 0]
    mean = Fraction(sum(sums), 5)
    variance = sum((each - mean) ** 2 for each in sums) / 5
    expected = Fraction(3, 2) * (1 - sum(p * (1 - p) for p in shares) / variance)

    assert Scale(items).alpha() == (expected, "") == (Fraction(6, 13), "")


def test_without_an_item_alpha_is_that_of_the_others():
    items = {"a": [0, 1, 2, 3], "b": [0, 1, 2, 3], "c": [3, 0, 3, 0]}
    assert Scale(items).alpha_without("c") == (1, "")
    assert Scale(items).alpha()[0] < 1


def test_the_rest_of_an_item_leaves_it_out():
    items = {"a": [0, 1, 2, 3], "b": [0, 1, 2, 3], "c": [3, 0, 3, 0]}
    value, _ = Scale(items).with_the_rest("c")
    assert value == pytest.approx(np.corrcoef(items["c"], [0, 2, 4, 6])[0, 1], abs=1e-12)


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ({"a": [0, 1, 2]}, "one_item"),
        ({"a": [0, 1], "b": [0, 1]}, "too_few_countries"),
        ({"a": [0, 0, 0], "b": [1, 1, 1]}, "no_variation"),
        ({"a": [0, 1, 2], "b": [2, 1, 0]}, "no_variation"),
    ],
)
def test_a_scale_without_variation_is_undefined_and_says_why(items, reason):
    assert Scale(items).alpha() == (None, reason)


def test_an_item_that_does_not_vary_has_no_correlation_with_the_rest():
    items = {"a": [0, 0, 0], "b": [0, 1, 2]}
    assert Scale(items).with_the_rest("a") == (None, "no_variation")
    assert Scale(items).alpha() == (0, "")
    assert Scale({"a": [0, 1], "b": [0, 1]}).with_the_rest("a")[1] == "too_few_countries"
    assert Scale({"a": [0, 1, 2]}).with_the_rest("a")[1] == "one_item"


@few
@given(st.lists(column, min_size=2, max_size=4), st.integers(1, 9), st.integers(-9, 9))
def test_scaling_or_shifting_all_answers_changes_no_alpha(columns, factor, shift):
    items = {str(at): each for at, each in enumerate(columns)}
    moved = {code: [factor * each + shift for each in item] for code, item in items.items()}

    assert Scale(moved).alpha() == Scale(items).alpha()
    value, reason = Scale(items).alpha()
    assert reason or value <= 1


@few
@given(st.lists(column, min_size=2, max_size=4))
def test_correlations_are_those_of_numpy_where_both_vary(columns):
    named = [{f"C{at}": Fraction(each, 3) for at, each in enumerate(col)} for col in columns]
    pairs = correlations(named)

    for at, one in enumerate(columns):
        for to, other in enumerate(columns):
            if len(set(one)) > 1 and len(set(other)) > 1:
                expected = np.corrcoef(one, other)[0, 1]
                assert pairs.values[at, to] == pytest.approx(expected, abs=1e-12)
            else:
                assert np.isnan(pairs.values[at, to])
    assert (pairs.n == 5).all()


def test_a_correlation_takes_the_countries_that_have_both():
    one = {"AT": Fraction(0), "BE": Fraction(50), "PT": Fraction(100), "SE": Fraction(100)}
    other = {"BE": Fraction(0), "PT": Fraction(100), "SE": Fraction(50), "US": Fraction(7)}
    pairs = correlations([one], [other])

    assert pairs.n.tolist() == [[3]]
    expected = np.corrcoef([50, 100, 100], [0, 100, 50])[0, 1]
    assert pairs.values[0, 0] == pytest.approx(expected, abs=1e-12)


def test_a_column_that_is_flat_among_the_common_countries_has_no_correlation():
    """A third is no binary number: what is left of its variance by rounding is none."""
    third = Fraction(100, 3)
    one = {"AT": third, "BE": third, "PT": third, "SE": Fraction(100)}
    other = {"AT": Fraction(0), "BE": Fraction(50), "PT": Fraction(100)}
    assert np.isnan(correlations([one], [other]).values[0, 0])


def test_eigenvalues_add_up_to_the_items_that_vary():
    values = eigenvalues([[0, 1, 2, 3], [0, 1, 2, 4], [3, 0, 3, 0], [5, 5, 5, 5]])
    assert sum(values) == pytest.approx(3)
    assert values == sorted(values, reverse=True)
    assert eigenvalues([[0, 1, 2], [1, 1, 1]]) == []
    assert eigenvalues([[0, 1], [1, 0]]) == []


# --- Of a whole methodology --------------------------------------------------------------


def test_a_strand_its_items_and_the_index_over_it_have_their_figures():
    methodology = built(two_strands())
    rows = found(
        methodology,
        answers(
            i1=[0, 50, 100, 50],
            i2=[0, 50, 100, 100],
            i3=[100, 0, 50, 50],
            i4=[0, 0, 50, 100],
            i5=[0, 50, 50, 100],
        ),
    )

    alpha = rows[measures.CRONBACH, "s", "", ""]
    columns = {"1": [0, 50, 100, 50], "2": [0, 50, 100, 100], "3": [100, 0, 50, 50]}
    assert (alpha.value, alpha.reason) == Scale(columns).alpha()
    assert (alpha.level, alpha.n, alpha.items, alpha.date) == ("strand", 4, 3, DATE)
    assert rows[measures.CRONBACH, "overall", "", ""].items == 5
    assert rows[measures.DELETED, "t", "i4", ""].reason == "one_item"
    assert rows[measures.EIGENVALUE, "t", "1", ""].value > 1


def test_a_pair_of_items_stands_once_under_the_lowest_node_that_has_both():
    tree = document(
        [strand("s"), dimension("d", "s"), dimension("e", "s"), strand("t")],
        [
            indicator("i1", "d"),
            indicator("i2", "d"),
            indicator("i3", "e"),
            indicator("i4", "t"),
        ],
    )
    said = answers(i1=[0, 50, 100, 0], i2=[0, 50, 100, 50], i3=[0] * 4, i4=[0, 50, 0, 50])
    rows = found(built(tree), said)
    pairs = {key[1:]: row for key, row in rows.items() if key[0] == measures.CORRELATION}

    assert pairs["d", "i1", "i2"].value == pytest.approx(
        np.corrcoef([0, 50, 100, 0], [0, 50, 100, 50])[0, 1]
    )
    assert pairs["s", "i1", "i3"].reason == "no_variation"
    assert pairs["", "i1", "i4"].level == ""
    assert {node for node, _, _ in pairs} == {"d", "s", ""}
    assert len(pairs) == 6 + 2, "six pairs of items, one of dimensions, one of strands"


def test_an_item_is_set_beside_the_other_strands():
    said = answers(i1=[0, 50, 100, 50], i4=[0, 50, 100, 100], i5=[0, 50, 100, 100])
    row = found(built(two_strands()), said)[measures.ELSEWHERE, "s", "i1", "t"]
    expected = np.corrcoef([0, 50, 100, 50], [0, 50, 100, 100])[0, 1]
    assert (row.value, row.n) == (pytest.approx(expected), 4)


def test_countries_without_all_items_are_left_out_and_items_that_nobody_has_too():
    said = answers(i1=[0, 50, 100, 50], i2=[0, None, 100, 50], i4=[0, 0, 0, 0])
    rows = found(built(two_strands()), [*said, cell("i3", Status.UNKNOWN)])

    alpha = rows[measures.CRONBACH, "s", "", ""]
    assert (alpha.n, alpha.items, alpha.value) == (3, 2, 1)
    assert (measures.DELETED, "s", "i3", "") not in rows
    assert rows[measures.CRONBACH, "t", "", ""].reason == "one_item"


def test_a_composite_stands_in_the_place_of_one_item(mipex, real_cells):
    """And what is not scored on the date is no item of it: health was not, in 2015."""
    cells = [each for each in real_cells if each.date == "2015-12-31"]
    rows = diagnostics(mipex, cells, score(mipex, cells), date="2015-12-31")
    items = {row.item for row in rows if row.measure == measures.DELETED}

    assert {"bb28"} <= items
    assert not {"bb28a", "bb28b"} & items
    assert not any(row.node == "h" or row.item.startswith("h") for row in rows)
    assert {row.reason for row in rows} <= {"", "no_variation", "one_item"}


def test_an_answer_that_a_gate_gives_counts_as_any_other():
    gate = {"indicator": "i1", "closed_up_to": 0, "then": "score_min"}
    tree = document([strand("s")], [indicator("i1", "s"), indicator("i2", "s", gate=gate)])
    said = answers(i1=[0, 50, 100, 0], i2=[None, 50, 100, None])
    assert found(built(tree), said)[measures.CRONBACH, "s", "", ""].value == 1
