"""How values stand beside each other on a page: in words, in a table, and as a difference."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from questionnaire.enums import AnswerKind
from questionnaire.models import Option
from questionnaire.selectors.reviewer import BlindReading

from ..enums import AGREEING, OpinionKind
from ..selectors import CaseRow
from ..selectors.blind import OpinionView
from ..selectors.disputes import CodingReading

Value = tuple[str, int | None]
"""The kind of an answer and the key of its option: what makes two answers the same."""


def points_words(points: Fraction) -> str:
    """Write exact points: 75, 62.5, or 200/3 where no decimal number is exact."""
    rest = points.denominator
    places = 0
    while rest % 10 == 0 or rest % 5 == 0 or rest % 2 == 0:
        rest //= 10 if rest % 10 == 0 else 5 if rest % 5 == 0 else 2
        places += 1
    if rest != 1:
        return str(points)
    whole, part = divmod(int(points * 10**places), 10**places)
    return f"{whole}.{part:0{places}d}".rstrip("0") if part else str(whole)


def value_words(*, kind: str, option: Option | None, points: Fraction | None) -> str:
    """Say a value as people do: the option's label, or the kind of answer; nothing if sealed."""
    if option:
        return option.label
    if not kind:
        return ""
    if kind == AnswerKind.EXCEPTIONAL and points is not None:
        return _("Exceptional points: %(points)s") % {"points": points_words(points)}
    return capfirst(str(AnswerKind(kind).label))


def words_of(reading: BlindReading) -> str:
    return value_words(kind=reading.kind, option=reading.option, points=reading.points)


def value_of(reading: BlindReading) -> Value:
    return reading.kind, reading.option.pk if reading.option else None


def value_behind(opinion: OpinionView, reading: BlindReading) -> Value | None:
    """Return the value that an opinion stands for, or None where it names none."""
    if opinion.kind in AGREEING:
        return value_of(reading)
    if opinion.suggested:
        return AnswerKind.CHOSEN, opinion.suggested.pk
    return None


# --- The table of positions --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """What SIDE, a column, says of one line: a state for its shape and colour, and words."""

    side: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """An option, or a kind of answer that is none, and what each side says of it."""

    label: str
    text: str
    picked: bool
    marks: tuple[Mark | None, ...]


@dataclass(frozen=True, slots=True)
class Positions:
    """The options as lines, the sides as columns."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def positions(row: CaseRow, *, expert: str, codings: Iterable[CodingReading]) -> Positions:
    """Lay out who holds which option: the version before, each sheet, and oneself."""
    answer = ("answered", _("Answer"))
    columns: list[tuple[Mark, Value | None]] = []
    if row.before:
        title = _("Version %(n)d") % {"n": row.before.version}
        columns.append((Mark(title, "equals", _("Before")), value_of(row.before)))
    columns.append((Mark(expert or _("The expert"), *answer), value_of(row.reading)))
    for coding in codings:
        title = coding.who or _("Second sheet")
        columns.append((Mark(title, *answer), value_of(coding.reading)))
    if row.own:
        columns.append((_own_mark(row.own), value_behind(row.own, row.reading)))
    elif row.may_speak:
        columns.append((Mark(_("You"), *answer), None))
    readings = [row.before, row.reading, *(coding.reading for coding in codings)]
    held = {value_of(reading): reading for reading in readings if reading}
    return Positions(
        columns=tuple(mark.side for mark, _value in columns),
        lines=tuple(_lines(row, held, columns)),
    )


def _own_mark(own: OpinionView) -> Mark:
    if own.kind == OpinionKind.DISAGREE:
        return Mark(_("You"), "disagree", _("You suggest"))
    return Mark(_("You"), own.kind, _("You agree"))


def _lines(
    row: CaseRow,
    held: dict[Value, BlindReading],
    columns: list[tuple[Mark, Value | None]],
) -> Iterator[Line]:
    """Every option, and after them what is held although it is no option."""
    known: list[tuple[Value, str, str]] = [
        ((AnswerKind.CHOSEN, option.pk), option.label, option.description)
        for option in row.options
    ]
    known += [
        (value, words_of(reading), "")
        for value, reading in held.items()
        if value[0] != AnswerKind.CHOSEN
    ]
    for value, label, text in known:
        yield Line(
            label=label,
            text=text,
            picked=value == value_of(row.reading),
            marks=tuple(mark if its == value else None for mark, its in columns),
        )


# --- What changed in a reason ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text, and whether the other version has it not."""

    text: str
    differs: bool


def compared(before: str, now: str) -> tuple[list[Stretch], list[Stretch]]:
    """Return both texts word by word in stretches that stayed and stretches that did not."""
    old, new = re.findall(r"\S+\s*", before), re.findall(r"\S+\s*", now)
    same = [word.strip() for word in old], [word.strip() for word in new]
    left: list[Stretch] = []
    right: list[Stretch] = []
    # Without the rule for junk, frequent words of a long text would all count as changed.
    for tag, a, b, c, d in SequenceMatcher(None, *same, autojunk=False).get_opcodes():
        if b > a:
            left.append(Stretch("".join(old[a:b]), tag != "equal"))
        if d > c:
            right.append(Stretch("".join(new[c:d]), tag != "equal"))
    return left, right
