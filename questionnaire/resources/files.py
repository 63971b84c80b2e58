"""Tables as files: read past whatever a spreadsheet makes of them, written so that nothing runs.

A text that a spreadsheet would take for a formula gets an apostrophe before it in a CSV file,
which is taken off when the file comes back. In a workbook a text is a text, and a formula is
refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _
from import_export.formats.base_formats import Format
from tablib import Dataset

from mipex_site.base.errors import Refusal

from ..services.invitations.tables import read_table
from ..services.workbooks.template import fits
from .base import ByService

ROWS = 2_000
"""Rows that one file may bring in; more may go out."""
LARGEST = 4 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}
RUN = re.compile(r"'*[=+\-@\t\r]")
"""How a text begins that a spreadsheet might run, or one that was kept from it."""
HELD = re.compile(r"'+[=+\-@\t\r]")
WIDTH = 22

Rows = list[tuple[int, dict[str, str]]]


def harmless(text: str) -> str:
    """Return a text that no spreadsheet runs; `told` gives it back."""
    return f"'{text}" if RUN.match(text) else text


def told(text: str) -> str:
    return text[1:] if HELD.match(text) else text


def read_rows(*, file: IO[bytes], name: str, size: int, resource: type[ByService]) -> Rows:
    """Return the rows that hold something, each with its line in the file.

    Raises Refusal for a file that is unsafe, too large, too long, lacks a column that RESOURCE
    needs, or has a heading that it does not know.
    """
    rows = read_table(
        file=file,
        name=name,
        size=size,
        columns=resource.headings(),
        needed=len(resource.required()),
        rows=ROWS,
        largest=LARGEST,
    )
    if not name.lower().endswith(".csv"):
        return rows
    return [(line, {key: told(text) for key, text in row.items()}) for line, row in rows]


def written(headings: Sequence[str], rows: Iterable[Sequence[Any]], *, kind: str) -> bytes:
    """Return a table as a file of KIND, csv or xlsx.

    Raises Refusal where a text is longer than a cell of a workbook holds.
    """
    return (_as_csv if kind == "csv" else _as_workbook)(headings, rows)


def _as_csv(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    # Spreadsheets take a file without the mark for Latin-1.
    return b"\xef\xbb\xbf" + _csv_of(headings, rows).encode()


def _csv_of(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([harmless(str(cell)) for cell in row] for row in rows)
    return text.getvalue()


def _as_workbook(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings) - 1, WIDTH)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for line, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if not fits(str(cell)):
                    raise Refusal(
                        _(
                            "A text is longer than a cell of a workbook holds. Take the CSV file."
                        )
                    )
                sheet.write_string(line, column, str(cell))
    return content.getvalue()


class _Table(Format):
    """A kind of file for the administration, where import-export asks for one."""

    kind = ""
    resource: type[ByService]

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding

    def get_title(self) -> str:
        return self.kind

    def get_extension(self) -> str:
        return self.kind

    def get_content_type(self) -> str:
        return TYPES[self.kind]

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes) -> Dataset:
        """Return the rows of a file. Raises Refusal as `read_rows` does."""
        rows = read_rows(
            file=io.BytesIO(in_stream),
            name=f"table.{self.kind}",
            size=len(in_stream),
            resource=self.resource,
        )
        headings = self.resource.headings()
        return Dataset(
            *[[row[one] for one in headings] for _line, row in rows], headers=headings
        )


class CSVTable(_Table):
    kind = "csv"

    def export_data(self, dataset: Dataset, **kwargs: Any) -> str:
        return _csv_of(dataset.headers, dataset)


class WorkbookTable(_Table):
    kind = "xlsx"

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        return _as_workbook(dataset.headers, dataset)
