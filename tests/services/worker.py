"""A real Celery worker on the database and the broker of the test that asks for one."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from mipex_site.celery import app
from tests.services import processes


class NeedsServices(Exception):
    """The test was started without PostgreSQL and Redis."""


def environment() -> dict[str, str]:
    """Return the environment of a process that is to work on this test's own database."""
    if connection.vendor != "postgresql" or not settings.USE_REDIS:
        raise NeedsServices("Run this test by: python -m tests.services run -- pytest …")
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "mipex_site.settings.test",
        "PGDATABASE": connection.settings_dict["NAME"],
        "PORTAL_VAR": str(settings.VAR),
        "PORTAL_EDITIONS": str(settings.EDITIONS_ROOT),
    }


@contextmanager
def worker(folder: Path, *, beat: bool = False) -> Iterator[int]:
    """Run a worker of one process and give its process id; FOLDER holds its log.

    It ends with the block. A test may kill it before that, with all its children: the worker
    leads a process group of its own.
    """
    # A nudge of an earlier test would be done with this one's rows.
    app.control.purge()
    log = folder / f"worker-{os.urandom(4).hex()}.log"
    command = [sys.executable, "-m", "celery", "-A", "mipex_site", "worker"]
    command += [
        "--concurrency",
        "1",
        "--loglevel",
        "INFO",
        "--without-gossip",
        "--without-mingle",
    ]
    if beat:
        command += ["--beat", "--schedule", str(folder / "timed-tasks")]
    with processes.running(
        command,
        log=log,
        ready=lambda: " ready." in log.read_text(errors="replace"),
        env=environment(),
        cwd=settings.BASE_DIR,
    ) as process:
        yield process.pid


def kill(pid: int) -> None:
    """End a worker and its children at once, as a power cut would."""
    os.killpg(pid, signal.SIGKILL)
