"""The tables of an edition, and the command line that makes them anew."""

import csv
import json
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from scoring.engine import tables
from scoring.engine.__main__ import main
from scoring.engine.faults import Fault
from scoring.engine.groups import Membership, group_means
from scoring.engine.missing import Status
from scoring.engine.reading import read_cells, read_countries, read_memberships
from scoring.engine.score import Cell, score
from tests.scoring.small import DATE, METHOD, built, cell, document, strand, two_strands

ROOT = Path(__file__).parents[2]
HEADER = "country,indicator,reference_date,status,option,points,rationale,extra"
METHODOLOGY = built(two_strands())


def read(*lines: str) -> list:
    return read_cells([HEADER, *lines], METHODOLOGY)


def test_answers_that_were_written_are_read_as_they_were():
    cells = [
        cell("i1", 100),
        cell("i2", Fraction(125, 2)),
        cell("i3", Status.NOT_APPLICABLE),
    ]
    rows = [
        tables.answer_row(cells[0], option=1),
        tables.answer_row(cells[1], rationale='Two regions: "75" and 50,\nso the mean.'),
        tables.answer_row(cells[2]),
    ]
    text = tables.csv_text(tables.ANSWER_COLUMNS, rows)

    assert read_cells(text.splitlines(keepends=True), METHODOLOGY) == cells
    assert "\r" not in text


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (f"PT,i1,{DATE},fine,1,100,,", "line 2, column status: there is no status 'fine'"),
        (f"PT,i1,{DATE},ok,1,many,,", "line 2, column points: 'many' is no exact number"),
        (
            f"PT,i1,{DATE},ok,2,100,,",
            "line 2, column option: option 2 earns 50 points and not 100",
        ),
        (f"PT,i1,{DATE},ok,4,100,,", "line 2, column option: there is no option 4 among 3"),
    ],
)
def test_a_line_that_cannot_be_an_answer_is_refused_by_its_number(line, sentence):
    with pytest.raises(Fault, match=sentence):
        read(line)


def test_a_table_without_a_column_is_refused_by_the_columns_name():
    with pytest.raises(Fault, match="the columns status, points are missing"):
        read_cells(["country,indicator,reference_date,option"], METHODOLOGY)


def test_results_are_written_exact_and_as_decimals_and_as_shown():
    results = score(METHODOLOGY, [cell("i1", 100), cell("i2", 0), cell("i3", 0)])
    rows = {row[1]: row for row in tables.result_rows(results)}
    common = ("1", "1", "no", "low", "1", "ok", "", "100/3", "100/3", "")

    assert rows["s"] == (
        *("PT", "s", "strand", DATE),
        *("100/3", "33.333333333333333", "33"),
        *common,
    )
    assert rows["t"][4:11] == ("",) * 7
    assert rows["t"][11:] == ("0", "not_collected", "not_collected", "0", "100", "")


def test_a_rank_says_among_how_many_countries_of_its_date_it_is():
    cells = [
        *(cell(code, 100) for code in ("i1", "i2", "i3")),
        *(replace(cell(code, 0), country="EE") for code in ("i1", "i2", "i3")),
        *(
            replace(cell(code, 0), country="ES", date="2018-12-31")
            for code in ("i1", "i2", "i3")
        ),
    ]
    rows = {row[:4]: row for row in tables.result_rows(score(METHODOLOGY, cells))}

    assert rows["EE", "s", "strand", DATE][7:9] == ("2", "2")
    assert rows["ES", "s", "strand", "2018-12-31"][7:9] == ("1", "1")


def test_group_results_say_how_many_members_were_scored():
    results = score(METHODOLOGY, [cell("i1", 100)])
    memberships = [Membership("eu", "PT", "1986-01-01")]
    means = group_means(results, memberships, threshold=Fraction(2, 3))
    rows = {row[1]: row for row in tables.group_result_rows(means)}

    assert rows["s"][4:] == ("100", "100", "100", "1", "1", "ok", "")
    assert rows["t"][4:] == ("", "", "", "0", "1", "not_collected", "coverage")


