"""The hidden sheet of a workbook: which template, of what, and what each row was based on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from mipex_site.base.errors import Refusal

from ...enums import ChangeReason, EvidenceRule
from ...selectors.workbook import Book
from .template import (
    ANSWER_COLUMNS,
    SOURCE_COLUMNS,
    VERSION,
    kinds_of,
    sources_name,
    without_option,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What the portal had written into a row, and whether all that was recorded.

    BASE is the version of the answer, or the fingerprint of what was recorded about the source.
    PRINT is the fingerprint of the row's cells.
    """

    base: str
    print: str
    is_whole: bool
    key: str = ""


@dataclass(slots=True)
class Strand:
    name: str
    answers: dict[str, Mark] = field(default_factory=dict)


@dataclass(slots=True)
class Marks:
    """The hidden sheet. `sources` are by number."""

    about: dict[str, tuple[str, ...]] = field(default_factory=dict)
    strands: dict[str, Strand] = field(default_factory=dict)
    sources: dict[str, Mark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the language in which the workbook was written."""

    answers: list[str]
    sources: list[str]
    sheet_of_sources: str
    kinds: dict[str, str]
    reasons: dict[str, str]
    without: dict[str, str]


def marks_of(rows: Sequence[Sequence[Any]]) -> Marks:
    """Read the hidden sheet. Raises Refusal where a line of it makes no sense."""
    marks = Marks()
    strand = None
    try:
        for row in rows:
            name, *parts = [str(part) for part in row]
            if name == "strand":
                strand = marks.strands[parts[0]] = Strand(parts[1])
            elif name == "answer" and strand:
                code, version, mark, whole = parts[:4]
                strand.answers[code] = Mark(str(int(version)), mark, whole == "yes")
            elif name == "source":
                number, base, mark, whole, key = parts[:5]
                marks.sources[number] = Mark(base, mark, whole == "yes", key)
            else:
                marks.about[name] = tuple(parts)
    except (ValueError, IndexError) as error:
        raise Refusal(changed_template()) from error
    return marks


def demand_of_book(marks: Marks, book: Book) -> None:
    """Raise Refusal unless the workbook was made for this book, by this template."""
    if _first(marks, "template") != VERSION:
        raise Refusal(
            _("This workbook has another template. Download a new one and copy into it.")
        )
    place = (book.round.code, book.country.code, str(book.coding))
    own = tuple(_first(marks, name) for name in ("round", "country", "coding"))
    if own != place:
        raise Refusal(
            _("This workbook is for %(own)s, and this page for %(place)s.")
            % {"own": " / ".join(own), "place": " / ".join(place)}
        )
    framework = book.round.framework
    if marks.about.get("framework", ())[:2] != (str(framework), framework.checksum):
        raise Refusal(
            _("The questions have changed since this workbook was made. Download a new one.")
        )
    sheets = {one.sheet.strand.code: one for one in book.sheets}
    for code, strand in marks.strands.items():
        if code not in sheets:
            raise Refusal(
                _("“%(sheet)s” is not, or no longer, open to you. Download a new workbook.")
                % {"sheet": strand.name}
            )
        if set(strand.answers) != {row.code for row in sheets[code].rows}:
            raise Refusal(changed_template())


def words_of(marks: Marks) -> Words:
    """Return the words of its drop-downs and headings, in its own language."""
    language = _first(marks, "language")
    known = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with override(known):
        return Words(
            answers=[str(column.heading) for column in ANSWER_COLUMNS],
            sources=[str(column.heading) for column in SOURCE_COLUMNS],
            sheet_of_sources=sources_name(),
            kinds=kinds_of(EvidenceRule.DATASET_CELL),
            reasons={reason.value: str(reason.label) for reason in ChangeReason},
            without=without_option(),
        )


def changed_template() -> str:
    return _(
        "The template of this workbook was changed: sheets, headings, codes and what is hidden"
        " must stay. Download a new one and copy your answers into it."
    )


def _first(marks: Marks, name: str) -> str:
    return (*marks.about.get(name, ()), "")[0]
