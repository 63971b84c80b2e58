"""An edition's own files, read and checked: the one way into every command."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from . import reading
from .computing import score_all
from .faults import CellFault, Fault, MethodologyError
from .groups import Membership
from .options import LONGEST
from .score import Cell, Results
from .tree import Methodology

METHODOLOGY, ANSWERS, GROUPS, UNITS = (
    "methodology.json",
    "answers.csv",
    "groups.csv",
    "countries.csv",
)
DEEPEST = 100
"""Levels of a JSON document; one of an edition has seven."""

NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""NUL, and halves of characters, which no file of UTF-8 can hold."""

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
        return self.scored(draft=False)

    def scored(self, *, draft: bool) -> Results:
        """Return every figure; a DRAFT takes provisional answers too.

        Raises Fault, with the line, on answers that cannot stand beside each other.
        """
        try:
            return score_all(self.methodology, self.cells, draft=draft)
        except CellFault as fault:
            find = partial(reading.line_of, key=fault.key)
            fault.line = read_table(self.folder / ANSWERS, find)
            fault.file = ANSWERS
            raise
        except Fault as fault:
            fault.file = fault.file or ANSWERS
            raise


def read_package(folder: Path) -> Package:
    """Read methodology.json and answers.csv in FOLDER, and groups.csv and countries.csv if there.

    Raises Fault, which names file, line and column, and OSError where a file cannot be opened.
    """
    document = read_document(folder / METHODOLOGY)
    methodology = _methodology(document, folder / METHODOLOGY)
    listed: set[str] = set()
    if (folder / UNITS).exists():
        listed = set(read_table(folder / UNITS, reading.read_countries))
    read = partial(reading.read_cells, methodology=methodology, countries=listed)
    cells = read_table(folder / ANSWERS, read)
    memberships: list[Membership] = []
    if (folder / GROUPS).exists():
        memberships = read_table(folder / GROUPS, reading.read_memberships)
    countries = sorted(listed or {cell.country for cell in cells})
    return Package(
        folder, document, methodology, tuple(cells), tuple(memberships), tuple(countries)
    )


def read_document(path: Path) -> dict[str, Any]:
    """Read a JSON object. A number with a point is kept as its text, so that it stays exact.

    Raises Fault on what is no UTF-8 text or no JSON, NaN and Infinity, a key given twice, a
    number or a nesting without end, or another thing than an object.
    """
    text = _text(path)
    try:
        document = json.loads(
            text,
            parse_int=_whole,
            parse_float=str,
            parse_constant=_no_constant,
            object_pairs_hook=_once,
        )
        _check_nesting(document)
    except json.JSONDecodeError as error:
        place = f"it is no JSON: {error.msg} (place {error.colno})"
        raise Fault(place, file=path.name, line=error.lineno) from error
    except RecursionError as error:
        raise Fault("it nests without end", file=path.name) from error
    except ValueError as error:
        raise Fault(str(error), file=path.name) from error
    if not isinstance(document, dict):
        raise Fault("it holds no object of keys and values", file=path.name)
    return document


def _text(path: Path) -> str:
    """Return a text in UTF-8, without the mark that some programs begin a file with."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason, line = (
            f"it is no UTF-8 text: {error.reason}",
            content.count(b"\n", 0, error.start),
        )
        raise Fault(reason, file=path.name, line=line + 1) from error


def _check_nesting(document: Any) -> None:
    """Walk through all levels of a document; refuse one too many, and a text that is none."""
    level = [document]
    for _ in range(DEEPEST):
        if any(isinstance(part, str) and NO_TEXT.search(part) for part in level):
            raise ValueError("it has a text with the character NUL, or with half a character")
        level = [inner for part in level for inner in _inside(part)]
        if not level:
            return
    raise ValueError(f"it nests deeper than {DEEPEST} levels")


def _inside(part: Any) -> Iterator[Any]:
    if isinstance(part, dict):
        yield from part
        yield from part.values()
    elif isinstance(part, list):
        yield from part


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
        reason = f"it is no UTF-8 text: {error.reason}"
        raise Fault(reason, file=path.name, line=_line_that_is_no_text(path)) from error


def _line_that_is_no_text(path: Path) -> int | None:
    """Return the line that cannot be decoded; the reader knows only its place in a piece."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return None


def _methodology(document: Mapping[str, Any], path: Path) -> Methodology:
    try:
        return Methodology.from_document(document)
    except MethodologyError as fault:
        fault.file = path.name
        fault.line = _line_of(fault.entry, path.read_text(encoding="utf-8"))
        raise


def _line_of(entry: str, text: str) -> int | None:
    """Return the line of a JSON text in which an entry has its code."""
    found = re.search(rf'"code"\s*:\s*{re.escape(json.dumps(entry))}', text) if entry else None
    return text.count("\n", 0, found.start()) + 1 if found else None


def _whole(text: str) -> int:
    if len(text) > LONGEST:
        raise ValueError(f"a number of {len(text)} digits is no number of an edition")
    return int(text)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice in one object")
        found[key] = value
    return found
