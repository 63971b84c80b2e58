"""What holds half way between two editions: names, dates, breaks and statuses of answers."""

from dataclasses import replace
from fractions import Fraction

import pytest

from scoring.engine.explaining.change import change_of
from scoring.engine.explaining.methods import changes_between
from scoring.engine.explaining.pairs import Pair
from scoring.engine.explaining.states import Between, Side
from scoring.engine.explaining.terms import Answer, Term
from scoring.engine.faults import Fault
from scoring.engine.missing import Status
from tests.scoring.small import (
    DATE,
    METHOD,
    built,
    cell,
    dimension,
    document,
    indicator,
    strand,
)
from tests.scoring.test_explaining_changes import BEFORE, flat, parts, same, sheet, terms

MERGED = {Fraction(100): Fraction(100), Fraction(50): Fraction(0), Fraction(0): Fraction(0)}
NOTHING_YET: frozenset[Term] = frozenset()


def of_s(old, new, *, pairs, earlier=()):
    """The change of strand s between two methodologies with their answers."""
    return changes_between(old, new, pairs=pairs, earlier=earlier, nodes=("s",))[0]


def with_status(code: str, points: int, status: Status, date: str = DATE):
    return replace(cell(code, points, date=date), status=status)


def estimate(code: str, points: int, date: str = DATE):
    return with_status(code, points, Status.ESTIMATED, date)


def test_a_renamed_question_is_named_as_the_new_edition_does():
    old, new = sheet(BEFORE, old=0), sheet(new=100)
    change = of_s((flat("old"), old), (flat("new"), new), pairs={"new": Pair("old", "new")})

    assert parts(change) == {("new", "policy"): 100}


def test_codes_that_changed_places_are_told_apart_before_and_after_the_method():
    tree = flat("a", "b")
    pairs = {"a": Pair("b", "a"), "b": Pair("a", "b")}
    old, new = sheet(BEFORE, a=0, b=100), sheet(a=100, b=50)
    change = of_s((tree, old), (tree, new), pairs=pairs)

    assert parts(change) == {("b", "policy"): 25}
    assert (change.old, change.new) == (50, 75)


def test_an_answer_of_the_same_date_that_is_declared_a_break_is_another_method():
    tree, broken = flat("i"), [with_status("i", 100, Status.BREAK)]
    change = change_of(tree, sheet(i=0), broken, "s")
    back = change_of(tree, broken, sheet(i=0), "s")

    assert (terms(change), terms(back)) == ({"method": 100}, {"correction": -100})


def test_a_break_breaks_with_nothing_where_no_answer_or_another_break_was_before():
    tree, broken = flat("i", "j"), [with_status("i", 100, Status.BREAK), cell("j", 0)]
    before = [with_status("i", 0, Status.BREAK, BEFORE), cell("j", 0, date=BEFORE)]
    none = sheet(BEFORE, i=Status.UNKNOWN, j=0)

    assert terms(change_of(tree, before, broken, "s")) == {"policy": 50}
    assert terms(change_of(tree, none, broken, "s")) == {"coverage": 50}


def test_what_is_scored_from_a_date_on_is_coverage_and_counts_on_that_date_alone():
    parts_of_s = [strand("s"), dimension("d", "s", scored=["2019-"]), dimension("e", "s")]
    coverage = {**METHOD["coverage"], "strand": "every"}
    asked = [indicator("i", "d"), indicator("j", "e")]
    tree = built(document(parts_of_s, asked, method={**METHOD, "coverage": coverage}))
    change = change_of(tree, sheet(BEFORE, i=100, j=0), sheet(i=100, j=50), "s")

    # On the old date 0 -> 50 with e alone; on the new one 50 -> 75 with d beside it.
    assert terms(change) == {"policy": Fraction(75, 2), "coverage": Fraction(75, 2)}


def test_a_question_the_old_edition_lacks_is_policy_from_what_the_new_one_says_of_the_old_date():
    old, new = (flat("i"), sheet(BEFORE, i=50)), (flat("i", "j"), sheet(i=50, j=100))
    pairs = {"i": Pair("i", "i")}
    said = of_s(old, new, pairs=pairs, earlier=sheet(BEFORE, i=50, j=0))
    unsaid = of_s(old, new, pairs=pairs, earlier=sheet(BEFORE, i=50, j=Status.UNKNOWN))

    # Without policy j lowers 50 to 25; with it, j raises 50 to 75.
    assert terms(said) == {"policy": 25}
    assert parts(said) == {("j", "policy"): 25}
    assert (terms(unsaid), parts(unsaid)) == ({"method": 25}, {})


