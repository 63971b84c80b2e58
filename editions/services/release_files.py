"""A published release as files: a framework, a method, answers, and the figures to agree with.

Everything is read and checked before anything is computed. What is wrong is said with file,
line and reason, and then nothing of the folder is used.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from questionnaire.services.answer_files import AnswerRow, read_answers
from questionnaire.services.framework import checking, reading
from questionnaire.services.framework.shape import completed
from questionnaire.services.problems import BadFile, Problem, decoded
from scoring.engine.method import Method

from .frozen import CountryFacts, MembershipFacts

Key = tuple[str, str, str]
"""Country, node and reference date (ISO)."""


@dataclass(frozen=True, slots=True)
class Release:
    """A folder that was read. PUBLISHED and DERIVED are the official figures by key."""

    document: dict[str, Any]
    countries: tuple[CountryFacts, ...]
    groups: tuple[MembershipFacts, ...]
    answers: tuple[AnswerRow, ...]
    derived: dict[Key, Fraction]
    published: dict[Key, Fraction]


def read_release(folder: Path) -> Release:
    """Read core.yaml, method.yaml and the tables of FOLDER.

    Only countries that answer are taken; unissued.csv and groups.csv may be absent.
    Raises BadFile with every problem of the first file that has one.
    """
    document = _document(folder)
    countries = _countries(folder / "countries.csv")
    answers = read_answers(folder / "answers.csv", document, list(countries))
    answering = sorted({row.country for row in answers})
    return Release(
        document=document,
        countries=tuple(countries[code] for code in answering),
        groups=tuple(_groups(folder / "groups.csv")),
        answers=tuple(answers),
        derived=read_figures(folder / "derived.csv", "points"),
        published=read_figures(folder / "published.csv", "score"),
    )


def _document(folder: Path) -> dict[str, Any]:
    """Return the methodology: the framework's document, its method, what was left out."""
    found = reading.read(_there(folder / "core.yaml"))
    if problems := checking.check(found):
        raise BadFile(problems)
    document = {**completed(found.data), "method": _method(folder / "method.yaml")}
    left_out = folder / "unissued.csv"
    if left_out.is_file():
        columns = ("country", "node", "reference_date", "reason")
        document["unissued"] = [
            {column: row[column] for column in columns} for __, row in _rows(left_out, columns)
        ]
    return document


def _there(path: Path) -> Path:
    if not path.is_file():
        raise BadFile([Problem(path.name, 1, _("This file is missing."))])
    return path


def _method(path: Path) -> dict[str, Any]:
    text = decoded(_there(path).read_bytes(), file=path.name)
    try:
        block = yaml.safe_load(text)
        Method.from_block(block)
    except (ValueError, TypeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        reason = _("This is no method: %(reason)s.") % {"reason": error}
        raise BadFile([Problem(path.name, line, reason)]) from error
    return block


def _countries(path: Path) -> dict[str, CountryFacts]:
    rows = _rows(path, ("code", "alpha3", "name"))
    return {
        row["code"]: CountryFacts(row["code"], row["alpha3"], row["name"]) for __, row in rows
    }


def _groups(path: Path) -> list[MembershipFacts]:
    if not path.is_file():
        return []
    rows = _rows(path, ("group", "title", "country", "from", "to"))
    found = [_membership(path, line, row) for line, row in rows]
    return sorted(found, key=lambda each: (each.group, each.country, each.first_day))


def _membership(path: Path, line: int, row: Mapping[str, str]) -> MembershipFacts:
    first = _at(path, line, date.fromisoformat, row["from"])
    last = _at(path, line, date.fromisoformat, row["to"]) if row["to"] else None
    return MembershipFacts(row["group"], row["title"], row["country"], first, last)


def read_figures(path: Path, column: str) -> dict[Key, Fraction]:
    """Read official figures by country, node and date; COLUMN holds the number.

    Raises BadFile on a missing column, a number that is none, or a key that stands twice.
    """
    figures: dict[Key, Fraction] = {}
    for line, row in _rows(path, ("country", "node", "reference_date", column)):
        key = (row["country"], row["node"], row["reference_date"])
        if key in figures:
            reason = _("%(key)s stands twice.") % {"key": " ".join(key)}
            raise BadFile([Problem(path.name, line, reason)])
        figures[key] = _at(path, line, Fraction, row[column])
    return figures


def _at(path: Path, line: int, convert: Callable[[str], Any], text: str) -> Any:
    try:
        return convert(text)
    except (ValueError, ZeroDivisionError) as error:
        reason = _("“%(text)s” is no value here.") % {"text": text}
        raise BadFile([Problem(path.name, line, reason)]) from error


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each row with its line. Raises BadFile on a missing file, column or field."""
    text = decoded(_there(path).read_bytes(), file=path.name)
    lines = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in columns if column not in (lines.fieldnames or ())]
    if missing:
        reason = _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}
        raise BadFile([Problem(path.name, 1, reason)])
    for row in lines:
        if None in row or None in row.values():
            reason = _("This row has more or fewer fields than the header.")
            raise BadFile([Problem(path.name, lines.line_num, reason)])
        yield lines.line_num, row
