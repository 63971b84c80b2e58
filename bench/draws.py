"""Draws of weights with ranks and intervals, beside the bare matrix product and argsort.

The small size is that of the MIPEX core set. It is measured on one processor, which is what a
worker has, and as numpy comes: its product of matrices then takes all processors there are, and
nothing else does. The large one, with every factor on, runs in a process of its own, so that its
peak of memory is its own.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.case import Row
from scoring.engine.missing import Status
from scoring.engine.robustness.answers import sheets_of
from scoring.engine.robustness.design import draw
from scoring.engine.robustness.experiment import run
from scoring.engine.robustness.model import Model, model_of
from scoring.engine.robustness.report import robustness_report
from scoring.engine.robustness.settling import settled, words_of
from scoring.engine.robustness.spec import DEFAULT, Spec, Weighting
from scoring.engine.robustness.standing import standings_of
from scoring.engine.score import Cell, Results, score
from scoring.engine.tree import Methodology

if TYPE_CHECKING:
    from bench.exact import Limit

DRAWS, GOAL, ROUNDS = 10_000, 4.0, 15
DATE = "2019-12-31"
MEGABYTES, SECONDS = 500.0, 300.0
SMALL = "small"
METHOD = {
    "rank_on": "exact",
    "rounding": "half_up",
    "coverage": {"default": "any"},
    "bands": [{"code": "all", "from": 0, "to": 100}],
}


def made(countries: int, strands: int, indicators: int) -> tuple[Methodology, list[Cell]]:
    """Return STRANDS of so many INDICATORS each, and every country's answers, all given."""
    chance = random.Random(1)
    codes = [
        (f"s{at:02}", f"i{at:02}x{of:03}") for at in range(strands) for of in range(indicators)
    ]
    options = [{"points": points} for points in (100, 50, 0)]
    methodology = Methodology.from_document(
        {
            "aggregates": [
                {"code": f"s{at:02}", "kind": "strand", "rule": "mean"} for at in range(strands)
            ],
            "indicators": [
                {"code": code, "parent": strand, "options": options} for strand, code in codes
            ],
            "indexes": [{"code": "all", "strands": [f"s{at:02}" for at in range(strands)]}],
            "method": METHOD,
        }
    )
    cells = [
        Cell(f"C{at:03}", code, DATE, Status.OK, Fraction(chance.choice((0, 50, 100))))
        for at in range(countries)
        for _, code in codes
    ]
    return methodology, cells


def measure() -> list[Row]:
    """Draw, compute, rank and take intervals, beside the bare arithmetic; the best of each."""
    command = [sys.executable, "-m", "bench.draws", SMALL]
    one = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=one)
    name = "10,000 draws of weights, 56 x 72 / product and argsort"
    return [
        Row(name=f"{name}, on one processor", goal=GOAL, **json.loads(done.stdout)),
        Row(name=f"{name} on all", goal=None, **asdict(small())),
    ]


@dataclass(frozen=True, slots=True)
class Times:
    """The best of some rounds, and the worst of ours, in milliseconds."""

    clients: int
    measured_ms: float
    baseline_ms: float
    p95_ms: float


def small() -> Times:
    """Measure the small size in this process, in turn with the bare arithmetic."""
    methodology, cells = made(56, 8, 9)
    spec = settled(Spec(draws=DRAWS, weights=Weighting()), methodology, cells)
    results = score(methodology, cells)
    model = _model(methodology, cells, spec, results)
    rows = [row for row in results.rows if row.node == "all"]
    nominal = np.array([row.rank for row in rows], dtype=np.int32)
    words = words_of(methodology, spec, DATE)
    points = np.random.default_rng(1).choice([0.0, 50.0, 100.0], (72, 56))
    weights = np.random.default_rng(2).random((DRAWS, 72))

    def measured() -> None:
        runs = run(model, draw(spec, words), rank_on="exact", nominal=nominal)
        standings_of(rows, nominal, runs)

    def bare() -> None:
        np.argsort(weights @ points, axis=1)

    times = [(_seconds(measured), _seconds(bare)) for _ in range(ROUNDS)]
    ours, base = zip(*times, strict=True)
    return Times(1, min(ours) * 1000, min(base) * 1000, max(ours) * 1000)


def _model(methodology: Methodology, cells: list[Cell], spec: Spec, results: Results) -> Model:
    countries = sorted({cell.country for cell in cells})
    return model_of(
        methodology,
        sheets_of(methodology, cells, countries),
        spec=spec,
        indexes=("all",),
        rules=(),
        results=results,
    )


def _seconds(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def limits() -> list[Limit]:
    """Run the large size, with weights alone and with all that varies, each in a new process."""
    return [limit for what in ("weights", "everything") for limit in _large(what)]


def _large(what: str) -> list[Limit]:
    from bench.exact import Limit

    command = [sys.executable, "-m", "bench.draws", what]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, megabytes = map(float, done.stdout.split())
    name = f"200 x 1,000 x 10,000 draws, {what}"
    return [
        Limit(f"{name}: peak", megabytes, MEGABYTES, "MB"),
        Limit(f"{name}: time", seconds, SECONDS, "s"),
    ]


def _run_large(what: str) -> None:
    """Print the seconds of the run, and the most memory that this process has held, in MB."""
    methodology, cells = made(200, 10, 100)
    everything = replace(DEFAULT, sobol=None)
    spec = everything if what == "everything" else Spec(weights=Weighting())
    started = time.perf_counter()
    robustness_report(methodology, cells, spec=spec)
    seconds = time.perf_counter() - started
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    print(f"{seconds:.1f} {peak:.0f}")


if __name__ == "__main__":
    if sys.argv[1:] == [SMALL]:
        print(json.dumps(asdict(small())))
    elif sys.argv[1:]:
        _run_large(sys.argv[1])
    else:
        from bench.__main__ import print_table
        from bench.exact import print_limits

        print_table(measure())
        print_limits(limits())
