"""The workbook of a framework: written from its document, and read back into one."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook
from tablib import Dataset
from xlsxwriter import Workbook

from mipex_site.base.errors import Refusal

from ..services.framework.checking import faults_of_draft
from ..services.framework.documents import HEAD, Document, entries_of, entry_of
from ..services.framework.shape import Fault, Key, completed
from ..services.framework.taking import Translated
from ..services.framework.translating import readdressed, texts_of
from ..services.workbooks.cells import text_of
from ..services.workbooks.safety import demand_safe
from ..services.workbooks.template import CELL_LIMIT, plain
from .framework import SHEETS, SheetResource, keys_of_sheet

TRANSLATIONS = "translations"
STEP = 10
"""Orders are written as 10, 20, 30, so that something fits between two."""
ROWS = 20_000
TEXT = Key("text")
TEXTS_ONLY = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
WIDE, NARROW = 44, 16
PROSE = ("text", "table")


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong in a workbook: the sheet, its row as a person counts it, and the column."""

    sheet: str
    row: int
    column: str
    message: str


@dataclass(slots=True)
class ReadBook:
    """What a workbook says. PLACES leads from an address of the document to sheet and row."""

    data: dict[str, Any] = field(default_factory=dict)
    translations: Translated = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    places: dict[tuple[str | int, ...], tuple[str, int]] = field(default_factory=dict)

    def place(self, fault: Fault) -> CellFault:
        """Say in which cell a fault of the document stands, or the nearest place around it."""
        address, message = fault
        around = address
        while around and around not in self.places:
            around = around[:-1]
        sheet, row = self.places.get(around, (str(address[0]) if address else "", 0))
        inside = address[len(around) :]
        column = next((part for part in inside if isinstance(part, str)), "")
        return CellFault(sheet, row, column, str(message))


# --- Writing -------------------------------------------------------------------------------


def write_book(document: Document, translations: Translated) -> bytes:
    """Return the workbook of a document; no text of it is a formula, whatever it begins with.

    Raises Refusal where a text is longer than a cell holds.
    """
    content = io.BytesIO()
    file = Workbook(content, TEXTS_ONLY)
    looks = {"text_wrap": True, "valign": "top", "num_format": "@"}
    plain_look, bold = file.add_format(looks), file.add_format(looks | {"bold": True})
    for resource in resources_of(document, translations):
        page = file.add_worksheet(resource.name)
        page.freeze_panes(1, 1)
        data = resource.written()
        for column, name in enumerate(data.headers):
            key = resource.keys[name]
            wide = key.kind in PROSE and key.longest not in {10, 20}
            page.set_column(column, column, WIDE if wide else NARROW, plain_look)
            page.write_string(0, column, name, bold)
        for line, row in enumerate(data, start=1):
            for column, text in enumerate(row):
                _demand_fits(text, resource.name, line, data.headers[column])
                if text:
                    page.write_string(line, column, text, plain_look)
    file.close()
    return content.getvalue()


def _demand_fits(text: str, sheet: str, line: int, column: str) -> None:
    if len(text.encode("utf-16-le")) // 2 > CELL_LIMIT:
        where = {"sheet": sheet, "row": line + 1, "column": column}
        raise Refusal(
            _(
                "The text for sheet “%(sheet)s”, row %(row)d, column “%(column)s” is longer than"
                " a cell of a workbook holds. Take the YAML file instead."
            )
            % where
        )


def resources_of(document: Document, translations: Translated) -> Iterator[SheetResource]:
    """Give each sheet with the entries that stand in it."""
    for name in SHEETS:
        yield SheetResource(name, keys_of_sheet(name), _entries(document, name))
    languages = sorted(translations)
    keys = dict.fromkeys(("address", "base", *languages), TEXT)
    rows = [
        {"address": text.address, "base": text.base}
        | {language: translations[language].get(text.address, "") for language in languages}
        for text in (texts_of(document) if document else ())
    ]
    yield SheetResource(TRANSLATIONS, keys, rows)


