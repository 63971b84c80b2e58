"""An edition of the whole world, computed exactly on integers, beside the least that could.

4 million answers: 200 countries at 20 dates, 1,000 indicators in 100 dimensions of 20 strands, and
an index over these. 4 in a hundred are unknown, and in every tenth dimension another 4 do not
apply. Weights are twentieths and tenths. The baselines are one `numpy.add.reduceat` over the same
points as float64, which adds up the dimensions and no more, and the same figures by DuckDB, from
a table in memory with a line an answer, on all cores.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import yaml

from bench.case import Row
from scoring.engine.exact.edition import aggregate
from scoring.engine.exact.figures import Figures
from scoring.engine.exact.matrix import BIT, SCORED, Matrix
from scoring.engine.missing import Status
from scoring.engine.tables import ANSWER_COLUMNS, csv_text
from scoring.engine.tree import Methodology

COUNTRIES, DATES, STRANDS, DIMENSIONS, INDICATORS = 200, 20, 20, 5, 10
PLACES = COUNTRIES * DATES
ROUNDS = 7
OF_REDUCEAT, OF_DUCKDB, OF_TWICE = 6.0, 1.0, 2.2
MEGABYTES, SECONDS = 500.0, 1.0
NEAR = 1e-9
DATA = Path(__file__).parents[1] / "data" / "mipex"
IN_DIMENSION = ("1/20", *["1/10"] * 8, "3/20")
IN_STRAND = ("1/10", "1/5", "1/5", "1/5", "3/10")
METHOD = {
    "rank_on": "exact",
    "rounding": "half_up",
    "coverage": {"default": "any", "dimension": "1/2", "strand": "2/3", "index": "every"},
    "bands": [{"code": "all", "from": 0, "to": 100}],
}
QUERY = """
with dimension as (
  select place, node, if(v >= 0.5 * w - 1e-12 and v > 0, s / v, null) as score, v / w as coverage
  from (
    select place, dimension as node, sum(weight * points) as s,
      sum(if(status = 1, weight, 0)) as v, sum(if(status <> 2, weight, 0)) as w
    from answer join indicator using (indicator) group by all)),
strand as (
  select place, node, if(v >= 2 / 3 * w - 1e-12, s / v, null) as score, v / w as coverage
  from (
    select place, strand as node, sum(weight * score) as s,
      sum(if(score is not null, weight, 0)) as v, sum(weight) as w
    from dimension join dimension_weight using (node) group by all)),
index as (
  select place, 'all' as node, if(v >= w - 1e-12, s / v, null) as score, v / w as coverage
  from (
    select place, sum(weight * score) as s,
      sum(if(score is not null, weight, 0)) as v, sum(weight) as w
    from strand join strand_weight using (node) group by all))
select * from dimension union all select * from strand union all select * from index
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """Something measured that has a limit in its own unit, and no baseline."""

    name: str
    found: float
    most: float
    unit: str

    @property
    def met(self) -> bool:
        return self.found <= self.most


def the_world() -> Methodology:
    """Return the methodology: an index, strands, dimensions, indicators, all with weights."""
    aggregates: list[dict[str, Any]] = []
    indicators: list[dict[str, Any]] = []
    strands = [f"s{at:02}" for at in range(STRANDS)]
    rule = {"rule": "weighted_mean"}
    for at, strand in enumerate(strands):
        weight = str(Fraction(1 + at % 3, STRANDS))
        aggregates.append({"code": strand, "kind": "strand", "weight": weight, **rule})
        for number, of_strand in enumerate(IN_STRAND):
            code = f"{strand}d{number}"
            place = {"kind": "dimension", "parent": strand, "weight": of_strand}
            aggregates.append({"code": code, **place, **rule})
            indicators += [
                {"code": f"{code}i{each}", "parent": code, "weight": of_dimension}
                for each, of_dimension in enumerate(IN_DIMENSION)
            ]
    return Methodology.from_document(
        {
            "aggregates": aggregates,
            "indicators": indicators,
            "indexes": [{"code": "all", "strands": strands}],
            "method": METHOD,
        }
    )


