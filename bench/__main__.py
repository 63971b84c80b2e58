"""Run every case and print the table; end with 1 when a goal is missed.

Started by `make bench`, which puts PostgreSQL and Redis beside it.
"""

import os
import sys
import tempfile
from pathlib import Path

import django
from tqdm import tqdm

from bench.case import Row, run
from tests.services.web import web


def prepare(folder: Path) -> dict[str, str]:
    """Set Django up on an empty database and return the environment of the server."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ["PORTAL_VAR"] = str(folder)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    return dict(os.environ)


def measure(folder: Path) -> list[Row]:
    """Run all cases against one server of two processes, as in production."""
    environment = prepare(folder)
    from bench.cases import CASES

    cases = [make() for make in CASES]
    rows: list[Row] = []
    with web(folder, environment=environment, workers=2) as address:
        for case in tqdm(cases, unit="case", leave=False):
            rows += run(case, address=address)
    return rows


def print_table(rows: list[Row]) -> None:
    """Print a line a row; the ratio is what counts, the milliseconds are this machine's."""
    print(f"{'case / baseline':<52} clients     ms   base    p95  ratio   goal")
    for row in rows:
        times = f"{row.measured_ms:>6.2f} {row.baseline_ms:>6.2f} {row.p95_ms:>6.1f}"
        verdict = "" if row.met else "  missed"
        ratio = f"{row.ratio:>6.2f} {row.goal:>6.1f}"
        print(f"{row.name:<52} {row.clients:>7} {times} {ratio}{verdict}")


def main() -> int:
    """Measure, print, and say by the status whether every goal is met."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        rows = measure(Path(scratch))
    print_table(rows)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