def test_a_corrected_answer_is_read_in_the_old_method_as_the_option_that_was_given():
    change = of_s(
        (flat("old"), sheet(BEFORE, old=50)),
        (flat("new"), sheet(new=100)),
        pairs={"new": Pair("old", "new", MERGED)},
        earlier=sheet(BEFORE, new=0),
    )

    # The new 0 stands for 50 and for 0, and so 50 stands: nothing was corrected.
    assert terms(change) == {"policy": 75, "method": -25}


def test_a_correction_to_a_closed_question_that_has_an_answer_is_refused():
    gate = {"indicator": "i", "closed_up_to": 0, "then": "score_min"}
    asked = [indicator("i", "s"), indicator("j", "s", gate=gate)]
    tree = built(document([strand("s")], asked))
    sheets = sheet(BEFORE, i=50, j=50), sheet(i=100, j=50)
    reason = f"^PT j {BEFORE}: i closes j, so that it cannot be answered$"

    with pytest.raises(Fault, match=reason):
        of_s(
            *((tree, each) for each in sheets),
            pairs=same(tree),
            earlier=sheet(BEFORE, i=0, j=50),
        )


def test_which_answers_are_estimates_changes_with_the_coverage_and_not_with_the_policy():
    coverage = {**METHOD["coverage"], "strand": "1/2"}
    tree = flat("i", "j", method={**METHOD, "coverage": coverage, "estimated_cap": "0"})
    old = [estimate("i", 0, BEFORE), *sheet(BEFORE, j=0)]
    new = [*sheet(i=0), estimate("j", 100)]

    # Two estimates together would be no score; in no state there are two.
    assert terms(change_of(tree, old, new, "s")) == {"policy": 50}


def test_a_figure_that_one_edition_left_out_counts_on_the_way_between_two():
    left_out = {"country": "PT", "node": "s", "reference_date": DATE}
    new = flat("i", "j", weights={"i": "3", "j": "1"})
    change = of_s(
        (flat("i", "j", unissued=[left_out]), sheet(BEFORE, i=0, j=100)),
        (new, sheet(i=100, j=100)),
        pairs=same(new),
    )

    assert terms(change) == {"policy": Fraction(125, 2), "method": Fraction(-25, 2)}


def between(old, new, **keys) -> Between:
    sides = (Side(tree, tuple(cells)) for tree, cells in (old, new))
    return Between(*sides, **keys)


def test_where_the_method_is_the_same_its_change_leads_to_the_very_same_figures():
    """Two documents with the same content are one method, though they were read twice."""
    old, new = (flat("i"), sheet(BEFORE, i=0)), (flat("i"), sheet(i=100))
    states = between(old, new, pairs={"i": Pair("i", "i")})
    policy = frozenset({Term.POLICY})

    assert states.scores(frozenset({Term.METHOD})) is states.scores(NOTHING_YET)
    assert states.scores(policy | {Term.METHOD}) is states.scores(policy)
    assert states.scores(policy) is not states.scores(NOTHING_YET)


def test_a_state_is_of_the_country_on_the_date_of_its_coverage():
    tree = flat("i")
    states = between((tree, sheet(BEFORE, i=0)), (tree, sheet(i=100)), pairs=same(tree))
    state = states.scores(frozenset({Term.COVERAGE}))

    assert (state.country, state.date, state.points("s")) == ("PT", DATE, 0)
    assert states.scores(NOTHING_YET).date == BEFORE


def test_a_state_that_the_engine_refuses_has_a_place_and_no_figures():
    method = {**METHOD, "positive_scale": {"lowest": 0}}
    tree = flat("i", rule="geometric_mean", method=method)
    states = between(
        (tree, sheet(BEFORE, i=25)),
        (tree, sheet(i=100)),
        pairs=same(tree),
        earlier=sheet(BEFORE, i=0),
    )
    state = states.scores(frozenset({Term.CORRECTION}))

    assert (state.methodology, state.country, state.date) == (tree, "PT", BEFORE)
    assert (state.rows, state.answers, state.closed) == ({}, {}, frozenset())


def test_an_answer_that_the_new_edition_does_not_ask_for_stands_on_the_old_side_alone():
    old, new = flat("i", "gone"), flat("i", "j")
    states = between(
        (old, sheet(BEFORE, i=50, gone=25)),
        (new, sheet(i=100, j=0)),
        pairs={"i": Pair("i", "i")},
        earlier=sheet(BEFORE, i=0),
    )

    assert states.of("gone") == (Answer(Fraction(25)), None, None)
    assert states.of("i") == tuple(Answer(Fraction(each)) for each in (50, 0, 100))
    unsaid = Answer(None, Status.NOT_COLLECTED)
    assert states.of("j") == (None, unsaid, Answer(Fraction(0)))
