"""The means besides the arithmetic one, and the scale on which products are taken."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.aggregate import combine
from scoring.engine.means import (
    MEANS,
    PLACES,
    NotPositive,
    arithmetic,
    back,
    geometric,
    harmonic,
    positive,
)
from scoring.engine.missing import Child, Status, Terms

CASES = Path(__file__).parents[1] / "data"
AS_IT_IS, FROM_ONE = Fraction(0), Fraction(1)
NEAR = Fraction(1, 10**9)

weights = st.fractions(min_value=Fraction(1, 100), max_value=100, max_denominator=100)
scores = st.fractions(min_value=0, max_value=100, max_denominator=1000)
weighted = st.lists(st.tuples(weights, scores), min_size=1, max_size=6)


def cases(name: str) -> list[dict]:
    return json.loads((CASES / name).read_text(encoding="utf-8"))


def equal(*given_scores: object) -> list[tuple[Fraction, Fraction]]:
    return [(Fraction(1), Fraction(str(score))) for score in given_scores]


@pytest.mark.parametrize(
    ("peer", "ours"), [("amean", arithmetic), ("gmean", geometric), ("hmean", harmonic)]
)
def test_the_means_of_a_vector_with_a_gap_agree_with_coinr(peer, ours):
    case = next(
        each for each in cases("unit_functions/coinr_functions.json") if each["fn"] == peer
    )
    pairs = [
        (Fraction(str(weight)), Fraction(str(value)))
        for weight, value in zip(case["args"]["w"], case["args"]["x"], strict=True)
        if value is not None
    ]

    assert abs(ours(pairs, AS_IT_IS) - Fraction(str(case["expect"]))) < NEAR


def test_the_human_development_index_is_a_geometric_mean_of_three():
    case = next(
        each
        for each in cases("published_small/cases.json")
        if each["id"] == "undp_hdi_2020_geometric_mean"
    )
    found = geometric(equal(*case["inputs"]), AS_IT_IS)

    assert abs(found - Fraction(str(case["expected"]))) < Fraction(1, 2000)


def test_two_profiles_tie_in_arithmetic_and_part_in_geometry_as_in_the_handbook():
    case = next(
        each
        for each in cases("published_small/cases.json")
        if each["id"] == "oecd_handbook_6_11"
    )
    # The Handbook cuts after the second digit: 2.5457 stands there as 2.54.
    for name, at in (("a", 0), ("b", 1)):
        profile = equal(*case[name])
        second = equal(case[name][0], case[name][1] + 1, *case[name][2:])
        assert arithmetic(profile, AS_IT_IS) == case["arithmetic"][at]
        for found, printed in (
            (geometric(profile, AS_IT_IS), case["geometric"][at]),
            (geometric(second, AS_IT_IS), case["geometric_after_second_plus_1"][at]),
        ):
            assert int(found * 100) == Fraction(str(printed)) * 100


def test_on_the_scale_from_1_to_100_a_zero_lowers_the_mean_and_does_not_annul_it():
    # The square root of 1 times 100 is 10, and 10 on 1 to 100 is 9/0.99 on 0 to 100.
    assert geometric(equal(0, 100), FROM_ONE) == pytest.approx(Fraction(900, 99))
    assert harmonic(equal(0, 100), FROM_ONE) == back(Fraction(200, 101), FROM_ONE)


@pytest.mark.parametrize("mean", [geometric, harmonic])
def test_a_zero_is_refused_where_scores_are_taken_as_they_are(mean):
    with pytest.raises(NotPositive, match="a score of 0 has no geometric"):
        mean(equal(0, 100), AS_IT_IS)


@given(scores)
def test_the_positive_scale_is_left_as_it_was_entered(score):
    assert back(positive(score, FROM_ONE), FROM_ONE) == score


@given(weighted)
def test_the_arithmetic_mean_is_the_highest_and_the_harmonic_the_lowest(pairs):
    rounding = Fraction(1, 10**PLACES)
    in_between = geometric(pairs, FROM_ONE)

    assert arithmetic(pairs, FROM_ONE) >= in_between - rounding
    assert in_between >= harmonic(pairs, FROM_ONE) - rounding


@given(weighted)
def test_every_mean_lies_between_the_lowest_and_the_highest(pairs):
    given_scores = [score for _, score in pairs]
    for mean in MEANS.values():
        assert min(given_scores) <= mean(pairs, FROM_ONE) <= max(given_scores)


@settings(max_examples=50)
@given(weighted, st.integers(0, 5), scores)
def test_no_mean_falls_when_a_score_rises(pairs, at, other):
    at %= len(pairs)
    weight, score = pairs[at]
    raised = [*pairs]
    raised[at] = (weight, max(score, other))
    for mean in MEANS.values():
        assert mean(raised, FROM_ONE) >= mean(pairs, FROM_ONE)


@given(scores, st.lists(weights, min_size=1, max_size=5))
def test_equal_scores_have_themselves_as_every_mean(score, given_weights):
    pairs = [(weight, score) for weight in given_weights]

    assert {mean(pairs, FROM_ONE) for mean in MEANS.values()} == {score}


@pytest.mark.parametrize(("rule", "score"), [("minimum", 20), ("maximum", 70)])
def test_the_lowest_and_the_highest_leave_out_what_has_no_weight(rule, score):
    children = [
        Child("a", Fraction(1), Fraction(20)),
        Child("b", Fraction(1), Fraction(70)),
        Child("c", Fraction(0), Fraction(0)),
        Child("d", Fraction(0), Fraction(100)),
        Child("e", Fraction(1), None, Status.UNKNOWN),
    ]

    assert combine(children, rule=rule, terms=Terms()).score == score


def test_a_geometric_mean_with_a_gap_could_be_nothing_where_zero_annuls_it():
    children = [
        Child("a", Fraction(1), Fraction(50)),
        Child("b", Fraction(1), None, Status.UNKNOWN),
    ]
    terms = Terms(lowest=AS_IT_IS)
    figure = combine(children, rule="geometric_mean", terms=terms)

    assert figure.score == 50
    assert figure.bounds[0] == 0
    assert figure.bounds[1] == geometric(equal(50, 100), AS_IT_IS)
