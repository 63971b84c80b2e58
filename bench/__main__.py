"""Run every case and print the table; end with 1 when a goal is missed.

Started by `make bench`, which puts PostgreSQL and Redis beside it. With the word `set-up` it
measures the opening of a round alone.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import django
from tqdm import tqdm

from bench import draws, exact
from bench.case import Row, run
from tests.services.web import web

if TYPE_CHECKING:
    from bench.audit import Verified
    from bench.smoothness import Typed


def prepare(folder: Path) -> dict[str, str]:
    """Set Django up on an empty database and return the environment of the server."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ["PORTAL_VAR"] = str(folder)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    return dict(os.environ)


def measure(folder: Path) -> tuple[list[Row], list[Typed], list[Verified]]:
    """Run all cases against one server of two processes, as in production, then type.

    The audit is last: its million entries would lie around the cases before it.
    """
    environment = prepare(folder)
    from bench import audit, opening
    from bench.cases import CASES
    from bench.smoothness import LargeSheet, smoothness

    cases, sheet = [make() for make in CASES], LargeSheet()
    rows: list[Row] = []
    with web(folder, environment=environment, workers=2) as address:
        for case in tqdm(cases, unit="case", leave=False):
            rows += run(case, address=address)
        found = smoothness(sheet, address=address)
        rows += opening.measure()
        of_audit, verified = audit.measure(address)
        return rows + of_audit, found, verified


def print_table(rows: list[Row]) -> None:
    """Print a line a row; the ratio is what counts, the milliseconds are this machine's."""
    print(f"{'case / baseline':<52} clients     ms   base    p95  ratio   goal")
    for row in rows:
        times = f"{row.measured_ms:>6.2f} {row.baseline_ms:>6.2f} {row.p95_ms:>6.1f}"
        verdict = "" if row.met else "  missed"
        goal = "-" if row.goal is None else f"{row.goal:.1f}"
        ratio = f"{row.ratio:>6.2f} {goal:>6}"
        print(f"{row.name:<52} {row.clients:>7} {times} {ratio}{verdict}")


def print_typing(found: list[Typed]) -> None:
    """Print a line a page: the longest task of the browser, and those that a person feels."""
    print(f"\n{'typing 200 characters in Chromium':<52} longest task ms   above 100 ms")
    for typed in found:
        verdict = "  missed" if typed.late else ""
        print(f"{typed.page:<52} {typed.longest_ms:>15.0f} {typed.late:>14}{verdict}")


def print_verified(found: list[Verified]) -> None:
    """Print a line a chain: how long its walk took, and the most memory the process held."""
    print(f"\n{'verify_audit, entries':<52}       s        MB")
    for one in found:
        print(f"{one.entries:<52,} {one.seconds:>7.1f} {one.megabytes:>9.0f}")


def measure_opening(folder: Path) -> list[Row]:
    """Run the opening of a round alone; it needs no server."""
    prepare(folder)
    from bench import opening

    return opening.measure()


def main() -> int:
    """Measure, print, and say by the status whether every goal is met."""
    found, verified, limits = [], [], []
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        if sys.argv[1:] == ["set-up"]:
            rows = measure_opening(Path(scratch))
        else:
            rows, found, verified = measure(Path(scratch))
            rows += exact.measure() + draws.measure()
            limits = exact.limits() + draws.limits()
    print_table(rows)
    if found:
        print_typing(found)
        print_verified(verified)
        exact.print_limits(limits)
    met = all(one.met for one in (*rows, *limits)) and not any(typed.late for typed in found)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
