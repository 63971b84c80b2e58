"""Read a workbook back: which rows somebody touched, and each cell that cannot be taken."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from mipex_site.base.errors import Refusal

from ...enums import AnswerKind
from ...selectors.workbook import Book, BookRow
from . import cells
from .cells import BadCell
from .marks import Marks, Strand, Words, changed_template, demand_of_book, marks_of, words_of
from .shape import AnswerRow, Fault, Filled, SourceRow, cell_of
from .template import (
    ANSWER_COLUMNS,
    DAYS,
    HEADER,
    NOTHING,
    PORTAL,
    SOURCE_COLUMNS,
    START_AT,
    Column,
    Said,
    choices_of,
    label_of,
    letter,
    print_of,
    recorded,
)

CANNOT_BE_EMPTIED = ("choice", "rationale", "note", "change_reason", "sources")


def read_workbook(book: Book, file: io.BytesIO) -> Filled:
    """Return what somebody changed in a workbook that safety has passed.

    Raises Refusal where it is not this book's, or its template was changed. What is wrong in
    single cells is in the faults of the result.
    """
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        tables = {
            name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in workbook.sheet_names
        }
    except (CalamineError, OSError, ValueError) as error:
        raise Refusal(_("This file is damaged or is not what its name says.")) from error
    if PORTAL not in tables:
        raise Refusal(
            _("This workbook did not come from this portal, or its hidden sheet is gone.")
        )
    marks = marks_of(tables[PORTAL])
    demand_of_book(marks, book)
    reader = _Reader(book, marks, words_of(marks))
    reader.read_sources(_lines(tables, reader.words.sheet_of_sources, reader.words.sources))
    for strand in marks.strands.values():
        reader.read_strand(strand, _lines(tables, strand.name, reader.words.answers))
    return reader.filled


def _lines(
    tables: Mapping[str, list[list[object]]], name: str, headings: Sequence[str]
) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of a sheet that hold something, each with its line, as texts."""
    table = tables.get(name, [])
    rows = [[cells.text_of(value) for value in row[: len(headings)]] for row in table]
    if not rows or rows[HEADER - 1] != list(headings):
        raise Refusal(changed_template())
    for line, row in enumerate(rows[HEADER:], START_AT):
        if any(row):
            yield line, row


@dataclass(slots=True)
class _Place:
    """A row being read: it collects the faults of its cells."""

    sheet: str
    line: int
    columns: Sequence[Column]
    texts: dict[str, str]
    code: str = ""
    faults: list[Fault] = field(default_factory=list)

    def fault(self, name: str, message: str) -> None:
        where = cell_of(self.sheet, letter(self.columns, name), self.line, self.code)
        self.faults.append(Fault(where, message))

    def take(self, name: str, read: Callable[[str], str]) -> str:
        """Return a cell as READ understands it; where it does not, note the fault."""
        text = self.texts.get(name, "")
        try:
            return read(text) if text else ""
        except BadCell as bad:
            self.fault(name, str(bad))
            return ""


