"""What the demonstration is played from: the published answers of 2019, cell by cell."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from django.conf import settings

DATA = Path(settings.BASE_DIR) / "data" / "mipex"
DAY = "2019-12-31"


@dataclass(frozen=True, slots=True)
class Fact:
    """One published answer: its points, and where in the workbook it stands."""

    country: str
    indicator: str
    points: Fraction
    exceptional: bool
    cell: str


def facts_of(day: str = DAY) -> dict[tuple[str, str], Fact]:
    """Return the published answers of DAY by country and indicator."""
    with (DATA / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["reference_date"] == day]
    facts = [
        Fact(
            country=row["country"],
            indicator=row["indicator"],
            points=Fraction(row["points"]),
            exceptional=row["kind"] == "exceptional",
            cell=row["workbook_cell"],
        )
        for row in rows
    ]
    return {(fact.country, fact.indicator): fact for fact in facts}
