"""The vectorised model gives what the exact engine gives, draw by draw."""

import csv
import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.engine.faults import Fault
from scoring.engine.groups import Membership
from scoring.engine.missing import Status
from scoring.engine.robustness.answers import sheets_of
from scoring.engine.robustness.design import Design
from scoring.engine.robustness.files import report_files
from scoring.engine.robustness.intervals import ranks_of
from scoring.engine.robustness.model import Model, model_of
from scoring.engine.robustness.report import robustness_report
from scoring.engine.robustness.settling import settled, words_of
from scoring.engine.robustness.spec import Spec, spec_from
from scoring.engine.score import Cell, Results, score
from scoring.engine.tree import Methodology
from tests.scoring.replaying import replayed
from tests.scoring.small import (
    DATE,
    METHOD,
    built,
    cell,
    document,
    indicator,
    options,
    strand,
)

COUNTRIES = ("AT", "BE", "CY", "DE")
LEAVES = ("d1", "d2", "i1", "i2", "k1", "k2", "m1", "m2", "n1", "t1")
TABLE = {
    "of": ["k1", "k2"],
    "rows": [[a, b, min(a, b)] for a in (100, 50, 0) for b in (100, 0)],
}


def model_of_cells(
    methodology: Methodology,
    cells: list[Cell],
    spec: Spec,
    results: Results | None = None,
    countries: tuple[str, ...] = (),
) -> Model:
    spec = settled(spec, methodology, cells)
    results = results or score(methodology, cells)
    ranked = [
        row.country for row in results.rows if row.node == spec.index and row.exact is not None
    ]
    return model_of(
        methodology,
        sheets_of(methodology, cells, countries or ranked),
        spec=spec,
        indexes=words_of(methodology, spec, spec.date).indexes,
        rules=(),
        results=results,
    )


def test_without_a_factor_the_model_gives_the_scores_and_ranks_of_the_engine_on_all_dates(
    release, real_cells, real_results
):
    compared = 0
    for date in sorted({each.date for each in real_cells}):
        cells = [each for each in real_cells if each.date == date]
        found = Results(tuple(row for row in real_results.rows if row.date == date))
        for index in {row.node for row in found.rows if row.level == "index"}:
            rows = [row for row in found.scored() if row.node == index]
            model = model_of_cells(release, cells, Spec(index=index), found)
            scores = model.scores(Design(1))
            assert scores[0] == pytest.approx([float(row.exact) for row in rows], abs=1e-9)
            assert ranks_of(scores, "shown")[0].tolist() == [row.rank for row in rows]
            compared += len(rows)
    assert compared > 1_000


def test_a_draw_with_geometric_means_is_what_the_engine_gives_by_them(
    mipex_document, real_cells
):
    cells = [each for each in real_cells if each.date == "2019-12-31" and each.country < "BR"]
    spec = {"index": "overall_with_health", "factors": {}}
    exact = replayed(mipex_document, cells, {"aggregation": "geometric"}, spec)
    methodology = built(mipex_document)
    model = model_of_cells(methodology, cells, Spec())
    design = Design(1, {"aggregation": ("geometric",)}, {"aggregation": np.array([0])})
    assert model.scores(design)[0] == pytest.approx([float(exact[c]) for c in model.countries])


def rich_document(**method) -> dict:
    """A tree with every kind of part: means, a table, a minimum, a gate, and two indexes."""
    return {
        "aggregates": [
            {"code": "s", "kind": "strand", "rule": "weighted_mean", "weight": "2"},
            {"code": "t", "kind": "strand", "rule": "mean"},
            {"code": "m", "kind": "strand", "rule": "minimum", "weight": "1/2"},
            {"code": "d", "kind": "dimension", "rule": "mean", "parent": "t"},
            {"code": "k", "kind": "composite", "rule": "table", "parent": "s", "table": TABLE},
        ],
        "indicators": [
            indicator("i1", "s", weight="3"),
            indicator("i2", "s", options=options(100, 0)),
            indicator("k1", "k"),
            indicator("k2", "k", options=options(100, 0)),
            indicator("d1", "d"),
            indicator("d2", "d"),
            indicator("t1", "t"),
            {"code": "n1", "parent": "t", "weight": "0"},
            indicator("m1", "m"),
            indicator("m2", "m"),
        ],
        "indexes": [
            {"code": "all", "headline": True, "strands": ["s", "t", "m"]},
            {"code": "two", "strands": ["s", "t"]},
        ],
        "method": {**METHOD, "rank_on": "exact", "estimated_cap": 1, **method},
    }


POINTS = dict.fromkeys(LEAVES, (100, 50, 0)) | {
    "i2": (100, 0),
    "k2": (100, 0, 25),
    "n1": (30, 70),
    "d1": (100, 50, 0, 75),
}
GAPS = (Status.UNKNOWN, Status.NOT_COLLECTED, Status.NOT_APPLICABLE, Status.WITHHELD)
sheet = st.fixed_dictionaries(
    {
        code: st.sampled_from([*points] * 3 + [*GAPS] + [(points[0],)])
        for code, points in POINTS.items()
    }
)


complete = st.fixed_dictionaries(
    {
        code: st.sampled_from(points[:3] if code != "k2" else (100, 0))
        for code, points in POINTS.items()
    }
)


def cells_of(sheets: dict) -> list[Cell]:
    found = []
    for country, answers in sheets.items():
        for code, value in answers.items():
            if isinstance(value, tuple):
                estimated = Cell(country, code, DATE, Status.ESTIMATED, Fraction(value[0]))
                found.append(estimated)
            else:
                found.append(cell(code, value, country=country))
    return found


