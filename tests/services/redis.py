"""A private Redis that keeps nothing, on a free port of 127.0.0.1."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services import debian, processes


@contextmanager
def redis() -> Iterator[dict[str, str]]:
    """Run a new, empty server; give the environment by which the portal reaches it."""
    program = shutil.which("redis-server")
    if program is None:
        raise debian.Missing("The Debian package redis-server is missing: make test-setup.")
    folder = Path(tempfile.mkdtemp(prefix="redis-"))
    port = processes.free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "no", "--databases", "64"]
    try:
        with processes.running(
            command, log=folder / "log", ready=lambda: processes.listens(port), cwd=folder
        ):
            yield {"USE_REDIS": "yes", "REDIS_URL": f"redis://127.0.0.1:{port}/0"}
    finally:
        shutil.rmtree(folder)
