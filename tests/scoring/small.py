"""Small methodologies for tests: a framework document in a few lines."""

from fractions import Fraction
from typing import Any

from scoring.engine.missing import Status
from scoring.engine.score import Cell
from scoring.engine.tree import Methodology

DATE = "2019-12-31"

METHOD = {
    "rank_on": "shown",
    "rounding": "half_up",
    "coverage": {
        "composite": "any",
        "dimension": "any",
        "strand": "any",
        "index": "every",
        "group": "2/3",
    },
    "bands": [{"code": "low", "from": 0, "to": 59}, {"code": "high", "from": 60, "to": 100}],
}


def options(*points: int) -> list[dict[str, Any]]:
    return [{"points": value, "label": f"{value} points."} for value in points or (100, 50, 0)]


def indicator(code: str, parent: str, **keys: Any) -> dict[str, Any]:
    return {"code": code, "parent": parent, "options": options(), **keys}


def strand(code: str, **keys: Any) -> dict[str, Any]:
    return {"code": code, "kind": "strand", "rule": "mean", **keys}


def dimension(code: str, parent: str, **keys: Any) -> dict[str, Any]:
    return {"code": code, "kind": "dimension", "parent": parent, "rule": "mean", **keys}


def document(aggregates: list, indicators: list, **keys: Any) -> dict[str, Any]:
    """A document with one index over all its strands, and the method above."""
    strands = [entry["code"] for entry in aggregates if entry["kind"] == "strand"]
    return {
        "aggregates": aggregates,
        "indicators": indicators,
        "indexes": [{"code": "overall", "headline": True, "strands": strands}],
        "method": METHOD,
        **keys,
    }


def two_strands(**keys: Any) -> dict[str, Any]:
    """Strand s has i1 to i3, and strand t has i4 and i5."""
    asked = [indicator(f"i{at}", "s") for at in (1, 2, 3)]
    asked += [indicator(f"i{at}", "t") for at in (4, 5)]
    return document([strand("s"), strand("t")], asked, **keys)


def cell(indicator_: str, points: object, *, country: str = "PT", date: str = DATE) -> Cell:
    """An answer; POINTS is a number, or the status of one that has none."""
    if isinstance(points, Status):
        return Cell(country, indicator_, date, points, None)
    return Cell(country, indicator_, date, Status.OK, Fraction(points))


def built(document_: dict[str, Any]) -> Methodology:
    return Methodology.from_document(document_)
