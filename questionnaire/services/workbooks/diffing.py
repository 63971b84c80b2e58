"""What a workbook would change, against what is recorded now: new, changed, or a clash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ...enums import ChangeReason
from ...models import Source
from ...selectors.workbook import Book, BookRow
from .shape import AnswerRow, Filled, SourceRow
from .template import (
    ANSWER_COLUMNS,
    SOURCE_COLUMNS,
    Said,
    choices_of,
    entered,
    kinds_of,
    print_of_source,
    recorded,
)

NEW, CHANGED, CLASH = "new", "changed", "clash"


@dataclass(frozen=True, slots=True)
class Field:
    """One field that would be another: what is recorded, and what the workbook says."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row that would change something.

    SEEN is what a choice between two texts is bound to: the recorded version, or the
    fingerprint of the recorded source. HAS_DRAFT: somebody is typing on the question's page.
    """

    id: str
    code: str
    title: str
    kind: str
    seen: str
    fields: tuple[Field, ...]
    row: AnswerRow | SourceRow
    has_draft: bool = False

    @property
    def is_clash(self) -> bool:
        return self.kind == CLASH


@dataclass(frozen=True, slots=True)
class Comparison:
    """The lines in the order of the workbook, sources first; UNCHANGED counts the other rows."""

    lines: tuple[Line, ...]
    unchanged: int

    def count(self, kind: str) -> int:
        return sum(line.kind == kind for line in self.lines)

    @property
    def clashes(self) -> list[Line]:
        return [line for line in self.lines if line.is_clash]


def compare(book: Book, filled: Filled) -> Comparison:
    """Compare what was filled in with BOOK, which is read anew at each look."""
    lines = [*_source_lines(book, filled.sources), *_answer_lines(book, filled)]
    touched = len(filled.sources) + len(filled.answers)
    return Comparison(tuple(lines), filled.untouched + touched - len(lines))


def _source_lines(book: Book, rows: Sequence[SourceRow]) -> Iterator[Line]:
    known = {str(source.key): source for source in book.sources}
    labels = {column.name: str(column.heading) for column in SOURCE_COLUMNS}
    kinds = kinds_of(book.round.evidence_rule)
    for row in rows:
        source = known.get(row.key)
        before = entered(source) if source else dict.fromkeys(row.texts, "")
        fields = tuple(
            Field(labels[name], kinds.get(before[name], before[name]), kinds.get(text, text))
            for name, text in row.texts.items()
            if text != before[name]
        )
        if fields:
            yield Line(
                id=f"source-{row.number}",
                code=row.number,
                title=str(source) if source else row.texts["title"],
                kind=_kind_of_source(source, row),
                seen=print_of_source(source) if source else "",
                fields=fields,
                row=row,
            )


def _kind_of_source(source: Source | None, row: SourceRow) -> str:
    if source is None:
        return NEW
    return CHANGED if print_of_source(source) == row.base else CLASH


def _answer_lines(book: Book, filled: Filled) -> Iterator[Line]:
    words = _Words(book, filled)
    for row in filled.answers:
        there = book.rows[row.code]
        now = recorded(there)
        if row.said == now:
            continue
        is_clash = row.base != there.version
        yield Line(
            id=f"answer-{row.code}",
            code=row.code,
            title=there.indicator.title,
            kind=CLASH if is_clash else CHANGED if there.answer else NEW,
            seen=str(there.version),
            fields=tuple(words.fields(there, now, row.said)),
            row=row,
            has_draft=there.draft is not None,
        )


class _Words:
    """Says the fields of an answer as people read them."""

    def __init__(self, book: Book, filled: Filled) -> None:
        self.labels = {column.name: str(column.heading) for column in ANSWER_COLUMNS}
        self.sources = {str(source.key): str(source) for source in book.sources}
        new = [row for row in filled.sources if not row.key]
        named = _("%(number)s %(title)s")
        for row in new:
            self.sources[row.number] = named % {
                "number": row.number,
                "title": row.texts["title"],
            }

    def fields(self, there: BookRow, old: Said, new: Said) -> Iterator[Field]:
        choices = choices_of(there.options)
        reasons = {reason.value: str(reason.label) for reason in ChangeReason}
        for name in Said.__slots__:
            one, other = getattr(old, name), getattr(new, name)
            if one == other:
                continue
            if name == "sources":
                yield Field(str(_("Sources")), self._cited(one), self._cited(other))
            else:
                known = {"choice": choices, "change_reason": reasons}.get(name, {})
                yield Field(self.labels[name], known.get(one, one), known.get(other, other))

    def _cited(self, keys: Sequence[str]) -> str:
        return "\n".join(self.sources.get(key, key) for key in keys)
