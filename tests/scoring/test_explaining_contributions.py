"""Contributions and next steps: small cases by hand, the real data, and any tree."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.explaining.contributions import Step, contributions_of
from scoring.engine.faults import Fault
from scoring.engine.missing import Status
from scoring.engine.score import score
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
from tests.scoring.trees import answers, documents

GIVEN = [cell("i1", 100), cell("i2", 50), cell("i3", 0), cell("i4", 100), cell("i5", 50)]


def parts(methodology, cells, node="overall"):
    explanation = contributions_of(methodology, cells, node)
    return {part.code: part for part in explanation.root.all_parts()}


def table(*values: int) -> list[list[int]]:
    rows = [(100, 100), (100, 50), (100, 0), (50, 100), (50, 50), (50, 0), (0, 100), (0, 50)]
    return [[*row, value] for row, value in zip([*rows, (0, 0)], values, strict=True)]


def with_table(*values: int):
    """Strand s has a table over p and q, and i beside it."""
    over = {"of": ["p", "q"], "rows": table(*values)}
    composite = {
        "code": "c",
        "kind": "composite",
        "parent": "s",
        "rule": "table",
        "table": over,
    }
    asked = [indicator("p", "c"), indicator("q", "c"), indicator("i", "s")]
    return built(document([strand("s"), composite], asked))


STEEP = (100, 90, 80, 60, 50, 40, 20, 10, 0)


def test_an_answer_contributes_its_effective_weight_times_its_points():
    found = parts(built(two_strands()), GIVEN)

    assert found["i1"].weight == Fraction(1, 6)
    assert found["i1"].contribution == Fraction(100, 6)
    assert found["i2"].gap == Fraction(50, 6)
    assert found["i5"].contribution == Fraction(50, 4)
    assert (found["s"].weight, found["s"].contribution) == (Fraction(1, 2), 25)


def test_siblings_absorb_the_weight_of_what_is_missing():
    cells = [cell("i1", 100), cell("i2", 50), cell("i3", Status.UNKNOWN), *GIVEN[3:]]
    found = parts(built(two_strands()), cells)

    assert found["i1"].weight == Fraction(1, 4)
    assert (found["i3"].weight, found["i3"].contribution, found["i3"].points) == (0, 0, None)
    assert found["i3"].status == Status.UNKNOWN
    assert found["i3"].step is None


def test_what_lies_below_a_node_without_a_score_carries_no_weight():
    method = {**METHOD, "coverage": {**METHOD["coverage"], "dimension": "every"}}
    asked = [indicator("i", "d"), indicator("j", "d"), indicator("k", "s")]
    tree = document([strand("s"), dimension("d", "s")], asked, method=method)
    found = parts(built(tree), [cell("i", 100), cell("k", 50)])

    assert (found["i"].weight, found["i"].contribution) == (0, 0)
    assert (found["k"].weight, found["k"].gap) == (1, 50)


def test_the_next_step_is_the_option_just_above_and_what_the_engine_then_gives():
    found = parts(built(two_strands()), GIVEN)

    assert (found["i3"].step.option, found["i3"].step.points) == (2, 50)
    assert found["i3"].step.score == Fraction(125, 2) + Fraction(50, 6)
    assert found["i3"].step.gain == Fraction(50, 6)
    assert found["i1"].step is None


def test_points_between_two_options_have_the_better_one_as_their_next_step():
    found = parts(built(two_strands()), [cell("i1", 75), *GIVEN[1:]])

    assert (found["i1"].step.option, found["i1"].step.points) == (1, 100)


def test_the_answers_that_raise_the_score_most_come_first():
    explanation = contributions_of(built(two_strands()), GIVEN, "overall")

    assert [part.code for part in explanation.raising()] == ["i5", "i2", "i3"]


def test_an_answer_raises_the_score_however_little_and_not_where_another_decides():
    asked = [indicator("i", "d"), indicator("j", "d"), indicator("k", "s")]
    highest = dimension("d", "s", rule="maximum", weight="199")
    tree = built(document([strand("s", rule="weighted_mean"), highest], asked))
    explanation = contributions_of(tree, [cell("i", 100), cell("j", 50), cell("k", 0)], "s")

    assert [part.code for part in explanation.answers() if part.step] == ["j", "k"]
    assert [(part.code, part.step.gain) for part in explanation.raising()] == [
        ("k", Fraction(1, 4))
    ]


def test_nothing_raises_a_score_that_is_not_there():
    method = {**METHOD, "coverage": {**METHOD["coverage"], "strand": "every"}}
    tree = built(
        document([strand("s")], [indicator("i", "s"), indicator("j", "s")], method=method)
    )
    explanation = contributions_of(tree, [cell("i", 0)], "s")

    assert explanation.answers()[0].step == Step(2, Fraction(50), None, None)
    assert explanation.raising() == ()


def test_a_number_between_goalposts_has_no_next_better_option():
    asked = [indicator("i", "s"), {"code": "n", "parent": "s"}]
    found = parts(built(document([strand("s")], asked)), [cell("i", 50), cell("n", 40)], "s")

    assert (found["n"].points, found["n"].contribution, found["n"].step) == (40, 20, None)


def test_a_table_stands_as_one_contribution_with_its_parts_beneath():
    explanation = contributions_of(
        with_table(*STEEP), [cell("p", 100), cell("q", 50), cell("i", 0)], "s"
    )
    found = {part.code: part for part in explanation.root.all_parts()}

    assert [part.code for part in explanation.root.standing()] == ["c", "i"]
    assert (found["c"].points, found["c"].weight, found["c"].contribution) == (
        90,
        Fraction(1, 2),
        45,
    )
    # p alone adds 80 to 0, and on top of q 80 to 10; q adds 10 each time. Half of that each.
    assert (found["p"].contribution, found["q"].contribution) == (40, 5)
    assert found["p"].weight is None
    assert found["q"].gap == 5


def test_what_a_table_gives_for_nothing_is_its_base():
    found = parts(with_table(*STEEP[:-1], 10), [cell("p", 0), cell("q", 0), cell("i", 0)], "s")

    assert (found["c"].base, found["c"].contribution) == (5, 5)
    assert found["p"].contribution == found["q"].contribution == 0


def test_a_table_that_cannot_be_read_on_the_way_has_a_contribution_and_its_parts_have_none():
    tree = with_table(100, 100, 100, 60, 50, 40, 20, 10, 0)
    found = parts(tree, [cell("p", 100), cell("q", Status.UNKNOWN), cell("i", 0)], "s")

    assert (found["c"].points, found["c"].contribution) == (100, 50)
    assert (found["p"].contribution, found["q"].contribution) == (None, None)
    assert (found["p"].gap, found["q"].gap) == (0, 0)


def test_a_table_that_cannot_be_read_on_the_way_to_100_has_a_gap_and_its_parts_have_none():
    tree = with_table(100, 90, 80, 60, 50, 40, 10, 10, 10)
    found = parts(tree, [cell("p", 0), cell("q", Status.UNKNOWN), cell("i", 0)], "s")

    assert (found["c"].points, found["c"].gap) == (10, 45)
    assert (found["p"].gap, found["q"].gap) == (None, None)
    assert (found["p"].contribution, found["q"].contribution) == (0, 0)


def lowest_of_two(weight: str):
    """Strand s is the lower of d, of WEIGHT, with i and j, and e with k."""
    nodes = [dimension("d", "s", weight=weight), dimension("e", "s")]
    asked = [indicator("i", "d"), indicator("j", "d"), indicator("k", "e")]
    return built(document([strand("s", rule="minimum"), *nodes], asked))


def test_the_lowest_of_several_gives_nothing_below_it_a_weight_however_deep():
    given_all = [cell("i", 100), cell("j", 0), cell("k", 100)]
    found = parts(lowest_of_two("1"), given_all, "s")

    # Of 50 and 100, each lifts the lowest from 0 to 50 where it comes last.
    assert (found["d"].contribution, found["e"].contribution) == (25, 25)
    assert (found["i"].contribution, found["j"].contribution) == (25, 0)
    assert {code: part.weight for code, part in found.items() if part.weight is not None} == {
        "s": 1
    }


def test_below_a_lowest_of_which_nothing_that_weighs_has_an_answer_no_part_can_be_told():
    found = parts(lowest_of_two("0"), [cell("i", 100), cell("j", 0)], "s")

    assert (found["s"].points, found["s"].contribution, found["s"].gap) == (None, 0, 0)
    assert (found["d"].points, found["d"].contribution, found["d"].gap) == (50, None, None)
    assert (found["i"].points, found["i"].contribution, found["i"].gap) == (100, None, None)


def test_the_step_through_a_table_is_the_tables_own():
    found = parts(with_table(*STEEP), [cell("p", 50), cell("q", 100), cell("i", 0)], "s")

    assert (found["p"].step.score, found["p"].step.gain) == (50, 20)


def test_opening_a_gate_is_worth_what_the_engine_gives_with_the_question_asked_again():
    asked = [
        indicator("i", "s"),
        indicator("j", "s", gate={"indicator": "i", "closed_up_to": 0, "then": "score_min"}),
    ]
    found = parts(built(document([strand("s")], asked)), [cell("i", 0)], "s")

    assert (found["j"].points, found["j"].weight, found["j"].step) == (0, Fraction(1, 2), None)
    assert (found["i"].step.score, found["i"].step.gain) == (50, 50)


def test_a_harmonic_mean_is_shared_by_weights_that_hold_from_the_worst_to_here():
    """On 1 to 100: 100 and 1 have the harmonic mean 200/101, which is 100/101 on 0 to 100."""
    asked = [indicator("i", "s"), indicator("j", "s")]
    tree = built(document([strand("s", rule="harmonic_mean")], asked))
    found = parts(tree, [cell("i", 100), cell("j", 0)], "s")

    assert found["s"].points == Fraction(100, 101)
    assert (found["i"].contribution, found["j"].contribution) == (Fraction(100, 101), 0)
    assert found["i"].gap == 0
    assert found["j"].gap == 100 - Fraction(100, 101)


def test_a_geometric_mean_is_shared_exactly_by_logarithms():
    asked = [indicator("i", "s"), indicator("j", "s"), indicator("k", "s")]
    tree = built(document([strand("s", rule="geometric_mean")], asked))
    found = parts(tree, [cell("i", 100), cell("j", 50), cell("k", 50)], "s")

    shares = [found[code].contribution for code in "ijk"]
    assert sum(shares) == found["s"].points
    assert abs(shares[1] - shares[2]) < Fraction(1, 10**20)
    assert shares[0] > shares[1] > 0


def test_on_an_untouched_scale_each_child_contributes_its_share_of_the_weights():
    method = {**METHOD, "positive_scale": {"lowest": 0}}
    asked = [indicator("i", "s"), indicator("j", "s")]
    tree = built(document([strand("s", rule="harmonic_mean")], asked, method=method))
    found = parts(tree, [cell("i", 100), cell("j", 50)], "s")

    assert found["s"].points == Fraction(200, 3)
    assert found["i"].contribution == found["j"].contribution == Fraction(100, 3)


def test_an_indicator_is_explained_by_itself():
    found = parts(built(two_strands()), GIVEN, "i2")

    assert found["i2"].contribution == found["i2"].gap == 50
    assert found["i2"].step.score == 100


@pytest.mark.parametrize(
    ("cells", "node", "reason"),
    [
        (GIVEN, "nowhere", "there is no node, index or indicator nowhere"),
        ([], "s", "one country and one date"),
        ([*GIVEN, cell("i1", 0, country="AT")], "s", "one country and one date"),
    ],
)
def test_what_cannot_be_explained_is_refused(cells, node, reason):
    with pytest.raises(Fault, match=reason):
        contributions_of(built(two_strands()), cells, node)


def test_a_figure_that_is_not_scored_or_not_issued_is_refused():
    tree = built(document([strand("s", scored=[2014])], [indicator("i", "s")]))
    with pytest.raises(Fault, match=f"s is not scored for PT on {DATE}"):
        contributions_of(tree, [cell("i", 0)], "s")
    left_out = {"country": "PT", "node": "s", "reference_date": DATE}
    tree = built(document([strand("s")], [indicator("i", "s")], unissued=[left_out]))
    with pytest.raises(Fault, match="s is not scored for PT"):
        contributions_of(tree, [cell("i", 0)], "s")


def test_the_contributions_to_portugals_overall_of_2019_sum_to_its_score(release, real_cells):
    cells = [each for each in real_cells if (each.country, each.date) == ("PT", DATE)]
    explanation = contributions_of(release, cells, "overall_with_health")
    standing = list(explanation.root.standing())

    assert explanation.root.points == Fraction(7817, 96)
    assert sum(part.contribution for part in standing) == Fraction(7817, 96)
    assert sum(part.gap for part in standing) == 100 - Fraction(7817, 96)
    assert {"bb28", "bb29", "cc59cd64"} <= {part.code for part in standing if part.whole}
    first = explanation.raising()[0]
    assert (first.code, first.step.score) == ("ea80", Fraction(7967, 96))


@st.composite
def sheets(draw: st.DrawFn):
    """A methodology and one country's answers of a date that it can score."""
    tree = draw(documents())
    drawn = draw(answers(tree))
    cells = [each for each in drawn if drawn and each.date == drawn[0].date]
    return Methodology.from_document(tree), [
        each for each in cells if each.country == cells[0].country
    ]


@settings(max_examples=25, deadline=None)
@given(sheets())
def test_contributions_and_gaps_sum_and_steps_hold_in_any_tree(case):
    methodology, cells = case
    try:
        rows = score(methodology, cells, draft=True).rows
    except Fault:
        return
    for row in rows:
        explanation = contributions_of(methodology, cells, row.node)
        standing = list(explanation.root.standing())
        assert explanation.root.points == row.exact
        assert sum(part.contribution for part in standing) == (row.exact or 0)
        assert row.exact is None or sum(part.gap for part in standing) == 100 - row.exact
        for part in explanation.root.all_parts():
            if part.whole and all(each.contribution is not None for each in part.parts):
                shared = sum(each.contribution for each in part.parts)
                assert shared == part.contribution - part.base
            if part.weight is not None and part.points is not None:
                assert part.contribution == part.weight * part.points
    step = next((part for part in explanation.answers() if part.step), None) if rows else None
    if step:
        then = [
            replace(each, points=step.step.points) if each.indicator == step.code else each
            for each in cells
        ]
        given_then = {row.node: row.exact for row in score(methodology, then, draft=True).rows}
        assert step.step.score == given_then[explanation.node]
