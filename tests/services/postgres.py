"""A private PostgreSQL in a folder of its own, reached by a Unix socket only."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services import debian, processes

USER = "portal"
# Nothing here outlives the run, so nothing is written to be safe from a power cut.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "autovacuum_naptime": "10s",
}


def someone_else() -> dict[str, object]:
    """Return how to run a program as the account postgres: the server refuses to be root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextmanager
def postgres() -> Iterator[dict[str, str]]:
    """Run a new, empty server; give the environment by which the portal reaches it.

    The folder has a short name, for a socket's path may have no more than 107 bytes.
    """
    programs = debian.postgres_bin()
    if programs is None:
        raise debian.Missing("The Debian package postgresql is missing: make test-setup.")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    who = someone_else()
    if who:
        os.chown(folder, who["user"], who["group"])
    try:
        _initialise(programs, folder, who)
        options = OPTIONS | {"unix_socket_directories": str(folder)}
        command = [str(programs / "postgres"), "-D", str(folder / "data")]
        command += [
            part for name, value in options.items() for part in ("-c", f"{name}={value}")
        ]
        with processes.running(
            command,
            log=folder / "log",
            ready=lambda: _answers(programs, folder),
            stop_with=signal.SIGINT,
            cwd=folder,
            **who,
        ):
            subprocess.run(
                [programs / "createdb", "-h", folder, "-U", USER, "portal"], check=True
            )
            yield {
                "TEST_DATABASE": "postgres",
                "USE_POSTGRES": "yes",
                "PGHOST": str(folder),
                "PGPORT": "5432",
                "PGUSER": USER,
                "PGDATABASE": "portal",
            }
    finally:
        shutil.rmtree(folder)


def _initialise(programs: Path, folder: Path, who: dict[str, object]) -> None:
    command = [programs / "initdb", "-D", folder / "data", "-U", USER]
    command += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **who)


def _answers(programs: Path, folder: Path) -> bool:
    asked = subprocess.run(
        [programs / "pg_isready", "-q", "-h", folder, "-d", "postgres"], check=False
    )
    return asked.returncode == 0
