"""A table that somebody hands in, as texts: the first sheet of a workbook, or a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from mipex_site.base.errors import Refusal

from ..problems import decoded
from ..workbooks.cells import text_of
from ..workbooks.safety import demand_safe
from ..workbooks.template import ROW_LIMIT

ROWS = 500
LARGEST_CSV = 1024 * 1024

Row = dict[str, str]


def read_table(
    *,
    file: IO[bytes],
    name: str,
    size: int,
    columns: Sequence[str],
    needed: int = 2,
    rows: int = ROWS,
    largest: int = LARGEST_CSV,
) -> list[tuple[int, Row]]:
    """Return the rows that hold something, each with its line in the file; line 1 has the headings.

    Columns may come in any order, in capitals or not, and may be missing where none is needed.
    The first NEEDED of them must be there. ROWS may hold something, and a CSV file may have
    LARGEST bytes. Raises Refusal for a file that is unsafe, too long, or has a heading that
    nobody knows.
    """
    if name.lower().endswith(".csv"):
        table = _of_csv(file, name, size, largest)
    else:
        far = max(rows + 1, ROW_LIMIT)
        table = _of_workbook(demand_safe(file, name=name, size=size, rows=far))
    headings = [text.strip().lower() for text in table[0]] if table else []
    _demand_headings(headings, columns, needed)
    found = [
        (line, dict(zip(headings, (text.strip() for text in texts), strict=False)))
        for line, texts in enumerate(table[1:], 2)
        if any(text.strip() for text in texts)
    ]
    if len(found) > rows:
        raise Refusal(_("A table may have %(n)d rows. Split it.") % {"n": rows})
    if not found:
        raise Refusal(_("This table has no rows below its headings."))
    return [(line, {one: row.get(one, "") for one in columns}) for line, row in found]


def _of_csv(file: IO[bytes], name: str, size: int, largest: int) -> list[list[str]]:
    if size > largest:
        raise Refusal(_("This file is far larger than such a table can be."))
    file.seek(0)
    text = decoded(file.read(largest + 1), file=name)
    first = text.partition("\n")[0]
    # Spreadsheets of many countries write a semicolon where a comma marks decimals.
    mark = ";" if first.count(";") > first.count(",") else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error as error:
        raise Refusal(_("This file is damaged or is not what its name says.")) from error


def _of_workbook(file: IO[bytes]) -> list[list[str]]:
    try:
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
        return [[text_of(value) for value in row] for row in sheet.to_python()]
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise Refusal(_("This file is damaged or is not what its name says.")) from error


def _demand_headings(found: Iterable[str], columns: Sequence[str], needed: int) -> None:
    named = [heading for heading in found if heading]
    unknown = [heading for heading in named if heading not in columns]
    if unknown or len(set(named)) < len(named):
        words = {"wrong": ", ".join(unknown or named), "known": ", ".join(columns)}
        raise Refusal(
            _(
                "The first row must have these headings, each once: %(known)s. It has: %(wrong)s."
            )
            % words
        )
    missing = [column for column in columns[:needed] if column not in named]
    if missing:
        raise Refusal(_("A column is missing: %(columns)s.") % {"columns": ", ".join(missing)})
