"""The copy that is mutated: the engine, its tests and their data, in var/soak."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "var" / "soak"

CONFIG = {"soak/mutmut.toml": "pyproject.toml", "soak/pytest.ini": "pytest.ini"}
TESTS = ("test_engine_*.py", "test_exact_*.py", "test_explaining_*.py", "test_reliability_*.py")
"""What of tests/scoring needs no Django. What follows needs it, and tests none of the modules."""
NOT_THESE = frozenset({"test_engine_method_changes.py"})
FOLDERS = ("scoring", "soak", "data/mipex", "docs/reference", "tests/data")
IGNORED = ("__pycache__", "migrations", "REPORT.md")


def lay_out(*, anew: bool) -> None:
    """Lay the copy into var/soak; ANEW forgets what earlier runs found.

    A file is written only where its bytes differ: mutmut makes the mutants of a file again when
    the file is younger than they are.
    """
    shutil.rmtree(WORK if anew else WORK / "mutants" / "tests", ignore_errors=True)
    # Which tests call which function is asked anew: a test may have changed under its old name.
    (WORK / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    wanted = dict(_wanted())
    for place in [path for path in _laid() if path not in wanted]:
        place.unlink()
    for place, source in wanted.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists() or place.read_bytes() != source.read_bytes():
            shutil.copyfile(source, place)


def _wanted() -> list[tuple[Path, Path]]:
    """Return what belongs in the copy: where it lies there, and what it is copied from."""
    sources = [
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not set(IGNORED) & set(path.parts)
    ]
    tests = ROOT / "tests"
    sources += [path for pattern in TESTS for path in (tests / "scoring").glob(pattern)]
    sources += [path for path in (tests / "scoring").glob("*.py") if path.name[:5] != "test_"]
    sources.append(tests / "__init__.py")
    wanted = [
        (WORK / path.relative_to(ROOT), path) for path in sources if path.name not in NOT_THESE
    ]
    return wanted + [(WORK / name, ROOT / source) for source, name in CONFIG.items()]


def _laid() -> list[Path]:
    """Return the files of an earlier copy, without those of mutmut and Python."""
    if not WORK.exists():
        return []
    return [
        path
        for path in WORK.rglob("*")
        if path.is_file() and not {"mutants", "__pycache__"} & set(path.parts)
    ]
