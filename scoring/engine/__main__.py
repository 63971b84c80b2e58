"""The command line: recompute, explain and examine an edition from its own files.

    python -m scoring.engine score FOLDER --out DIR

docs/reference/engine.md has every command, file, column, unit and code. No network and no
database is needed, and nothing but the standard library and numpy.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper

from .commands import compare, explain, reliability, robustness, scoring, series

COMMANDS = (scoring, explain, compare, series, reliability, robustness)
WRONG_FILES = 2


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or 2 with a sentence on what is wrong with the files."""
    options = _parser().parse_args(arguments)
    try:
        with _numbers_of_any_length():
            options.run(options)
    except (OSError, ValueError) as error:
        sentence = " ".join(str(error).splitlines())
        sys.stderr.write(f"{options.folder}: {sentence}\n")
        return WRONG_FILES
    return 0


@contextmanager
def _numbers_of_any_length() -> Iterator[None]:
    """Let exact figures be written whole: the mean of fifty harmonic means has thousands of digits.

    Python's own limit guards against endless numbers in what is read; there the engine has limits
    of its own: options.LONGEST, and those of package.read_document.
    """
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(before)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scoring.engine",
        description="Recompute, explain and examine an edition from its own files.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for each in COMMANDS:
        each.add(commands)
    return parser


if __name__ == "__main__":
    if isinstance(sys.stdout, TextIOWrapper):
        # Where a terminal lacks a letter of a name, it shows the number of the letter. Else what is
        # said after the files are written would fail, and they would seem not to be there.
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
