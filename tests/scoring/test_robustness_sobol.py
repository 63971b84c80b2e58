"""Sobol indices against the analytic ones and against another program's."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from scoring.engine.robustness.numbers import Source
from scoring.engine.robustness.sobol import estimate, indices, resamples, uncentred

DATA = Path(__file__).parents[1] / "data" / "sobol"


def ishigami(u: np.ndarray) -> np.ndarray:
    z1, z2, z3 = (np.pi * (2 * u - 1)).T
    return np.sin(z1) + 7 * np.sin(z2) ** 2 + 0.1 * z3**4 * np.sin(z1)


@pytest.fixture(scope="module")
def expected() -> dict:
    return json.loads((DATA / "ishigami_expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def blocks() -> dict[str, np.ndarray]:
    with (DATA / "ishigami_design_N256.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {
        block: np.array([[float(row[name]) for name in ("u1", "u2", "u3", "y")] for row in own])
        for block in ("A", "B", "AB1", "AB2", "AB3")
        if (own := [row for row in rows if row["block"] == block])
    }


def test_the_given_design_is_of_the_shape_that_the_estimators_want(blocks):
    for block, rows in blocks.items():
        assert rows[:, 3] == pytest.approx(ishigami(rows[:, :3]), abs=1e-12)
        if block.startswith("AB"):
            at = int(block[-1]) - 1
            swapped = blocks["A"][:, :3].copy()
            swapped[:, at] = blocks["B"][:, at]
            assert rows[:, :3].tolist() == swapped.tolist()


def test_without_the_centring_the_indices_are_those_of_the_other_program(blocks, expected):
    a, b, *swapped = (rows[:, 3] for rows in blocks.values())
    first, total = uncentred(a, b, np.stack(swapped))
    assert first == pytest.approx(expected["N256"]["Si"], abs=1e-9)
    assert total == pytest.approx(expected["N256"]["STi"], abs=1e-9)
    both = np.concatenate([a, b])
    assert both.var(ddof=1) == pytest.approx(expected["N256"]["varY"], abs=1e-9)


def test_centred_the_same_design_gives_first_order_indices_nearer_to_the_truth(
    blocks, expected
):
    a, b, *swapped = (rows[:, 3] for rows in blocks.values())
    first, total = estimate(a, b, np.stack(swapped))
    assert first == pytest.approx([0.306, 0.467, 0.007], abs=5e-4)
    assert total == pytest.approx(expected["N256"]["STi"], abs=1e-9)
    far = uncentred(a, b, np.stack(swapped))[0]
    truth = np.array(expected["analytic"]["S"])
    assert (np.abs(first - truth) < np.abs(far - truth)).all()


def test_our_own_design_gives_the_analytic_indices_within_its_intervals(expected):
    n, source = 8192, Source(1)
    u = source.uniforms(2 * n * 3).reshape(2 * n, 3)
    a, b = u[:n], u[n:]
    swapped = np.stack([np.where(np.arange(3) == at, b, a) for at in range(3)])
    outputs = ishigami(a), ishigami(b), np.stack([ishigami(each) for each in swapped])
    found = indices(*outputs, resamples(n, count=200, source=source))
    for estimates, interval, truth in (
        (found.first, found.first_interval, expected["analytic"]["S"]),
        (found.total, found.total_interval, expected["analytic"]["ST"]),
    ):
        assert estimates == pytest.approx(truth, abs=0.03)
        assert (interval[0] <= truth).all()
        assert (truth <= interval[1]).all()


def test_the_intervals_are_those_of_estimates_from_the_resampled_rows():
    source = Source(3)
    u = source.uniforms(6 * 20).reshape(6, 20)
    a, b, swapped = u[0], u[1], u[2:4]
    drawn = resamples(20, count=9, source=source)
    rows = [np.repeat(np.arange(20), each.astype(int)) for each in drawn]
    each = [estimate(a[r], b[r], swapped[:, r]) for r in rows]
    found = indices(a, b, swapped, drawn)
    for at, interval in ((0, found.first_interval), (1, found.total_interval)):
        expected = np.quantile([one[at] for one in each], [0.025, 0.975], axis=0)
        assert interval == pytest.approx(expected, abs=1e-9)


def test_every_sample_has_as_many_rows_as_there_are():
    drawn = resamples(50, count=4, source=Source(1))
    assert drawn.sum(axis=1).tolist() == [50.0] * 4
    assert len({tuple(row) for row in drawn.tolist()}) == 4
