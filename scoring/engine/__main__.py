"""The command line: recompute, explain and examine an edition from its own files.

    python -m scoring.engine score FOLDER --out DIR

docs/reference/engine.md has every command, file, column, unit and code. No network and no
database is needed, and nothing but the standard library and numpy.
"""

from __future__ import annotations

import argparse
import sys

from .commands import compare, explain, reliability, robustness, scoring, series

COMMANDS = (scoring, explain, compare, series, reliability, robustness)
WRONG_FILES = 2


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or 2 with a sentence on what is wrong with the files."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{options.folder}: {error}\n")
        return WRONG_FILES
    return 0


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
    sys.exit(main())
