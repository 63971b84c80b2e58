"""What writer and reader of a workbook agree on: sheets, columns, words, fingerprints."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...enums import TEXT_LIMIT, AnswerKind, EvidenceRule, SourceKind
from ...models import Option, Source
from ...selectors.workbook import Book, BookRow

VERSION = "1"
START_AT, HEADER = 2, 1
"""The first line of the rows, and the one of the headings, as people count them."""
PORTAL, LISTS = "_portal", "_lists"
CELL_LIMIT, CUT_AT = 32_000, 16_000
"""What a cell holds, in the halves of characters that Excel counts; where a longer text ends."""
ROW_LIMIT, COLUMN_LIMIT = 2_000, 64
FREE_SOURCES = 60
"""Empty rows below the sources, for new ones."""
LABEL_LIMIT = 200
NAME_LIMIT = 31
"""Excel's own limit to the name of a sheet."""

NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML cannot hold, and no person types."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet. WIDTH is in characters; what is no input is locked."""

    name: str
    heading: Promise
    width: int
    is_input: bool = True


ANSWER_COLUMNS = (
    Column("code", gettext_lazy("Code"), 9, is_input=False),
    Column("question", gettext_lazy("Question"), 44, is_input=False),
    Column("guidance", gettext_lazy("Guidance"), 44, is_input=False),
    Column("standard", gettext_lazy("Measured against"), 26, is_input=False),
    Column("choice", gettext_lazy("Answer"), 36),
    Column("points", gettext_lazy("Points (only if exceptional)"), 14),
    Column("rationale", gettext_lazy("Why this option"), 52),
    Column("note", gettext_lazy("Note for the review"), 30),
    Column("change_reason", gettext_lazy("What happened, if it changed"), 24),
    Column("sources", gettext_lazy("Sources, such as S1; S4"), 18),
    Column("earlier", gettext_lazy("Last edition"), 36, is_input=False),
    Column("earlier_day", gettext_lazy("Last edition: as of"), 14, is_input=False),
)
SOURCE_COLUMNS = (
    Column("number", gettext_lazy("Number"), 9),
    Column("kind", gettext_lazy("What it is"), 20),
    Column("title", gettext_lazy("Title"), 44),
    Column("article", gettext_lazy("Article or paragraph"), 22),
    Column("year", gettext_lazy("Year"), 8),
    Column("jurisdiction", gettext_lazy("Jurisdiction"), 18),
    Column("publisher", gettext_lazy("Publisher"), 24),
    Column("url", gettext_lazy("Link"), 30),
    Column("language", gettext_lazy("Language"), 10),
    Column("in_force_from", gettext_lazy("In force from"), 14),
    Column("in_force_until", gettext_lazy("In force until"), 14),
    Column("published_on", gettext_lazy("Published on"), 14),
    Column("checked_on", gettext_lazy("Checked on"), 14),
    Column("quote", gettext_lazy("Quote in the original"), 44),
    Column("quote_translated", gettext_lazy("Quote translated"), 44),
    Column("note", gettext_lazy("Note"), 30),
)
DAYS = ("in_force_from", "in_force_until", "published_on", "checked_on")
GIVEN = tuple(column.name for column in SOURCE_COLUMNS[1:])
"""What a workbook says about a source; all else about it stays as it is."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one row says of an answer, as texts; all are empty where it says nothing.

    CHOICE is an option's place ("1"), or a kind of having none. SOURCES are keys of sources,
    and of new ones their numbers, sorted.
    """

    choice: str = ""
    points: str = ""
    rationale: str = ""
    note: str = ""
    change_reason: str = ""
    sources: tuple[str, ...] = ()


NOTHING = Said()


def letter(columns: Sequence[Column], name: str) -> str:
    """Return the letter of a column: no table here is wider than the alphabet."""
    return chr(ord("A") + [column.name for column in columns].index(name))


def plain(text: str) -> str:
    """Return a text as the workbook gives it back: one kind of line end, nothing around it."""
    return NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def sheet_names(book: Book) -> list[str]:
    """Name the sheets of the strands in their order; Excel allows 31 characters, each once."""
    names: list[str] = []
    for number, one in enumerate(book.sheets, 1):
        name = _("Strand %(code)s") % {"code": one.sheet.strand.code}
        taken = {other.casefold() for other in names}
        if len(name) > NAME_LIMIT or name.casefold() in taken:
            name = _("Strand no. %(n)d") % {"n": number}
        names.append(name)
    return names


def sources_name() -> str:
    return _("Sources")


def without_option() -> dict[str, str]:
    """Return the words of the drop-down for what is no option, by kind."""
    return {kind.value: str(kind.label) for kind in AnswerKind if kind != AnswerKind.CHOSEN}


def choices_of(options: Iterable[Option]) -> dict[str, str]:
    """Return the words of a question's drop-down by what they stand for. No points in them."""
    numbered = {str(n): f"{n}. {label_of(one)}" for n, one in enumerate(options, 1)}
    return numbered | without_option()


def label_of(option: Option) -> str:
    """Return an option's label on one line, and no longer than a drop-down holds."""
    label = " ".join(plain(option.label).split())
    return label if len(label) <= LABEL_LIMIT else f"{label[:LABEL_LIMIT]}…"


def kinds_of(rule: str) -> dict[str, str]:
    """Return the words of the drop-down for a source's kind, by kind."""
    return {
        kind.value: str(kind.label)
        for kind in SourceKind
        if kind != SourceKind.DATASET or rule == EvidenceRule.DATASET_CELL
    }


def recorded(row: BookRow) -> Said:
    """Return what is recorded for a question as its row says it."""
    answer = row.answer
    if answer is None:
        return NOTHING
    places = {option.pk: str(place) for place, option in enumerate(row.options, 1)}
    return Said(
        choice=places.get(answer.option_id, answer.kind),
        points="" if answer.points is None else str(answer.points),
        rationale=plain(answer.rationale),
        note=plain(answer.note),
        change_reason=answer.change_reason,
        sources=tuple(sorted(str(source.key) for source in row.sources)),
    )


def entered(source: Source) -> dict[str, str]:
    """Return what is recorded about a source as texts, days as 2019-12-31."""
    values = {name: getattr(source, name) for name in GIVEN}
    return {name: "" if value is None else plain(str(value)) for name, value in values.items()}


def fits(text: str) -> bool:
    """Whether a text can be changed in a workbook: no longer than we take, or a cell holds."""
    return len(text) <= TEXT_LIMIT and len(text.encode("utf-16-le")) // 2 <= CELL_LIMIT


def cut(text: str) -> str:
    return text if fits(text) else f"{text[:CUT_AT]}…"


def print_of(columns: Sequence[Column], cells: Mapping[str, str]) -> str:
    """Return the fingerprint of a row's inputs: by it the reader sees that nobody touched them."""
    return _print([plain(cells.get(one.name, "")) for one in columns if one.is_input])


def print_of_source(source: Source) -> str:
    """Return the fingerprint of what is recorded about a source, in whatever language."""
    return _print(list(entered(source).values()))


def _print(texts: list[str]) -> str:
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:20]
