"""A whole run: files, replays, what changes nothing, and the command."""

import csv
import io
import json
import random
from pathlib import Path

import pytest

from scoring.engine.__main__ import main
from scoring.engine.robustness.files import report_files
from scoring.engine.robustness.report import robustness_report
from scoring.engine.robustness.spec import DEFAULT, FACTORS, Spec, Weighting, spec_from
from tests.scoring.small import METHOD, built, cell, document, indicator, strand

COUNTRIES = ("AT", "BE", "CY", "DE", "EE")
CODES = [f"i{at}" for at in range(1, 10)]
CHANCE = random.Random(5)
CELLS = [
    cell(code, CHANCE.choice((0, 50, 100)), country=country)
    for country in COUNTRIES
    for code in CODES
]


def tree(**method) -> dict:
    """Strands s, t and u of three questions each; the index `half` does without u."""
    asked = [indicator(code, "stu"[at // 3]) for at, code in enumerate(CODES)]
    indexes = [
        {"code": "overall", "headline": True, "strands": ["s", "t", "u"]},
        {"code": "half", "strands": ["s", "t"]},
    ]
    method = {**METHOD, "rank_on": "exact", **method}
    return document([strand(each) for each in "stu"], asked, method=method, indexes=indexes)


def asked(**keys) -> Spec:
    factors = {"aggregation": {}, "weights": {}, "leave_out": {}, "coder": {}, "index": {}}
    return spec_from({"draws": 60, "factors": factors, "sobol": {"resamples": 20}, **keys})


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return report_files(robustness_report(built(tree()), CELLS, spec=asked()))


def test_a_design_replayed_from_its_files_gives_the_same_bytes(files):
    spec = spec_from(json.loads(files["spec.json"]))
    lines = files["design.csv"].splitlines(keepends=True)
    again = robustness_report(built(tree()), CELLS, spec=spec, design=lines)
    assert report_files(again) == files


def test_the_order_of_the_answers_changes_nothing(files):
    shuffled = random.Random(1).sample(CELLS, len(CELLS))
    assert report_files(robustness_report(built(tree()), shuffled, spec=asked())) == files


def test_a_design_without_any_factor_gives_intervals_of_no_width():
    report = robustness_report(built(tree()), CELLS, spec=Spec(draws=20))
    assert report.overall_shift() == 0
    for each in report.standings:
        assert each.rank.low == each.rank.high == each.rank.mean == each.nominal_rank
        assert each.score.low == each.score.high == pytest.approx(each.nominal_score)


def test_coders_who_never_err_change_nothing_where_answers_are_missing_or_not():
    faultless = spec_from({"draws": 20, "factors": {"coder": {"rate": "0"}}})
    for cells in (CELLS, CELLS[1:]):
        method = tree(coverage=dict.fromkeys(METHOD["coverage"], "any"))
        assert robustness_report(built(method), cells, spec=faultless).overall_shift() == 0


def test_what_is_nearer_to_the_method_shifts_ranks_less():
    shifts = []
    for radius in (0.0, 0.3, 1.0):
        spec = Spec(draws=200, weights=Weighting(radius=radius))
        shifts.append(robustness_report(built(tree()), CELLS, spec=spec).overall_shift())
    assert shifts[0] == 0
    assert shifts[0] < shifts[1] < shifts[2]


def test_pairs_and_shares_are_those_of_the_draws(files):
    report = robustness_report(built(tree()), CELLS, spec=asked())
    pairs = table(files["pairs.csv"])
    assert len(pairs) == 10
    for pair in pairs:
        country, other = pair["country"], pair["other"]
        assert report.above(country, other) == pytest.approx(float(pair["above"]))
        assert report.above(other, country) == pytest.approx(1 - float(pair["above"]))
    assert {row["top_10"] for row in table(files["rank_stats.csv"])} == {"1"}
    ranks = [each.nominal_rank for each in report.by_rank()]
    assert ranks == sorted(ranks)


def test_shifts_stand_overall_and_by_each_choice_that_occurs(files):
    rows = {(row["factor"], row["alternative"]): row for row in table(files["shift.csv"])}
    draws = table(files["design.csv"])
    for (factor, alternative), row in rows.items():
        if alternative:
            chosen = [draw for draw in draws if draw[factor] == alternative]
            assert int(row["draws"]) == len(chosen) > 0
    assert rows["", ""]["draws"] == rows["weights", ""]["draws"] == "60"
    assert rows["aggregation", "arithmetic"]["alone"] == "0"
    assert float(rows["leave_out", "s"]["alone"]) > 0
    whole = sum(
        int(row["draws"]) * float(row["mean"]) for (f, _), row in rows.items() if f == "index"
    )
    assert whole / 60 == pytest.approx(float(rows["", ""]["mean"]))


def test_an_index_with_a_wide_interval_is_not_printed(files):
    rows = table(files["sobol.csv"])
    assert {row["output"] for row in rows} == {"shift", *COUNTRIES}
    found = set()
    for row in (each for each in rows if each["first_reason"] != "constant"):
        for kind in ("first", "total"):
            low, high = float(row[f"{kind}_lo"]), float(row[f"{kind}_hi"])
            found.add((high - low > 0.2, bool(row[kind]), row[f"{kind}_reason"]))
            assert row[f"{kind}_printed"] == ("yes" if row[kind] else "no")
    assert found == {(True, False, "wide"), (False, True, "")}


def test_a_rank_that_never_changes_has_no_shares_of_its_variance():
    ahead = [
        cell(code, 100 if at == "AT" else 0, country=at)
        for at in "AT BE".split()
        for code in CODES
    ]
    weights = {"factors": {"weights": {}}, "draws": 20, "sobol": {"resamples": 5}}
    report = robustness_report(built(tree()), ahead, spec=spec_from(weights))
    assert {each.first.reason for each in report.influences} == {"constant"}
    assert not any(each.total.is_printed for each in report.influences)


def test_a_country_that_some_draws_give_no_score_has_no_shares_and_counts_its_draws():
    """Without strand t nothing is left of FI, which answered nothing else."""
    tall = [*CELLS, *(cell(code, 50, country="FI") for code in CODES[3:6])]
    coverage = dict.fromkeys(METHOD["coverage"], "any")
    keys = {"factors": {"leave_out": {"of": ["none", "strands"]}}, "sobol": {"resamples": 5}}
    report = robustness_report(
        built(tree(coverage=coverage)), tall, spec=spec_from({**keys, "draws": 80})
    )
    standing = report.standings[-1]
    left_out = [
        row for row in table(report_files(report)["design.csv"]) if row["leave_out"] == "t"
    ]
    assert (standing.country, standing.draws) == ("FI", 80 - len(left_out))
    assert {each.first.reason for each in report.influences if each.output == "FI"} == {"gaps"}
    assert {pair.draws for pair in report.pairs if pair.other == "FI"} == {standing.draws}


def test_a_stranger_gives_weights_of_their_own():
    lines = ["draw,weight:s,weight:t,weight:u\n", "1,1,0,0\n", "2,0,1,0\n", "3,,,\n"]
    report = robustness_report(built(tree()), CELLS, spec=Spec(), design=lines)
    only_s = sum(each.points for each in CELLS[:3]) / 3
    only_t = sum(each.points for each in CELLS[3:6]) / 3
    equal = sum(each.points for each in CELLS[:9]) / 9
    assert report.standings[0].score.mean == pytest.approx(float(only_s + only_t + equal) / 3)
    assert report_files(report)["design.csv"] == (
        "draw,weight:s,weight:t,weight:u\n1,1.0,0.0,0.0\n2,0.0,1.0,0.0\n3,,,\n"
    )


def test_what_can_do_nothing_is_said_to_be_left_out():
    spec = spec_from({"draws": 5, "factors": {"missing": {}, "leave_out": {"of": ["none"]}}})
    report = robustness_report(built(tree()), CELLS, spec=spec)
    assert report.design.factors == ()
    assert report.skipped == {
        "missing": "no answer is missing",
        "leave_out": "nothing is to be left out",
    }
    coded = spec_from({"factors": {"coder": {}}})
    lines = ["index\n", "half\n"]
    replay = robustness_report(built(tree()), CELLS, spec=coded, design=lines)
    assert replay.skipped == {"coder": "the design has no column for it"}


def folder_of(path: Path) -> Path:
    path.mkdir()
    (path / "methodology.json").write_text(json.dumps(tree()), encoding="utf-8")
    lines = [f"{each.country},{each.indicator},{each.date},ok,,{each.points}" for each in CELLS]
    header = "country,indicator,reference_date,status,option,points"
    (path / "answers.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return path


def test_the_command_writes_a_run_and_replays_it(tmp_path, capsys):
    folder = folder_of(tmp_path / "edition")
    out, again = tmp_path / "out", tmp_path / "again"
    assert (
        main(["robustness", str(folder), "--out", str(out), "--draws", "30", "--seed", "7"])
        == 0
    )
    assert capsys.readouterr().out.startswith("30 draws, 5 countries, average rank shift ")
    replay = ["--spec", str(out / "spec.json"), "--design", str(out / "design.csv")]
    assert main(["robustness", str(folder), "--out", str(again), *replay]) == 0
    written = {path.name: path.read_bytes() for path in out.iterdir()}
    assert written == {path.name: path.read_bytes() for path in again.iterdir()}
    run = json.loads(written["spec.json"])["run"]
    assert set(run["inputs"]) == {"answers.csv", "methodology.json"}


def test_the_command_reads_the_design_that_an_edition_declares(tmp_path, capsys):
    folder = folder_of(tmp_path / "edition")
    declared = '{"draws": 12, "factors": {"weights": {"radius": 0.1}}}'
    (folder / "robustness.json").write_text(declared, encoding="utf-8")
    assert main(["robustness", str(folder), "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out.startswith("12 draws")
    spec = json.loads((tmp_path / "out" / "spec.json").read_text(encoding="utf-8"))
    assert spec["factors"] == {"weights": {"kind": "noise", "radius": "0.1"}}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--index", "none"), "robustness.json, column index: there is no index 'none'"),
        (("--date", "1999-12-31"), "column date: overall has no score on '1999-12-31'"),
        (("--draws", "0"), "column draws: 0 is no whole number from 1 to 1000000"),
        (("--design", "DESIGN", "--draws", "5"), "a design has its own number of draws"),
        (("--design", "DESIGN"), "design.csv, line 3, column aggregation: 'median' is no"),
    ],
)
def test_the_command_refuses_what_does_not_fit_and_writes_nothing(
    tmp_path, capsys, words, said
):
    folder, design = folder_of(tmp_path / "edition"), tmp_path / "design.csv"
    design.write_text("draw,aggregation\n1,geometric\n2,median\n", encoding="utf-8")
    out = tmp_path / "out"
    named = [str(design) if word == "DESIGN" else word for word in words]
    assert main(["robustness", str(folder), "--out", str(out), *named]) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_the_default_varies_every_factor():
    assert [DEFAULT.without(factor) != DEFAULT for factor in FACTORS] == [True] * len(FACTORS)
