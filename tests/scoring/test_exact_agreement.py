"""The arrays and the fractions give the same results: one computation, in two ways."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine import computing
from scoring.engine.exact import bridge, fallback, ratios, tally
from scoring.engine.exact.bridge import results_of
from scoring.engine.exact.edition import aggregate
from scoring.engine.exact.matrix import matrix_of
from scoring.engine.faults import CellFault, Fault
from scoring.engine.means import MEAN, WEIGHTED_MEAN
from scoring.engine.missing import Status
from scoring.engine.score import Cell, Results, score, sheets_of
from scoring.engine.tables import RESULT_COLUMNS, csv_text, result_rows
from scoring.engine.tree import Methodology
from tests.scoring import trees
from tests.scoring.small import DATE, built, cell, document, indicator, strand, two_strands

MEANS = (MEAN, WEIGHTED_MEAN, WEIGHTED_MEAN)
EXTREME = st.sampled_from(
    ["1", "0", "2", "1009", "998244353", "1/2147483629", "4611686018427387847"]
)
"""Small weights, and primes so large that a few of them leave 64 bits."""


def either(compute, methodology: Methodology, cells: list[Cell]) -> Results | str:
    try:
        return compute(methodology, cells, draft=True)
    except Fault:
        return "refused"


def agree(document_: dict, cells: list[Cell]) -> None:
    methodology = built(document_)

    assert either(results_of, methodology, cells) == either(score, methodology, cells)


@settings(max_examples=60)
@given(st.data())
def test_both_ways_agree_on_trees_of_means_with_every_gap(data):
    drawn = data.draw(trees.documents(rules=MEANS))

    agree(drawn, data.draw(trees.answers(drawn)))


@settings(max_examples=40)
@given(st.data())
def test_both_ways_agree_on_trees_of_every_rule(data):
    drawn = data.draw(trees.documents())

    agree(drawn, data.draw(trees.answers(drawn)))


@settings(max_examples=40)
@given(st.data())
def test_both_ways_agree_where_weights_leave_64_bits(data):
    drawn = data.draw(trees.documents(rules=(WEIGHTED_MEAN,), weights=EXTREME))

    agree(drawn, data.draw(trees.answers(drawn)))


@pytest.mark.parametrize("largest", [10**5, 10**7, 10**12])
def test_both_ways_agree_wherever_the_bound_lies(monkeypatch, largest):
    for module in (ratios, tally, fallback):
        monkeypatch.setattr(module, "LARGEST", largest)

    @settings(max_examples=20)
    @given(st.data())
    def agree_on_any_tree(data):
        drawn = data.draw(trees.documents(rules=MEANS))
        agree(drawn, data.draw(trees.answers(drawn)))

    agree_on_any_tree()


def test_both_ways_give_the_same_file_for_the_whole_core_set(release, real_cells, real_results):
    by_array = results_of(release, real_cells)

    assert len(by_array.rows) == 11294
    assert by_array == real_results
    assert csv_text(RESULT_COLUMNS, result_rows(by_array)) == csv_text(
        RESULT_COLUMNS, result_rows(real_results)
    )


@pytest.mark.parametrize("compute", [score, results_of])
@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([cell("i9", 100)], "there is no such indicator"),
        ([cell("i1", 100), cell("i1", 50)], "answered twice"),
        ([cell("i1", 101)], "outside 0..100"),
        ([Cell("PT", "i1", DATE, Status.UNKNOWN, Fraction(50))], "unknown has points"),
        ([Cell("PT", "i1", DATE, Status.PROVISIONAL, Fraction(50))], "provisional"),
        ([Cell("PT", "i1", "2019-1-1", Status.OK, Fraction(50))], "the date"),
    ],
)
def test_both_ways_refuse_the_same_cells(compute, cells, words):
    with pytest.raises(CellFault, match=words):
        compute(built(two_strands()), cells)


@pytest.mark.parametrize("compute", [score, results_of])
def test_a_product_that_meets_a_0_names_the_place_in_both_ways(compute):
    drawn = document([strand("s", rule="geometric_mean")], [indicator("i1", "s")])
    drawn["method"] = {**drawn["method"], "positive_scale": {"lowest": "0"}}

    with pytest.raises(Fault, match=f"PT s {DATE}: a score of 0"):
        compute(built(drawn), [cell("i1", 0)])


@pytest.mark.parametrize("compute", [score, results_of])
def test_a_closed_question_without_a_cell_has_the_weight_in_force(compute):
    gate = {"indicator": "i2", "closed_up_to": 0, "then": "score_min"}
    asked = [
        indicator("i1", "s"),
        indicator("i2", "t"),
        indicator("i3", "s", weight="2", gate=gate),
    ]
    methodology = built(document([strand("s"), strand("t")], asked))

    rows = compute(methodology, [cell("i1", 100), cell("i2", 0)]).rows

    assert {row.node: row.exact for row in rows}["s"] == 50


def test_no_answers_give_no_results():
    assert (
        results_of(built(two_strands()), []) == score(built(two_strands()), []) == Results(())
    )


@pytest.mark.parametrize("compute", [score, results_of])
def test_an_answer_to_a_closed_question_is_refused_in_the_same_words(compute):
    gate = {"indicator": "i1", "closed_up_to": 0, "then": "score_min"}
    asked = [indicator("i1", "s"), indicator("i2", "s", gate=gate)]
    said = f"^PT i2 {DATE}: i1 closes i2, so that it cannot be answered$"
    with pytest.raises(Fault, match=said):
        compute(built(document([strand("s")], asked)), [cell("i1", 0), cell("i2", 100)])


@pytest.mark.parametrize("weight", [2**55, 2**62 + 1])
def test_both_ways_agree_on_weights_that_are_almost_too_long(weight):
    weights = {"i1": weight, "i2": 1, "i3": 1}
    asked = [indicator(code, "s", weight=str(each)) for code, each in weights.items()]
    drawn = document([strand("s", rule="weighted_mean")], asked)
    coverage = {**drawn["method"]["coverage"], "strand": "1/1000"}
    drawn["method"] = {**drawn["method"], "coverage": coverage, "estimated_cap": "1/1000"}
    methodology = built(drawn)
    cells = [
        Cell("PT", "i1", DATE, Status.ESTIMATED, Fraction(50)),
        cell("i2", 100),
        cell("i3", Status.UNKNOWN),
        cell("i1", Status.UNKNOWN, country="SE"),
        cell("i2", 100, country="SE"),
    ]

    assert results_of(methodology, cells) == score(methodology, cells)


def test_the_answers_stay_as_they_were_when_a_gate_closes():
    gate = {"indicator": "i1", "closed_up_to": 0, "then": "score_min"}
    asked = [indicator("i1", "s"), indicator("i2", "s", gate=gate)]
    methodology = built(document([strand("s")], asked))
    made = matrix_of(methodology, sheets_of(methodology, [cell("i1", 0)], draft=False))
    before = made.status.tolist()

    assert aggregate(methodology, made).nodes["s"].coverage.fractions() == [1]
    assert made.status.tolist() == before


def test_many_answers_go_by_arrays_and_few_by_fractions(monkeypatch):
    methodology = built(two_strands())
    codes, both = ("i1", "i2", "i3", "i4", "i5"), ("PT", "SE")
    cells = [cell(code, 50, country=country) for code in codes for country in both]
    asked = []
    monkeypatch.setattr(bridge, "results_of", lambda *given, **more: asked.append(given))

    assert computing.score_all(methodology, cells[:-1]) == score(methodology, cells[:-1])
    monkeypatch.setattr(computing, "MANY", len(cells))
    computing.score_all(methodology, iter(cells))

    assert [given[1] for given in asked] == [tuple(cells)]


def test_without_numpy_many_answers_go_by_fractions_too(monkeypatch):
    methodology, cells = built(two_strands()), [cell("i1", 50)]
    monkeypatch.setattr(computing, "MANY", 1)
    monkeypatch.setattr(computing, "find_spec", lambda name: None)
    monkeypatch.setattr(bridge, "results_of", lambda *given, **more: given)

    assert computing.score_all(methodology, cells) == score(methodology, cells)


@pytest.mark.parametrize("many", [1, 2])
def test_a_provisional_answer_is_for_drafts_whichever_way_it_is_computed(monkeypatch, many):
    monkeypatch.setattr(computing, "MANY", many)
    methodology = built(two_strands())
    cells = [Cell("PT", "i1", DATE, Status.PROVISIONAL, Fraction(50))]

    drafted = computing.score_all(methodology, cells, draft=True)

    assert drafted == score(methodology, cells, draft=True)
    with pytest.raises(CellFault, match="a provisional answer has no place in what is frozen"):
        computing.score_all(methodology, cells)
