"""`series`: one index over what the editions of a span ask alike."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from .output import write_files


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's words to those of the program."""
    command = commands.add_parser("series", help="write core_series.csv over several editions")
    command.add_argument(
        "folder", type=Path, metavar="OLDEST", help="the oldest edition's folder"
    )
    command.add_argument(
        "others", type=Path, nargs="*", metavar="NEXT", help="the next ones, in their order"
    )
    command.add_argument("--name", default="core_series", help="what the index is called")
    command.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where to write"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the table, and say what it rests on."""
    files = import_module("..explaining.files", __package__)
    found = files.series([options.folder, *options.others], name=options.name)
    write_files(options.out, files.series_texts(found))
    sys.stdout.write(
        f"{len(found.indicators)} indicators of {len(found.countries)} countries, "
        f"{len(found.results.rows)} scores, in {options.out}\n"
    )
