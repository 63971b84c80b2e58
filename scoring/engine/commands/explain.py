"""`explain`: what each answer contributes to one score, and which would raise it."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from .output import write_files


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's words to those of the program."""
    command = commands.add_parser("explain", help="say what a score is made of")
    command.add_argument("folder", type=Path, metavar="FOLDER", help="an edition's folder")
    command.add_argument("unit", metavar="UNIT", help="a country's code, such as PT")
    command.add_argument("node", metavar="NODE", help="a node, index or indicator")
    command.add_argument(
        "--date", default="", metavar="DATE", help="the reference date; the last, if left out"
    )
    command.add_argument("--out", type=Path, metavar="DIR", help="write explain.csv there too")
    command.add_argument(
        "--draft", action="store_true", help="take provisional answers too; never to be frozen"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print a table, and write explain.csv where that is wished."""
    files = import_module("..explaining.files", __package__)
    explanation = files.explain(
        options.folder, options.unit, options.node, date=options.date, draft=options.draft
    )
    if options.out:
        write_files(options.out, files.explain_texts(explanation))
    sys.stdout.write(files.explain_words(explanation))
