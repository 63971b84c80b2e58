"""The numbers of a design, ranks, quantiles and shifts, against what others give."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.ranks import competition_ranks
from scoring.engine.robustness.design import place_of
from scoring.engine.robustness.intervals import (
    TIE,
    above,
    average_shift,
    count_ranks,
    quantiles,
    quantiles_of_counts,
    ranks_of,
)
from scoring.engine.robustness.numbers import PRIME, Source, family, first_at_least
from scoring.engine.rounding import half_up

SEEDED = [
    [1291214997, 1702242836, 1495888199, 1605850615],
    [1120425571, 1376528227, 1592429665, 1834921318],
]
UNIFORM = 0.5040722046495625
below_prime = st.integers(0, PRIME - 1)


@settings(max_examples=50, deadline=None)
@given(
    rows=st.lists(st.tuples(*[below_prime] * 4), min_size=1, max_size=4),
    places=st.lists(st.integers(1, 2**30 - 1), min_size=1, max_size=5),
)
def test_the_family_is_the_polynomial_over_the_prime_field(rows, places):
    found = family(np.array(rows), np.array(places))
    for at, (c1, c2, c3, c4) in enumerate(rows):
        assert found[:, at].tolist() == [
            (c1 + c2 * j + c3 * j**2 + c4 * j**3) % PRIME for j in places
        ]


def test_the_ends_of_the_family_are_the_ends_of_the_field():
    coefficients = np.array([[PRIME - 1, 0, 0, 0], [PRIME - 1, 1, 0, 0], [PRIME - 1] * 4])
    assert family(coefficients, np.array([1])).tolist() == [[PRIME - 1, 0, PRIME - 4]]


@settings(max_examples=50, deadline=None)
@given(rest=st.tuples(*[below_prime] * 3), last=st.sampled_from([0, 1, PRIME - 1]))
def test_next_to_a_multiple_of_the_prime_no_remainder_is_rounded_over_it(rest, last):
    for j in (1, 2, 79, 159, 160):
        above = sum(c * j**power for power, c in enumerate(rest, start=1))
        coefficients = np.array([[(last - above) % PRIME, *rest]])
        assert family(coefficients, np.array([j, 160])[:1]).tolist() == [[last]]
        assert family(coefficients, np.arange(1, 161))[j - 1].tolist() == [last]


def test_as_many_draws_as_there_are_have_each_its_own_numbers():
    coefficients = Source(7).coefficients(5000)
    found = family(coefficients, np.array([1, 2, 80]))
    assert found.shape == (3, 5000)
    for at in (0, 4999):
        alone = family(coefficients[at : at + 1], np.array([1, 2, 80]))
        assert found[:, at].tolist() == alone[:, 0].tolist()


def test_the_generator_is_the_same_with_every_version_of_numpy():
    assert Source(2015).coefficients(2).tolist() == SEEDED
    assert Source(2015).uniforms(1)[0] == pytest.approx(UNIFORM, abs=1e-15)


@settings(max_examples=50, deadline=None)
@given(share=st.floats(0, 1))
def test_a_number_below_the_bound_is_a_share_below_the_rate(share):
    bound = first_at_least(share)
    assert bound / PRIME >= share
    assert bound == 0 or (bound - 1) / PRIME < share


def test_the_whole_of_the_unit_interval_is_cut_into_alternatives_and_not_the_samples_range():
    assert place_of(np.array([0.5, 0.6, 0.7]), 2).tolist() == [1, 1, 1]
    assert place_of(np.array([np.nextafter(1, 0)]), 7).tolist() == [6]


@settings(max_examples=50, deadline=None)
@given(
    values=st.lists(st.floats(0, 100), min_size=1, max_size=30),
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=4).map(tuple),
)
def test_quantiles_are_those_of_type_7(values, shares):
    given = np.array([values, values[::-1]])
    expected = np.quantile(given, shares, axis=1)
    assert quantiles(given, shares) == pytest.approx(expected, abs=1e-9)
    assert given[0].tolist() == values
    share = shares[0]
    counts = np.bincount([int(value) for value in values], minlength=101)[None, :]
    whole = np.quantile([int(value) for value in values], share)
    assert quantiles_of_counts(counts, (share,))[0, 0] == pytest.approx(whole, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(
    scores=st.lists(st.integers(0, 400).map(lambda n: Fraction(n, 4)), min_size=1, max_size=9)
)
def test_ranks_are_those_of_the_exact_engine(scores):
    exact = {str(at): each for at, each in enumerate(scores)}
    shown = {at: half_up(each) for at, each in exact.items()}
    floats = np.array([[float(each) + 1e-12 * at for at, each in enumerate(scores)]])
    for rank_on, values in (("exact", exact), ("shown", shown)):
        places = competition_ranks(values)
        expected = [places[str(at)].rank for at in range(len(scores))]
        assert ranks_of(floats, rank_on)[0].tolist() == expected


near = st.tuples(
    st.sampled_from([0.0, 0.3, 50.0, 99.9, 100.0]),
    st.sampled_from([0.0, 1e-13, 4e-10, 0.99e-9, 1.01e-9, 2e-9, 1e-3]),
)


@settings(max_examples=50, deadline=None)
@given(
    draws=st.integers(2, 7).flatmap(
        lambda width: st.lists(
            st.lists(near, min_size=width, max_size=width), min_size=1, max_size=6
        )
    )
)
def test_scores_no_further_apart_than_the_tolerance_share_a_rank_and_no_others(draws):
    scores = np.array([[base + more for base, more in draw] for draw in draws])
    for draw, ranks in zip(scores, ranks_of(scores, "exact"), strict=True):
        falling = sorted(draw.tolist(), reverse=True)
        firsts = [
            at for at, each in enumerate(falling) if at == 0 or falling[at - 1] - each > TIE
        ]
        for score, rank in zip(draw.tolist(), ranks.tolist(), strict=True):
            assert rank - 1 == max(at for at in firsts if falling[at] >= score)


def test_a_country_without_a_score_has_no_rank_and_takes_none():
    scores = np.array([[50.0, np.nan, 60.0, 60.0]])
    for rank_on in ("exact", "shown"):
        assert ranks_of(scores, rank_on).tolist() == [[3, 0, 1, 1]]
    assert count_ranks(ranks_of(scores, "exact"))[1].tolist() == [1, 0, 0, 0, 0]


def test_the_average_rank_shift_is_that_of_the_handbook():
    """Of four countries two change places with their neighbours but one: (0 + 2 + 1 + 1) / 4."""
    ranks = np.array([[1, 4, 2, 3], [1, 0, 3, 2]])
    assert average_shift(ranks, np.array([1, 2, 3, 4])).tolist() == [1.0, pytest.approx(2 / 3)]


def test_a_tie_is_half_a_win_and_a_draw_without_a_rank_does_not_count():
    wins, together = above(np.array([[1, 2], [1, 1], [2, 1], [1, 0]]))
    assert wins.tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert together.tolist() == [[4, 3], [3, 3]]
