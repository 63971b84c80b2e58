"""A draw computed as a stranger would: from its row of design.csv, by the exact engine.

Nothing of scoring.engine.robustness is used. The draw is turned into a methodology and answers of
its own, and these are scored.
"""

import math
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import Any

from scoring.engine.missing import Status
from scoring.engine.score import Cell, score
from scoring.engine.tree import Methodology

PRIME = 2**31 - 1
RULES = {
    "arithmetic": "weighted_mean",
    "geometric": "geometric_mean",
    "harmonic": "harmonic_mean",
}
AVERAGES = {"mean", *RULES.values()}
GAPS = {Status.UNKNOWN, Status.NOT_COLLECTED, Status.WITHHELD}


def place_of(cell: Cell) -> tuple[str, str]:
    return cell.country, cell.indicator


def number(row: Mapping[str, str], factor: str, place: int) -> float:
    """Return u_j of the draw."""
    c1, c2, c3, c4 = (int(row[f"{factor}_{at}"]) for at in (1, 2, 3, 4))
    return ((c1 + c2 * place + c3 * place**2 + c4 * place**3) % PRIME) / PRIME


def replayed(
    document: Mapping[str, Any],
    cells: list[Cell],
    row: Mapping[str, str],
    spec: Mapping[str, Any],
) -> dict[str, Fraction | None]:
    """Return each country's score in the draw ROW; SPEC is what spec.json says."""
    tree = deepcopy(dict(document))
    factors = spec["factors"]
    countries = sorted({cell.country for cell in cells})
    fillings = []
    if row.get("missing", "") not in {"", "renormalise"}:
        fillings = filled(tree, cells, row["missing"], countries)
    if "coder_1" in row:
        cells = slipped(tree, cells, row, factors["coder"], countries)
    cells = [each for each in cells if place_of(each) not in set(map(place_of, fillings))]
    cells += fillings
    weigh(tree, row, factors.get("weights", {}))
    if row.get("aggregation"):
        for part in (*tree["aggregates"], *tree["indexes"]):
            if part.get("rule", "weighted_mean") in AVERAGES:
                part["rule"] = RULES[row["aggregation"]]
    leave_out(tree, row.get("leave_out") or "")
    here = {entry["code"] for entry in tree["indicators"]}
    cells = [cell for cell in cells if cell.indicator in here]
    results = score(Methodology.from_document(tree), cells)
    index = row.get("index") or spec["index"]
    return {each.country: each.exact for each in results.rows if each.node == index}


def leave_out(tree: dict[str, Any], code: str) -> None:
    """Take a part out of the tree, with all that lies below it."""
    gone = {code}
    for _ in tree["aggregates"]:
        gone |= {each["code"] for each in tree["aggregates"] if each.get("parent") in gone}
    for part in ("aggregates", "indicators"):
        tree[part] = [
            each for each in tree[part] if not {each["code"], each.get("parent")} & gone
        ]
    for index in tree["indexes"]:
        index["strands"] = [strand for strand in index["strands"] if strand != code]


def weigh(tree: dict[str, Any], row: Mapping[str, str], weights: Mapping[str, str]) -> None:
    """Write the weights of the draw into the tree; below a plain mean every weight was 1."""
    parts = [*tree["aggregates"], *tree["indicators"]]
    rules = {entry["code"]: entry["rule"] for entry in tree["aggregates"]}
    codes = sorted(entry["code"] for entry in parts)
    for entry in parts:
        raw = Fraction(entry.get("weight", "1"))
        if rules.get(entry.get("parent")) == "mean":
            raw = Fraction(bool(raw))
        if "weights_1" in row:
            u = number(row, "weights", codes.index(entry["code"]) + 1)
            radius = float(weights.get("radius", "0.25"))
            noise = 1 + radius * (2 * u - 1)
            raw *= Fraction(noise if weights.get("kind") == "noise" else -math.log1p(-u))
        given = row.get(f"weight:{entry['code']}")
        entry["weight"] = str(Fraction(given) if given else raw)
    for entry in tree["aggregates"]:
        entry["rule"] = "weighted_mean" if entry["rule"] == "mean" else entry["rule"]


def slipped(
    tree: Mapping[str, Any],
    cells: list[Cell],
    row: Mapping[str, str],
    coder: Mapping[str, Any],
    countries: list[str],
) -> list[Cell]:
    """Move each answer that the draw's coder got wrong to the neighbouring option."""
    codes = sorted(entry["code"] for entry in tree["indicators"])
    ladders = {
        entry["code"]: [Fraction(option["points"]) for option in entry.get("options", ())]
        for entry in tree["indicators"]
    }
    found = []
    for cell in cells:
        ladder = ladders[cell.indicator]
        if cell.points in ladder:
            at, last = ladder.index(cell.points), len(ladder) - 1
            place = countries.index(cell.country) * len(codes) + codes.index(cell.indicator) + 1
            u = number(row, "coder", place)
            rate = float(coder.get("rates", {}).get(cell.indicator, coder["rate"]))
            upwards = 0 if at == 0 else rate if at == last else rate / 2
            moved = at - 1 if u < upwards else at + 1 if u < rate else at
            cell = replace(cell, points=ladder[moved])  # noqa: PLW2901
        found.append(cell)
    return found


def filled(
    tree: Mapping[str, Any], cells: list[Cell], rule: str, countries: list[str]
) -> list[Cell]:
    """Return what stands for what is missing: 0, 100, or the mean of what all countries have."""
    tables = {entry["code"] for entry in tree["aggregates"] if entry["rule"] == "table"}
    known = {place_of(cell): cell for cell in cells}
    date, found = cells[0].date, []
    for entry in tree["indicators"]:
        code = entry["code"]
        points = [
            cell.points for cell in cells if cell.indicator == code and cell.points is not None
        ]
        value = Fraction(rule) if rule in {"0", "100"} else None
        if value is None and points:
            value = sum(points, Fraction(0)) / len(points)
        if value is not None and entry["parent"] in tables:
            ladder = [Fraction(option["points"]) for option in entry["options"]]
            value = min(ladder, key=lambda each: (abs(each - value), each))
        for country in countries:
            cell = known.get((country, code))
            if value is not None and (cell is None or cell.status in GAPS):
                found.append(Cell(country, code, date, Status.OK, value))
    return found
