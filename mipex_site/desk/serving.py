"""The processes of an embedded portal: one worker with the clock, and the web server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from django.conf import settings

HOST, PORT = "127.0.0.1", 8000
STOPPING_SECONDS = 15


def _start(*arguments: str, log: Path | None = None) -> subprocess.Popen[bytes]:
    """Start a module of this Python, in a process group of its own so that it stops whole.

    What it says goes to the terminal, or into the file LOG.
    """
    with log.open("ab") if log else nullcontext() as output:
        return subprocess.Popen(  # noqa: S603  our own modules, no shell
            [sys.executable, "-m", *arguments],
            start_new_session=True,
            stdout=output,
            stderr=subprocess.STDOUT if log else None,
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """Run a real Celery worker process, with the clock inside, for the length of the block.

    It writes into worker.log of the portal's folder.
    """
    words = ("-A", "mipex_site", "worker", "--beat", "--concurrency", "1", "-l", "INFO")
    process = _start("celery", *words, log=settings.VAR / "worker.log")
    try:
        yield process
    finally:
        _stop(process)


@contextmanager
def web(port: int = PORT) -> Iterator[subprocess.Popen[bytes]]:
    """Run the web server for the length of the block."""
    process = _start(
        "granian",
        "--interface",
        "wsgi",
        "--host",
        HOST,
        "--port",
        str(port),
        "--workers",
        "2",
        "--blocking-threads",
        "4",
        "--log-level",
        "warning",
        "mipex_site.wsgi:application",
    )
    try:
        yield process
    finally:
        _stop(process)


def serve_until_stopped(port: int = PORT) -> None:
    """Serve until Ctrl-C or SIGTERM, or until the server ends by itself."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with web(port) as server:
            server.wait()
    except KeyboardInterrupt:
        sys.stdout.write("\nStopped.\n")
