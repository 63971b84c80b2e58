"""Krippendorff's alpha: against what is published, and what holds for any codings."""

import csv
import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.reliability import bootstrap
from scoring.engine.reliability.agreement import percent_agreement
from scoring.engine.reliability.alpha import (
    EXACT_RATIOS,
    METRICS,
    MOST_RATIOS,
    NEGATIVE_VALUES,
    NO_VARIATION,
    NOT_CODED_TWICE,
    TOO_MANY_VALUES,
    Metric,
    alpha,
    disagreement,
    why_undefined,
)

DATA = Path(__file__).parents[1] / "data" / "reliability"
KRIPPENDORFF, GWET = "krippendorff_2011_4observers_12units", "gwet_5observers_15units"
NEAR = 1e-9
HALF_A_DIGIT = 5e-4


def loaded(name: str):
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def coded(name: str) -> list[list[Fraction]]:
    """The units of a table: a line each, its number first, then what each observer said."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        _header, *rows = csv.reader(lines)
    return [[Fraction(value) for value in row[1:] if value] for row in rows]


def irrcac(data: str, coefficient: str, weights: str) -> dict:
    keys = {"data": data, "coefficient": coefficient, "weights": weights}
    found = loaded("expected_irrCAC_1.4.json")
    return next(row for row in found if keys.items() <= row.items())


PEER = loaded("expected_krippendorff_pypi_0.9.0.json")
points = st.sampled_from([Fraction(n) for n in (0, 25, 50, 75, 100)])
units = st.lists(st.lists(points, max_size=4), max_size=8)
metrics = pytest.mark.parametrize("metric", METRICS)
few = settings(max_examples=25)


@metrics
def test_the_published_alphas_are_met_to_the_last_digit(metric):
    found = alpha(coded(KRIPPENDORFF), metric)

    assert abs(found.value - Fraction(str(PEER["published_krippendorff_2011"][metric]))) <= (
        HALF_A_DIGIT
    )
    assert (found.n_units, found.n_codings, found.n_pairs) == (11, 40, 55)


@pytest.mark.parametrize("data", [KRIPPENDORFF, GWET])
@metrics
def test_the_alphas_of_another_programme_are_met(data, metric):
    """It has none by ratio where there are zeros; ours takes two zeros as no difference."""
    peer, found = PEER["values"][data][metric], alpha(coded(data), metric).value

    if peer is None:
        assert (data, metric, found) == (GWET, Metric.RATIO, Fraction(16657, 24523))
    else:
        assert abs(found - Fraction(peer)) < NEAR


def test_six_raters_of_fifteen_subjects():
    with (DATA / "gwet_6raters_15subjects_distribution.csv").open(encoding="utf-8") as lines:
        _header, *rows = csv.reader(lines)
    said = [
        [Fraction(place) for place, times in enumerate(row) for _ in range(int(times))]
        for row in rows
    ]
    expected = loaded("expected_gwet_6raters_15subjects.json")

    found = alpha(said, Metric.NOMINAL).value
    assert abs(found - Fraction(expected["krippendorff_alpha"]["coeff"])) < NEAR
    assert abs(percent_agreement(said) - Fraction(expected["fleiss_kappa"]["pa"])) < NEAR


@pytest.mark.parametrize(
    ("metric", "weights"), [(Metric.NOMINAL, "unweighted"), (Metric.INTERVAL, "quadratic")]
)
def test_two_raters_of_a_hundred_patients(metric, weights):
    cases = loaded("expected_2x_raters_table.json")
    case = next(
        each
        for each in cases
        if each["weights"] == weights and each["statistic"].startswith("Krippendorff")
    )
    said = [
        [Fraction(row), Fraction(column)]
        for row, line in enumerate(case["table"])
        for column, times in enumerate(line)
        for _ in range(times)
    ]
    assert abs(alpha(said, metric).value - Fraction(case["value"])) < NEAR


@pytest.mark.parametrize("data", [KRIPPENDORFF, GWET])
def test_percent_agreement_is_that_of_another_programme(data):
    peer = irrcac(data, "pa.coeff.raw", "unweighted")["value"]
    assert abs(percent_agreement(coded(data)) - Fraction(peer)) < NEAR


def test_ordinal_weights_of_another_name_are_another_metric():
    """What irrCAC calls ordinal counts pairs of categories between two; it is .834, not .815."""
    peer = irrcac(KRIPPENDORFF, "krippen.alpha.raw", "ordinal")["value"]
    ours = alpha(coded(KRIPPENDORFF), Metric.ORDINAL).value
    assert peer == 0.83364
    assert abs(ours - Fraction(peer)) > Fraction(1, 100)


@metrics
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([], NOT_CODED_TWICE),
        ([[], [Fraction(50)], [Fraction(100)]], NOT_CODED_TWICE),
        ([[Fraction(50)] * 2, [Fraction(50)] * 3, [Fraction(0)]], NO_VARIATION),
        ([[Fraction(0)] * 2], NO_VARIATION),
    ],
)
def test_where_there_is_nothing_to_judge_by_alpha_is_undefined_and_says_why(
    metric, said, reason
):
    found = alpha(said, metric)
    assert (found.value, found.reason) == (None, reason)


def test_a_ratio_needs_a_zero_below_which_there_is_nothing():
    said = [[Fraction(-1), Fraction(1)], [Fraction(2), Fraction(2)]]
    assert alpha(said, Metric.RATIO).reason == NEGATIVE_VALUES
    assert alpha(said, Metric.INTERVAL).value is not None


def test_ratios_of_many_values_are_added_as_floats_and_of_very_many_not_at_all():
    def said(many: int) -> list[list[Fraction]]:
        return [[Fraction(at), Fraction(at + at % 3)] for at in range(many)]

    some, more = said(EXACT_RATIOS), said(2 * EXACT_RATIOS)
    tallied = bootstrap.tally({"PT": Counter(map(tuple, more))})
    ones = np.ones((1, 1))

    assert alpha(some, Metric.RATIO).value.denominator > 2**60
    by_numpy = bootstrap.alphas(tallied, Metric.RATIO, ones)[0]
    assert abs(float(alpha(more, Metric.RATIO).value) - by_numpy) < 1e-12
    assert alpha(said(MOST_RATIOS + 3), Metric.RATIO).reason == TOO_MANY_VALUES


def test_disagreement_that_is_as_good_as_chance_gives_nothing_and_worse_less():
    opposed = [[Fraction(0), Fraction(100)]] * 2
    assert alpha(opposed, Metric.NOMINAL).value == Fraction(-1, 2)


# --- What holds for any codings ----------------------------------------------------------


@metrics
@few
@given(units, st.randoms())
def test_the_order_of_coders_and_units_changes_nothing(metric, said, random):
    shuffled = [random.sample(unit, len(unit)) for unit in said]
    random.shuffle(shuffled)

    assert alpha(shuffled, metric) == alpha(said, metric)
    assert percent_agreement(shuffled) == percent_agreement(said)


@metrics
@few
@given(st.lists(st.tuples(points, st.integers(2, 4)), min_size=2))
def test_perfect_agreement_with_variation_is_one_and_without_it_undefined(metric, values):
    said = [[value] * coders for value, coders in values]
    found = alpha(said, metric)

    varied = len({value for value, _ in values}) > 1
    assert (found.value, found.reason) == ((1, "") if varied else (None, NO_VARIATION))
    assert percent_agreement(said) == 1


@metrics
@few
@given(units)
def test_no_alpha_is_above_one_and_one_only_without_disagreement(metric, said):
    found = alpha(said, metric).value
    if found is not None:
        assert found <= 1
        assert (found == 1) == (percent_agreement(said) == 1)


@metrics
@few
@given(units, st.lists(points, max_size=1))
def test_a_unit_with_one_coding_changes_nothing(metric, said, single):
    assert alpha([*said, single], metric) == alpha(said, metric)
    assert percent_agreement([*said, single]) == percent_agreement(said)


@few
@given(units, st.permutations([Fraction(n) for n in (0, 25, 50, 75, 100)]))
def test_new_names_for_the_categories_leave_the_nominal_alone(said, names):
    renamed = [[names[int(value) // 25] for value in unit] for unit in said]
    assert alpha(renamed, Metric.NOMINAL) == alpha(said, Metric.NOMINAL)


@few
@given(units)
def test_only_the_order_of_values_counts_for_the_ordinal_and_either_way(said):
    stretched = [[value**3 + 1 for value in unit] for unit in said]
    reversed_ = [[100 - value for value in unit] for unit in said]

    assert alpha(stretched, Metric.ORDINAL) == alpha(said, Metric.ORDINAL)
    assert alpha(reversed_, Metric.ORDINAL) == alpha(said, Metric.ORDINAL)


@few
@given(units, st.fractions(-50, 50, max_denominator=7), st.fractions(1, 9, max_denominator=7))
def test_shifting_leaves_the_interval_alone_and_scaling_the_ratio_too(said, shift, scale):
    shifted = [[value + shift for value in unit] for unit in said]
    scaled = [[value * scale for value in unit] for unit in said]

    assert alpha(shifted, Metric.INTERVAL) == alpha(said, Metric.INTERVAL)
    assert alpha(scaled, Metric.INTERVAL) == alpha(said, Metric.INTERVAL)
    assert alpha(scaled, Metric.RATIO) == alpha(said, Metric.RATIO)


def test_the_disagreement_is_summed_over_the_pairs():
    """Two say 1 and three say 4: six pairs differ, by 3, or by 3 of 5."""
    tally = {1: 2, 4: 3}

    assert disagreement(tally, Metric.NOMINAL) == 6
    assert disagreement(tally, Metric.INTERVAL) == 6 * 9
    assert disagreement(tally, Metric.RATIO) == 6 * Fraction(9, 25)


@pytest.mark.parametrize(
    ("places", "kind"), [(EXACT_RATIOS, Fraction), (EXACT_RATIOS + 1, float)]
)
def test_ratios_are_exact_up_to_so_many_values_and_not_beyond(places, kind):
    assert type(disagreement(dict.fromkeys(range(1, places + 1), 1), Metric.RATIO)) is kind


@pytest.mark.parametrize(
    ("values", "reason"), [(MOST_RATIOS, ""), (MOST_RATIOS + 1, TOO_MANY_VALUES)]
)
def test_there_are_ratios_for_so_many_values_and_not_for_one_more(values, reason):
    totals = dict.fromkeys(map(Fraction, range(1, values + 1)), 1)

    assert why_undefined(totals, Metric.RATIO) == reason