EVERYTHING = {
    "draws": 6,
    "factors": {
        "aggregation": {"alternatives": ["arithmetic", "geometric", "harmonic"]},
        "weights": {"radius": "0.5"},
        "leave_out": {},
        "missing": {},
        "coder": {"rate": "0.4", "rates": {"i1": "1", "m1": "0"}},
        "index": {},
    },
}


@settings(max_examples=15, deadline=None)
@given(
    sheets=st.sampled_from([sheet, complete]).flatmap(
        lambda each: st.fixed_dictionaries(dict.fromkeys(COUNTRIES, each))
    ),
    seed=st.integers(0, 2**32),
    kind=st.sampled_from(["noise", "dirichlet"]),
    counting=st.sampled_from(["weight", "count"]),
    share=st.sampled_from(["any", "1/2", "2/3"]),
)
def test_every_draw_is_what_a_stranger_gets_from_its_row_of_the_design(
    sheets, seed, kind, counting, share
):
    coverage = {**METHOD["coverage"], "strand": share, "dimension": share, "index": share}
    tree = rich_document(coverage=coverage, counting=counting)
    cells, asked = cells_of(sheets), json.loads(json.dumps(EVERYTHING))
    asked["factors"]["weights"]["kind"], asked["seed"] = kind, seed
    methodology = built(tree)
    ranked = [row for row in score(methodology, cells).rows if row.node == "all" and row.exact]
    assume(len(ranked) > 1)
    cells = [each for each in cells if each.country in {row.country for row in ranked}]
    report = robustness_report(methodology, cells, spec=spec_from(asked))
    files = report_files(report)
    spec, rows = (
        json.loads(files["spec.json"]),
        csv.DictReader(files["design.csv"].splitlines()),
    )
    model = model_of(
        methodology,
        sheets_of(methodology, cells, [each.country for each in report.standings]),
        spec=report.spec,
        indexes=("all", "two"),
        rules=report.spec.missing,
        results=score(methodology, cells),
    )
    for row, scores in zip(rows, model.scores(report.design), strict=True):
        exact = replayed(tree, cells, row, spec)
        expected = [exact[country] for country in model.countries]
        assert [None if np.isnan(each) else each for each in scores] == [
            each if each is None else pytest.approx(float(each), abs=1e-9) for each in expected
        ]


def test_estimates_cover_no_more_than_their_cap():
    """Of six equal weights with 1/2 wanted, two are answered, two are estimated, two unknown."""
    asked = [indicator(f"i{at}", "s") for at in range(6)]
    given = [cell(f"i{at}", 50) for at in (0, 1)]
    given += [Cell("PT", f"i{at}", DATE, Status.ESTIMATED, Fraction(100)) for at in (2, 3)]
    for cap, scored in (("1/6", True), ("1/7", False)):
        coverage = {**METHOD["coverage"], "strand": "1/2", "index": "any"}
        method = {**METHOD, "coverage": coverage, "estimated_cap": cap}
        methodology = built(document([strand("s")], asked, method=method))
        (row,) = [each for each in score(methodology, given).rows if each.node == "overall"]
        model = model_of_cells(methodology, given, Spec(), countries=("PT",))
        assert np.isnan(model.scores(Design(1))[0, 0]) == (not scored)
        assert (row.exact is None) == (not scored)


def test_a_gap_is_filled_with_the_mean_of_the_first_group_that_holds_the_country():
    """AT and BE are in the group; CY has left it, and nobody in its own has an answer to i2."""
    held = [Membership("eu", "AT", "1995-01-01"), Membership("eu", "BE", "1958-01-01")]
    held += [
        Membership("eu", "CY", "2004-05-01", "2018-12-31"),
        Membership("ea", "CY", "2008-01-01"),
    ]
    cells = [cell("i1", 50, country=each) for each in ("AT", "BE", "CY", "DE")]
    cells += [cell("i2", 100, country="BE"), cell("i2", 0, country="DE")]
    methodology = built(
        document([strand("s")], [indicator(each, "s") for each in ("i1", "i2")])
    )
    spec = spec_from({"factors": {"missing": {"groups": ["eu", "ea"]}}})
    design = ["missing\n", "group_mean\n"]
    report = robustness_report(methodology, cells, spec=spec, memberships=held, design=design)
    means = {each.country: each.score.mean for each in report.standings}
    assert means == {"AT": 75, "BE": 75, "CY": 50, "DE": 25}
    with pytest.raises(Fault, match="there is no group 'eu'"):
        robustness_report(methodology, cells, spec=spec)


def test_what_a_gate_closed_is_no_answer_that_a_coder_gets_wrong():
    closed = {"indicator": "d1", "closed_up_to": 0, "then": "score_min"}
    tree = rich_document()
    tree["indicators"][5]["gate"] = closed
    methodology = built(tree)
    cells = [
        cell(code, 0 if code == "d1" else POINTS[code][0], country=country)
        for country in ("AT", "BE")
        for code in LEAVES
        if code != "d2"
    ]
    model = model_of_cells(methodology, cells, Spec())
    row = sorted(LEAVES).index("d2")
    assert model.answers["renormalise"].has[row].all()
    assert not model.moves.any_below[row].any()


def test_fewer_than_two_countries_have_no_ranks_to_examine():
    methodology = built(rich_document())
    cells = [cell(code, POINTS[code][0]) for code in LEAVES]
    with pytest.raises(Fault, match="1 countries have a score on 2019-12-31; ranks need two"):
        robustness_report(methodology, cells)
