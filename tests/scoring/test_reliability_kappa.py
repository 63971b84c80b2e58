"""Cohen's kappa, and the share of first codings that the review changed."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.missing import Status
from scoring.engine.reliability.agreement import Changed, changed
from scoring.engine.reliability.alpha import NO_VARIATION, NOT_CODED_TWICE
from scoring.engine.reliability.codings import Coding
from scoring.engine.reliability.kappa import Kappa, Weights, kappa
from tests.scoring.small import DATE
from tests.scoring.test_reliability_alpha import NEAR, loaded

OPTIONS = [Fraction(0), Fraction(50), Fraction(100)]
option = st.sampled_from(OPTIONS)
pairs = st.lists(st.tuples(option, option), max_size=12)
weightings = pytest.mark.parametrize("weights", list(Weights))
few = settings(max_examples=25)


@pytest.mark.parametrize(
    "case",
    [
        each
        for each in loaded("expected_2x_raters_table.json")
        if each["statistic"].startswith("Cohen")
    ],
    ids=lambda case: case["weights"],
)
def test_the_kappas_of_another_programme_are_met(case):
    said = [
        (OPTIONS[row], OPTIONS[column])
        for row, line in enumerate(case["table"])
        for column, times in enumerate(line)
        for _ in range(times)
    ]
    weights = Weights("none" if case["weights"] == "unweighted" else case["weights"])
    found = kappa(said, OPTIONS, weights)

    assert abs(found.value - Fraction(case["value"])) < NEAR
    assert found.n_units == 100


@weightings
def test_two_coders_who_only_know_one_category_have_no_kappa(weights):
    found = kappa([(Fraction(50), Fraction(50))] * 4, OPTIONS, weights)
    assert (found.value, found.reason, found.expected) == (None, NO_VARIATION, 1)
    assert kappa([], OPTIONS, weights) == Kappa(None, NOT_CODED_TWICE, None, None, 0)


def test_a_category_that_nobody_used_still_lies_between_two():
    """Linear weights count places among all options, also those that nobody chose."""
    said = [(Fraction(0), Fraction(0)), (Fraction(0), Fraction(50)), (Fraction(100),) * 2]
    quarters = [Fraction(n) for n in (0, 25, 50, 75, 100)]

    by_use = kappa(said, OPTIONS, Weights.LINEAR)
    by_scale = kappa(said, [Fraction(n) for n in (0, 50, 60, 70, 100)], Weights.LINEAR)
    assert by_use.value == kappa(said, quarters, Weights.LINEAR).value == Fraction(2, 3)
    assert by_scale.value == Fraction(14, 17)


def test_a_value_beyond_the_categories_is_refused():
    with pytest.raises(ValueError, match="75 is none of the categories"):
        kappa([(Fraction(75), Fraction(0))], OPTIONS, Weights.NONE)


@weightings
@few
@given(pairs, st.randoms())
def test_the_order_of_units_and_of_the_two_coders_changes_nothing(weights, said, random):
    shuffled = random.sample(said, len(said))
    swapped = [(second, first) for first, second in said]

    assert kappa(shuffled, OPTIONS, weights) == kappa(said, OPTIONS, weights)
    assert kappa(swapped, OPTIONS, weights) == kappa(said, OPTIONS, weights)


@weightings
@few
@given(pairs)
def test_no_kappa_is_above_one_and_one_only_without_disagreement(weights, said):
    found = kappa(said, OPTIONS, weights)
    if found.value is not None:
        assert found.value <= 1
        assert (found.value == 1) == all(first == second for first, second in said)


# --- Changed in review -------------------------------------------------------------------


def coding(points: object, *, blind: bool = False, indicator: str = "i1") -> Coding:
    if isinstance(points, Status):
        return Coding("PT", indicator, DATE, "Heron", None, points, blind)
    return Coding("PT", indicator, DATE, "Heron", Fraction(points), blind=blind)


@pytest.mark.parametrize(
    ("first", "settled", "differs"),
    [
        (50, (Status.OK, Fraction(50)), 0),
        (50, (Status.OK, Fraction(100)), 1),
        (50, (Status.BREAK, Fraction(50)), 0),
        (50, (Status.NOT_APPLICABLE, None), 1),
        (Status.UNKNOWN, (Status.OK, Fraction(0)), 1),
        (Status.UNKNOWN, (Status.NOT_APPLICABLE, None), 1),
        (Status.UNKNOWN, (Status.UNKNOWN, None), 0),
    ],
)
def test_a_change_is_of_points_or_of_why_there_are_none(first, settled, differs):
    found = changed([coding(first)], {("PT", "i1", DATE): settled})
    assert found == Changed(1, differs)


def test_what_is_not_settled_or_was_coded_blind_is_not_compared():
    settled = {("PT", "i1", DATE): (Status.OK, Fraction(100))}
    rows = [coding(0), coding(0, blind=True), coding(0, indicator="i2")]

    assert changed(rows, settled).share == 1
    assert changed(rows, settled).n_codings == 1
    assert changed(rows, {}).share is None
