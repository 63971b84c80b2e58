"""Carry out the lines of a comparison by the services of the pages, and note what they refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal, Stale

from ...enums import AnswerKind, SetAsideBecause
from ...models import SetAside
from ...selectors.workbook import Book, BookRow
from ..answers import record_answer
from ..merging import texts_of
from ..sources import add_source, edit_source
from .diffing import Comparison, Line
from .shape import AnswerRow, Fault, SourceRow, cell_of
from .template import (
    ANSWER_COLUMNS,
    DAYS,
    SOURCE_COLUMNS,
    Column,
    Said,
    entered,
    letter,
    recorded,
)

MINE, THEIRS = "mine", "theirs"
CELLS = {"option": "choice", "kind": "choice"}
"""The columns of an answer that are named otherwise than the fields of the service."""


class Undecided(Stale):
    """Somebody recorded other texts meanwhile, and nobody has chosen between the two yet."""


def demand_decided(comparison: Comparison, choices: Mapping[str, str]) -> None:
    """Raise Undecided unless each clash has a choice that was made on what is recorded now."""
    ways = (MINE, THEIRS)
    open_ones = [
        line.code
        for line in comparison.clashes
        if choices.get(line.id) not in {f"{way}:{line.seen}" for way in ways}
    ]
    if open_ones:
        raise Undecided(
            _("Nothing was saved. Choose between the two texts of: %(codes)s.")
            % {"codes": ", ".join(open_ones)}
        )


def carry_out(
    *, book: Book, comparison: Comparison, choices: Mapping[str, str], by: User
) -> list[Fault]:
    """Enter the sources, then record the answers; return what was refused, cell by cell.

    The caller's transaction is open, holds the sheets, and undoes it all if anything is
    returned.
    """
    hand = _Hand(book, by)
    for line in comparison.lines:
        is_theirs = line.is_clash and choices[line.id].startswith(THEIRS)
        act = hand.source if isinstance(line.row, SourceRow) else hand.answer
        try:
            act(line, is_theirs=is_theirs)
        except (ValidationError, Refusal) as error:
            hand.faults += faults_of(line.row, error)
    return hand.faults


class _Hand:
    """Does line after line. SOURCES are by key, and the new ones by their numbers too."""

    def __init__(self, book: Book, by: User) -> None:
        self.book, self.by = book, by
        self.sources = {str(source.key): source for source in book.sources}
        self.faults: list[Fault] = []

    def source(self, line: Line, *, is_theirs: bool) -> None:
        row: SourceRow = line.row
        sheet = self.book.open_sheet
        if is_theirs:
            return
        if not row.key:
            fields = dict(_values(row.texts))
            self.sources[row.number] = add_source(sheet=sheet, by=self.by, **fields)
            return
        source = self.sources[row.key]
        before = entered(source)
        changed = {name: text for name, text in row.texts.items() if text != before[name]}
        given = dict(_values(changed))
        self.sources[row.key] = edit_source(source=source, sheet=sheet, by=self.by, **given)

    def answer(self, line: Line, *, is_theirs: bool) -> None:
        row: AnswerRow = line.row
        there = self.book.rows[row.code]
        if any(key not in self.sources for key in row.said.sources):
            # Its source was refused, which is told of the source.
            return
        if line.is_clash:
            self._set_aside(there, row.said if is_theirs else recorded(there), mine=is_theirs)
        if is_theirs:
            return
        said = row.said
        places = {str(place): option for place, option in enumerate(there.options, 1)}
        option = places.get(said.choice)
        record_answer(
            sheet=there.sheet,
            indicator=there.indicator,
            by=self.by,
            kind=AnswerKind.CHOSEN if option else said.choice,
            option=option,
            points=Fraction(said.points) if said.points else None,
            rationale=said.rationale,
            note=said.note,
            change_reason=said.change_reason,
            sources=[self.sources[key] for key in said.sources],
            expected_version=int(line.seen),
        )

    def _set_aside(self, there: BookRow, said: Said, *, mine: bool) -> None:
        """Keep the text that is not taken under the names that the page's form has."""
        content = {
            "option": said.choice,
            "points": said.points,
            "change_reason": said.change_reason,
            "rationale": said.rationale,
            "note": said.note,
            "sources": [str(self.sources[key].key) for key in said.sources],
        }
        SetAside.objects.create(
            assessment=there.sheet,
            indicator=there.indicator,
            reference_date=self.book.cut_off,
            content=texts_of(content),
            because=SetAsideBecause.CLASH,
            author_id=self.by.pk if mine else there.answer.answered_by_id,
        )


def _values(texts: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """Give texts as the values of a source's fields."""
    for name, text in texts.items():
        if name in DAYS:
            yield name, date.fromisoformat(text) if text else None
        elif name == "year":
            yield name, int(text) if text else None
        else:
            yield name, text


def faults_of(row: AnswerRow | SourceRow, error: Exception) -> Iterator[Fault]:
    """Say of each thing that a service refused in which cell it stands."""
    is_source = isinstance(row, SourceRow)
    columns = SOURCE_COLUMNS if is_source else ANSWER_COLUMNS
    first, code = ("number", row.number) if is_source else ("code", row.code)
    for name, message in _messages(error):
        cell = name if is_source else CELLS.get(name, name)
        column = letter(columns, cell if _is_there(columns, cell) else first)
        yield Fault(cell_of(row.sheet, column, row.line, code), message)


def _is_there(columns: tuple[Column, ...], name: str) -> bool:
    return any(column.name == name for column in columns)


def _messages(error: Exception) -> Iterator[tuple[str, str]]:
    if isinstance(error, Refusal):
        yield NON_FIELD_ERRORS, error.reason
    elif hasattr(error, "error_dict"):
        for name, messages in error.message_dict.items():
            yield from ((name, message) for message in messages)
    else:
        yield from ((NON_FIELD_ERRORS, message) for message in error.messages)
