"""What the suite needs from Debian: found, installed by root, or named in one sentence."""

import os
import shutil
import subprocess
from ctypes.util import find_library
from pathlib import Path

POSTGRES_HOMES = Path("/usr/lib/postgresql")


class Missing(Exception):
    """Something must be installed first; the message says what and how."""


def postgres_bin() -> Path | None:
    """Return the folder of the newest PostgreSQL's programs; Debian keeps it off the PATH."""
    versions = [path.parent for path in POSTGRES_HOMES.glob("*/bin/initdb")]
    if versions:
        return max(versions, key=lambda path: float(path.parent.name))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


FOUND = {
    "postgresql": postgres_bin,
    "redis-server": lambda: shutil.which("redis-server"),
    "chromium": lambda: shutil.which("chromium"),
    "libpango-1.0-0": lambda: find_library("pango-1.0"),
    "libpangoft2-1.0-0": lambda: find_library("pangoft2-1.0"),
}


def missing() -> list[str]:
    """Return the Debian packages whose programs or libraries are not on this machine."""
    return [package for package, found in FOUND.items() if not found()]


def install() -> None:
    """Install what is missing. Raises Missing unless we are root and apt-get is here."""
    packages = missing()
    if not packages:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Missing(
            f"The tests need these Debian packages: {', '.join(packages)}."
            f" Install them as root: {' '.join(command)}"
        )
    print("Installing", ", ".join(packages), "with apt-get.", flush=True)
    silent = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=silent)
    subprocess.run([*command, "-qq"], check=True, env=silent, stdout=subprocess.DEVNULL)
    if missing():
        raise Missing(f"apt-get installed nothing that gives: {', '.join(missing())}.")