def answers(methodology: Methodology, places: int) -> Matrix:
    """Return an answer of each indicator at each of PLACES places."""
    chance = np.random.default_rng(1)
    shape = (len(methodology.leaves), places)
    points = chance.choice(np.array([0, 50, 100], dtype=np.int16), shape)
    status = np.full(shape, BIT[Status.OK], dtype=np.uint8)
    drawn = chance.random(shape, dtype=np.float32)
    status[drawn < 0.04] = BIT[Status.UNKNOWN]
    gated = (np.arange(shape[0]) // INDICATORS % 10 == 0)[:, None]
    status[gated & (drawn > 0.96)] = BIT[Status.NOT_APPLICABLE]
    points[status & SCORED == 0] = 0
    where = tuple((f"C{at // DATES:03}", f"{2000 + at % DATES}-12-31") for at in range(places))
    return Matrix(tuple(methodology.leaves), where, points, status)


def measure() -> list[Row]:
    """Compute the edition, and each baseline, in turn; the best of each."""
    methodology = the_world()
    matrix = answers(methodology, PLACES)
    floats = np.ascontiguousarray(matrix.points.T, dtype=np.float64)
    edges = np.arange(0, floats.shape[1], INDICATORS)
    database = _database(methodology, matrix)
    _check(aggregate(methodology, matrix), _by_database(database))
    double = answers(methodology, 2 * PLACES)
    acts = (
        partial(aggregate, methodology, matrix, bounds=False),
        partial(aggregate, methodology, matrix),
        partial(np.add.reduceat, floats, edges, axis=1),
        partial(_by_database, database),
        partial(aggregate, methodology, double),
    )
    times = [[_seconds(act) for act in acts] for _ in range(ROUNDS)]
    scores, bounds, reduceat, queried, twice = zip(*times, strict=True)
    name = "4 million answers, exact"
    return [
        _row(f"{name} / numpy.add.reduceat", scores, reduceat, OF_REDUCEAT),
        _row(f"{name}, with bounds / numpy.add.reduceat", bounds, reduceat, None),
        _row(f"{name} / the same query in DuckDB", scores, queried, OF_DUCKDB),
        _row("8 million, with bounds / 4 million", twice, bounds, OF_TWICE),
    ]


def _row(
    name: str, measured: tuple[float, ...], baseline: tuple[float, ...], goal: float | None
) -> Row:
    return Row(
        name=name,
        clients=1,
        measured_ms=min(measured) * 1000,
        baseline_ms=min(baseline) * 1000,
        p95_ms=max(measured) * 1000,
        goal=goal,
    )


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _database(methodology: Methodology, matrix: Matrix) -> duckdb.DuckDBPyConnection:
    """Put the answers into DuckDB, a line an answer, and the weights beside them."""
    database = duckdb.connect()
    count, places = matrix.points.shape
    columns = {
        "indicator": np.repeat(np.arange(count, dtype=np.int32), places),
        "place": np.tile(np.arange(places, dtype=np.int32), count),
        "points": matrix.points.ravel().astype(np.float64),
        "status": matrix.status.ravel(),
    }
    database.register("given", columns)
    database.execute("create table answer as select * from given")
    database.execute(
        "create table indicator (indicator int, dimension text, weight double);"
        "create table dimension_weight (node text, strand text, weight double);"
        "create table strand_weight (node text, weight double)"
    )
    leaves = enumerate(methodology.leaves.values())
    nodes = methodology.nodes.values()
    database.executemany(
        "insert into indicator values (?, ?, ?)",
        [(at, leaf.parent, float(leaf.weight)) for at, leaf in leaves],
    )
    database.executemany(
        "insert into dimension_weight values (?, ?, ?)",
        [(node.code, node.parent, float(node.weight)) for node in nodes if node.parent],
    )
    database.executemany(
        "insert into strand_weight values (?, ?)",
        [(node.code, float(node.weight)) for node in nodes if not node.parent],
    )
    return database


def _by_database(database: duckdb.DuckDBPyConnection) -> dict[str, np.ndarray]:
    return database.execute(QUERY).fetchnumpy()


def _check(figures: Figures, found: dict[str, np.ndarray]) -> None:
    """Refuse to compare with a query that does not give the same figures."""
    size = sum(len(node.status) for node in figures.nodes.values())
    if len(found["place"]) != size:
        raise ValueError(f"DuckDB gives {len(found['place'])} figures, and the engine {size}")
    for part in ("score", "coverage"):
        ours = {code: _floats(getattr(node, part)) for code, node in figures.nodes.items()}
        theirs = np.ma.filled(found[part], np.nan)
        pairs = zip(found["node"], found["place"], strict=True)
        same = np.array([ours[code][place] for code, place in pairs])
        if not np.allclose(same, theirs, rtol=0, atol=NEAR, equal_nan=True):
            raise ValueError(f"DuckDB gives another {part} than the engine")


def _floats(ratios: Any) -> np.ndarray:
    unit = np.where(ratios.present, ratios.den, 1)
    return np.where(ratios.present, ratios.num / unit, np.nan)


def limits() -> list[Limit]:
    """Return what 4 million answers take of memory, and the core set of time, start included."""
    done = _run("-m", "bench.exact", "peak")
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        write_core_set(folder)
        command = ("-m", "scoring.engine", "score", scratch, "--out", str(folder / "out"))
        whole = min(_seconds(partial(_run, *command)) for _ in range(ROUNDS))
    numpy_alone = min(_seconds(partial(_run, "-c", "import numpy")) for _ in range(ROUNDS))
    return [
        Limit("4 million answers, exact, with bounds: peak", float(done), MEGABYTES, "MB"),
        Limit("the core set, files to files", whole, SECONDS, "s"),
        Limit("beside it: start of Python with numpy", numpy_alone, SECONDS, "s"),
    ]


def _run(*arguments: str) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def write_core_set(folder: Path) -> None:
    """Write the package of the MIPEX core set 2007-2019, as an edition has it."""
    core, method = (
        yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
        for name in ("core", "method")
    )
    with (DATA / "unissued.csv").open(encoding="utf-8", newline="") as lines:
        unissued = list(csv.DictReader(lines))
    document = {**core, "method": method, "unissued": unissued}
    (folder / "methodology.json").write_text(json.dumps(document), encoding="utf-8")
    shutil.copy(DATA / "groups.csv", folder)
    with (DATA / "answers.csv").open(encoding="utf-8", newline="") as lines:
        rows = [
            [*(line[column] for column in ANSWER_COLUMNS[:3]), "ok", "", line["points"], ""]
            for line in csv.DictReader(lines)
        ]
    text = csv_text(ANSWER_COLUMNS, rows)
    (folder / "answers.csv").write_text(text, encoding="utf-8", newline="\n")


def _peak() -> None:
    """Compute the edition once, and print the most memory that the process held, in MB."""
    methodology = the_world()
    aggregate(methodology, answers(methodology, PLACES))
    print(most_memory())


def most_memory() -> float:
    """Return the most memory that this process has held since its own program began, in MB.

    getrusage would count what the process that started it held as well.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def print_limits(found: list[Limit]) -> None:
    """Print a line a limit."""
    print(f"\n{'the engine':<52}   found    most")
    for one in found:
        verdict = "" if one.met else "  missed"
        print(f"{one.name:<52} {one.found:>7.2f} {one.most:>7.1f} {one.unit}{verdict}")


if __name__ == "__main__":
    if sys.argv[1:] == ["peak"]:
        _peak()
    else:
        from bench.__main__ import print_table

        print_table(measure())
        print_limits(limits())