class _Reader:
    def __init__(self, book: Book, marks: Marks, words: Words) -> None:
        self.book, self.marks, self.words = book, marks, words
        self.filled = Filled()
        known = {str(source.key) for source in book.sources}
        self.keys = {n: mark.key for n, mark in marks.sources.items() if mark.key in known}
        self.new: set[str] = set()

    # --- sources ---------------------------------------------------------------------------

    def read_sources(self, lines: Iterable[tuple[int, list[str]]]) -> None:
        seen: set[str] = set()
        name = self.words.sheet_of_sources
        for line, row in lines:
            texts = _named(SOURCE_COLUMNS, row)
            place = _Place(name, line, SOURCE_COLUMNS, texts, texts["number"])
            number = place.take("number", cells.source_number)
            if not number and not place.faults:
                place.fault("number", _("Give this source a number of its own, such as S9."))
            elif number in seen:
                place.fault("number", _("This number stands here twice."))
            elif number:
                seen.add(number)
                self._read_source(place, number)
            self.filled.faults += place.faults
        for number in self.marks.sources.keys() - seen:
            self.filled.faults.append(
                Fault(name, _("%(number)s is missing. Put its row back.") % {"number": number})
            )

    def _read_source(self, place: _Place, number: str) -> None:
        mark = self.marks.sources.get(number)
        if mark and print_of(SOURCE_COLUMNS, place.texts) == mark.print:
            self.filled.untouched += 1
            return
        self.new |= set() if mark else {number}
        if mark and number not in self.keys:
            place.fault("number", _("This source is no longer there. Download a new workbook."))
            return
        kinds = self.words.kinds
        readers = {"kind": lambda text: cells.picked(text, kinds), "year": cells.year}
        readers |= dict.fromkeys(DAYS, cells.day)
        names = [column.name for column in SOURCE_COLUMNS[1:]]
        texts = {name: place.take(name, readers.get(name, cells.prose)) for name in names}
        if mark and not mark.is_whole:
            place.fault("title", _too_long())
        for name in ("kind", "title"):
            if not place.texts[name]:
                place.fault(name, _("A source needs this."))
        if not place.faults:
            key, base = (mark.key, mark.base) if mark else ("", "")
            row = SourceRow(number, place.sheet, place.line, key, base, texts)
            self.filled.sources.append(row)

    # --- answers ---------------------------------------------------------------------------

    def read_strand(self, strand: Strand, lines: Iterable[tuple[int, list[str]]]) -> None:
        seen: set[str] = set()
        for line, row in lines:
            texts = _named(ANSWER_COLUMNS, row)
            code = texts["code"]
            place = _Place(strand.name, line, ANSWER_COLUMNS, texts, code)
            if code not in strand.answers:
                place.fault("code", _("This is not the code of a question of this sheet."))
            elif code in seen:
                place.fault("code", _("This question stands here twice."))
            else:
                seen.add(code)
                self._read_answer(place, strand)
            self.filled.faults += place.faults
        for code in strand.answers:
            if code not in seen:
                words = _("%(code)s is missing. Put its row back.") % {"code": code}
                self.filled.faults.append(Fault(strand.name, words))

    def _read_answer(self, place: _Place, strand: Strand) -> None:
        row, mark = self.book.rows[place.code], strand.answers[place.code]
        if print_of(ANSWER_COLUMNS, place.texts) == mark.print:
            self.filled.untouched += 1
            return
        said = Said(
            choice=self._choice(place, row),
            points=place.take("points", cells.points),
            rationale=place.take("rationale", cells.prose),
            note=place.take("note", cells.prose),
            change_reason=place.take(
                "change_reason", lambda text: cells.picked(text, self.words.reasons)
            ),
            sources=self._cited(place),
        )
        self._judge(place, row, said, int(mark.base))
        if not mark.is_whole:
            place.fault("rationale", _too_long())
        if int(mark.base) > row.version:
            raise Refusal(changed_template())
        if not place.faults:
            self.filled.answers.append(
                AnswerRow(place.code, place.sheet, place.line, int(mark.base), said)
            )

    def _judge(self, place: _Place, row: BookRow, said: Said, base: int) -> None:
        """Note what the cells of a row say against each other and what is recorded."""
        now = recorded(row)
        if base and said == NOTHING and not place.faults:
            place.fault("choice", _emptied())
            return
        if base == row.version:
            for name in CANNOT_BE_EMPTIED:
                if getattr(now, name) and not place.texts[name]:
                    place.fault(name, _emptied())
        if not place.texts["choice"] and not (base == row.version and now.choice):
            place.fault("choice", _("There is text in this row, but no answer. Pick one."))
        is_exceptional = said.choice == AnswerKind.EXCEPTIONAL
        if is_exceptional and not place.texts["points"]:
            place.fault("points", _("Say how many points, or pick an option."))
        if place.texts["points"] and said.choice and not is_exceptional:
            place.fault("points", _("Only an exceptional answer has points of its own."))

    def _choice(self, place: _Place, row: BookRow) -> str:
        text = place.texts["choice"]
        words = choices_of(row.options) | self.words.without
        labels = [label_of(option) for option in row.options]
        alone = {str(n): one for n, one in enumerate(labels, 1) if labels.count(one) == 1}
        for known in (words, alone):
            try:
                return cells.picked(text, known) if text else ""
            except BadCell as bad:
                words_of_it = str(bad)
        other = self._whose_option(text)
        if other:
            words_of_it = _("This is an option of another question, %(code)s.") % {
                "code": other
            }
        place.fault("choice", words_of_it)
        return ""

    def _whose_option(self, text: str) -> str:
        for code, row in self.book.rows.items():
            if text in choices_of(row.options).values():
                return code
        return ""

    def _cited(self, place: _Place) -> tuple[str, ...]:
        text = place.texts["sources"]
        try:
            numbers = cells.source_numbers(text) if text else []
        except BadCell as bad:
            place.fault("sources", str(bad))
            return ()
        for number in numbers:
            if number not in self.keys and number not in self.new:
                words = _("%(number)s is not on the sheet “%(sheet)s”.")
                sheet = self.words.sheet_of_sources
                place.fault("sources", words % {"number": number, "sheet": sheet})
        return tuple(sorted(self.keys.get(number, number) for number in numbers))


def _named(columns: Sequence[Column], row: Sequence[str]) -> dict[str, str]:
    texts = [*row, *[""] * (len(columns) - len(row))]
    return {column.name: text for column, text in zip(columns, texts, strict=False)}


def _emptied() -> str:
    return _(
        "What is recorded cannot be emptied here. Write it again, or change it on its page."
    )


def _too_long() -> str:
    return _("A text of this row is longer than a workbook holds. Change it on its page.")
