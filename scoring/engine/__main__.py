"""The command line: recompute an edition from its own files.

    python -m scoring.engine score FOLDER --out DIR

Reads methodology.json, answers.csv and, if there is one, groups.csv in FOLDER; writes
results.csv and group_results.csv into DIR. Needs no network, no database and no package.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from . import tables
from .groups import GroupRow, group_means
from .score import Results, score
from .tree import Methodology


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or 2 with a sentence on what is wrong with the files."""
    options = _parser().parse_args(arguments)
    try:
        results, groups = recompute(options.folder)
        write(options.out, results, groups)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{options.folder}: {error}\n")
        return 2
    scored = len(results.scored())
    sys.stdout.write(f"{len(results.rows)} figures, {scored} with a score, in {options.out}\n")
    return 0


def recompute(folder: Path) -> tuple[Results, tuple[GroupRow, ...]]:
    """Score the answers in FOLDER. Raises OSError or ValueError if its files are amiss."""
    document = json.loads((folder / "methodology.json").read_text(encoding="utf-8"))
    methodology = Methodology.from_document(document)
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as lines:
        results = score(methodology, tables.read_cells(lines, methodology))
    memberships = []
    if (folder / "groups.csv").exists():
        with (folder / "groups.csv").open(encoding="utf-8", newline="") as lines:
            memberships = tables.read_memberships(lines)
    threshold = methodology.method.coverage["group"]
    return results, group_means(results, memberships, threshold=threshold)


def write(out: Path, results: Results, groups: tuple[GroupRow, ...]) -> None:
    """Write results.csv and group_results.csv into the folder OUT, making it if need be."""
    out.mkdir(parents=True, exist_ok=True)
    for name, columns, rows in (
        ("results.csv", tables.RESULT_COLUMNS, tables.result_rows(results)),
        ("group_results.csv", tables.GROUP_RESULT_COLUMNS, tables.group_result_rows(groups)),
    ):
        text = tables.csv_text(columns, rows)
        (out / name).write_text(text, encoding="utf-8", newline="\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scoring.engine", description="Recompute an edition from its own files."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("score", help="write results.csv and group_results.csv")
    command.add_argument("folder", type=Path, metavar="FOLDER", help="an edition's folder")
    command.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where to write"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
