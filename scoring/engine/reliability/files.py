"""From an edition's files to the tables of reliability."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from .. import ENGINE_VERSION, reading
from ..faults import Fault, MethodologyError
from ..package import (
    ANSWERS,
    METHODOLOGY,
    UNITS,
    Package,
    read_document,
    read_package,
    read_table,
)
from ..score import Cell
from ..tree import Methodology
from .bootstrap import GENERATOR, QUANTILES
from .codings import CODINGS, Coding, read_codings
from .diagnostics import Diagnostic, diagnostics
from .report import ReliabilityReport, reliability_report
from .tables import alpha_table, change_table, diagnostic_table, kappa_table

INPUTS = (METHODOLOGY, CODINGS, ANSWERS, UNITS)


@dataclass(frozen=True, slots=True)
class Examined:
    """What a folder says of reliability.

    Shape   date: of the diagnostics; empty where there are no answers. inputs: SHA-256 (hex) of
            each file that was read, by its name.
    """

    report: ReliabilityReport
    diagnostics: tuple[Diagnostic, ...]
    date: str
    inputs: dict[str, str]


def examine(
    folder: Path, *, codings: Path | None, date: str, draws: int, seed: int
) -> Examined:
    """Read FOLDER and compute everything.

    Shape   codings: the file to read in place of codings.csv in FOLDER. date: that of the
            diagnostics; empty for the last one that has answers.
    Files   methodology.json must be there; of codings.csv and answers.csv one may be absent, and
            with it what it would give. countries.csv, if it is there, says which countries are.
    Raises  Fault, which names file, line and column; OSError where a file cannot be opened.
    """
    places = {name: folder / name for name in INPUTS}
    places[CODINGS] = codings or places[CODINGS]
    package = read_package(folder) if places[ANSWERS].exists() else None
    methodology = package.methodology if package else _methodology(places[METHODOLOGY])
    found: list[Coding] = []
    if package is None or codings or places[CODINGS].exists():
        found = _codings(places, methodology)
    cells = package.cells if package else ()
    report = reliability_report(found, methodology, settled=cells, draws=draws, seed=seed)
    day = _date(cells, date)
    rows = _diagnostics(package, day) if package and day else ()
    hashes = {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in places.items()
        if path.exists()
    }
    return Examined(report, rows, day, hashes)


def texts(examined: Examined) -> dict[str, str]:
    """Return every table, and spec.json, which says how they came about, by file name."""
    report = examined.report
    spec = {
        "engine": ENGINE_VERSION,
        "codings": report.n_codings,
        "left_out": report.left_out,
        "resamples": {
            "draws": report.draws,
            "of": "countries",
            "generator": GENERATOR,
            "seed": report.seed,
            "quantiles": list(QUANTILES),
            "quantile_type": 7,
        },
        "diagnostics": {"reference_date": examined.date},
        "inputs": examined.inputs,
    }
    return {
        "alpha.csv": alpha_table(report),
        "kappa.csv": kappa_table(report),
        "changes.csv": change_table(report),
        "diagnostics.csv": diagnostic_table(examined.diagnostics),
        "spec.json": json.dumps(spec, indent=2, sort_keys=True) + "\n",
    }


def _methodology(path: Path) -> Methodology:
    try:
        return Methodology.from_document(read_document(path))
    except MethodologyError as fault:
        fault.file = path.name
        raise


def _codings(places: dict[str, Path], methodology: Methodology) -> list[Coding]:
    countries: list[str] = []
    if places[UNITS].exists():
        countries = read_table(places[UNITS], reading.read_countries)
    read = partial(read_codings, methodology=methodology, countries=frozenset(countries))
    return read_table(places[CODINGS], read)


def _date(cells: tuple[Cell, ...], wanted: str) -> str:
    dates = {cell.date for cell in cells}
    if wanted and wanted not in dates:
        raise Fault(f"there is no answer on {wanted}", file=ANSWERS)
    return wanted or max(dates, default="")


def _diagnostics(package: Package, date: str) -> tuple[Diagnostic, ...]:
    of_date = tuple(cell for cell in package.cells if cell.date == date)
    results = replace(package, cells=of_date).scored(draft=True)
    return diagnostics(package.methodology, of_date, results, date=date)
