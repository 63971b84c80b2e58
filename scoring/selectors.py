"""From settled answers to the engine's types: the only bridge there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from questionnaire.enums import AggregateKind, AnswerKind
from questionnaire.models import Aggregate, Answer, Assessment, Framework, Indicator, Round
from questionnaire.selectors.expert import cut_off_of
from questionnaire.selectors.tree import checksum_of, framework_document
from review.models import SettledAnswer

from .engine.missing import Status
from .engine.rounding import half_up
from .engine.score import Cell, Row, score
from .engine.tree import Methodology
from .enums import MethodState
from .models import Method

STATUS = {
    AnswerKind.CHOSEN: Status.OK,
    AnswerKind.EXCEPTIONAL: Status.OK,
    AnswerKind.NOT_APPLICABLE: Status.NOT_APPLICABLE,
    AnswerKind.UNKNOWN: Status.UNKNOWN,
}
"""What the engine calls each kind of answer."""


def newest_method() -> Method | None:
    """Return the method that was locked last, or None while there is none."""
    return (
        Method.objects.filter(state=MethodState.LOCKED).order_by("-updated_at", "-pk").first()
    )


def methodology_document(framework: Framework, method: Method) -> dict[str, Any]:
    """Return what an edition's methodology.json holds: the framework and the method block."""
    return {**framework_document(framework), "method": method.settings}


def engine_cells(round_: Round) -> tuple[Cell, ...]:
    """Return what the review of the round settled, sorted by country, indicator and date.

    A country that was excluded from the round is left out, whatever was settled before.
    """
    excluded = round_.participations.exclude(excluded_because="").values("country")
    settled = (
        SettledAnswer.objects.filter(round=round_)
        .exclude(country__in=excluded)
        .order_by("country__code", "indicator__code", "reference_date")
    )
    columns = ("country__code", "indicator__code", "reference_date", "kind", "points")
    return tuple(
        Cell(country, indicator, date.isoformat(), STATUS[AnswerKind(kind)], points)
        for country, indicator, date, kind, points in settled.values_list(*columns)
    )


def input_hash(methodology: dict[str, Any], cells: Iterable[Cell]) -> str:
    """Return the SHA-256 (hex) of all that a computation reads: same hash, same scores."""
    read = [
        [cell.country, cell.indicator, cell.date, str(cell.status), _text(cell.points)]
        for cell in cells
    ]
    return checksum_of({"methodology": methodology, "cells": read})


def _text(points: object) -> str:
    return "" if points is None else str(points)


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a composite and the recorded answer to it, if there is one."""

    indicator: Indicator
    answer: Answer | None

    @property
    def said(self) -> str:
        """What was answered, in the words of the option or of the kind."""
        if self.answer is None:
            return ""
        option = self.answer.option
        return option.label if option else str(self.answer.get_kind_display())


@dataclass(frozen=True, slots=True)
class Combination:
    """A row of a composite's table: an option of each part, and the points they give."""

    labels: tuple[str, ...]
    points: int
    is_present: bool


@dataclass(frozen=True, slots=True)
class CompositePage:
    """What the parts of a composite give together on one sheet.

    FIGURE is None while a part has no recorded answer, or where nothing says how to compute:
    FIGURE tells the two apart. COMBINATIONS are of a table only, and come with the figure.
    """

    composite: Aggregate
    parts: tuple[Part, ...]
    missing: tuple[Part, ...]
    figure: Row | None = None
    combinations: tuple[Combination, ...] = ()


def composite_page(sheet: Assessment, code: str) -> CompositePage:
    """Return what the recorded answers to the parts of a composite give, from the engine.

    Raises KeyError where the sheet asks no part of such a composite.
    """
    day = cut_off_of(sheet)
    asked = Indicator.objects.filter(
        strand_id=sheet.strand_id, parent__code=code, parent__kind=AggregateKind.COMPOSITE
    )
    indicators = list(
        asked.select_related("parent").prefetch_related("options").order_by("order")
    )
    if not indicators:
        raise KeyError(code)
    here = Answer.objects.filter(assessment=sheet, reference_date=day, indicator__in=indicators)
    answers = {answer.indicator_id: answer for answer in here.select_related("option")}
    parts = tuple(Part(one, answers.get(one.pk)) for one in indicators)
    composite, missing = indicators[0].parent, tuple(part for part in parts if not part.answer)
    method = None if missing else newest_method()
    if method is None:
        return CompositePage(composite, parts, missing)
    document = methodology_document(sheet.round.framework, method)
    methodology = Methodology.from_document(document)
    cells = [_cell(sheet, part, day.isoformat()) for part in parts]
    figure = next((row for row in score(methodology, cells).rows if row.node == code), None)
    rows = tuple(_combinations(methodology, parts, code)) if figure else ()
    return CompositePage(composite, parts, (), figure, rows)


def _cell(sheet: Assessment, part: Part, date: str) -> Cell:
    answer = part.answer
    status = STATUS[AnswerKind(answer.kind)]
    return Cell(sheet.country.code, part.indicator.code, date, status, _points(part))


def _combinations(
    methodology: Methodology, parts: tuple[Part, ...], code: str
) -> Iterator[Combination]:
    """Give the rows of the composite's table in words, the best first; none without a table."""
    table = methodology.nodes[code].table
    if table is None:
        return
    by_code = {part.indicator.code: part for part in parts}
    labels = {
        (part.indicator.code, Fraction(option.points)): option.label
        for part in parts
        for option in part.indicator.options.all()
    }
    places = [table.of.index(part.indicator.code) for part in parts]
    present = tuple(_points(by_code[one]) for one in table.of)
    for row, value in sorted(table.rows.items(), key=lambda line: line[1], reverse=True):
        yield Combination(
            labels=tuple(labels[table.of[place], row[place]] for place in places),
            points=half_up(value),
            is_present=row == present,
        )


def _points(part: Part) -> Fraction | None:
    option = part.answer.option
    return Fraction(option.points) if option else part.answer.points
