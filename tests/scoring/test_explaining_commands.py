"""`explain` and `compare` on the command line, from folders to tables."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest

from scoring.engine.__main__ import WRONG_FILES, main
from scoring.engine.explaining.tables import (
    ANSWER_CHANGE_COLUMNS,
    CHANGE_COLUMNS,
    EXPLAIN_COLUMNS,
)
from scoring.engine.tables import ANSWER_COLUMNS
from tests.scoring.small import DATE, METHOD, two_strands

BEFORE = "2014-12-31"


def edition(folder: Path, answers: list[tuple], *, code="f", **keys) -> Path:
    """Write an edition of two strands: answers are (country, date, points of i1 to i5)."""
    folder.mkdir()
    whole = two_strands(framework={"code": code, "version": "1"}, **keys)
    (folder / "methodology.json").write_text(json.dumps(whole), encoding="utf-8")
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(ANSWER_COLUMNS)
        for country, date, *points in answers:
            for place, earned in enumerate(points, 1):
                status = "unknown" if earned is None else "ok"
                table.writerow([country, f"i{place}", date, status, "", earned, ""])
    return folder


@pytest.fixture
def older(tmp_path):
    return edition(
        tmp_path / "a", [("PT", BEFORE, 0, 50, 100, 0, 100), ("SE", BEFORE, *[100] * 5)]
    )


@pytest.fixture
def newer(tmp_path):
    answers = [
        ("PT", BEFORE, 50, 50, 100, 0, 100),
        ("PT", DATE, 50, 100, 100, None, 100),
        ("AT", DATE, *[0] * 5),
    ]
    return edition(tmp_path / "b", answers)


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_explain_prints_a_table_and_writes_the_same_figures(older, tmp_path, capsys):
    assert main(["explain", str(older), "PT", "overall", "--out", str(tmp_path / "out")]) == 0

    words = capsys.readouterr().out
    assert f"PT overall on {BEFORE}: 50 = 50" in words
    assert "The contributions sum to 50." in words
    table = lines(tmp_path / "out" / "explain.csv")
    assert tuple(table[0]) == EXPLAIN_COLUMNS
    standing = [line for line in table if line["standing"] == "yes"]
    assert sum(Fraction(line["contribution"]) for line in standing) == 50
    found = {line["code"]: line for line in table}
    assert (found["i1"]["within"], found["i1"]["depth"]) == ("s", "2")
    assert (found["i4"]["next_score"], found["i4"]["gain"]) == ("125/2", "25/2")


def test_explain_says_of_a_score_that_is_missing_why(tmp_path, capsys):
    folder = edition(tmp_path / "c", [("PT", DATE, 0, 0, 0, None, None)])

    assert main(["explain", str(folder), "PT", "t"]) == 0
    assert capsys.readouterr().out == f"PT t on {DATE}: no score\nreason: unknown\n"


def test_explain_takes_provisional_answers_in_a_draft_alone(older, capsys):
    table = older / "answers.csv"
    table.write_text(table.read_text().replace(",ok,,0,", ",provisional,,0,"), encoding="utf-8")

    assert main(["explain", str(older), "PT", "s"]) == WRONG_FILES
    assert "a provisional answer has no place" in capsys.readouterr().err
    assert main(["explain", str(older), "PT", "s", "--draft"]) == 0


def test_compare_writes_terms_that_sum_and_the_part_of_each_answer(older, newer, tmp_path):
    out = tmp_path / "out"
    assert main(["compare", str(older), str(newer), "--out", str(out)]) == 0

    changes = lines(out / "change.csv")
    assert tuple(changes[0]) == CHANGE_COLUMNS
    assert {(line["country"], line["node"]) for line in changes} == {
        ("PT", "overall"),
        ("PT", "s"),
        ("PT", "t"),
    }
    found = {line["node"]: line for line in changes}
    assert found["s"]["old"] == "50"
    assert (found["s"]["correction"], found["s"]["policy"]) == ("50/3", "50/3")
    assert (found["s"]["delta"], found["s"]["shown"], found["s"]["note"]) == (
        "100/3",
        "+33.3",
        "",
    )
    assert found["t"]["coverage"] == "50"
    for line in changes:
        terms = ("policy", "method", "coverage", "correction")
        assert sum(Fraction(line[term]) for term in terms) == Fraction(line["delta"])
    answers = lines(out / "answers_changed.csv")
    assert tuple(answers[0]) == ANSWER_CHANGE_COLUMNS
    overall = [line for line in answers if line["node"] == "overall"]
    assert sum(Fraction(line["part"]) for line in overall) == Fraction(
        found["overall"]["delta"]
    )
    assert {(line["indicator"], line["term"], line["new_points"]) for line in overall} == {
        ("i1", "correction", "50"),
        ("i2", "policy", "100"),
        ("i4", "coverage", ""),
    }


def test_compare_takes_two_dates_of_one_edition_one_country_and_one_node(newer, tmp_path):
    out = tmp_path / "out"
    dates = ["--from", BEFORE, "--to", DATE, "--unit", "PT", "--node", "s"]
    assert main(["compare", str(newer), str(newer), "--out", str(out), *dates]) == 0

    assert [line["delta"] for line in lines(out / "change.csv")] == ["50/3"]


def heavier(folder: Path, version: str) -> Path:
    """An edition whose method gives the second strand the weight 3, and new answers."""
    method = {**METHOD, "version": version, "weights": {"t": "3"}}
    return edition(folder, [("PT", DATE, 0, 50, 100, 100, 100)], method=method)


def test_compare_splits_a_new_method_from_new_answers(older, tmp_path):
    other, out = heavier(tmp_path / "m", "0.2.0"), tmp_path / "out"
    assert (
        main(["compare", str(older), str(other), "--out", str(out), "--node", "overall"]) == 0
    )

    # Weights 1 and 3 leave 50 as it is; t rises by 50, worth 25 before and 75/2 after.
    line = lines(out / "change.csv")[0]
    assert (line["policy"], line["method"], line["delta"]) == ("125/4", "25/4", "75/2")
    assert line["comparability_key"].startswith("f/0/")


def test_a_break_between_methods_is_split_only_where_that_is_wished(older, tmp_path, capsys):
    other, out = heavier(tmp_path / "m", "2.0.0"), tmp_path / "out"
    words = ["compare", str(older), str(other), "--out", str(out), "--node", "overall"]
    assert main(words) == WRONG_FILES
    assert "the first number of the method is 0 in one and 2" in capsys.readouterr().err

    assert main([*words, "--despite-break"]) == 0
    line = lines(out / "change.csv")[0]
    assert (line["method"], line["comparability_key"]) == ("25/4", "")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["explain", "a", "XX", "overall"], "a: answers.csv: XX has no answers"),
        (["explain", "a", "PT", "zz"], "there is no node, index or indicator zz"),
        (["explain", "a", "PT", "s", "--date", DATE], f"PT has no answers on {DATE}"),
        (
            ["compare", "a", "b", "--out", "out", "--unit", "SE"],
            "b/answers.csv: SE has no answers",
        ),
        (
            ["compare", "a", "b", "--out", "out", "--node", "zz"],
            "no node, index or indicator zz",
        ),
        (["compare", "a", "b", "--out", "out", "--from", DATE], "no country has such a score"),
        (["compare", "a", "nowhere", "--out", "out"], "nowhere"),
        (["compare", "a", "other", "--out", "out"], "share no comparability key"),
        (["compare", "a", "broken", "--out", "out"], "broken/answers.csv, line 2"),
    ],
)
def test_what_cannot_be_explained_or_compared_ends_with_2_and_leaves_nothing(
    arguments, reason, older, newer, tmp_path, monkeypatch, capsys
):
    edition(tmp_path / "other", [("PT", DATE, *[0] * 5)], code="another")
    edition(tmp_path / "broken", [("PT", DATE, 500, *[0] * 4)])
    monkeypatch.chdir(tmp_path)

    assert main(arguments) == WRONG_FILES
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "column", sorted({*EXPLAIN_COLUMNS, *CHANGE_COLUMNS, *ANSWER_CHANGE_COLUMNS})
)
def test_every_column_is_told_in_the_reference(column):
    page = Path(__file__).parents[2] / "docs" / "reference" / "engine-explain.md"
    cells = [line.split("|")[1] for line in page.read_text("utf-8").splitlines() if "|" in line]

    assert column in {name.strip() for cell in cells for name in cell.split(",")}


def test_a_series_scores_what_all_editions_ask_alike_for_the_countries_in_all(
    older, newer, tmp_path, capsys
):
    arguments = ["series", str(older), str(newer), "--name", "common", "--out"]
    assert main([*arguments, str(tmp_path / "out")]) == 0

    found = {row["reference_date"]: row for row in lines(tmp_path / "out" / "core_series.csv")}
    assert {row["country"] for row in found.values()} == {"PT"}
    assert {row["node"] for row in found.values()} == {"common"}
    # The newer edition's word for 2014 counts: its first answer is 50 and not 0.
    assert found[BEFORE]["exact"] == str((Fraction(200, 3) + 50) / 2)
    asked = [row["indicator"] for row in lines(tmp_path / "out" / "core_indicators.csv")]
    assert asked == ["i1", "i2", "i3", "i4", "i5"]
    assert "5 indicators of 1 countries, 2 scores" in capsys.readouterr().out
