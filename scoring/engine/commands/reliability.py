"""`reliability`: how far coders agree, and how well the indicators go together."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from ..reliability import DRAWS, SEED
from .output import write_files

MOST_DRAWS, MOST_SEED = 100_000, 2**63 - 1


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's words to those of the program."""
    command = commands.add_parser(
        "reliability", help="write alpha.csv, kappa.csv, changes.csv and diagnostics.csv"
    )
    command.add_argument("folder", type=Path, metavar="FOLDER", help="an edition's folder")
    command.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where to write"
    )
    command.add_argument(
        "--codings", type=Path, metavar="FILE", help="in place of FOLDER/codings.csv"
    )
    command.add_argument(
        "--date", default="", metavar="DATE", help="of the diagnostics; the last, if left out"
    )
    command.add_argument(
        "--draws", type=_draws, default=DRAWS, metavar="N", help=f"resamples; {DRAWS}"
    )
    command.add_argument(
        "--seed", type=_seed, default=SEED, metavar="N", help=f"of the resamples; {SEED}"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the tables, and say what they rest on."""
    files = import_module("..reliability.files", __package__)
    examined = files.examine(
        options.folder,
        codings=options.codings,
        date=options.date,
        draws=options.draws,
        seed=options.seed,
    )
    write_files(options.out, files.texts(examined))
    found = examined.report
    said = f"{found.n_codings} codings" if found.n_codings else "no codings"
    day = f"diagnostics of {examined.date}" if examined.date else "no diagnostics"
    sys.stdout.write(f"{said}, {day}, in {options.out}\n")


def _draws(text: str) -> int:
    return _whole(text, 1, MOST_DRAWS)


def _seed(text: str) -> int:
    return _whole(text, 0, MOST_SEED)


def _whole(text: str, least: int, most: int) -> int:
    if text.isascii() and text.isdigit() and least <= int(text[:20]) <= most:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} to {most}")
