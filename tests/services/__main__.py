"""The command line: install, or run a command with PostgreSQL and Redis beside it."""

import os
import signal
import subprocess
import sys

from tests.services import debian
from tests.services.postgres import postgres
from tests.services.processes import NeverReady
from tests.services.redis import redis

USAGE = """usage: python -m tests.services install
       python -m tests.services run -- COMMAND …"""


def run(command: list[str]) -> int:
    """Run COMMAND with both servers beside it and return its status."""
    with postgres() as database, redis() as broker:
        return subprocess.run(
            command, env=os.environ | database | broker, check=False
        ).returncode


def main(arguments: list[str]) -> int:
    """Do what the arguments say; a status of 2 is our own failure, not the command's."""
    # Asked to end, we still stop the servers: the exception passes through their blocks.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        match arguments:
            case ["install"]:
                debian.install()
                return 0
            case ["run", "--", *command] if command:
                return run(command)
    except (debian.Missing, NeverReady) as error:
        print(error, file=sys.stderr)
        return 2
    print(USAGE, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
