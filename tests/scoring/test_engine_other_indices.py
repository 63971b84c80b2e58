"""Other indices than the core set: what third parties computed, and MIPEX III's shape."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from scoring.engine.rounding import half_up
from scoring.engine.score import Cell, Results, score
from scoring.engine.tree import Methodology, effective_weights
from tests.scoring.conftest import DATA
from tests.scoring.small import (
    DATE,
    METHOD,
    built,
    cell,
    dimension,
    document,
    indicator,
    options,
    strand,
)

CASES = Path(__file__).parents[1] / "data"
NEAR = Fraction(1, 10**9)


def table(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def asem_document() -> dict:
    """The ASEM index: its pillars as dimensions, its two sub-indices as strands."""
    aggregates, indicators = [], []
    for row in table("coinr_asem/input_hierarchy.csv"):
        keys = {"weight": row["Weight"], "rule": "weighted_mean"}
        if row["Level"] == "1":
            full = {"weight": row["Weight"], "options": options(100, 0)}
            indicators.append(indicator(row["iCode"], row["Parent"], **full))
        elif row["Level"] == "2":
            aggregates.append(dimension(row["iCode"], row["Parent"], **keys))
        elif row["Level"] == "3":
            aggregates.append(strand(row["iCode"], **keys))
    indexes = [{"code": "Index", "strands": ["Conn", "Sust"]}]
    method = {**METHOD, "rank_on": "exact"}
    return document(aggregates, indicators, indexes=indexes, method=method)


@pytest.fixture(scope="module")
def asem() -> Methodology:
    return built(asem_document())


@pytest.fixture(scope="module")
def asem_results(asem) -> Results:
    cells = [
        cell(code, points, country=row["uCode"])
        for row in table("coinr_asem/stage_normalised.csv")
        for code, points in row.items()
        if code != "uCode"
    ]
    return score(asem, cells)


def test_every_aggregate_of_the_asem_index_agrees_with_coinr(asem_results):
    peer = {row["uCode"]: row for row in table("coinr_asem/expected_scores_arithmetic.csv")}
    apart = [
        abs(row.exact - Fraction(peer[row.country][row.node])) for row in asem_results.rows
    ]

    assert len(apart) == 51 * (8 + 2 + 1)
    assert max(apart) < NEAR


def test_the_ranks_of_the_asem_index_agree_with_coinr(asem_results):
    peer = {row["uCode"]: row for row in table("coinr_asem/expected_ranks_arithmetic.csv")}
    ranks = {row.key[:2]: row.rank for row in asem_results.rows if row.rank}

    assert ranks == {
        (country, node): int(peer[country][node])
        for country in peer
        for node in ("Index", "Conn", "Sust")
    }


def test_effective_weights_of_the_asem_index_agree_with_coinr(asem):
    shares = effective_weights(asem, "Index")
    peer = {
        row["iCode"]: Fraction(row["EffWeight"])
        for row in table("coinr_asem/expected_effective_weights.csv")
        if row["iCode"] != "Index"
    }

    assert shares.keys() == peer.keys()
    assert max(abs(shares[code] - peer[code]) for code in peer) < NEAR


@pytest.mark.parametrize("country", ["Sweden", "Germany", "France"])
def test_the_overall_of_2015_is_the_mean_of_the_published_strands(country):
    rows = {row["country"]: row for row in table("mipex_2015/strand_scores.csv")}
    row = rows[country]
    strands = list(row)[3:11]
    methodology = built(
        document(
            [strand(code) for code in strands],
            [indicator(f"{code}_asked", code) for code in strands],
        )
    )
    cells = [cell(f"{code}_asked", row[code], country=country) for code in strands]
    overall = {found.node: found for found in score(methodology, cells).rows}["overall"]

    assert overall.shown == int(row["overall_published"])


@pytest.fixture(scope="module")
def outline() -> Methodology:
    text = (DATA / "outline-2010.yaml").read_text(encoding="utf-8")
    return built({**yaml.safe_load(text), "method": METHOD})


def test_the_outline_of_2010_has_seven_strands_of_four_dimensions(outline):
    strands = [node for node in outline.nodes.values() if node.level == "strand"]

    assert len(strands) == 7
    assert {len(node.children) for node in strands} == {4}


def test_the_outline_of_2010_is_scored_level_by_level(outline):
    cells = [
        Cell("PT", leaf.code, DATE, "ok", leaf.options.points[at % 3])
        for at, leaf in enumerate(outline.leaves.values())
    ]
    rows = {row.node: row for row in score(outline, cells).rows}
    points = {one.indicator: one.points for one in cells}
    by_hand = sum(
        mean_of(
            mean_of(points[code] for code in outline.nodes[part].children)
            for part in node.children
        )
        for node in outline.nodes.values()
        if node.level == "strand"
    )

    assert len(rows) == 7 * 4 + 7 + 1
    assert rows["overall"].exact == by_hand / 7
    assert rows["overall"].shown == half_up(by_hand / 7)


def mean_of(numbers) -> Fraction:
    listed = list(numbers)
    return sum(listed, Fraction(0)) / len(listed)
