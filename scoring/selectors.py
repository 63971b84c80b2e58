"""From settled answers to the engine's types: the only bridge there is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from questionnaire.enums import AnswerKind
from questionnaire.models import Framework, Round
from questionnaire.selectors.tree import checksum_of, framework_document
from review.models import SettledAnswer

from .engine.missing import Status
from .engine.score import Cell
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
