"""`compare`: why scores differ between two editions, or between two dates of one."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from .output import write_files


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's words to those of the program."""
    command = commands.add_parser("compare", help="write change.csv and answers_changed.csv")
    command.add_argument("folder", type=Path, metavar="A", help="the older edition's folder")
    command.add_argument("other", type=Path, metavar="B", help="the newer one's; or A again")
    command.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where to write"
    )
    command.add_argument("--unit", default="", metavar="U", help="one country alone")
    command.add_argument("--node", default="", metavar="N", help="one node or index alone")
    command.add_argument(
        "--from", dest="first", default="", metavar="DATE", help="in A; else its last date"
    )
    command.add_argument(
        "--to", dest="last", default="", metavar="DATE", help="in B; else its last date"
    )
    command.add_argument(
        "--despite-break",
        action="store_true",
        help="split the difference although the editions share no comparability key",
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the tables, and say how many scores differ."""
    files = import_module("..explaining.files", __package__)
    found = files.compare(
        options.folder,
        options.other,
        unit=options.unit,
        node=options.node,
        dates=(options.first, options.last),
        despite_break=options.despite_break,
    )
    write_files(options.out, files.change_texts(found))
    moved = sum(1 for change in found.changes if change.delta)
    sys.stdout.write(
        f"{len(found.changes)} scores compared, {moved} differ, in {options.out}\n"
    )
