"""The import contracts of pyproject.toml, and that they name every private room there is."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture import source

PRIVATE = (
    "views",
    "api",
    "forms",
    "resources",
    "querysets",
    "tasks",
    "receivers",
    "workflow",
)


def test_the_import_contracts_are_kept():
    linter = Path(sys.executable).parent / "lint-imports"
    ran = subprocess.run(
        [linter, "--no-cache"], cwd=source.ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]


def protected_rooms() -> dict[str, set[str]]:
    """Return, for each app, the rooms that its contract in pyproject.toml protects."""
    settings = tomllib.loads((source.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        contract["allowed_importers"][0]: set(contract["protected_modules"])
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "protected"
    }


@pytest.mark.parametrize("app", source.ROOMY)
def test_every_private_room_is_protected(app: str):
    package = app.replace("/", ".")
    here = source.ROOT / app
    rooms = {
        f"{package}.{room}"
        for room in PRIVATE
        if (here / f"{room}.py").is_file() or (here / room / "__init__.py").is_file()
    }
    assert protected_rooms().get(package, set()) == rooms
