"""The report on a set of first codings, and the command that writes its tables."""

import csv
import json
from dataclasses import replace
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.__main__ import main
from scoring.engine.faults import Fault
from scoring.engine.missing import Status
from scoring.engine.reliability import SEED, tables
from scoring.engine.reliability.alpha import METRICS, Metric, alpha
from scoring.engine.reliability.codings import CODING_COLUMNS, Coding
from scoring.engine.reliability.report import (
    ReliabilityReport,
    reading_of,
    reliability_report,
)
from scoring.engine.reliability.samples import Scope, strands_of
from scoring.engine.tables import ANSWER_COLUMNS, answer_row, csv_text
from tests.scoring.small import (
    DATE,
    built,
    cell,
    dimension,
    document,
    indicator,
    strand,
    two_strands,
)

METHODOLOGY = built(two_strands())
COUNTRIES = ("AT", "BE", "PT", "SE")
DRAWS = 40


def coding(country: str, indicator: str, coder: str, points: object, **keys) -> Coding:
    if isinstance(points, Status):
        return Coding(country, indicator, DATE, coder, None, points, **keys)
    return Coding(country, indicator, DATE, coder, Fraction(points), **keys)


def both(indicator: str, first: list, second: list, *, names=("Heron", "Owl")) -> list[Coding]:
    """What two coders said of each of four countries."""
    return [
        coding(country, indicator, name, points)
        for name, said in zip(names, (first, second), strict=True)
        for country, points in zip(COUNTRIES, said, strict=True)
    ]


CODINGS = [
    *both("i1", [0, 50, 100, 50], [0, 50, 100, 100]),
    *both("i2", [0, 0, 50, 50], [0, 50, 50, 50]),
    *both("i4", [50] * 4, [50] * 4),
    coding("PT", "i3", "Heron", 50),
    coding("PT", "i5", "Heron", Status.UNKNOWN),
    coding("PT", "i5", "Owl", 50),
]
SETTLED = [cell("i1", 50), cell("i3", 100), cell("i5", 0)]
REPORT = reliability_report(CODINGS, METHODOLOGY, settled=SETTLED, draws=DRAWS)


def alpha_of(report: ReliabilityReport, scope: Scope, code: str, metric=Metric.NOMINAL):
    return next(
        row
        for row in report.alphas
        if (row.scope, row.code, row.metric) == (scope, code, metric)
    )


def changes(report: ReliabilityReport) -> dict:
    return {(row.scope, row.code): (row.n_changed, row.n_codings) for row in report.changes}


def test_each_indicator_strand_and_pair_and_all_have_a_row_by_every_metric():
    scopes = [(row.scope, row.code, row.other) for row in REPORT.alphas]
    indicators = [(Scope.INDICATOR, f"i{at}", "") for at in range(1, 6)]
    strands = [(Scope.STRAND, "s", ""), (Scope.STRAND, "t", "")]
    expected = [*indicators, *strands, (Scope.PAIR, "Heron", "Owl"), (Scope.ALL, "", "")]

    assert scopes == [scope for scope in expected for _ in METRICS]
    assert REPORT.coded_twice
    assert (REPORT.n_codings, REPORT.left_out, REPORT.seed) == (len(CODINGS), 1, SEED)


def test_a_strand_pools_what_was_said_on_all_its_indicators():
    pooled = [[0, 0], [50, 50], [100, 100], [50, 100], [0, 0], [0, 50], [50, 50], [50, 50]]
    expected = alpha([[Fraction(a), Fraction(b)] for a, b in pooled], Metric.ORDINAL)
    row = alpha_of(REPORT, Scope.STRAND, "s", Metric.ORDINAL)

    assert row.alpha == expected.value
    assert (row.n_units, row.n_codings, row.n_pairs) == (8, 16, 8)
    assert row.agreement == Fraction(3, 4)
    assert row.lo <= row.alpha <= row.hi


def test_a_strand_is_the_level_of_that_name_or_else_the_topmost_node():
    deep = [strand("s"), dimension("d", "s"), dimension("root", None)]
    deep[0]["parent"] = "root"
    asked = [indicator("i1", "d"), indicator("i2", "root")]
    tree = {**document(deep, asked), "indexes": [{"code": "overall", "strands": ["root"]}]}

    assert strands_of(built(tree)) == {"i1": "s", "i2": "root"}


def test_what_does_not_vary_or_was_not_coded_twice_is_undefined_with_a_word():
    same, once = (alpha_of(REPORT, Scope.INDICATOR, code) for code in ("i4", "i3"))

    assert (same.alpha, same.reason, same.agreement) == (None, "no_variation", 1)
    assert (same.lo, same.interval_reason, same.reading) == (None, "no_variation", "")
    assert (once.alpha, once.reason, once.agreement) == (None, "not_coded_twice", None)


def test_a_coding_without_points_counts_in_no_agreement():
    assert alpha_of(REPORT, Scope.INDICATOR, "i5").n_units == 0


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        ("0.8", "firm"),
        ("0.79999", "tentative"),
        ("0.667", "tentative"),
        ("0.66699", "rewrite"),
    ],
)
def test_the_reading_of_an_alpha_is_of_its_exact_value(value, reading):
    assert reading_of(Fraction(value)) == reading


