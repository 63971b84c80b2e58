"""Changes between two sets of answers, split into answers and terms."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.engine.explaining.change import change_of
from scoring.engine.explaining.methods import changes_between
from scoring.engine.explaining.pairs import Pair
from scoring.engine.explaining.secants import secants
from scoring.engine.explaining.shapley import FEW, shapley
from scoring.engine.explaining.splitting import mean_of
from scoring.engine.explaining.trees import value_of
from scoring.engine.faults import Fault
from scoring.engine.missing import Status
from scoring.engine.score import score
from scoring.engine.tree import Methodology
from tests.scoring.small import DATE, METHOD, built, cell, document, indicator, strand
from tests.scoring.test_explaining_contributions import STEEP, with_table
from tests.scoring.trees import answers, documents

BEFORE = "2014-12-31"


def flat(*codes: str, **keys):
    """One strand with indicators below it."""
    weights = keys.pop("weights", {})
    asked = [indicator(code, "s", weight=weights.get(code, "1")) for code in codes]
    rule = keys.pop("rule", "weighted_mean" if weights else "mean")
    return built(document([strand("s", rule=rule)], asked, **keys))


def sheet(date: str = DATE, **points):
    return [cell(code, earned, date=date) for code, earned in points.items()]


def terms(change) -> dict[str, Fraction]:
    return {str(term): amount for term, amount in change.terms.items() if amount}


def parts(change) -> dict[tuple[str, str], Fraction]:
    return {(each.indicator, str(each.term)): each.part for each in change.answers}


def same(methodology):
    return {code: Pair(code, code) for code in methodology.leaves}


def test_under_one_method_each_answer_changes_the_score_by_its_weight_times_its_change():
    change = change_of(flat("i", "j"), sheet(BEFORE, i=0, j=100), sheet(i=50, j=50), "s")

    assert (change.old, change.new, change.delta) == (50, 50, 0)
    assert parts(change) == {("i", "policy"): 25, ("j", "policy"): -25}
    assert (change.composition, terms(change)) == (0, {})


def test_an_answer_that_appears_is_composition_and_the_others_count_with_their_mean_weight():
    old = sheet(BEFORE, i=0, j=100, k=Status.UNKNOWN)
    change = change_of(flat("i", "j", "k"), old, sheet(i=50, j=100, k=100), "s")

    # On the old questions 50 -> 75, on the new ones 200/3 -> 250/3: policy is the mean of 25 and
    # 50/3, which is 50 times the mean of 1/2 and 1/3; the questions make 50/3 and 25/3.
    assert terms(change) == {"policy": Fraction(125, 6), "coverage": Fraction(75, 6)}
    assert parts(change) == {
        ("i", "policy"): Fraction(125, 6),
        ("k", "coverage"): Fraction(75, 6),
    }


def test_another_answer_of_the_same_date_is_a_correction():
    change = change_of(flat("i", "j"), sheet(i=0, j=100), sheet(i=100, j=100), "s")

    assert terms(change) == {"correction": 50}
    assert parts(change) == {("i", "correction"): 50}


def test_a_table_shares_its_change_among_its_answers_over_all_orders():
    tree = with_table(*STEEP)
    change = change_of(tree, sheet(BEFORE, p=0, q=0, i=0), sheet(p=100, q=50, i=50), "s")

    assert change.delta == 70
    assert parts(change) == {
        ("p", "policy"): 40,
        ("q", "policy"): 5,
        ("i", "policy"): 25,
    }


def test_a_table_that_can_no_longer_be_told_apart_is_named_itself():
    tree = with_table(100, 100, 100, 60, 50, 40, 20, 10, 0)
    change = change_of(
        tree,
        sheet(BEFORE, p=100, q=Status.UNKNOWN, i=0),
        sheet(p=0, q=50, i=0),
        "s",
    )

    assert change.delta == 5 - 50
    assert sum(change.terms.values()) == -45
    assert sum(each.part for each in change.answers) == -45


def test_a_question_that_a_gate_opens_is_policy_where_it_earned_nothing_while_closed():
    asked = [
        indicator("i", "s"),
        indicator("j", "s", gate={"indicator": "i", "closed_up_to": 0, "then": "score_min"}),
    ]
    tree = built(document([strand("s")], asked))
    change = change_of(tree, sheet(BEFORE, i=0), sheet(i=100, j=50), "s")

    assert parts(change) == {("i", "policy"): 50, ("j", "policy"): 25}


def test_a_question_that_opens_from_not_applicable_is_another_question_with_an_answer():
    asked = [
        indicator("i", "s"),
        indicator(
            "j", "s", gate={"indicator": "i", "closed_up_to": 0, "then": "not_applicable"}
        ),
    ]
    tree = built(document([strand("s")], asked))
    change = change_of(tree, sheet(BEFORE, i=0), sheet(i=100, j=50), "s")

    # On the old questions 0 -> 100, on the new ones 25 -> 75; they lift the score by 25 before
    # the law changed, and lower it by 25 after.
    assert parts(change) == {("i", "policy"): 75, ("j", "coverage"): 0}


def test_a_harmonic_mean_is_split_by_weights_that_hold_between_its_two_ends():
    tree = flat(
        "i", "j", rule="harmonic_mean", method={**METHOD, "positive_scale": {"lowest": 0}}
    )
    change = change_of(tree, sheet(BEFORE, i=50, j=100), sheet(i=100, j=50), "s")

    assert change.delta == 0
    assert parts(change) == {
        ("i", "policy"): Fraction(400, 9) * Fraction(1, 2) * Fraction(50, 50),
        ("j", "policy"): -Fraction(400, 9) * Fraction(1, 2) * Fraction(50, 50),
    }


def test_the_weights_of_a_geometric_mean_are_those_of_the_logarithmic_mean():
    """Ang 2005: each part is L(S1, S0) w ln(s1 / s0); here S goes from 4 to 12, on 0 to 100."""
    old, new = {"i": Fraction(2), "j": Fraction(8)}, {"i": Fraction(18), "j": Fraction(8)}
    one = dict.fromkeys("ij", Fraction(1))
    found = secants("geometric_mean", one, Fraction(0), old, new, (Fraction(4), Fraction(12)))

    assert found["i"] * 16 == 8
    # L(8, 8) is 8 and L(12, 4) is 8 / ln 3.
    assert float(found["j"]) == pytest.approx(0.5 / 1.0986122886681098)


def test_many_causes_share_by_rotations_and_the_parts_still_sum():
    causes = [f"c{place}" for place in range(FEW + 2)]

    def squared(some: frozenset[str]) -> Fraction:
        return Fraction(len(some)) ** 2

    shared = shapley(causes, squared)

    assert set(shared.values()) == {Fraction(FEW + 2)}


def test_two_methods_and_two_dates_are_split_over_all_orders():
    old = flat("i", "j")
    new = flat("i", "j", weights={"i": "3", "j": "1"})
    change = changes_between(
        (old, sheet(BEFORE, i=0, j=100)),
        (new, sheet(i=100, j=100)),
        pairs=same(new),
        nodes=("s",),
    )[0]

    # S(D1,M0) = 100 and S(D0,M1) = 25: policy is the mean of 50 and 75, method of -25 and 0.
    assert terms(change) == {"policy": Fraction(125, 2), "method": Fraction(-25, 2)}
    assert parts(change) == {("i", "policy"): Fraction(125, 2)}


def test_what_the_new_edition_says_of_the_old_date_tells_corrections_from_policy():
    tree = flat("i", "j")
    change = changes_between(
        (tree, sheet(BEFORE, i=0, j=0)),
        (tree, sheet(i=50, j=100)),
        pairs=same(tree),
        earlier=sheet(BEFORE, i=50, j=50),
        nodes=("s",),
    )[0]

    assert change.delta == 75
    assert {key: part for key, part in parts(change).items() if key[0] == "i"} == {
        ("i", "correction"): 25
    }
    assert terms(change) == {"correction": Fraction(75, 2), "policy": Fraction(75, 2)}


def test_a_question_that_only_one_methodology_has_is_method():
    change = changes_between(
        (flat("i", "gone"), sheet(BEFORE, i=50, gone=0)),
        (flat("i", "j"), sheet(i=50, j=100)),
        pairs={"i": Pair("i", "i")},
        nodes=("s",),
    )[0]

    assert terms(change) == {"method": 50}
    assert change.answers == ()


def test_a_recoded_answer_is_no_policy_where_it_only_earns_other_points():
    recode = {Fraction(100): Fraction(100), Fraction(50): Fraction(0), Fraction(0): Fraction(0)}
    change = changes_between(
        (flat("old"), sheet(BEFORE, old=50)),
        (flat("new"), sheet(new=0)),
        pairs={"new": Pair("old", "new", recode)},
        nodes=("s",),
    )[0]

    assert terms(change) == {"method": -50}


def test_a_question_that_does_not_apply_though_its_gate_is_open_is_not_taken_for_closed():
    gate = {"indicator": "i", "closed_up_to": 0, "then": "score_min"}
    asked = [indicator("i", "s"), indicator("j", "s", gate=gate)]
    tree = built(document([strand("s")], asked))
    absent = {"j": Status.NOT_APPLICABLE}
    change = change_of(tree, sheet(BEFORE, i=50, **absent), sheet(i=100, **absent), "s")

    assert (change.old, change.new, parts(change)) == (50, 100, {("i", "policy"): 50})


def test_a_state_on_the_way_that_has_no_score_is_on_no_order():
    """The geometric mean on an untouched scale refuses the 0 that the correction passes by."""
    tree = flat(
        "i", "j", rule="geometric_mean", method={**METHOD, "positive_scale": {"lowest": 0}}
    )
    change = changes_between(
        (tree, sheet(BEFORE, i=25, j=100)),
        (tree, sheet(i=100, j=100)),
        pairs=same(tree),
        earlier=sheet(BEFORE, i=0, j=100),
        nodes=("s",),
    )[0]

    # Policy first: 50 -> 100; then there is nothing left to correct.
    assert terms(change) == {"policy": 50}


def test_an_answer_that_breaks_with_the_one_before_changes_by_method_and_not_by_policy():
    tree = flat("i", "j")
    broken = replace(cell("i", 100), status=Status.BREAK)
    change = change_of(tree, sheet(BEFORE, i=0, j=0), [broken, cell("j", 50)], "s")
    later = change_of(
        tree, [replace(broken, date=BEFORE), *sheet(BEFORE, j=0)], sheet(i=0, j=0), "s"
    )

    assert terms(change) == {"method": 50, "policy": 25}
    assert terms(later) == {"policy": -50}


def test_a_gate_that_closes_in_another_way_is_method():
    def gated(then: str):
        gate = {"indicator": "i", "closed_up_to": 0, "then": then}
        asked = [indicator("i", "s"), indicator("j", "s", gate=gate), indicator("k", "s")]
        return built(document([strand("s")], asked))

    old, new = gated("score_min"), gated("not_applicable")
    change = changes_between(
        (old, sheet(BEFORE, i=0, k=100)),
        (new, sheet(i=0, k=100)),
        pairs=same(new),
        nodes=("s",),
    )[0]

    assert (change.old, change.new) == (Fraction(100, 3), 50)
    assert terms(change) == {"method": Fraction(50, 3)}


def test_a_score_that_one_side_lacks_has_no_terms():
    tree = flat("i")
    change = change_of(tree, sheet(BEFORE, i=Status.UNKNOWN), sheet(i=50), "s")

    assert (change.old, change.new, change.delta, change.terms) == (None, 50, None, {})
    assert change.answers == ()


def test_a_node_that_one_date_does_not_score_has_no_change():
    tree = built(document([strand("s", scored=["2019-"])], [indicator("i", "s")]))
    with pytest.raises(Fault, match="s is not scored on both dates"):
        change_of(tree, sheet(BEFORE, i=0), sheet(i=50), "s")


def test_the_change_2014_to_2019_of_every_countrys_overall_sums_exactly(release, real_cells):
    sheets: dict[tuple[str, str], list] = {}
    for each in real_cells:
        sheets.setdefault((each.country, each.date), []).append(each)
    changes = {
        country: change_of(release, cells, sheets[country, DATE], "overall_with_health")
        for (country, date), cells in sheets.items()
        if date == BEFORE and (country, DATE) in sheets
    }

    assert len(changes) == 56
    for change in changes.values():
        assert sum(change.terms.values()) == change.delta
        assert sum(each.part for each in change.answers) == change.delta
    assert changes["PT"].delta == Fraction(1175, 336)
    assert parts(changes["PT"]) == {
        ("cd60", "policy"): Fraction(25, 28),
        ("fa98", "policy"): Fraction(25, 16),
        ("h146a", "policy"): Fraction(25, 96),
        ("h159", "policy"): Fraction(25, 32),
    }


@st.composite
def two_sheets(draw: st.DrawFn):
    tree = draw(documents())
    drawn = [
        [each for each in cells if cells and each.country == cells[0].country]
        for cells in (draw(answers(tree)), draw(answers(tree)))
    ]
    assume(all(drawn) and drawn[0][0].country == drawn[1][0].country)
    assume(drawn[0][0].date != drawn[1][0].date)
    return Methodology.from_document(tree), [
        [each for each in cells if each.date == cells[0].date] for cells in drawn
    ]


@settings(max_examples=15, deadline=None)
@given(two_sheets())
def test_a_change_sums_exactly_and_backwards_it_is_negated_term_by_term(case):
    methodology, (one, other) = case
    try:
        both = [score(methodology, cells, draft=True) for cells in (one, other)]
    except Fault:
        return
    shared = {row.node for row in both[0].rows} & {row.node for row in both[1].rows}
    for node in sorted(shared):
        change = change_of(methodology, one, other, node)
        if change.delta is None:
            continue
        back = change_of(methodology, other, one, node)
        assert sum(change.terms.values()) == change.delta
        for term, amount in change.terms.items():
            assert sum(each.part for each in change.answers if each.term == term) == amount
            assert back.terms[term] == -amount
        assert parts(back) == {key: -part for key, part in parts(change).items()}


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_two_methodologies_two_dates_and_a_correction_always_sum(data):
    tree = data.draw(documents(rules=("mean", "weighted_mean", "table")))
    method = {**tree["method"], "weights": {tree["indicators"][0]["code"]: "5"}}
    old = Methodology.from_document(tree)
    new = Methodology.from_document({**tree, "method": method})
    drawn = [
        [each for each in data.draw(answers(tree)) if each.country == "PT"] for _ in range(3)
    ]
    assume(all(drawn))
    sheets = [[each for each in cells if each.date == cells[0].date] for cells in drawn]
    try:
        for methodology, cells in zip((old, new, new), sheets, strict=True):
            score(methodology, cells, draft=True)
    except Fault:
        return
    for change in changes_between(
        (old, sheets[0]), (new, sheets[1]), pairs=same(new), earlier=sheets[2]
    ):
        assert change.delta is None or sum(change.terms.values()) == change.delta


def test_the_mean_of_some_answers_as_before_and_others_as_after_is_the_engines_own():
    tree = flat(*"abcd", weights={"a": "1/2", "b": "3", "c": "0.37", "d": "2"})
    before = dict(zip("abcd", (Fraction(100), None, Fraction(25, 3), None), strict=True))
    after = dict(zip("abcd", (None, Fraction(50), Fraction(0), Fraction(100)), strict=True))
    node = tree.nodes["s"]
    mean = mean_of(node.weights, before, after)

    for size in range(5):
        for some in map(frozenset, combinations("abcd", size)):
            points = {code: (after if code in some else before)[code] for code in "abcd"}
            assert mean(some) == value_of(tree, node, points)
    assert mean_of(node.weights, dict.fromkeys("abcd"), after)(frozenset()) is None
