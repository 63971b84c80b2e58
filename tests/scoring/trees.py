"""Any methodology and any answers, for hypothesis: trees of every depth, rule and gap."""

from fractions import Fraction
from itertools import product
from typing import Any

from hypothesis import strategies as st

from scoring.engine.means import MAXIMUM, MEAN, MINIMUM, TABLE, WEIGHTED_MEAN
from scoring.engine.missing import WITH_POINTS, Status
from scoring.engine.score import Cell
from tests.scoring.small import METHOD

YEARS = (2014, 2019)
COUNTRIES = ("AT", "PT")
POINTS = (100, 50, 0)
PRODUCTS = ("geometric_mean", "harmonic_mean")
PLAIN = (MEAN, WEIGHTED_MEAN, WEIGHTED_MEAN, MINIMUM, MAXIMUM)

small_weights = st.sampled_from(["1", "1", "2", "1/2", "1/3", "0.37", "0.63", "7", "0"])
thresholds = st.sampled_from(["any", "every", "1/2", "2/3", "0.75"])
exceptional = st.sampled_from(["125/2", "75", "100/3", "25", "0"])


def methods() -> st.SearchStrategy[dict[str, Any]]:
    levels = dict.fromkeys(("composite", "dimension", "strand", "index"), thresholds)
    return st.fixed_dictionaries(
        {
            "coverage": st.fixed_dictionaries({**levels, "group": thresholds}),
            "counting": st.sampled_from(["weight", "count"]),
            "estimated_cap": st.sampled_from(["1/10", "0", "1", "1/3"]),
            "rank_on": st.sampled_from(["shown", "exact"]),
        }
    ).map(lambda drawn: {**METHOD, **drawn})


@st.composite
def documents(
    draw: st.DrawFn,
    *,
    rules: tuple[str, ...] = (*PLAIN, *PRODUCTS, TABLE),
    weights=small_weights,
) -> dict[str, Any]:
    """A document of one to three strands, each up to three levels deep, and two indexes."""
    parts: dict[str, list] = {"aggregates": [], "indicators": []}
    strands = [f"s{place}" for place in range(draw(st.integers(1, 3)))]
    for code in strands:
        _grow(draw, parts, {"code": code, "kind": "strand"}, rules, weights)
    _gate(draw, parts["indicators"])
    some = draw(st.lists(st.sampled_from(strands), min_size=1, unique=True))
    indexes = [
        {
            "code": "all",
            "headline": True,
            "strands": strands,
            "weights": dict.fromkeys(strands, "1"),
        },
        {"code": "some", "of": some, "weights": {some[0]: "3/7"}},
    ]
    places = st.fixed_dictionaries(
        {
            "country": st.sampled_from(COUNTRIES),
            "node": st.sampled_from([entry["code"] for entry in parts["aggregates"]]),
            "reference_date": st.sampled_from([f"{year}-12-31" for year in YEARS]),
        }
    )
    left_out = draw(st.lists(places, max_size=2))
    return {**parts, "indexes": indexes, "method": draw(methods()), "unissued": left_out}


def _grow(draw: st.DrawFn, parts: dict, entry: dict, rules: tuple[str, ...], weights) -> None:
    """Add an aggregate and what lies below it."""
    code, depth = entry["code"], entry["code"].count(".")
    entry["rule"] = draw(st.sampled_from(rules))
    entry["weight"] = draw(weights)
    entry["scored"] = draw(st.sampled_from([[], [], [], [2019], ["2014-2015"]]))
    parts["aggregates"].append(entry)
    nodes = 0 if entry["rule"] == TABLE or depth == 2 else draw(st.integers(0, 2))
    leaves = draw(st.integers(1 if entry["rule"] == TABLE or not nodes else 0, 3))
    for place in range(nodes):
        below = {"code": f"{code}.{place}", "kind": ("dimension", "composite")[depth]}
        _grow(draw, parts, {**below, "parent": code}, rules, weights)
    added = [f"{code}-{place}" for place in range(leaves)]
    options = [{"points": points, "label": str(points)} for points in POINTS]
    for each in added:
        parts["indicators"].append(
            {"code": each, "parent": code, "weight": draw(weights), "options": options}
        )
    if entry["rule"] == TABLE:
        rows = [[*row, draw(st.sampled_from(POINTS))] for row in product(POINTS, repeat=leaves)]
        entry["table"] = {"of": added, "rows": rows}
    _weigh_one(parts, code)


def _weigh_one(parts: dict, parent: str) -> None:
    """Give the first child of PARENT a weight if none has one: such a tree is refused."""
    children = [
        entry for part in parts.values() for entry in part if entry.get("parent") == parent
    ]
    if all(Fraction(entry["weight"]) == 0 for entry in children):
        children[0]["weight"] = "1"


def _gate(draw: st.DrawFn, indicators: list[dict]) -> None:
    if len(indicators) > 1 and draw(st.booleans()):
        gate = {
            "indicator": indicators[0]["code"],
            "closed_up_to": draw(st.sampled_from([0, 50])),
        }
        then = draw(st.sampled_from(["score_min", "not_applicable"]))
        indicators[-1]["gate"] = {**gate, "then": then}


@st.composite
def answers(draw: st.DrawFn, document: dict[str, Any], *, gaps: bool = True) -> list[Cell]:
    """Answers of one or two countries on one or two dates; some cells may not be there."""
    statuses = st.sampled_from([Status.OK] * 4 + [*Status]) if gaps else st.just(Status.OK)
    cells = []
    places = st.tuples(st.sampled_from(COUNTRIES), st.sampled_from(YEARS))
    for country, year in draw(st.lists(places, min_size=1, max_size=4, unique=True)):
        for entry in document["indicators"]:
            status = draw(statuses)
            points = None
            if status in WITH_POINTS:
                odd = draw(st.integers(0, 9)) == 0
                points = Fraction(draw(exceptional if odd else st.sampled_from(POINTS)))
            if not (gaps and draw(st.integers(0, 9)) == 0):
                cells.append(Cell(country, entry["code"], f"{year}-12-31", status, points))
    return cells
