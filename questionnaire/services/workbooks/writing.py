"""Write one country's sheets as a workbook: texts only, so that nothing in it can run."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ...enums import ChangeReason
from ...models import Source, Standard
from ...selectors.workbook import Book, BookRow, BookSheet
from .front import write_front
from .template import (
    ANSWER_COLUMNS,
    FREE_SOURCES,
    HEADER,
    LISTS,
    PORTAL,
    SOURCE_COLUMNS,
    VERSION,
    Column,
    Said,
    choices_of,
    cut,
    entered,
    kinds_of,
    letter,
    plain,
    print_of,
    print_of_source,
    recorded,
    sheet_names,
    sources_name,
)

A4 = 9
TEXTS_ONLY = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
MAY_STILL = {"format_columns": True, "format_rows": True, "select_locked_cells": True}
EDGE = {"border": 1, "border_color": "#7d8784", "valign": "top", "text_wrap": True}
FORMATS = {
    "heading": EDGE | {"bold": True, "bg_color": "#eceeeb"},
    "locked": EDGE | {"bg_color": "#f5f6f4", "num_format": "@"},
    "input": EDGE | {"locked": False, "num_format": "@"},
    "title": {"bold": True, "font_size": 16},
    "words": {"valign": "top", "text_wrap": True},
    "name": {"valign": "top", "text_wrap": True, "font_color": "#55605d"},
    "strong": {"valign": "top", "text_wrap": True, "bold": True},
}


@dataclass(frozen=True, slots=True)
class _Made:
    """A workbook being written, and the lists that its drop-downs show."""

    file: Workbook
    formats: Mapping[str, Format]
    lists: Worksheet
    listed: list[str]

    def drop_down(self, words: Sequence[str]) -> dict[str, Any]:
        """Put words into a row of the hidden lists; return the rule that offers them."""
        line = len(self.listed)
        for at, word in enumerate(words):
            self.lists.write_string(line, at, word)
        self.listed.append(f"='{LISTS}'!$A${line + 1}:${_letters(len(words))}${line + 1}")
        return {
            "validate": "list",
            "source": self.listed[-1],
            "error_title": _("Pick from the list"),
            "error_message": _("Pick one of the answers of the list, as it stands there."),
        }


def write_workbook(book: Book, *, now: datetime) -> bytes:
    """Return the book as an XLSX file. NOW is told on its front sheet.

    No text of it is a formula, whatever it begins with, and it holds no points of options.
    """
    content = io.BytesIO()
    file = Workbook(content, TEXTS_ONLY)
    formats = {name: file.add_format(look) for name, look in FORMATS.items()}
    names = sheet_names(book)
    front = file.add_worksheet(_("Start"))
    strands = [file.add_worksheet(name) for name in names]
    sources = file.add_worksheet(sources_name())
    portal, lists = file.add_worksheet(PORTAL), file.add_worksheet(LISTS)
    made = _Made(file, formats, lists, [])
    write_front(front, book, formats, now=now)
    cells = _Cells(book)
    for page, one in zip(strands, book.sheets, strict=True):
        _write_strand(made, page, one, cells)
    _write_sources(made, sources, book, cells)
    _write_portal(portal, book, names, cells)
    for page in (front, *strands, sources):
        _print_setup(page, book)
    for page in (portal, lists):
        page.very_hidden()
        page.protect()
    file.set_properties({"title": str(book.country), "author": "", "created": now})
    file.close()
    return content.getvalue()


def _write_strand(made: _Made, page: Worksheet, one: BookSheet, cells: _Cells) -> None:
    _head(made, page, ANSWER_COLUMNS)
    reasons = made.drop_down([str(label) for label in ChangeReason.labels])
    places = {column.name: at for at, column in enumerate(ANSWER_COLUMNS)}
    for line, row in enumerate(one.rows, HEADER):
        may = bool(one.may_answer and row.may_answer) and _is_whole(row)
        texts = cells.answers[row.code]
        _write_row(made, page, line, ANSWER_COLUMNS, texts, may_change=may)
        page.data_validation(
            line,
            places["choice"],
            line,
            places["choice"],
            made.drop_down(list(choices_of(row.options).values())),
        )
        page.data_validation(
            line, places["change_reason"], line, places["change_reason"], reasons
        )


class _Cells:
    """What stands in each row: of the answers by code, of the sources by key."""

    def __init__(self, book: Book) -> None:
        self.numbers = {str(one.key): f"S{n}" for n, one in enumerate(book.sources, 1)}
        self.kinds = kinds_of(book.round.evidence_rule)
        self.answers = {code: self._of_answer(row) for code, row in book.rows.items()}
        self.sources = {one.key: self._of_source(one) for one in book.sources}

    def _of_answer(self, row: BookRow) -> dict[str, str]:
        said, words = _as_written(row), choices_of(row.options)
        reason = said.change_reason
        cited = sorted((self.numbers[key] for key in said.sources), key=_in_order)
        return {
            "code": row.code,
            "question": f"{row.indicator.title}\n\n{row.indicator.question}",
            "guidance": _guidance(row),
            "standard": "\n".join(map(_standard, row.standards)),
            "choice": words.get(said.choice, ""),
            "points": said.points,
            "rationale": said.rationale,
            "note": said.note,
            "change_reason": str(ChangeReason(reason).label) if reason else "",
            "sources": "; ".join(cited),
            **_earlier(row, words),
        }

    def _of_source(self, source: Source) -> dict[str, str]:
        cells = {name: cut(text) for name, text in entered(source).items()}
        cells["number"] = self.numbers[str(source.key)]
        cells["kind"] = self.kinds.get(source.kind, str(source.get_kind_display()))
        return cells


def _earlier(row: BookRow, words: Mapping[str, str]) -> dict[str, str]:
    if row.earlier is None:
        return {}
    places = {option.pk: str(place) for place, option in enumerate(row.options, 1)}
    choice = words[places.get(row.earlier.option_id, row.earlier.kind)]
    return {
        "earlier": f"{choice}\n({row.earlier.edition})",
        "earlier_day": row.earlier.reference_date.isoformat(),
    }


def _as_written(row: BookRow) -> Said:
    said = recorded(row)
    return replace(said, rationale=cut(said.rationale), note=cut(said.note))


def _is_whole(row: BookRow) -> bool:
    return _as_written(row) == recorded(row)


def _guidance(row: BookRow) -> str:
    told = [
        f"{place}. {option.description}"
        for place, option in enumerate(row.options, 1)
        if option.description
    ]
    return "\n\n".join(part for part in (row.indicator.guidance, "\n".join(told)) if part)


def _standard(standard: Standard) -> str:
    parts = (standard.title, standard.article, str(standard.year or ""))
    return ", ".join(part for part in parts if part)


def _in_order(number: str) -> int:
    return int(number[1:])


def _write_sources(made: _Made, page: Worksheet, book: Book, cells: _Cells) -> None:
    _head(made, page, SOURCE_COLUMNS)
    for line, source in enumerate(book.sources, HEADER):
        may = bool(book.may_answer) and source.pk not in book.read and _fits(source)
        texts = cells.sources[source.key]
        _write_row(made, page, line, SOURCE_COLUMNS, texts, may_change=may)
        # The number is how answers find it, so it stays even where the rest may change.
        page.write_string(line, 0, texts["number"], made.formats["locked"])
    first = HEADER + len(book.sources)
    for line in range(first, first + FREE_SOURCES):
        _write_row(made, page, line, SOURCE_COLUMNS, {}, may_change=bool(book.may_answer))
    rule = made.drop_down(list(cells.kinds.values()))
    page.data_validation(HEADER, 1, first + FREE_SOURCES - 1, 1, rule)


def _fits(source: Source) -> bool:
    return all(cut(text) == text for text in entered(source).values())


def _head(made: _Made, page: Worksheet, columns: Sequence[Column]) -> None:
    for at, column in enumerate(columns):
        page.set_column(at, at, column.width)
        page.write_string(HEADER - 1, at, str(column.heading), made.formats["heading"])
    page.freeze_panes(HEADER, 1)
    page.repeat_rows(HEADER - 1)
    page.protect("", MAY_STILL)


def _write_row(
    made: _Made,
    page: Worksheet,
    line: int,
    columns: Sequence[Column],
    cells: Mapping[str, str],
    *,
    may_change: bool,
) -> None:
    for at, column in enumerate(columns):
        text = plain(cells.get(column.name, ""))
        look = made.formats["input" if column.is_input and may_change else "locked"]
        if text:
            page.write_string(line, at, text, look)
        else:
            page.write_blank(line, at, None, look)


def _write_portal(page: Worksheet, book: Book, names: Sequence[str], cells: _Cells) -> None:
    """Write what the reader needs to know: of which sheets, and what each row was based on."""
    framework = book.round.framework
    rows: list[Sequence[str]] = [
        ("template", VERSION),
        ("framework", str(framework), framework.checksum),
        ("round", book.round.code),
        ("country", book.country.code),
        ("coding", str(book.coding)),
        ("language", get_language() or ""),
    ]
    for name, one in zip(names, book.sheets, strict=True):
        rows.append(("strand", one.sheet.strand.code, name))
        for row in one.rows:
            mark = print_of(ANSWER_COLUMNS, cells.answers[row.code])
            version = str(row.version)
            rows.append(("answer", row.code, version, mark, _yes_or_no(_is_whole(row))))
    for source in book.sources:
        texts = cells.sources[source.key]
        mark = print_of(SOURCE_COLUMNS, texts)
        about = (texts["number"], print_of_source(source), mark, _yes_or_no(_fits(source)))
        rows.append(("source", *about, str(source.key)))
    for line, parts in enumerate(rows):
        for at, part in enumerate(parts):
            page.write_string(line, at, part)


def _yes_or_no(said: object) -> str:
    return "yes" if said else "no"


def _print_setup(page: Worksheet, book: Book) -> None:
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    # An ampersand begins a code in a footer; doubled, it is itself.
    title = str(book.round).replace("&", "&&")
    page.set_footer(f"&L{title}, {book.country.code}, &A&R&P / &N")


def _letters(count: int) -> str:
    """Return the letter of the last of COUNT columns; no question has 26 answers."""
    return letter([Column(str(n), "", 0) for n in range(count)], str(count - 1))
