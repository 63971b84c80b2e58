"""Whose part a change is: what is named, what shares it, and what nobody can be given."""

from fractions import Fraction

import pytest

from scoring.engine.explaining.change import change_of
from scoring.engine.explaining.methods import changes_between
from scoring.engine.explaining.pairs import Pair
from scoring.engine.explaining.shapley import FEW, shapley
from scoring.engine.explaining.terms import Answer, AnswerChange, Change, Term
from scoring.engine.faults import Fault
from scoring.engine.missing import Status
from tests.scoring.small import DATE, built, dimension, document, indicator, strand
from tests.scoring.test_explaining_changes import (
    BEFORE,
    flat,
    parts,
    same,
    sheet,
    terms,
)
from tests.scoring.test_explaining_contributions import STEEP, table

UNKNOWN = Answer(None, Status.UNKNOWN)


def pays(some: frozenset[str]) -> Fraction:
    """Return 1 where a comes with b or c: the others add nothing."""
    return Fraction("a" in some and not some.isdisjoint("bc"))


@pytest.mark.parametrize("causes", ["abc", "abcd", "abcdefgh"])
def test_up_to_eight_causes_share_by_the_mean_over_all_orders(causes):
    """In a third of all orders a comes first of the three, and then the second of them pays."""
    shared = shapley(causes, pays)

    assert len(causes) <= FEW
    assert {cause: part for cause, part in shared.items() if part} == {
        "a": Fraction(2, 3),
        "b": Fraction(1, 6),
        "c": Fraction(1, 6),
    }


def test_more_causes_share_by_the_mean_over_the_rotations_forth_and_back():
    """Forth, nine rotations: b pays in seven, a in two. Back: a pays in eight, c in one."""
    shared = shapley("ihgfedcba", pays)

    assert {cause: part for cause, part in shared.items() if part} == {
        "a": Fraction(2 + 8, 18),
        "b": Fraction(7, 18),
        "c": Fraction(1, 18),
    }


@pytest.mark.parametrize("year", [2014, 2019])
def test_what_lies_in_a_strand_that_one_of_the_dates_does_not_score_has_no_change(year):
    nodes = [strand("s", scored=[year]), dimension("d", "s")]
    tree = built(document(nodes, [indicator("i", "d")]))
    with pytest.raises(Fault, match="d is not scored on both dates"):
        change_of(tree, sheet(BEFORE, i=0), sheet(i=50), "d")


def test_changes_that_make_up_for_each_other_within_a_node_are_both_named():
    asked = [indicator("i", "d"), indicator("j", "d"), indicator("k", "s")]
    tree = built(document([strand("s"), dimension("d", "s")], asked))
    change = change_of(tree, sheet(BEFORE, i=0, j=50, k=0), sheet(i=50, j=0, k=0), "s")

    assert change.delta == 0
    assert parts(change) == {
        ("i", "policy"): Fraction(25, 2),
        ("j", "policy"): Fraction(-25, 2),
    }


def test_a_node_whose_only_answer_is_another_than_before_is_named_itself():
    """With the one answer gone and the other not yet there, the dimension has no score."""
    asked = [indicator("i", "d"), indicator("j", "d"), indicator("k", "s")]
    tree = built(document([strand("s"), dimension("d", "s")], asked))
    change = change_of(
        tree,
        sheet(BEFORE, i=50, j=Status.UNKNOWN, k=0),
        sheet(i=Status.UNKNOWN, j=100, k=0),
        "s",
    )

    assert change.answers == (
        AnswerChange("d", Term.COVERAGE, None, None, Fraction(25)),
        AnswerChange("i", Term.COVERAGE, Answer(Fraction(50)), UNKNOWN, Fraction(0)),
        AnswerChange("j", Term.COVERAGE, UNKNOWN, Answer(Fraction(100)), Fraction(0)),
    )


def test_an_answer_without_a_weight_moves_the_table_that_reads_it():
    composite = {
        "code": "c",
        "kind": "composite",
        "parent": "s",
        "rule": "table",
        "table": {"of": ["p", "q"], "rows": table(*STEEP)},
    }
    asked = [indicator("p", "c", weight="0"), indicator("q", "c"), indicator("i", "s")]
    tree = built(document([strand("s"), composite], asked))
    change = change_of(tree, sheet(BEFORE, p=0, q=50, i=0), sheet(p=100, q=50, i=0), "s")

    assert parts(change) == {("p", "policy"): 40}


def test_a_change_of_law_counts_also_where_it_matters_under_the_new_method_alone():
    change = changes_between(
        (flat("i"), sheet(BEFORE, i=50)),
        (flat("i", "j"), sheet(i=50, j=100)),
        pairs={"i": Pair("i", "i")},
        earlier=sheet(BEFORE, i=50, j=0),
        nodes=("s",),
    )[0]

    # The new question lowers 50 to 25 with the old law, and lifts it to 75 with the new one.
    assert change.terms == {
        Term.POLICY: 25,
        Term.METHOD: 0,
        Term.COVERAGE: 0,
        Term.CORRECTION: 0,
    }
    assert parts(change) == {("j", "policy"): 25}


def test_a_difference_without_a_score_on_any_way_is_coverage_of_the_node_itself():
    """Old weights on the new answers give no score, nor new weights on the old ones."""
    change = changes_between(
        (flat("i", "j", weights={"j": "0"}), sheet(BEFORE, i=50, j=Status.UNKNOWN)),
        (flat("i", "j", weights={"i": "0"}), sheet(i=Status.UNKNOWN, j=100)),
        pairs=same(flat("i", "j")),
        nodes=("s",),
    )[0]

    assert change == Change(
        country="PT",
        node="s",
        level="strand",
        old_date=BEFORE,
        new_date=DATE,
        old=Fraction(50),
        new=Fraction(100),
        terms={**dict.fromkeys(Term, Fraction(0)), Term.COVERAGE: Fraction(50)},
        answers=(
            AnswerChange("i", Term.COVERAGE, Answer(Fraction(50)), UNKNOWN, Fraction(0)),
            AnswerChange("j", Term.COVERAGE, UNKNOWN, Answer(Fraction(100)), Fraction(0)),
            AnswerChange("s", Term.COVERAGE, None, None, Fraction(50)),
        ),
    )


def test_a_question_that_moved_is_named_where_it_was_and_where_it_is_though_it_weighs_nothing():
    def with_j_in(parent: str):
        asked = [indicator("i", "s"), indicator("k", "t"), indicator("j", parent, weight="0")]
        return built(document([strand("s"), strand("t")], asked))

    old, new = with_j_in("s"), with_j_in("t")
    in_s, in_t = changes_between(
        (old, sheet(BEFORE, i=50, j=0, k=0)),
        (new, sheet(i=50, j=100, k=50)),
        pairs=same(new),
        nodes=("s", "t"),
    )

    assert (in_s.delta, parts(in_s)) == (0, {("j", "policy"): 0})
    assert (in_t.delta, parts(in_t)) == (50, {("j", "policy"): 0, ("k", "policy"): 50})
    assert terms(in_t) == {"policy": 50}
