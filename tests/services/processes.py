"""Start a program of our own, wait until it answers, stop it by its own process."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

PATIENCE_SECONDS = 30.0


class NeverReady(Exception):
    """A program ended or did not answer in time; the message holds the end of its log."""


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    """Return whether somebody answers on that port of 127.0.0.1."""
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(
    command: list[str],
    *,
    log: Path,
    ready: Callable[[], bool],
    stop_with: signal.Signals = signal.SIGTERM,
    **popen: object,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run COMMAND for as long as the block lasts.

    It has a session of its own, so that an interrupt at the keyboard reaches us first and we
    stop it in order. Raises NeverReady.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, start_new_session=True, **popen
        )
        try:
            _wait(process, ready=ready, log=log)
            yield process
        finally:
            stop(process, stop_with)


def _wait(process: subprocess.Popen[bytes], *, ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if ready():
            return
        time.sleep(0.05)
    end = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
    raise NeverReady(f"{process.args[0]} did not become ready:\n{end}")


def stop(process: subprocess.Popen[bytes], signal_: signal.Signals = signal.SIGTERM) -> None:
    """Ask the process to end, and insist after a while."""
    if process.poll() is not None:
        return
    process.send_signal(signal_)
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
