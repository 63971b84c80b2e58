"""First codings as plain rows for the figures of reliability: values, and no person at all.

Who coded is left out here already, under a pseudonym too: what counts is that two codings of
one question are by two people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from questionnaire.models import Round

from .codings import first_codings


@dataclass(frozen=True, slots=True)
class Coding:
    """One of the independent first codings of a question about one country on one day.

    CODER counts within the question, from 1: the sheet's own first, then what was coded
    beside it. IS_UNDER_REVIEW: the sheet's own, which the review may change. POINTS are exact;
    None for a KIND that earns none.
    """

    country: str
    day: date
    indicator: str
    coder: int
    is_under_review: bool
    kind: str
    points: Fraction | None


def independent_codings(round_: Round) -> Iterator[Coding]:
    """Give every first coding of the countries that take part, those of sheets before others.

    Four queries; the rows are streamed.
    """
    parts = round_.participations.exclude(excluded_because="")
    left_out = set(parts.values_list("country__code", flat=True))
    seen: Counter[tuple[str, str, date]] = Counter()
    for row in first_codings(round_):
        if row.country in left_out:
            continue
        cell = (row.country, row.indicator, row.day)
        seen[cell] += 1
        yield Coding(
            country=row.country,
            day=row.day,
            indicator=row.indicator,
            coder=seen[cell],
            is_under_review=seen[cell] == 1 and not row.is_blind,
            kind=row.kind,
            points=row.points,
        )