def write_edition(folder: Path, lines: list[str]) -> None:
    folder.mkdir()
    text = json.dumps(two_strands())
    (folder / "methodology.json").write_text(text, encoding="utf-8")
    (folder / "answers.csv").write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_an_edition_is_recomputed_from_its_own_files(tmp_path, capsys):
    lines = [f"PT,i{at},{DATE},ok,1,100,because," for at in range(1, 6)]
    write_edition(tmp_path / "2019", lines)
    groups = "group,title,country,from,to\neu,European Union,PT,1986-01-01,\n"
    (tmp_path / "2019" / "groups.csv").write_text(groups, encoding="utf-8")

    status = main(["score", str(tmp_path / "2019"), "--out", str(tmp_path / "out")])

    assert status == 0
    assert "3 figures, 3 with a score" in capsys.readouterr().out
    results = records(tmp_path / "out" / "results.csv")
    assert [(row["node"], row["display"]) for row in results] == [
        ("overall", "100"),
        ("s", "100"),
        ("t", "100"),
    ]
    means = records(tmp_path / "out" / "group_results.csv")
    assert {(row["group"], row["n"], row["of"]) for row in means} == {("eu", "1", "1")}


def test_a_mark_at_the_beginning_of_a_file_is_no_part_of_it(tmp_path):
    write_edition(tmp_path / "2019", [f"PT,i1,{DATE},ok,1,100,,"])
    for path in (tmp_path / "2019").iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert main(["score", str(tmp_path / "2019"), "--out", str(tmp_path / "out")]) == 0


def test_a_figure_is_written_whole_however_long_its_fraction_is(tmp_path):
    method = {**METHOD, "coverage": {**METHOD["coverage"], "index": "any"}}
    posts = {"goalposts": {"low": 0, "high": 100}}
    asked = [{"code": f"i{at}", "parent": "s", **posts} for at in range(9)]
    tree = document([strand("s", rule="harmonic_mean")], asked, method=method)
    write_edition(tmp_path / "2019", [])
    (tmp_path / "2019" / "methodology.json").write_text(json.dumps(tree), encoding="utf-8")
    countries = [f"C{at:02}" for at in range(45)]
    answers = [
        f"{code},i{at},{DATE},ok,{(10**14 + 7 * at + 97 * place**3) * 3 + 1}e-13"
        for place, code in enumerate(countries)
        for at in range(9)
    ]
    members = [f"all,{code},2000-01-01," for code in countries]
    for name, lines in (
        ("answers.csv", ["country,indicator,reference_date,status,points", *answers]),
        ("groups.csv", ["group,country,from,to", *members]),
    ):
        text = "".join(f"{line}\n" for line in lines)
        (tmp_path / "2019" / name).write_text(text, encoding="utf-8")
    before = sys.get_int_max_str_digits()

    assert main(["score", str(tmp_path / "2019"), "--out", str(tmp_path / "out")]) == 0
    assert sys.get_int_max_str_digits() == before
    (row,) = (
        row for row in records(tmp_path / "out" / "group_results.csv") if row["node"] == "s"
    )
    top, bottom = (text.lstrip("0") for text in row["exact"].split("/"))
    assert min(len(top), len(bottom)) > before
    assert row["score"].startswith("30.")


def test_an_edition_with_a_broken_table_ends_with_a_sentence(tmp_path, capsys):
    write_edition(tmp_path / "2019", [f"PT,i1,{DATE},ok,2,100,,"])

    assert main(["score", str(tmp_path / "2019"), "--out", str(tmp_path / "out")]) == 2
    assert (
        "line 2, column option: option 2 earns 50 points and not 100" in capsys.readouterr().err
    )
    assert not (tmp_path / "out").exists()


def test_the_command_line_needs_nothing_but_the_standard_library(tmp_path):
    write_edition(tmp_path / "2019", [f"PT,i1,{DATE},ok,1,100,,"])
    arguments = ["score", str(tmp_path / "2019"), "--out", str(tmp_path / "out")]
    command = [sys.executable, "-I", "-S", "-c", PRELUDE, *arguments]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert (tmp_path / "out" / "results.csv").exists()


