"""A real web server: granian, as in production, on a free port of 127.0.0.1."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services import processes

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def web(
    folder: Path,
    *,
    environment: dict[str, str],
    application: str = "mipex_site.wsgi:application",
    workers: int = 1,
) -> Iterator[str]:
    """Serve the application for as long as the block lasts; give its address, without a slash.

    ENVIRONMENT is the server's whole environment; FOLDER holds its log.
    """
    port = processes.free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", application]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    command += ["--blocking-threads", "4", "--backpressure", "64", "--no-ws"]
    with processes.running(
        command,
        log=folder / "web.log",
        ready=lambda: processes.listens(port),
        env=environment,
        cwd=ROOT,
    ):
        yield f"http://127.0.0.1:{port}"
