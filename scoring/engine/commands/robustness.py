"""`robustness`: how ranks and scores spread under other reasonable choices."""

from __future__ import annotations

import argparse
import hashlib
import sys
from dataclasses import replace
from importlib import import_module
from itertools import islice
from pathlib import Path

from ..faults import CellFault, Fault
from ..package import ANSWERS, GROUPS, METHODOLOGY, read_document, read_package, read_table
from ..robustness.spec import DEFAULT, DESIGN, MOST_DRAWS, SPEC, Spec, spec_document, spec_from
from .output import write_files

PARTS = "..robustness"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's words to those of the program."""
    command = commands.add_parser(
        "robustness", help="write how ranks spread under other reasonable choices"
    )
    command.add_argument("folder", type=Path, metavar="FOLDER", help="an edition's folder")
    command.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where to write"
    )
    command.add_argument(
        "--spec",
        type=Path,
        metavar="FILE",
        help=f"what is varied; else FOLDER/{SPEC}, if there",
    )
    command.add_argument(
        "--design", type=Path, metavar="FILE", help="a design.csv to replay; else one is drawn"
    )
    command.add_argument("--draws", type=int, metavar="N", help="how many; 10000")
    command.add_argument("--seed", type=int, metavar="N", help="of the generator; 1")
    command.add_argument("--date", metavar="DATE", help="the reference date; else the last")
    command.add_argument("--index", metavar="CODE", help="whose ranks; else the headline's")
    command.add_argument(
        "--draft", action="store_true", help="take provisional answers too; never to be frozen"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the files of a run, and say how far ranks shift.

    The parts that need numpy are loaded here: no other command waits for them.
    """
    report = import_module(f"{PARTS}.report", __package__)
    files = import_module(f"{PARTS}.files", __package__)
    package = read_package(options.folder)
    try:
        found = report.robustness_report(
            package.methodology,
            package.cells,
            spec=_spec(options),
            memberships=package.memberships,
            design=_design(options.design),
            draft=options.draft,
        )
    except CellFault:
        package.scored(draft=options.draft)  # says the same with the line
        raise
    except Fault as fault:
        fault.file = _names(options).get(fault.file, fault.file)
        raise
    write_files(options.out, files.report_files(found, inputs=_hashes(options.folder)))
    sys.stdout.write(
        f"{found.design.draws} draws, {len(found.standings)} countries, "
        f"average rank shift {found.overall_shift():.2f}, in {options.out}\n"
    )


def _names(options: argparse.Namespace) -> dict[str, str]:
    """Return what the files are called that stand in place of those of the folder."""
    named = {SPEC: options.spec, DESIGN: options.design}
    return {name: path.name for name, path in named.items() if path is not None}


def _spec(options: argparse.Namespace) -> Spec:
    """Return what is varied: the file's, or the folder's, or the default; then the options."""
    path = options.spec or options.folder / SPEC
    if options.spec is None and not path.exists():
        spec = DEFAULT if options.design is None else replace(DEFAULT, sobol=None)
    else:
        spec = spec_from(read_document(path), file=path.name)
    if options.design is not None and options.draws is not None:
        raise Fault("a design has its own number of draws", column="--draws")
    given = {
        name: value
        for name in ("draws", "seed", "date", "index")
        if (value := getattr(options, name)) is not None
    }
    return spec_from({**spec_document(spec), **given}, file="the options")


def _design(path: Path | None) -> list[str] | None:
    """Return the lines of a design, no more than can be drawn: what is longer is refused."""
    if path is None:
        return None
    return read_table(path, lambda lines: list(islice(lines, MOST_DRAWS + 2)))


def _hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that the run has read."""
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in (METHODOLOGY, ANSWERS, GROUPS)
        if (folder / name).exists()
    }
