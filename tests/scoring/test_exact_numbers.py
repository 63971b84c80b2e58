"""Numerators and denominators in arrays: what fits, what falls back, what is refused."""

from dataclasses import replace
from fractions import Fraction
from math import lcm

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.aggregate import Figure
from scoring.engine.exact import fallback
from scoring.engine.exact.edition import aggregate
from scoring.engine.exact.fallback import nothing, written
from scoring.engine.exact.matrix import BIT, Matrix, matrix_of
from scoring.engine.exact.ratios import (
    LARGEST,
    Divisor,
    Ratios,
    Term,
    add_up,
    divide,
    whole_weights,
)
from scoring.engine.exact.tally import WHY, _why, reaches, weigh
from scoring.engine.missing import Status
from scoring.engine.score import sheets_of
from tests.scoring.small import DATE, built, cell, document, indicator, strand, two_strands

PRIMES = (2147483629, 2147483647, 4611686018427387847)


def matrix(answers: list[list[int]], **changes) -> Matrix:
    shape = np.array(answers)
    status = np.where(shape < 0, BIT[Status.UNKNOWN], BIT[Status.OK]).astype(np.uint8)
    places = tuple(("PT", f"{2000 + place}-12-31") for place in range(shape.shape[1]))
    codes = tuple(f"i{row}" for row in range(1, len(answers) + 1))
    made = Matrix(codes, places, np.maximum(shape, 0).astype(np.int16), status)
    return replace(made, **changes)


def one_strand(*weights: object):
    asked = [
        indicator(f"i{at}", "s", weight=str(weight)) for at, weight in enumerate(weights, 1)
    ]
    return built(document([strand("s", rule="weighted_mean")], asked))


def ratios(values: list[Fraction | None]) -> Ratios:
    den = np.array([value.denominator if value is not None else 1 for value in values])
    num = np.array([value.numerator if value is not None else 0 for value in values])
    return Ratios(num, den, np.array([value is not None for value in values]))


