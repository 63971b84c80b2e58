"""design.csv: the design as a table, written, and read back, ours or a stranger's."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ..faults import Fault
from ..options import EXACT, exact
from ..tables import csv_text
from .design import NAMED, Design, Words, design_of
from .numbers import COEFFICIENTS, PRIME, Floats, Integers
from .spec import CODER, DESIGN, FACTORS, MOST_DRAWS, WEIGHTS

NUMBERED = (WEIGHTS, CODER)
EXPLICIT = "weight:"
HEAVIEST = 1e99
"""Far below what float64 holds: sums and products of weights stay finite."""


def design_text(design: Design) -> str:
    """Return design.csv: draw, then the columns of the factors that vary."""
    return csv_text(("draw", *_columns(design)), _lines(design))


def _columns(design: Design) -> list[str]:
    columns: list[str] = []
    for factor in FACTORS:
        if factor in design.choices:
            columns.append(factor)
        if factor in design.numbers:
            columns += _four(factor)
    return [*columns, *(f"{EXPLICIT}{code}" for code in design.weighted)]


def _four(factor: str) -> list[str]:
    return [f"{factor}_{at}" for at in range(1, COEFFICIENTS + 1)]


def _lines(design: Design) -> Iterator[tuple[str, ...]]:
    columns: list[Iterable[str]] = [map(str, range(1, design.draws + 1))]
    for factor in FACTORS:
        if factor in design.choices:
            names = design.names[factor]
            columns.append([names[place] for place in design.choices[factor].tolist()])
        if factor in design.numbers:
            columns += [map(str, column) for column in design.numbers[factor].T.tolist()]
    if design.explicit is not None:
        columns += [map(_weight_text, column) for column in design.explicit.T.tolist()]
    return zip(*columns, strict=True)


def _weight_text(weight: float) -> str:
    return "" if np.isnan(weight) else repr(weight)


def read_design(lines: Iterable[str], words: Words) -> Design:
    """Read design.csv, ours or a stranger's.

    Raises Fault, which names line and column, on a column that means nothing, an unknown word, a
    code that has no weight or cannot be left out, an integer outside [0, p), a negative weight.
    """
    try:
        return _read(lines, words)
    except Fault as fault:
        fault.file = fault.file or DESIGN
        raise


def _read(lines: Iterable[str], words: Words) -> Design:
    reader = csv.reader(lines)
    try:
        header = next(reader, [])
        _check_header(header, words)
        rows = _rows(reader, len(header))
    except csv.Error as error:
        raise Fault(f"it is no CSV: {error}", line=reader.line_num) from error
    if not rows:
        raise Fault("it has no draw", line=1)
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    _check_count(columns.get("draw", ()))
    weighted = [name for name in header if name.startswith(EXPLICIT)]
    return design_of(
        len(rows),
        {name: _words(name, columns[name], words) for name in NAMED if name in columns},
        {
            factor: np.column_stack([_integers(columns[name], name) for name in _four(factor)])
            for factor in NUMBERED
            if f"{factor}_1" in columns
        },
        {name.removeprefix(EXPLICIT): _weights(columns[name], name) for name in weighted},
    )


def _rows(reader: Any, width: int) -> list[list[str]]:
    rows = []
    for row in reader:
        if len(row) != width:
            raise Fault(f"it has {len(row)} fields, not {width}", line=reader.line_num)
        rows.append(row)
        if len(rows) > MOST_DRAWS:
            raise Fault(f"it has more than {MOST_DRAWS} draws", line=reader.line_num)
    return rows


def _check_header(header: Sequence[str], words: Words) -> None:
    numbered = [name for factor in NUMBERED for name in _four(factor)]
    explicit = [f"{EXPLICIT}{code}" for code in words.weighted]
    known = {"draw", *NAMED, *numbered, *explicit}
    for name in header:
        if name not in known:
            raise Fault("the column means nothing in a design", line=1, column=name)
        if header.count(name) > 1:
            raise Fault("the column stands twice", line=1, column=name)
    for factor in NUMBERED:
        there = [name for name in _four(factor) if name in header]
        if there and len(there) < COEFFICIENTS:
            raise Fault(f"{factor} needs four columns", line=1, column=there[0])
    if f"{WEIGHTS}_1" in header and any(name.startswith(EXPLICIT) for name in header):
        raise Fault("weights are drawn or given, not both", line=1, column=f"{WEIGHTS}_1")


def _check_count(numbers: Sequence[str]) -> None:
    for at, number in enumerate(numbers, start=1):
        if number != str(at):
            raise Fault(
                f"the draws do not count 1, 2, 3: {number!r}", line=at + 1, column="draw"
            )


def _words(factor: str, column: Sequence[str], words: Words) -> Sequence[str]:
    strange = set(column) - words.of(factor)
    if strange:
        word = min(strange)
        line = column.index(word) + 2
        raise Fault(f"{word!r} is no choice here", line=line, column=factor)
    return column


def _integers(column: Sequence[str], name: str) -> Integers:
    for at, text in enumerate(column, start=2):
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(PRIME))):
            raise Fault(f"{text!r} is no integer from 0 to {PRIME - 1}", line=at, column=name)
    numbers = np.array(column, dtype=np.int64)
    if (numbers >= PRIME).any():
        line = int(np.argmax(numbers >= PRIME)) + 2
        raise Fault(f"it is no integer from 0 to {PRIME - 1}", line=line, column=name)
    return numbers


def _weights(column: Sequence[str], name: str) -> Floats:
    found = np.full(len(column), np.nan)
    for at, text in enumerate(column):
        if text:
            found[at] = _weight(text, line=at + 2, column=name)
    return found


def _weight(text: str, *, line: int, column: str) -> float:
    try:
        weight = float(exact(text)) if "/" in text else float(text)
    except ValueError as error:
        raise Fault(f"{text!r} is no number", line=line, column=column) from error
    if not 0 <= weight <= HEAVIEST or not EXACT.fullmatch(text):
        raise Fault(f"{text} is no weight from 0 up", line=line, column=column)
    return weight
