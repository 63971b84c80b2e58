"""An edition's own files, read and checked: the one way into every command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from . import tables
from .faults import Fault
from .groups import Membership
from .score import Cell, Results, score
from .tree import Methodology

METHODOLOGY, ANSWERS, GROUPS, UNITS = (
    "methodology.json",
    "answers.csv",
    "groups.csv",
    "countries.csv",
)
Read = TypeVar("Read")


@dataclass(frozen=True)
class Package:
    """What a folder holds: the methodology, the answers, and the groups if there are any.

    Shape   document: methodology.json as it stands. countries: the codes of countries.csv,
            sorted, or those that have answers where there is no such file.
    """

    folder: Path
    document: Mapping[str, Any]
    methodology: Methodology
    cells: tuple[Cell, ...]
    memberships: tuple[Membership, ...]
    countries: tuple[str, ...]

    @cached_property
    def results(self) -> Results:
        """Every figure of every country and date. Raises Fault on answers that cannot be."""
        try:
            return score(self.methodology, self.cells)
        except Fault:
            raise
        except ValueError as error:
            raise Fault(str(error), file=ANSWERS) from error


def read_package(folder: Path) -> Package:
    """Read methodology.json and answers.csv in FOLDER, and groups.csv and countries.csv if there.

    Raises Fault, which names file, line and column, and OSError where a file cannot be opened.
    """
    document = read_document(folder / METHODOLOGY)
    methodology = _methodology(document)
    cells = read_table(folder / ANSWERS, lambda lines: tables.read_cells(lines, methodology))
    memberships: list[Membership] = []
    if (folder / GROUPS).exists():
        memberships = read_table(folder / GROUPS, tables.read_memberships)
    countries = sorted({cell.country for cell in cells})
    if (folder / UNITS).exists():
        countries = sorted(read_table(folder / UNITS, tables.read_countries))
    return Package(
        folder, document, methodology, tuple(cells), tuple(memberships), tuple(countries)
    )


def read_document(path: Path) -> dict[str, Any]:
    """Read a JSON object. A number with a point is kept as its text, so that it stays exact.

    Raises Fault on what is no JSON, NaN and Infinity, a key given twice, or another thing than
    an object.
    """
    try:
        document = json.loads(
            path.read_text(encoding="utf-8"),
            parse_float=str,
            parse_constant=_no_constant,
            object_pairs_hook=_once,
        )
    except json.JSONDecodeError as error:
        place = f"it is no JSON: {error.msg} (place {error.colno})"
        raise Fault(place, file=path.name, line=error.lineno) from error
    except ValueError as error:
        raise Fault(str(error), file=path.name) from error
    if not isinstance(document, dict):
        raise Fault("it holds no object of keys and values", file=path.name)
    return document


def read_table(path: Path, read: Callable[[Iterable[str]], Read]) -> Read:
    """Open a table and give its lines to READ; a fault in it names the file.

    Raises Fault also where the file is no UTF-8 text.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return read(lines)
    except Fault as fault:
        fault.file = fault.file or path.name
        raise
    except UnicodeDecodeError as error:
        reason = f"it is no UTF-8 text: {error.reason} at byte {error.start}"
        raise Fault(reason, file=path.name) from error


def _methodology(document: Mapping[str, Any]) -> Methodology:
    try:
        return Methodology.from_document(document)
    except Fault as fault:
        fault.file = fault.file or METHODOLOGY
        raise


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice in one object")
        found[key] = value
    return found