@given(
    st.lists(
        st.tuples(
            st.integers(1, 1000),
            st.lists(
                st.none() | st.fractions(0, 100, max_denominator=10**6), min_size=3, max_size=3
            ),
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=50)
def test_a_sum_is_right_wherever_it_is_not_said_to_be_beyond_the_bound(terms):
    whole = sum(weight for weight, _ in terms)

    total = add_up([Term(weight, ratios(values)) for weight, values in terms], whole=whole)

    for place in range(3):
        known = [(weight, values[place] or Fraction(0)) for weight, values in terms]
        common = lcm(*(value.denominator for _, value in known))
        beyond = total.beyond is not None and bool(total.beyond[place])
        assert beyond == (100 * common * whole > LARGEST)
        if not beyond:
            found = Fraction(int(total.num[place]), int(np.broadcast_to(total.den, 3)[place]))
            assert found == sum((weight * value for weight, value in known), Fraction(0))


def test_values_over_one_denominator_stay_over_one():
    half = Ratios(np.array([1, 3]), 2, np.array([True, True]))
    third = Ratios(np.array([1, 0]), 3, np.array([True, False]))

    total = add_up([Term(1, half), Term(2, third)], whole=3)
    mean = divide(total, Divisor.of(np.array([3, 1])))

    assert (total.den, mean.common, mean.num.dtype) == (6, 18, np.int64)
    assert mean.fractions() == [Fraction(7, 18), Fraction(3, 2)]


def test_weights_that_share_no_small_multiple_keep_a_denominator_each():
    weights = np.array([*PRIMES[:2], 0])

    mean = divide(add_up([Term(1, ratios([Fraction(1)] * 3))], whole=1), Divisor.of(weights))

    assert mean.common is None
    assert mean.fractions() == [Fraction(1, PRIMES[0]), Fraction(1, PRIMES[1]), None]


def test_sums_and_weights_with_too_long_a_multiple_keep_a_denominator_each():
    weights = np.array([2**16 - 1, 2**16 + 1])
    one = Ratios(np.array([1, 100 * 2**39]), 2**39, np.array([True, True]))

    mean = divide(add_up([Term(1, one)], whole=2**17), Divisor.of(weights))

    assert mean.common is None
    assert mean.fractions() == [
        Fraction(1, 2**39 * (2**16 - 1)),
        Fraction(100, 2**16 + 1),
    ]


def test_values_are_put_over_a_denominator_that_is_no_float():
    one, long = (Ratios(np.array([1]), den, np.array([True])) for den in (1, 2**53 + 1))

    total = add_up([Term(1, one), Term(1, long)], whole=2)

    assert (total.num.tolist(), total.den) == ([2**53 + 2], 2**53 + 1)


def test_weights_that_are_all_alike_need_no_factor():
    by = Divisor.of(np.array([3, 3]))

    assert (by.multiple, by.factor) == (3, None)


@pytest.mark.parametrize("largest", [3, 2**16 + 1])
def test_weights_above_the_table_are_divided_alike(largest):
    by = Divisor.of(np.array([0, 1, largest]))

    assert (by.multiple, by.factor.tolist()) == (largest, [0, largest, 1])


def test_a_score_too_long_for_64_bits_is_exact_all_the_same():
    methodology = one_strand(*PRIMES)

    figures = aggregate(methodology, matrix([[100, 100], [50, 0], [0, 50]]))

    score, overall = figures.nodes["s"].score, figures.nodes["overall"].score
    assert score.num.dtype == object
    assert score.at(0) == Fraction(100 * PRIMES[0] + 50 * PRIMES[1], sum(PRIMES))
    assert overall.fractions() == score.fractions()


def test_only_places_beyond_the_bound_are_computed_by_fractions(monkeypatch):
    seen = []
    weights = (2147483629, 2147483647, 2147483587, 2147483579)
    asked = [
        indicator(f"i{at}", "st"[at > 2], weight=str(weight))
        for at, weight in enumerate(weights, 1)
    ]
    strands = [strand(code, rule="weighted_mean") for code in "st"]
    methodology = built(document(strands, asked))
    from_fractions = "scoring.engine.exact.edition.by_fractions"
    real = fallback.by_fractions

    def spy(below, rule, places):
        seen.append((below.codes, places))
        return real(below, rule, places)

    monkeypatch.setattr(from_fractions, spy)
    figures = aggregate(methodology, matrix([[100, 50], [100, 0], [50, 0], [50, 50]]))

    overall = figures.nodes["overall"].score
    assert seen == [(("s", "t"), [1])]
    assert overall.at(0) == 75
    assert overall.at(1) == 25 * (
        Fraction(weights[0], sum(weights[:2])) + Fraction(weights[3], sum(weights[2:]))
    )


def test_a_status_seen_nowhere_costs_nothing_and_changes_nothing():
    figures = aggregate(built(two_strands()), matrix([[100], [50], [0], [50], [50]]))

    strand_ = figures.nodes["s"]
    assert strand_.is_firm
    assert (strand_.score.common, strand_.coverage.at(0)) == (3, 1)


def test_bounds_are_left_out_where_nobody_asks_for_them():
    answers = matrix([[100], [-1], [0], [50], [50]])
    methodology = built(two_strands())

    without = aggregate(methodology, answers, bounds=False)
    with_bounds = aggregate(methodology, answers)

    assert without.nodes["s"].bounds is None
    assert [ends.at(0) for ends in with_bounds.nodes["s"].bounds] == [
        Fraction(100, 3),
        Fraction(200, 3),
    ]
    assert without.nodes["s"].score.fractions() == with_bounds.nodes["s"].score.fractions()


def test_weights_keep_their_proportions_as_whole_numbers():
    assert whole_weights([Fraction(1, 2), Fraction(2, 3), Fraction(0)]) == (3, 4, 0)
    assert whole_weights([Fraction(10), Fraction(20)]) == (1, 2)


def test_points_are_put_over_the_denominator_that_all_share():
    cells = [
        cell("i1", Fraction(100, 3)),
        cell("i2", Fraction(125, 2)),
        cell("i3", Status.UNKNOWN),
    ]
    methodology = built(two_strands())

    made = matrix_of(methodology, sheets_of(methodology, cells, draft=False))

    assert (made.scale, made.points[:, 0].tolist()) == (6, [200, 375, 0, 0, 0])
    assert made.points.dtype == np.int16
    assert made.places == (("PT", DATE),)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"indicators": ("i1",)}, "the shape"),
        ({"points": np.zeros((1, 2), dtype=np.int16)}, "the shape"),
        ({"indicators": ("i1", "i1")}, r"^an indicator or a place stands twice$"),
        ({"places": (("PT", DATE),) * 2}, r"^an indicator or a place stands twice$"),
        ({"points": np.array([[101, 0], [0, 0]])}, r"^points are outside 0..100$"),
        ({"points": np.array([[-1, 0], [0, 0]])}, r"^points are outside 0..100$"),
        (
            {"points": np.array([[1.0, 0], [0, 0]])},
            r"^points must be integers, and their scale 1 or more$",
        ),
        ({"scale": 0}, "scale"),
        (
            {"status": np.full((2, 2), 3, dtype=np.uint8)},
            r"^a status is not one bit of those that there are$",
        ),
        (
            {"status": np.full((2, 2), 2, dtype=np.uint8)},
            r"^points stand only with a status that has a score$",
        ),
    ],
)
def test_a_matrix_that_contradicts_itself_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        matrix([[100, 50], [0, 100]], **changes)