PRELUDE = f"""
import runpy, sys
sys.path.insert(0, {str(ROOT)!r})
sys.argv[0] = "scoring.engine"
runpy.run_module("scoring.engine", run_name="__main__")
"""


def test_the_smallest_package_of_the_reference_gives_what_is_said_there(tmp_path):
    page = (ROOT / "docs/reference/engine.md").read_text(encoding="utf-8")
    _, example = page.split("## The smallest package")
    document_, answers, results = (
        block.partition("\n")[2].rstrip("`") for block in re.findall(r"```[^`]+```", example)
    )
    (tmp_path / "methodology.json").write_text(document_, encoding="utf-8")
    (tmp_path / "answers.csv").write_text(answers, encoding="utf-8")

    assert main(["score", str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    written = (tmp_path / "out" / "results.csv").read_text(encoding="utf-8")
    for said, line in zip(results.splitlines(), written.splitlines(), strict=True):
        begin, middle, end = (part.strip("…") for part in re.split("(?<=,)…,|…$", said))
        assert line.startswith(begin)
        assert f",{middle}" in line
        assert end == ""


def test_a_terminal_without_a_letter_is_told_its_number(tmp_path):
    write_edition(tmp_path / "2019", [f"PT,i1,{DATE},ok,1,100,,"])
    arguments = ["score", str(tmp_path / "2019"), "--out", str(tmp_path / "日本")]
    command = [sys.executable, "-X", "utf8=0", "-S", "-c", PRELUDE, *arguments]
    ascii_only = {"PYTHONIOENCODING": "ascii"}

    done = subprocess.run(command, capture_output=True, text=True, check=False, env=ascii_only)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.rstrip().endswith("\\u65e5\\u672c")


def test_an_answer_is_written_with_its_option_and_no_reason_where_none_is_given():
    row = tables.answer_row(cell("i1", 50), option=2)

    assert row == ("PT", "i1", DATE, "ok", "2", "50", "")


def test_flags_are_written_with_a_space_between():
    cells = [
        Cell("PT", "i1", DATE, Status.BREAK, Fraction(100)),
        Cell("PT", "i2", DATE, Status.ESTIMATED, Fraction(0)),
    ]
    rows = {row[1]: row for row in tables.result_rows(score(METHODOLOGY, cells))}

    assert rows["s"][-1] == "break estimated"


def test_countries_are_read_by_their_codes():
    assert read_countries(["name,country\n", "Portugal,PT\n", "Estonia,EE\n"]) == ["PT", "EE"]


def test_a_country_may_leave_a_group_and_come_back_and_stay_for_a_day():
    lines = [
        "eu,PT,1986-01-01,1990-12-31\n",
        "eu,PT,1991-01-01,1991-01-01\n",
        "g,PT,1990-01-01,\n",
    ]

    assert [
        (one.group, one.first, one.last)
        for one in read_memberships(["group,country,from,to\n", *lines])
    ] == [
        ("eu", "1986-01-01", "1990-12-31"),
        ("eu", "1991-01-01", "1991-01-01"),
        ("g", "1990-01-01", ""),
    ]


def test_a_value_earns_its_points_where_none_stand_beside_it():
    number = {"code": "i", "parent": "s", "goalposts": {"low": 0, "high": 10}}
    methodology = built(document([strand("s")], [number]))
    lines = ["country,indicator,reference_date,status,points,value\n", f"PT,i,{DATE},ok,,5\n"]

    assert read_cells(lines, methodology) == [cell("i", 50)]


def test_a_table_without_a_line_lacks_all_its_columns():
    with pytest.raises(Fault, match="line 1: the columns country, indicator"):
        read_cells([], METHODOLOGY)


def test_columns_without_a_name_are_ignored():
    lines = [f",{HEADER},,", f"x,PT,i1,{DATE},ok,1,100,because,,,"]

    assert [cell.points for cell in read_cells(lines, METHODOLOGY)] == [100]


def test_an_empty_line_in_a_table_is_passed_over():
    lines = [f"PT,i1,{DATE},ok,1,100,,", "", f"PT,i2,{DATE},ok,2,50,,"]

    assert read(*(f"{line}\n" for line in lines)) == [cell("i1", 100), cell("i2", 50)]