def test_two_coders_have_a_kappa_and_three_have_none_together():
    third = [coding("AT", "i2", "Stork", 0)]
    rows = reliability_report([*CODINGS, *third], METHODOLOGY, draws=DRAWS).kappas
    scopes = {(row.scope, row.code, row.first, row.second) for row in rows}

    assert (Scope.INDICATOR, "i1", "Heron", "Owl") in scopes
    assert (Scope.PAIR, "", "Heron", "Owl") in scopes
    assert not {("indicator", "i2"), ("strand", "s"), ("all", "")} & {
        (scope, code) for scope, code, *_ in scopes
    }
    first = next(row for row in rows if (row.code, row.weights) == ("i1", "linear"))
    assert (first.kappa, first.observed, first.n_units) == (
        Fraction(5, 7),
        Fraction(7, 8),
        4,
    )


def test_what_is_about_persons_is_left_out_of_a_report_for_others():
    report = reliability_report(CODINGS, METHODOLOGY, settled=SETTLED, draws=DRAWS, pairs=False)
    told = {row.scope for row in (*report.alphas, *report.changes)}

    assert told == {Scope.INDICATOR, Scope.STRAND, Scope.ALL}
    assert report.kappas == ()
    everything = tables.alpha_table(report) + tables.change_table(report)
    assert "Heron" not in everything


def test_the_share_of_first_codings_that_were_changed_is_by_strand_and_coder():
    assert changes(REPORT) == {
        (Scope.INDICATOR, "i1"): (2, 2),
        (Scope.INDICATOR, "i3"): (1, 1),
        (Scope.INDICATOR, "i5"): (2, 2),
        (Scope.STRAND, "s"): (3, 3),
        (Scope.STRAND, "t"): (2, 2),
        (Scope.CODER, "Heron"): (3, 3),
        (Scope.CODER, "Owl"): (2, 2),
        (Scope.ALL, ""): (5, 5),
    }
    blind = [replace(each, blind=each.coder == "Owl") for each in CODINGS]
    report = reliability_report(blind, METHODOLOGY, settled=SETTLED, draws=DRAWS)
    assert changes(report)[Scope.ALL, ""] == (3, 3)


def test_without_codings_there_is_one_row_a_metric_that_says_so():
    report = reliability_report([], METHODOLOGY)
    assert [row.reason for row in report.alphas] == ["not_coded_twice"] * len(METRICS)
    assert (report.kappas, report.changes, report.coded_twice) == ((), (), False)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (coding("PT", "i9", "Heron", 0), "there is no such indicator"),
        (coding("PT", "i1", "Heron", 0), "PT i1 2019-12-31 Heron stands twice"),
    ],
)
def test_codings_that_cannot_be_are_refused(more, sentence):
    with pytest.raises(Fault, match=sentence):
        reliability_report([*CODINGS, more], METHODOLOGY, draws=DRAWS)


@settings(max_examples=8)
@given(st.randoms())
def test_the_order_of_the_codings_changes_no_byte(random):
    shuffled = random.sample(CODINGS, len(CODINGS))
    assert reliability_report(shuffled, METHODOLOGY, settled=SETTLED, draws=DRAWS) == REPORT


def test_what_else_is_coded_changes_no_figure_of_an_indicator():
    fewer = [each for each in CODINGS if each.indicator == "i1"]
    alone = reliability_report(fewer, METHODOLOGY, draws=DRAWS)
    for metric in METRICS:
        whole = alpha_of(REPORT, Scope.INDICATOR, "i1", metric)
        assert alpha_of(alone, Scope.INDICATOR, "i1", metric) == whole


# --- The command -------------------------------------------------------------------------

ANSWERS = [
    cell(code, points, country=country)
    for code in ("i1", "i2", "i3", "i4", "i5")
    for country, points in zip(COUNTRIES, (0, 50, 100, 50), strict=True)
]


