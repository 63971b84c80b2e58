"""Resampling whole countries: the same alpha in floats, and the middle 95 % of it."""

import statistics
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.reliability import bootstrap
from scoring.engine.reliability.alpha import METRICS, Metric, alpha

points = st.sampled_from([Fraction(n) for n in (0, 25, 50, Fraction(200, 3), 100)])
country = st.lists(st.lists(points, max_size=4), min_size=1, max_size=4)
countries = st.lists(country, min_size=1, max_size=5)
metrics = pytest.mark.parametrize("metric", METRICS)
few = settings(max_examples=25)


def named(said: list) -> dict:
    """The units of each country, and how many have just these codings."""
    return {f"C{at}": Counter(map(tuple, units)) for at, units in enumerate(said)}


def times(found: bootstrap.Tally, *, draws: int = 50, seed: int = 1) -> np.ndarray:
    return bootstrap.resamples(len(found.counts), draws=draws, seed=seed, label="all::")


def agreeing(many: int) -> dict:
    """Countries with one unit each; every fourth disagrees."""
    said = [[[Fraction(100 * (at % 2)), Fraction(100 * (at % 4 > 1))]] for at in range(many)]
    return named(said)


@metrics
@few
@given(countries, st.randoms())
def test_a_resample_has_the_exact_alpha_of_the_codings_it_draws(metric, said, random):
    found = bootstrap.tally(named(said))
    kept = [units for units in said if any(len(unit) > 1 for unit in units)]
    drawn = [random.randint(0, 3) for _ in kept]
    both = np.array([[1.0] * len(kept), drawn])

    if kept:
        sample = [unit for units in kept for unit in units]
        again = [u for units, many in zip(kept, drawn, strict=True) for u in units * many]
        for exact, value in zip(
            (alpha(sample, metric).value, alpha(again, metric).value),
            bootstrap.alphas(found, metric, both),
            strict=True,
        ):
            assert np.isnan(value) if exact is None else abs(value - float(exact)) < 1e-12


def test_each_resample_draws_as_many_countries_as_there_are():
    drawn = bootstrap.resamples(7, draws=20, seed=1, label="x")
    assert drawn.shape == (20, 7)
    assert (drawn.sum(axis=1) == 7).all()
    assert len({tuple(row) for row in drawn}) > 1


def test_a_seed_gives_the_same_resamples_again_and_another_gives_others():
    first = bootstrap.resamples(9, draws=5, seed=3, label="indicator:aa1:")
    assert (first == bootstrap.resamples(9, draws=5, seed=3, label="indicator:aa1:")).all()
    assert (first != bootstrap.resamples(9, draws=5, seed=4, label="indicator:aa1:")).any()
    assert (first != bootstrap.resamples(9, draws=5, seed=3, label="indicator:aa2:")).any()


@metrics
def test_the_bounds_are_quantiles_of_type_seven(metric):
    found = bootstrap.tally(agreeing(12))
    drawn = bootstrap.alphas(found, metric, times(found))
    usable = [float(value) for value in drawn if not np.isnan(value)]
    fortieths = statistics.quantiles(usable, n=40, method="inclusive")

    bounds = bootstrap.interval(found, metric, times(found))
    assert bounds.lo == pytest.approx(fortieths[0], abs=1e-12)
    assert bounds.hi == pytest.approx(fortieths[-1], abs=1e-12)
    assert bounds.lo < float(
        alpha([u for each in agreeing(12).values() for u in each], metric).value
    )


def test_resamples_without_variation_are_counted_and_left_out():
    said = [[[Fraction(0)] * 2]] * 3 + [[[Fraction(100)] * 2]] * 2
    found = bootstrap.tally(named(said))
    bounds = bootstrap.interval(found, Metric.NOMINAL, times(found, draws=400))

    assert (bounds.lo, bounds.hi, bounds.reason) == (1, 1, "")
    expected = (3**5 + 2**5) / 5**5
    assert bounds.degenerate / 400 == pytest.approx(expected, abs=0.06)


def test_with_variation_in_fewer_than_half_of_the_resamples_there_is_no_interval():
    """One country of two that differ: half of the draws have it twice or not at all."""
    found = bootstrap.tally(named([[[Fraction(0)] * 2], [[Fraction(100)] * 2]]))
    drawn = np.array([[2.0, 0], [1, 1], [0, 2]])
    bounds = bootstrap.interval(found, Metric.NOMINAL, drawn)

    assert (bounds.lo, bounds.hi) == (None, None)
    assert (bounds.degenerate, bounds.reason) == (2, bootstrap.DEGENERATE)
    half = bootstrap.interval(found, Metric.NOMINAL, drawn[:2])
    assert (half.lo, half.degenerate, half.reason) == (1, 1, "")


def test_one_country_drawn_anew_says_nothing():
    found = bootstrap.tally(named([[[Fraction(0), Fraction(100)]] * 3, [[Fraction(0)]]]))
    assert bootstrap.interval(found, Metric.NOMINAL, times(found)).reason == "one_country"
    assert times(bootstrap.tally(named([[]]))).shape == (50, 0)


@metrics
def test_many_draws_in_several_steps_give_what_one_step_gives(metric, monkeypatch):
    found = bootstrap.tally(agreeing(12))
    at_once = bootstrap.alphas(found, metric, times(found))
    monkeypatch.setattr(bootstrap, "AT_ONCE", 100)

    in_steps = bootstrap.alphas(found, metric, times(found))
    assert np.array_equal(in_steps, at_once, equal_nan=True)
