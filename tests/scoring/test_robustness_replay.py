"""What a reader of the documents alone would expect of a replayed design."""

import json
from fractions import Fraction

import pytest

from scoring.engine.__main__ import main
from scoring.engine.groups import Membership
from scoring.engine.missing import Status
from scoring.engine.robustness.report import robustness_report
from scoring.engine.robustness.spec import spec_from
from tests.scoring.small import built, cell, document, indicator, options, strand, two_strands


def _means(tree, cells, lines, spec=None, memberships=()):
    found = robustness_report(
        tree, cells, spec=spec_from(spec or {}), memberships=memberships, design=lines
    )
    return {each.country: each.score.mean for each in found.standings if each.score}


def test_the_mean_of_a_group_is_over_all_its_members_even_those_of_an_earlier_group():
    tree = built(document([strand("s")], [indicator("i", "s"), indicator("j", "s")]))
    cells = [
        cell("i", points, country=country)
        for country, points in (("AT", Status.UNKNOWN), ("BE", 100), ("CY", 0))
    ] + [cell("j", 50, country=country) for country in ("AT", "BE", "CY")]
    held = [("g", "AT"), ("g", "BE"), ("h", "BE")]
    memberships = [Membership(group, country, "2000-01-01", "") for group, country in held]
    spec = {"factors": {"missing": {"groups": ["h", "g"]}}}
    found = _means(tree, cells, ["missing", "group_mean"], spec, memberships)
    assert found["AT"] == pytest.approx((100 + 50) / 2)


def test_a_geometric_mean_on_a_scale_from_0_is_0_however_small_the_share_of_the_0():
    parts = [indicator(f"i{at}", "s", options=options(100, 50, 10)) for at in range(40)]
    tree = document([strand("s", rule="geometric_mean")], parts)
    tree["method"] = {**tree["method"], "positive_scale": {"lowest": "0"}}
    cells = [cell("i0", Status.UNKNOWN, country="AT"), cell("i0", 100, country="BE")] + [
        cell(f"i{at}", 100, country=country) for at in range(1, 40) for country in ("AT", "BE")
    ]
    assert _means(built(tree), cells, ["missing", "0"])["AT"] == 0


def test_estimates_alone_give_no_value_of_a_table_where_they_may_cover_nothing():
    table = {"of": ["i"], "rows": [[100, 100], [50, 50], [0, 0]]}
    tables = [
        strand("s"),
        {**strand("t"), "kind": "composite", "parent": "s", "rule": "table", "table": table},
    ]
    tree = document(tables, [indicator("i", "t"), indicator("j", "s")])
    tree["method"] = {**tree["method"], "estimated_cap": "0"}
    cells = [cell(code, 100, country=country) for country in ("AT", "BE") for code in "ij"]
    guess = type(cells[0])("CY", "i", cells[0].date, Status.ESTIMATED, Fraction(100))
    cells += [guess, cell("j", 0, country="CY")]
    assert _means(built(tree), cells, ["aggregation", "arithmetic"])["CY"] == 0


@pytest.mark.parametrize(
    ("design", "said"),
    [
        ("aggregation\n" + "g" * 200_000, "mine.csv, line 2: it is no CSV: field larger"),
        ("weight:s\n1_0", "mine.csv, line 2, column weight:s: 1_0 is no weight"),
        ("weight:s\n1e308", "mine.csv, line 2, column weight:s: 1e308 is no weight"),
        ("leave_out\nnobody", "mine.csv, line 2, column leave_out: 'nobody' is no choice"),
    ],
)
def test_a_design_of_a_stranger_that_is_amiss_is_named_as_it_is_called(
    tmp_path, capsys, design, said
):
    (tmp_path / "methodology.json").write_text(json.dumps(two_strands()))
    lines = [
        f"{country},i{at},2019-12-31,ok,{points}"
        for country, points in (("AT", 100), ("BE", 50))
        for at in range(1, 6)
    ]
    header = "country,indicator,reference_date,status,points"
    (tmp_path / "answers.csv").write_text("\n".join([header, *lines]) + "\n")
    (tmp_path / "mine.csv").write_text(design + "\n")
    words = ["robustness", str(tmp_path), "--design", str(tmp_path / "mine.csv")]
    assert main([*words, "--out", str(tmp_path / "out")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
