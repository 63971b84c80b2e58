"""Is this file a workbook that can be opened without harm? Asked before its cells are read.

A reader of spreadsheets makes room for the whole square up to the last cell, and gives of a
formula only its last value. So the cells' addresses and formulas are looked at here first.
"""

from __future__ import annotations

import io
import posixpath
import re
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from django.conf import settings
from django.utils.translation import gettext as _

from mipex_site.base.errors import Refusal

from ..zips import MEGABYTE, Limits, demand_sound_zip, repacked
from .template import COLUMN_LIMIT, ROW_LIMIT

LIMITS = Limits(entries=200, unpacked=30 * MEGABYTE)
ZIP, COMPOUND = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
"""How a workbook begins, and how one that is encrypted, or of before 2007, does."""
BOOK, LINKS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
MACRO_NAMES = (".xlsm", ".xltm", ".xlam", ".xlsb")
ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
FORMULAS_NAMED = 5


def demand_safe(file: IO[bytes], *, name: str, size: int, rows: int = ROW_LIMIT) -> io.BytesIO:
    """Return a copy of the workbook that is safe to read; NAME is what its owner calls it.

    ROWS is how far down there may be something in a sheet.

    Raises Refusal with a sentence: too large, no workbook, encrypted, with macros, larger
    inside than it says, damaged, with formulas.
    """
    if size > settings.WORKBOOK_LIMIT_MB * MEGABYTE:
        raise Refusal(
            _("This file is larger than %(n)d MB, so it is not a workbook of this portal.")
            % {"n": settings.WORKBOOK_LIMIT_MB}
        )
    file.seek(0)
    begins = file.read(len(COMPOUND))
    if begins == COMPOUND:
        raise Refusal(
            _("This file is locked with a password or very old. Save it as .xlsx without one.")
        )
    if not begins.startswith(ZIP):
        raise Refusal(_("This is not an Excel workbook (.xlsx)."))
    entries = demand_sound_zip(file, limits=LIMITS)
    if name.lower().endswith(MACRO_NAMES) or any("vbaproject" in e.lower() for e in entries):
        raise Refusal(_("This workbook holds macros. Save it as .xlsx without them."))
    if BOOK not in entries or TYPES not in entries:
        raise Refusal(_("This is not an Excel workbook (.xlsx)."))
    copy = repacked(file, limits=LIMITS)
    _demand_harmless(copy, rows)
    copy.seek(0)
    return copy


def _demand_harmless(copy: io.BytesIO, rows: int) -> None:
    with ZipFile(copy) as archive:
        if b"macroenabled" in archive.read(TYPES).lower():
            raise Refusal(_("This workbook holds macros. Save it as .xlsx without them."))
        names = _sheet_names(archive)
        formulas: list[str] = []
        for entry in archive.namelist():
            content = archive.read(entry)
            if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
                found = _walk(content, rows).formulas
                sheet = names.get(entry, entry)
                formulas += [
                    _("%(sheet)s, cell %(cell)s") % {"sheet": sheet, "cell": cell}
                    for cell in found
                ]
    if formulas:
        raise Refusal(
            _("There are formulas in: %(cells)s. Write the texts themselves instead.")
            % {"cells": "; ".join(formulas[:FORMULAS_NAMED])}
        )


@dataclass(slots=True)
class _Walk:
    """What a walk through one XML part saw."""

    rows: int = ROW_LIMIT
    cell: str | None = None
    formulas: list[str] = field(default_factory=list)
    sheets: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        if tag == "c":
            self.cell = attributes.get("r", "")
        elif self.cell is not None and tag in {"v", "is"}:
            _demand_near(self.cell, self.rows)
        elif self.cell is not None and tag == "f":
            self.formulas.append(self.cell)
        elif tag == "sheet":
            own = {_local(key): value for key, value in attributes.items()}
            self.sheets[own.get("id", "")] = own.get("name", "")
        elif tag == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def end(self, name: str) -> None:
        if _local(name) == "c":
            self.cell = None

    def refuse_definitions(self, *_about: object) -> None:
        """No office program writes any; they serve to blow a file up."""
        raise Refusal(_("This file is damaged or is not what its name says."))


def _walk(content: bytes, rows: int = ROW_LIMIT) -> _Walk:
    walk = _Walk(rows)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.StartDoctypeDeclHandler = walk.refuse_definitions
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Refusal(_("This file is damaged or is not what its name says.")) from error
    return walk


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _demand_near(cell: str, rows: int) -> None:
    """Refuse a value far out: it would make the reader build millions of empty cells."""
    found = ADDRESS.fullmatch(cell)
    if not found:
        raise Refusal(_("This file is damaged or is not what its name says."))
    if int(found[2]) > rows or _column(found[1]) > COLUMN_LIMIT:
        raise Refusal(
            _("There is something in cell %(cell)s, far outside of the questions. Delete it.")
            % {"cell": cell}
        )


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _sheet_names(archive: ZipFile) -> dict[str, str]:
    """Return the names of the sheets by the entries that hold them."""
    targets = _walk(archive.read(LINKS)).targets if LINKS in archive.namelist() else {}
    return {
        posixpath.normpath(posixpath.join("/xl", targets[key])).lstrip("/"): name
        for key, name in _walk(archive.read(BOOK)).sheets.items()
        if key in targets
    }