def coding_line(each: Coding) -> tuple[str, ...]:
    points = "" if each.points is None else str(each.points)
    key = (each.country, each.indicator, each.date, each.coder)
    return (*key, "no", str(each.status), "", points, "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An edition's folder with answers and codings."""
    texts = {
        "methodology.json": json.dumps(two_strands()),
        "answers.csv": csv_text(ANSWER_COLUMNS, [answer_row(each) for each in ANSWERS]),
        "codings.csv": csv_text(CODING_COLUMNS, [coding_line(each) for each in CODINGS]),
        "countries.csv": "country\nAT\nBE\nPT\nSE\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(folder: Path, *more: str, out: str = "out") -> int:
    given_ = ["reliability", str(folder), "--out", str(folder / out), "--draws", str(DRAWS)]
    return main([*given_, *more])


def rows_of(folder: Path, name: str, out: str = "out") -> list[dict[str, str]]:
    text = (folder / out / name).read_text(encoding="utf-8")
    return list(csv.DictReader(StringIO(text)))


def test_the_command_writes_what_the_report_says(folder):
    assert run(folder) == 0

    report = reliability_report(CODINGS, METHODOLOGY, settled=ANSWERS, draws=DRAWS)
    for name, text in {
        "alpha.csv": tables.alpha_table(report),
        "kappa.csv": tables.kappa_table(report),
        "changes.csv": tables.change_table(report),
    }.items():
        assert (folder / "out" / name).read_text(encoding="utf-8") == text
    row = next(row for row in rows_of(folder, "alpha.csv") if row["code"] == "i1")
    assert row["metric"] == "nominal"
    assert (row["exact"], row["alpha"]) == ("2/3", "0.66666666666666667")
    assert row["reading"] == "rewrite"


def test_the_same_command_writes_the_same_bytes_and_another_seed_others(folder):
    for out, seed in (("out", "1"), ("again", "1"), ("other", "2")):
        assert run(folder, "--seed", seed, out=out) == 0
    for path in (folder / "out").iterdir():
        assert (folder / "again" / path.name).read_bytes() == path.read_bytes()
    alphas = [(folder / out / "alpha.csv").read_bytes() for out in ("out", "other")]
    assert alphas[0] != alphas[1]


def test_the_tables_say_how_they_came_about(folder):
    run(folder, "--seed", "7")
    spec = json.loads((folder / "out" / "spec.json").read_text(encoding="utf-8"))

    assert spec["resamples"]["seed"] == 7
    assert spec["resamples"]["draws"] == DRAWS
    assert spec["diagnostics"] == {"reference_date": DATE}
    assert set(spec["inputs"]) == {
        "methodology.json",
        "answers.csv",
        "codings.csv",
        "countries.csv",
    }


def test_the_diagnostics_are_of_the_last_date_unless_another_is_asked_for(folder):
    lines = (folder / "answers.csv").read_text(encoding="utf-8")
    earlier = [answer_row(replace(each, date="2014-12-31")) for each in ANSWERS[:8]]
    more = csv_text(ANSWER_COLUMNS, earlier).partition("\n")[2]
    (folder / "answers.csv").write_text(lines + more, encoding="utf-8")

    assert run(folder) == run(folder, "--date", "2014-12-31", out="then") == 0
    assert {row["reference_date"] for row in rows_of(folder, "diagnostics.csv")} == {DATE}
    then = rows_of(folder, "diagnostics.csv", out="then")
    assert {row["reference_date"] for row in then} == {"2014-12-31"}
    assert {row["node"] for row in then if row["measure"] == "cronbach_alpha"} == {
        "s",
        "overall",
    }


def test_a_folder_without_codings_still_has_diagnostics(folder, capsys):
    (folder / "codings.csv").unlink()
    assert run(folder) == 0
    assert capsys.readouterr().out.startswith("no codings, diagnostics of 2019-12-31, in ")
    assert {row["reason"] for row in rows_of(folder, "alpha.csv")} == {"not_coded_twice"}
    assert rows_of(folder, "diagnostics.csv")


def test_a_folder_without_answers_still_has_alphas(folder):
    (folder / "answers.csv").unlink()
    assert run(folder) == 0
    assert len(rows_of(folder, "alpha.csv")) == len(REPORT.alphas)
    assert rows_of(folder, "changes.csv") == rows_of(folder, "diagnostics.csv") == []


def test_codings_may_lie_elsewhere(folder):
    (folder / "codings.csv").rename(folder / "first.csv")
    assert run(folder, "--codings", str(folder / "first.csv")) == 0
    assert len(rows_of(folder, "alpha.csv")) == len(REPORT.alphas)


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("codings.csv", "PT,i3", "XX,i3", "codings.csv, line 26, column country: there is no"),
        ("codings.csv", "coder,", "who,", "codings.csv, line 1: the column coder is missing"),
        ("codings.csv", "Heron,no,unknown", "Heron,no,ok", "line 27, column status: a coding"),
        ("methodology.json", '"mean"', '"mode"', "methodology.json: "),
    ],
)
def test_bad_files_end_with_two_and_leave_nothing_behind(
    folder, capsys, file, old, new, sentence
):
    text = (folder / file).read_text(encoding="utf-8").replace(old, new)
    (folder / file).write_text(text, encoding="utf-8")
    (folder / "answers.csv").unlink()

    assert run(folder) == 2
    assert sentence in capsys.readouterr().err
    assert not (folder / "out").exists()


def test_a_date_without_answers_and_a_file_that_is_not_there_are_refused(folder, capsys):
    assert run(folder, "--date", "2013-12-31") == 2
    assert "answers.csv: there is no answer on 2013-12-31" in capsys.readouterr().err
    assert run(folder, "--codings", str(folder / "none.csv")) == 2
    assert "none.csv" in capsys.readouterr().err
    assert not (folder / "out").exists()


@pytest.mark.parametrize("words", [("--draws", "0"), ("--draws", "x"), ("--seed", "-1")])
def test_numbers_that_are_none_are_refused(folder, words, capsys):
    with pytest.raises(SystemExit) as ended:
        run(folder, *words)
    assert ended.value.code == 2
    assert "is no whole number from" in capsys.readouterr().err
