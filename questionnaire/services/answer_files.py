"""Answers handed in as a CSV file: taken whole or refused whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..enums import AnswerKind
from .problems import BadFile, Problem, decoded

COLUMNS = ("country", "indicator", "reference_date", "kind", "points")
FULL_SCORE = 100
WITH_POINTS = (AnswerKind.CHOSEN, AnswerKind.EXCEPTIONAL)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer of a file.

    Shape   country: ISO 3166-1 alpha-2. points: None unless chosen or exceptional. rationale
            and workbook_cell are empty where the file has no such column. line: where the
            row begins, the header being 1.
    """

    country: str
    indicator: str
    reference_date: date
    kind: AnswerKind
    points: Fraction | None
    rationale: str
    workbook_cell: str
    line: int


def read_answers(
    path: Path, document: Mapping[str, Any], countries: Collection[str]
) -> list[AnswerRow]:
    """Read a file of answers to a framework, in the order of its rows.

    Shape   document: a framework document (reading.Document.data, or completed).
            countries: the alpha-2 codes that may answer. The file is UTF-8 CSV with COLUMNS,
            perhaps `rationale` and `workbook_cell`, and others that are ignored.
    Raises  BadFile with every problem of the file, each with its line.
    """
    text = decoded(path.read_bytes(), file=path.name)
    reading = _Reading(path.name, _points_by_indicator(document), frozenset(countries))
    rows = [row for row in reading.rows(text) if row is not None]
    if reading.problems:
        raise BadFile(reading.problems)
    return rows


def _points_by_indicator(document: Mapping[str, Any]) -> dict[str, frozenset[Fraction]]:
    return {
        indicator["code"]: frozenset(
            Fraction(option["points"]) for option in indicator["options"]
        )
        for indicator in document["indicators"]
    }


class _Fault(Exception):
    """A row cannot be used; the sentence says why."""


@dataclass(slots=True)
class _Reading:
    """One pass over a file, and the problems met on the way."""

    file: str
    options: Mapping[str, frozenset[Fraction]]
    countries: frozenset[str]
    problems: list[Problem] = field(default_factory=list)
    lines: dict[tuple[str, str, date], int] = field(default_factory=dict)

    def rows(self, text: str) -> Iterator[AnswerRow | None]:
        """Give a row for each record, or None where there is a problem."""
        records = csv.reader(io.StringIO(text, newline=""), strict=True)
        line = 1
        try:
            header = next(records, [])
            if not self._header_is_right(header):
                return
            line = records.line_num + 1
            for record in records:
                if record:
                    yield self._row(header, record, line)
                line = records.line_num + 1
        except csv.Error as error:
            self._fault(line, _("This is no CSV: %(reason)s.") % {"reason": error})

    def _fault(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.file, line, message))

    def _header_is_right(self, header: list[str]) -> bool:
        missing = [column for column in COLUMNS if column not in header]
        twice = {column for column in header if header.count(column) > 1}
        if missing:
            names = ", ".join(missing)
            self._fault(1, _("These columns are missing: %(names)s.") % {"names": names})
        if twice:
            names = ", ".join(sorted(twice))
            self._fault(1, _("These columns stand twice: %(names)s.") % {"names": names})
        return not missing and not twice

    def _row(self, header: list[str], record: list[str], line: int) -> AnswerRow | None:
        if len(record) != len(header):
            self._fault(
                line,
                _("This row has %(found)s fields and the header %(wanted)s.")
                % {"found": len(record), "wanted": len(header)},
            )
            return None
        try:
            row = self._answer(dict(zip(header, record, strict=True)), line)
            self._remember(row)
        except _Fault as fault:
            self._fault(line, str(fault))
            return None
        return row

    def _answer(self, fields: Mapping[str, str], line: int) -> AnswerRow:
        if fields["country"] not in self.countries:
            raise _Fault(_("The country “%(code)s” is unknown.") % {"code": fields["country"]})
        if fields["indicator"] not in self.options:
            code = fields["indicator"]
            raise _Fault(_("The indicator “%(code)s” is unknown.") % {"code": code})
        kind, points = _kind(fields["kind"]), _points(fields["points"])
        rationale = fields.get("rationale", "").strip()
        _demand_agreement(kind, points, rationale, self.options[fields["indicator"]])
        return AnswerRow(
            country=fields["country"],
            indicator=fields["indicator"],
            reference_date=_date(fields["reference_date"]),
            kind=kind,
            points=points,
            rationale=rationale,
            workbook_cell=fields.get("workbook_cell", ""),
            line=line,
        )

    def _remember(self, row: AnswerRow) -> None:
        cell = row.country, row.indicator, row.reference_date
        first = self.lines.setdefault(cell, row.line)
        if first != row.line:
            raise _Fault(
                _("The same country, indicator and date were answered on line %(line)s.")
                % {"line": first}
            )


def _kind(text: str) -> AnswerKind:
    if text not in AnswerKind.values:
        known = ", ".join(AnswerKind.values)
        raise _Fault(
            _("The kind “%(kind)s” is unknown; write one of %(known)s.")
            % {"kind": text, "known": known}
        )
    return AnswerKind(text)


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise _Fault(_("“%(text)s” is no date; write 2019-12-31.") % {"text": text})
    return day


def _points(text: str) -> Fraction | None:
    try:
        return Fraction(text) if text else None
    except (ValueError, ZeroDivisionError):
        raise _Fault(_("“%(text)s” is no number.") % {"text": text}) from None


def _demand_agreement(
    kind: AnswerKind, points: Fraction | None, rationale: str, options: frozenset[Fraction]
) -> None:
    """Raise _Fault unless the points are those that this kind of answer may have."""
    if kind not in WITH_POINTS:
        if points is not None:
            raise _Fault(_("An answer of the kind “%(kind)s” has no points.") % {"kind": kind})
        return
    if points is None:
        raise _Fault(_("The points are missing."))
    if kind == AnswerKind.CHOSEN and points not in options:
        raise _Fault(
            _("%(points)s points are no option, and the answer is not marked exceptional.")
            % {"points": points}
        )
    if kind == AnswerKind.EXCEPTIONAL:
        _demand_exceptional(points, rationale, options)


def _demand_exceptional(points: Fraction, rationale: str, options: frozenset[Fraction]) -> None:
    if not 0 <= points <= FULL_SCORE:
        raise _Fault(_("%(points)s points lie outside 0 to 100.") % {"points": points})
    if points in options:
        raise _Fault(
            _("%(points)s points are an option, so the answer is not exceptional.")
            % {"points": points}
        )
    if not rationale:
        raise _Fault(_("Exceptional points need a reason."))