def test_a_matrix_without_an_indicator_is_refused():
    with pytest.raises(ValueError, match="lacks the indicator i3"):
        aggregate(built(two_strands()), matrix([[100], [50]]))


def test_places_without_a_figure_are_whole_numbers_of_64_bits():
    without, with_bounds = (nothing(2, bounds=bounds) for bounds in (False, True))

    assert (without.score.num.dtype, without.score.common) == (np.int64, 1)
    assert without.score.fractions() == [None, None]
    assert without.bounds is None
    assert with_bounds.is_firm


def test_figures_by_fractions_are_written_over_one_denominator_where_they_can_be():
    half, third = (Figure(Fraction(1, den), Fraction(1), Status.OK) for den in (2, 3))
    both = written({1: third}, written({0: half}, nothing(3, bounds=False)))

    assert both.score.fractions() == [Fraction(1, 2), Fraction(1, 3), None]
    assert (both.score.common, both.score.num.dtype) == (6, np.int64)
    assert both.score.num.tolist()[:2] == [3, 2]


def test_figures_with_long_denominators_are_written_over_one_each():
    found = {
        place: Figure(Fraction(1, prime), Fraction(1), Status.OK)
        for place, prime in enumerate(PRIMES)
    }
    score = written(found, nothing(4, bounds=False)).score

    assert score.common is None
    assert score.fractions() == [*(Fraction(1, prime) for prime in PRIMES), None]


def test_what_is_missing_below_is_looked_up_as_the_rule_says():
    found = [Status.UNKNOWN, Status.WITHHELD, Status.NOT_COLLECTED]
    bits = [BIT[status] for status in found]

    assert WHY[[sum(bits), bits[1] | bits[2], bits[2], 0]].tolist() == [*bits, bits[2]]
    assert WHY.tolist() == [_why(seen) for seen in range(256)]