def _entries(document: Document, name: str) -> list[dict[str, Any]]:
    if not document:
        return []
    if name in {"strands", "aggregates"}:
        return [
            {"order": at * STEP} | entry
            for at, entry in enumerate(document["aggregates"], start=1)
            if (entry["kind"] == "strand") == (name == "strands")
        ]
    if name == "options":
        return [
            {"indicator": entry["code"]} | option
            for entry in document["indicators"]
            for option in entry["options"]
        ]
    return entries_of(document, name)


# --- Reading -------------------------------------------------------------------------------


def tables_of(file: IO[bytes], *, name: str, size: int) -> dict[str, Dataset]:
    """Return the sheets of an uploaded workbook as texts. Raises Refusal, as demand_safe."""
    copy = demand_safe(file, name=name, size=size, rows=ROWS)
    try:
        workbook = CalamineWorkbook.from_filelike(copy)
        return {
            sheet: _dataset(workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
            for sheet in workbook.sheet_names
        }
    except (CalamineError, OSError, ValueError) as error:
        raise Refusal(_("This file is damaged or is not what its name says.")) from error


def _dataset(table: list[list[object]]) -> Dataset:
    rows = [[text_of(value) for value in row] for row in table]
    headers = [name.strip() for name in rows[0]] if rows else []
    while headers and not headers[-1]:
        headers.pop()
    data = Dataset(headers=headers)
    for row in rows[1:]:
        data.append(row[: len(headers)])
    return data


def head_of(tables: Mapping[str, Dataset]) -> dict[str, str]:
    """Return code and version of the framework that a workbook is about, as they are written."""
    sheet = tables.get(HEAD)
    if sheet is None or not sheet.height or not {"code", "version"} <= set(sheet.headers):
        raise Refusal(
            _("This workbook holds no framework: its sheet “framework” is missing or empty.")
        )
    return {name: sheet[name][0] for name in ("code", "version")}


def read_book(
    tables: Mapping[str, Dataset], document: Document, translations: Translated
) -> ReadBook:
    """Return what the sheets say, read over the DOCUMENT that stands, which may be empty.

    Everything that keeps it from being a draft is in the faults, each with its cell; without
    any the data is complete.
    """
    book = ReadBook()
    taken = {}
    languages = _languages(tables)
    known = translations | {one: translations.get(one, {}) for one in languages}
    for resource in resources_of(document, known):
        taken[resource.name] = _read_sheet(book, tables, resource)
    if not book.faults:
        _assemble(book, taken)
    if not book.faults:
        book.faults += [book.place(fault) for fault in faults_of_draft(book.data)]
    if not book.faults:
        book.data = completed(book.data)
        _translate(book, taken[TRANSLATIONS], languages, document)
    return book


def _languages(tables: Mapping[str, Dataset]) -> list[str]:
    sheet = tables.get(TRANSLATIONS)
    named = sheet.headers or [] if sheet else []
    return [name for name in named if name not in {"address", "base", ""}]


Taken = list[tuple[int, dict[str, Any]]]


def _read_sheet(
    book: ReadBook, tables: Mapping[str, Dataset], resource: SheetResource
) -> Taken:
    """Return the entries of a sheet, each with its row as a person counts it."""
    sheet = tables.get(resource.name)
    if sheet is None:
        book.faults.append(CellFault(resource.name, 0, "", _("This sheet is missing.")))
        return []
    headers = list(sheet.headers or [])
    faults = list(_faults_of_columns(resource, headers))
    if faults:
        book.faults += faults
        return []
    filled = [(line, row) for line, row in enumerate(sheet, start=2) if any(row)]
    rows = Dataset(*[row for _line, row in filled], headers=headers)
    result = resource.import_data(rows, raise_errors=False)
    lines = [1, *(line for line, _row in filled)]
    found = [(0, error) for error in result.base_errors]
    found += [(number, error) for number, errors in result.row_errors() for error in errors]
    for number, error in found:
        book.faults.append(CellFault(resource.name, lines[number], "", str(error.error)))
    return [(lines[number], entry) for number, entry in resource.taken]


def _faults_of_columns(resource: SheetResource, headers: list[str]) -> Iterator[CellFault]:
    for name in resource.keys:
        if headers.count(name) != 1:
            words = _("There must be one column of this name.")
            yield CellFault(resource.name, 1, name, words)
    for name in headers:
        if name not in resource.keys:
            yield CellFault(resource.name, 1, name, _("This column is not known here."))


def _assemble(book: ReadBook, taken: dict[str, Taken]) -> None:
    """Put the entries of the sheets together as a document, and remember where each stood."""
    _put_head(book, taken[HEAD])
    for name in ("standards", "indexes", "indicators", "contradictions"):
        _put_section(book, name, [(name, line, entry) for line, entry in taken[name]])
    _put_section(book, "aggregates", list(_in_order(book, taken)))
    _put_options(book, taken["options"])
    if not book.data["contradictions"]:
        del book.data["contradictions"]


def _put_head(book: ReadBook, rows: Taken) -> None:
    if len(rows) != 1:
        words = _("There must be one row, the framework's own.")
        book.faults.append(CellFault(HEAD, 2, "", words))
    for line, entry in rows[:1]:
        book.data[HEAD] = _given(entry)
        book.places[HEAD,] = (HEAD, line)


def _given(entry: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a sheet does not say, so that the document's defaults stand for it."""
    return {name: value for name, value in entry.items() if value is not None}


def _put_section(
    book: ReadBook, section: str, rows: list[tuple[str, int, dict[str, Any]]]
) -> None:
    book.data[section] = []
    for at, (sheet, line, entry) in enumerate(rows):
        own = _given(entry)
        own.pop("order", None)
        if sheet == "strands":
            own["kind"] = "strand"
        own.pop("options", None)
        book.data[section].append(own)
        book.places[section, at] = (sheet, line)


def _in_order(
    book: ReadBook, taken: dict[str, Taken]
) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Give strands and what lies below in one order; a row without one follows the row above."""
    rows = []
    for sheet in ("strands", "aggregates"):
        last = 0
        for line, entry in taken[sheet]:
            order = entry["order"]
            if order is not None and not isinstance(order, int):
                words = _("“%(value)s” is no whole number.") % {"value": order}
                book.faults.append(CellFault(sheet, line, "order", words))
                continue
            last = last if order is None else order
            rows.append((last, sheet, line, entry))
    rows.sort(key=lambda row: row[0])
    for _order, sheet, line, entry in rows:
        yield sheet, line, entry


def _put_options(book: ReadBook, rows: Taken) -> None:
    """Give each question its options, the most points first."""
    asked = {entry.get("code"): at for at, entry in enumerate(book.data["indicators"])}
    found: dict[int, list[tuple[int, dict[str, Any]]]] = {}
    for line, entry in rows:
        owner = entry.pop("indicator")
        if owner not in asked:
            words = _("The indicator “%(code)s” is unknown.") % {"code": owner or ""}
            book.faults.append(CellFault("options", line, "indicator", words))
            continue
        found.setdefault(asked[owner], []).append((line, _given(entry)))
    for at, options in found.items():
        if all(isinstance(option.get("points"), int) for _line, option in options):
            options.sort(key=lambda row: -row[1]["points"])
        book.data["indicators"][at]["options"] = [option for _line, option in options]
        for place, (line, _option) in enumerate(options):
            book.places["indicators", at, "options", place] = ("options", line)


def _translate(book: ReadBook, rows: Taken, languages: list[str], old: Document) -> None:
    """Read the translations; what was a text and went takes its translations with it."""
    book.translations = {language: {} for language in languages}
    known = {text.address for text in texts_of(book.data)}
    gone = {text.address for text in texts_of(old)} if old else set()
    ways = _ways(old, book.data)
    for line, row in rows:
        address = plain(row["address"] or "")
        address = ways.get(address, address)
        said = {language: row[language] for language in languages if row[language]}
        if said and address not in known | gone:
            words = _("There is no text at “%(address)s”.") % {"address": address}
            book.faults.append(CellFault(TRANSLATIONS, line, "address", words))
        elif address in known:
            for language, text in said.items():
                book.translations[language][address] = text


def _ways(old: Document, new: Document) -> dict[str, str]:
    """Return where the texts of options went that earn other points now."""
    ways: dict[str, str] = {}
    for entry in old.get("indicators", ()):
        there = entry_of(new, "indicators", entry["code"])
        ways |= readdressed(entry, there) if there else {}
    return ways
