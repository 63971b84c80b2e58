"""`score`: recompute an edition from its own files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .. import tables
from ..groups import GroupRow, group_means
from ..package import read_package
from ..score import Results
from .output import write_files


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's words to those of the program."""
    command = commands.add_parser("score", help="write results.csv and group_results.csv")
    command.add_argument("folder", type=Path, metavar="FOLDER", help="an edition's folder")
    command.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where to write"
    )
    command.add_argument(
        "--draft", action="store_true", help="take provisional answers too; never to be frozen"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the tables, and say how many figures there are."""
    results, groups = recompute(options.folder, draft=options.draft)
    write_files(options.out, texts(results, groups))
    scored = len(results.scored())
    sys.stdout.write(f"{len(results.rows)} figures, {scored} with a score, in {options.out}\n")


def recompute(folder: Path, *, draft: bool = False) -> tuple[Results, tuple[GroupRow, ...]]:
    """Score the answers in FOLDER. Raises Fault or OSError if its files are amiss."""
    package = read_package(folder)
    results = package.scored(draft=draft)
    threshold = package.methodology.method.coverage["group"]
    return results, group_means(results, package.memberships, threshold=threshold)


def texts(results: Results, groups: tuple[GroupRow, ...]) -> dict[str, str]:
    """Return results.csv and group_results.csv by name."""
    return {
        "results.csv": tables.csv_text(tables.RESULT_COLUMNS, tables.result_rows(results)),
        "group_results.csv": tables.csv_text(
            tables.GROUP_RESULT_COLUMNS, tables.group_result_rows(groups)
        ),
    }