@pytest.mark.parametrize(
    ("den", "beyond"), [(LARGEST // 400, None), (LARGEST // 400 + 2, [True])]
)
def test_the_bound_is_kept_to_the_last_whole_number(den, beyond):
    """Of 200 * 2 * den, what is just within 64 bits and what is just beyond; a float is not."""
    terms = [Term(1, ratios([Fraction(1, each)])) for each in (den, 2)]

    total = add_up(terms, whole=2)

    assert (total.beyond if total.beyond is None else total.beyond.tolist()) == beyond
    if beyond is None:
        assert Fraction(int(total.num[0]), int(total.den[0])) == Fraction(1, den) + Fraction(
            1, 2
        )


def test_a_figure_that_is_no_float_stays_what_it_was_when_others_are_written_beside_it():
    long, half = Fraction(99 * (2**54 - 33) + 1, 2**54 - 33), Fraction(1, 2)
    first, second = (Figure(value, Fraction(1), Status.OK) for value in (long, half))
    both = written({1: second}, written({0: first}, nothing(2, bounds=False)))

    assert both.score.common == 2 * long.denominator
    assert both.score.fractions() == [long, half]


@pytest.mark.parametrize("gap", [0, -1])
def test_a_figure_that_is_not_issued_leaves_nothing_in_any_array(gap):
    left_out = {
        "country": "PT",
        "node": "s",
        "reference_date": "2001-12-31",
        "reason": "A gap.",
    }
    methodology = built(two_strands(unissued=[left_out]))
    answers = matrix([[100, 100], [gap, gap], [50, 50], [50, 50], [50, 50]])

    node = aggregate(methodology, answers).nodes["s"]
    low, high = node.bounds

    assert [each.fractions()[1] for each in (node.score, node.coverage, low, high)] == [
        None
    ] * 4
    assert [each.tolist()[1] for each in (node.status, node.reason, node.flags)] == [0] * 3
    assert node.score.at(0) == (50 if gap == 0 else 75)
    assert node.is_firm == (gap == 0)


@pytest.mark.parametrize(
    ("points", "kind", "first"),
    [
        ([Fraction(100, 331)], np.int32, 100),
        ([Fraction(50 * 3**33 + 1, 3**33), Fraction(1, 7)], np.int64, (50 * 3**33 + 1) * 7),
        ([Fraction(2**70 + 1, 2**70)], np.object_, 2**70 + 1),
    ],
)
def test_points_are_whole_numbers_as_long_as_they_need(points, kind, first):
    cells = [cell(f"i{at}", value) for at, value in enumerate(points, 1)]
    methodology = built(two_strands())

    made = matrix_of(methodology, sheets_of(methodology, cells, draft=False))

    assert made.points.dtype == kind
    assert int(made.points[0, 0]) == first


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.BREAK])
def test_a_figure_that_is_not_issued_leaves_no_reason_and_no_flag(status):
    left_out = {
        "country": "PT",
        "node": "s",
        "reference_date": "2001-12-31",
        "reason": "A gap.",
    }
    bits = np.full((5, 2), BIT[status], dtype=np.uint8)
    answers = matrix([[0, 0]] * 5, status=bits)

    node = aggregate(built(two_strands(unissued=[left_out])), answers).nodes["s"]

    assert (node.reason[0] > 0, node.flags[0] > 0) == (
        status == Status.UNKNOWN,
        status == Status.BREAK,
    )
    assert (node.status[1], node.reason[1], node.flags[1]) == (0, 0, 0)


@pytest.mark.parametrize("weights", [(2**60 + 1, 1), (LARGEST - 1, 1)])
def test_weights_are_added_up_where_a_float_would_lose_one(weights):
    assert weigh(weights, np.ones((2, 1), dtype=np.uint8), most=1).tolist() == [sum(weights)]


def test_a_threshold_that_would_take_more_than_64_bits_is_left_to_fractions():
    share = Ratios(np.array([1]), np.array([2**60]), np.array([True]))

    assert reaches(share, Fraction(1, 1000)) is None
    assert reaches(share, Fraction(1, 2)).tolist() == [False]
