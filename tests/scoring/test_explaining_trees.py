"""One country on one date as the engine sees it, and the part of a tree below one node."""

from fractions import Fraction

import pytest

from scoring.engine.explaining.change import change_of
from scoring.engine.explaining.contributions import contributions_of
from scoring.engine.explaining.trees import answers_of, place_of, scores_of, subtree
from scoring.engine.faults import CellFault, Fault
from scoring.engine.missing import Child, Status
from tests.scoring.small import (
    DATE,
    built,
    cell,
    dimension,
    document,
    indicator,
    strand,
)
from tests.scoring.test_explaining_changes import BEFORE, flat, parts, sheet


def gated(code: str, parent: str, opener: str) -> dict:
    gate = {"indicator": opener, "closed_up_to": 0, "then": "score_min"}
    return indicator(code, parent, gate=gate)


def chained():
    """Four strands: i closes j, j closes k and k closes m, each in the next strand, and n."""
    asked = [
        indicator("i", "s"),
        gated("j", "t", "i"),
        gated("k", "u", "j"),
        gated("m", "v", "k"),
        gated("n", "v", "m"),
    ]
    return built(document([strand(code) for code in "stuv"], asked))


def test_what_was_not_answered_and_what_the_date_does_not_score_was_not_collected():
    asked = [indicator("i", "s"), indicator("j", "t")]
    tree = built(document([strand("s"), strand("t", scored=[2014])], asked))
    scores = scores_of(tree, [cell("i", 50)])

    assert (scores.points("s"), scores.status("s")) == (50, Status.OK)
    for code in ("j", "t"):
        assert (scores.points(code), scores.status(code)) == (None, Status.NOT_COLLECTED)


def test_answers_of_several_places_are_refused():
    with pytest.raises(Fault) as refused:
        place_of([])
    assert str(refused.value) == (
        "the answers to explain are those of one country and one date"
    )


def test_the_answers_of_a_country_are_those_of_every_question_with_its_weight():
    asked = [
        indicator("i", "s", weight="3"),
        indicator("j", "s", weight="2"),
        gated("k", "s", "i"),
    ]
    tree = built(document([strand("s", rule="weighted_mean")], asked))

    assert answers_of(tree, [cell("i", 0)]) == (
        {
            "i": Child("i", Fraction(3), Fraction(0), Status.OK),
            "j": Child("j", Fraction(2), None, Status.NOT_COLLECTED),
            "k": Child("k", Fraction(1), Fraction(0), Status.OK),
        },
        frozenset({"k"}),
    )


def test_an_answer_to_a_closed_question_is_refused_with_its_place():
    with pytest.raises(CellFault) as refused:
        answers_of(chained(), [cell("i", 0), cell("j", 100)])

    assert str(refused.value) == f"PT j {DATE}: i closes j, so that it cannot be answered"


def test_a_node_alone_is_what_lies_below_it_and_the_questions_that_close_that():
    tree = chained()
    alone = subtree(tree, "v")

    assert set(alone.leaves) == set(tree.leaves)
    assert {code: leaf.parent for code, leaf in alone.leaves.items()} == {
        **dict.fromkeys("ijk", ""),
        **dict.fromkeys("mn", "v"),
    }
    assert (set(alone.nodes), alone.indexes) == ({"v"}, ())
    assert [leaf.code for leaf in subtree(tree, "u").gated] == ["j", "k"]
    assert set(subtree(tree, "t").leaves) == {"i", "j"}


def test_an_index_alone_has_everything_below_it_and_no_other_index():
    aggregates = [strand("s"), dimension("d", "s"), strand("t")]
    asked = [indicator("i", "d"), indicator("j", "t")]
    indexes = [{"code": "one", "strands": ["s"]}, {"code": "all", "strands": ["s", "t"]}]
    alone = subtree(built(document(aggregates, asked, indexes=indexes)), "one")

    assert (set(alone.leaves), set(alone.nodes)) == ({"i"}, {"s", "d"})
    assert [index.code for index in alone.indexes] == ["one"]


def test_a_gate_in_another_strand_closes_through_others_what_is_explained():
    root = contributions_of(chained(), [cell("i", 0)], "v").root

    assert (root.points, [part.status for part in root.parts]) == (0, [Status.OK] * 2)


def test_an_answer_that_appears_below_a_harmonic_mean_counts_on_its_own_scale():
    """On 1 to 100, 100 alone and beside 1: the harmonic mean 200/101 is 100/101 on 0 to 100."""
    tree = flat("i", "j", rule="harmonic_mean")
    change = change_of(tree, sheet(BEFORE, i=100, j=Status.UNKNOWN), sheet(i=100, j=0), "s")

    assert parts(change) == {("j", "coverage"): Fraction(100, 101) - 100}
