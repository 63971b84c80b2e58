"""Bad files: a sentence with file, line and column, status 2, and no output left behind."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scoring.engine.__main__ import main
from scoring.engine.faults import Fault
from scoring.engine.reading import read_cells
from tests.scoring.small import (
    DATE,
    METHOD,
    built,
    dimension,
    document,
    indicator,
    options,
    strand,
    two_strands,
)

HEADER = "country,indicator,reference_date,status,option,points"
GOOD = f"PT,i1,{DATE},ok,1,100"


def answers(*lines: str, header: str = HEADER) -> str:
    return "".join(f"{line}\n" for line in (header, *lines))


def posts(**keys: object) -> dict:
    """A tree whose one question is answered with a number."""
    asked = {"code": "i1", "parent": "s", "goalposts": {"low": "0", "high": "10"}, **keys}
    return document([strand("s")], [asked])


@pytest.fixture
def fails(tmp_path: Path, capsys) -> Callable[..., str]:
    """Score a folder of the given files and return the sentence; nothing may be left."""

    def fails(methodology: object = None, **files: str) -> str:
        folder, out = tmp_path / "edition", tmp_path / "out"
        folder.mkdir()
        given = two_strands() if methodology is None else methodology
        text = given if isinstance(given, str) else json.dumps(given, indent=1)
        given = text.encode("utf-8", "surrogateescape")
        (folder / "methodology.json").write_bytes(given)
        files.setdefault("answers", answers(GOOD))
        for name, content in files.items():
            (folder / f"{name}.csv").write_bytes(content.encode("utf-8", "surrogateescape"))

        assert main(["score", str(folder), "--out", str(out)]) == 2
        assert sorted(path.name for path in tmp_path.iterdir()) == ["edition"]
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        return said.err.removeprefix(f"{folder}: ").strip()

    return fails


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (f"PT,i9,{DATE},ok,1,100", "line 3, column indicator: there is no indicator 'i9'"),
        (f",i2,{DATE},ok,1,100", "line 3, column country: the country is empty"),
        (
            f"PT,i2,{DATE},fine,1,100",
            "'fine': it is one of ok, not_applicable, unknown, not_collected, withheld, est",
        ),
        ("PT,i2,2019,ok,1,100", "line 3, column reference_date: '2019' is no date such as"),
        ("PT,i2,2019-02-30,ok,1,100", "line 3, column reference_date: '2019-02-30' is no date"),
        (f"PT,i2,{DATE},ok,1,many", "line 3, column points: 'many' is no exact number"),
        (f"PT,i2,{DATE},ok,,nan", "line 3, column points: 'nan' is no exact number"),
        (f"PT,i2,{DATE},ok,,-inf", "line 3, column points: '-inf' is no exact number"),
        (f"PT,i2,{DATE},ok,,1e999999999", "column points: '1e999999999' is no exact number"),
        (f"PT,i2,{DATE},ok,,1/0", "line 3, column points: '1/0' divides by zero"),
        (f"PT,i2,{DATE},ok,,101", "line 3, column points: 101 lies outside 0..100"),
        (f"PT,i2,{DATE},ok,,-1", "line 3, column points: -1 lies outside 0..100"),
        (f"PT,i2,{DATE},ok,,", "line 3, column points: an answer that is ok has no points"),
        (f"PT,i2,{DATE},unknown,,50", "column points: an answer that is unknown has points"),
        (f"PT,i2,{DATE},ok,2,100", "column option: option 2 earns 50 points and not 100"),
        (f"PT,i2,{DATE},ok,9,100", "column option: there is no option 9 among 3"),
        (f"PT,i2,{DATE},ok,two,50", "line 3, column option: 'two' is no place of an option"),
        (f"PT,i2,{DATE},unknown,1,", "column option: option 1 earns 100 points and not none"),
        (GOOD, f"line 3: PT i1 {DATE} stands in line 2 already"),
        (f"PT,i2,{DATE},ok", "line 3: it has 4 fields, and the header 6"),
        (f"PT,i2,{DATE},ok,1,100,x,y", "line 3: it has 8 fields, and the header 6"),
        (f'PT,i2,{DATE},ok,1,"100', "line 3: it is no CSV: unexpected end of data"),
        ("x" * 200_000, "line 3: it is no CSV: field larger than field limit"),
        (f"PT,i2,{DATE},ok,1,\udcff", "line 3: it is no UTF-8 text: invalid start byte"),
        (f"PT,i2,{DATE},ok,1,100\0", "line 3: it is no text: it has a character NUL"),
        (
            f"P\tT,i2,{DATE},ok,1,100",
            "line 3, column country: the country 'P\\tT' has a control",
        ),
    ],
)
def test_a_line_of_answers_that_cannot_be_is_told_with_its_place(fails, line, sentence):
    said = fails(answers=answers(GOOD, line))

    assert said.startswith("answers.csv")
    assert sentence in said


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("country,indicator,reference_date,status", "line 1: the column points is missing"),
        (f"{HEADER},points", "line 1, column points: the column stands twice"),
        ("", "line 1: the columns country, indicator, reference_date, status, points are"),
        (f'{HEADER},"x', "answers.csv, line 1: it is no CSV: unexpected end of data"),
    ],
)
def test_a_table_without_the_columns_it_needs_is_refused(fails, header, sentence):
    assert sentence in fails(answers=answers(header=header))


def test_a_number_outside_its_goalposts_is_refused(fails):
    header = f"{HEADER},value"
    line = f"PT,i1,{DATE},ok,,,11"

    said = fails(posts(), answers=answers(line, header=header))

    assert said == "answers.csv, line 2, column value: 11 lies outside the goalposts 0 and 10"


def test_a_number_that_earns_other_points_than_those_beside_it_is_refused(fails):
    line = f"PT,i1,{DATE},ok,,50,10"

    said = fails(posts(), answers=answers(line, header=f"{HEADER},value"))

    assert said == "answers.csv, line 2, column value: it earns 100 points and not 50"


@pytest.mark.parametrize(
    ("methodology", "line", "sentence"),
    [
        (None, f"PT,i1,{DATE},ok,1,100,5", "column value: i1 has options, and so no value"),
        (posts(), f"PT,i1,{DATE},ok,,,many", "column value: 'many' is no exact number"),
        (posts(), f"PT,i1,{DATE},ok,1,100,", "column option: i1 has no options"),
    ],
)
def test_an_answer_is_an_option_or_a_number_as_its_question_says(
    fails, methodology, line, sentence
):
    said = fails(methodology, answers=answers(line, header=f"{HEADER},value"))

    assert said == f"answers.csv, line 2, {sentence}"


@pytest.mark.parametrize("code", ["PT", ""])
def test_a_country_is_listed_once_and_by_its_code(fails, code):
    said = fails(countries=f"country,name\nPT,Portugal\n{code},Portugal\n")

    assert said == (
        f"countries.csv, line 3, column country: the country {code!r} is empty or stands twice"
    )


def test_a_country_with_a_control_character_is_told_with_its_line(fails):
    said = fails(countries="country,name\nPT,Portugal\nE\tE,Estonia\n")

    place = "countries.csv, line 3, column country"
    assert said == f"{place}: the country 'E\\tE' has a control character"


def test_an_answer_of_a_country_that_is_not_listed_is_told_with_its_line(fails):
    said = fails(countries="country,name\nEE,Estonia\n")

    assert said == "answers.csv, line 2, column country: there is no country 'PT'"


def test_a_closed_question_with_an_answer_is_told_with_its_line(fails):
    gate = {"indicator": "i", "closed_up_to": 0, "then": "not_applicable"}
    tree = document([strand("s")], [indicator("i", "s"), indicator("j", "s", gate=gate)])
    lines = [f"PT,j,{DATE},ok,1,100", f"PT,i,{DATE},ok,3,0"]

    said = fails(tree, answers=answers(*lines))

    assert said.startswith(f"answers.csv, line 2: PT j {DATE}: i closes j")


def test_a_zero_where_products_are_taken_as_they_are_is_told_with_its_place(fails):
    method = {**METHOD, "positive_scale": {"lowest": 0}}
    tree = document([strand("s", rule="geometric_mean")], [indicator("i1", "s")], method=method)

    said = fails(tree, answers=answers(f"PT,i1,{DATE},ok,3,0"))

    assert said.startswith(f"answers.csv: PT s {DATE}: a score of 0 has no geometric")


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        ("group,country,from\n", "line 1: the column to is missing"),
        ("group,country,from,to\neu,PT,1986,\n", "line 2, column from: '1986' is no date"),
        ("group,country,from,to\neu,PT,,\n", "line 2, column from: '' is no date"),
        (
            "group,country,from,to\n,PT,1986-01-01,\n",
            "line 2, column group: the group is empty",
        ),
        ("group,country,from,to\neu,,1986-01-01,\n", "line 2, column country: the country is"),
        (
            "group,country,from,to\neu,PT,1986-01-01,1985-01-01\n",
            "line 2, column to: 1985-01-01 is before 1986-01-01",
        ),
        (
            "group,country,from,to\neu,PT,1986-01-01,\neu,PT,1990-01-01,\n",
            "line 3, column from: PT is in eu already at that time",
        ),
        (
            "group,country,from,to\neu,PT,1986-01-01,1990-12-31\neu,PT,1990-12-31,\n",
            "line 3, column from: PT is in eu already at that time",
        ),
        (
            "group,country,from,to\neu,PT,1990-12-31,\neu,PT,1986-01-01,1990-12-31\n",
            "line 3, column from: PT is in eu already at that time",
        ),
    ],
)
def test_memberships_that_cannot_be_are_refused(fails, groups, sentence):
    assert fails(groups=groups).startswith(f"groups.csv, {sentence}")


@pytest.mark.parametrize(
    ("methodology", "sentence"),
    [
        ("[]", "methodology.json: it holds no object of keys and values"),
        ("{", "methodology.json, line 1: it is no JSON"),
        ('{"a": NaN}', "methodology.json: NaN is no number"),
        ('{"a": -Infinity}', "methodology.json: -Infinity is no number"),
        ('{"a": 1, "a": 2}', "methodology.json: the key 'a' stands twice in one object"),
        ('{"a":\n"\udce9"}', "methodology.json, line 2: it is no UTF-8 text: invalid continu"),
        ('{"a": "\\ud800"}', "methodology.json: it has a text with the character NUL, or with"),
        ('{"a": ["\\u0000"]}', "methodology.json: it has a text with the character NUL, or"),
        ('{"a": 1' + "0" * 200 + "}", "methodology.json: a number of 201 digits is no number"),
        ("[" * 100_000, "methodology.json: it nests without end"),
        ("[" * 101 + "]" * 101, "methodology.json: it nests deeper than 100 levels"),
        ('{"aggregates": {}}', "methodology.json: aggregates is no list"),
        ('{"aggregates": [1]}', "methodology.json: an entry of aggregates has no code"),
    ],
)
def test_a_methodology_that_is_no_document_is_refused(fails, methodology, sentence):
    assert fails(methodology).startswith(sentence)


def gated(code: str, on: object) -> dict:
    gate = {"indicator": on, "closed_up_to": 0, "then": "score_min"}
    return indicator(code, "s", gate=gate)


@pytest.mark.parametrize(
    ("methodology", "sentence"),
    [
        (
            document(
                [strand("s"), dimension("d", "e"), dimension("e", "d")], [indicator("i1", "s")]
            ),
            "line 9: the parents of d, e run in a circle",
        ),
        (
            document([strand("s", rule="weighted_mean")], [indicator("i1", "s", weight="0")]),
            "line 4: all weights below s are 0",
        ),
        (
            posts(goalposts={"low": "5", "high": "5.0"}),
            "line 11: i1: the goalposts both stand at 5",
        ),
        (
            document([strand("s")], [indicator("i1", "s", weight=["1"])]),
            "line 11: i1: ['1'] is no exact number",
        ),
        (
            document([strand("s")], [indicator("i1", "s", options=options(100, 150))]),
            "line 11: i1: the options must be two or more, falling within 100..0",
        ),
        (
            document([{"code": "s", "kind": "strand"}], [indicator("i1", "s")]),
            "line 4: s lacks 'rule'",
        ),
        (
            two_strands(method={**METHOD, "covrage": {}}),
            "the method has 'covrage', which means nothing",
        ),
        (
            two_strands(method={**METHOD, "weights": {"i77": "2"}}),
            "the method weighs i77, which is unknown",
        ),
        (
            two_strands(method={**METHOD, "coverage": {"index": "every"}}),
            "the method lacks 'strand' in its coverage",
        ),
        (
            document(
                [strand("s"), dimension("d", "s")],
                [indicator("i1", "d")],
                indexes=[{"code": "overall", "of": ["s", "d"]}],
            ),
            "overall counts d twice, for s holds it",
        ),
        (
            document([strand("s"), dimension("d", ["s"])], [indicator("i1", "s")]),
            "line 9: the parent ['s'] of d is unknown",
        ),
        (
            document([strand("s")], [indicator("i1", "s"), gated("i2", ["i1"])]),
            "i2: a gate is on one indicator, not on ['i1']",
        ),
        (
            document([strand("s", rule="table", table={"of": [{}], "rows": []})], []),
            "s has no children",
        ),
        (
            document(
                [strand("s", rule="table", table={"of": [{}], "rows": []})],
                [indicator("i1", "s")],
            ),
            "line 4: a table is over codes of indicators",
        ),
        (
            document([strand("s"), strand("t\r")], [indicator("i1", "s")]),
            "an entry of aggregates has no code",
        ),
        (
            document([{**strand("s"), "kind": "a\nb"}], [indicator("i1", "s")]),
            "of s is unknown",
        ),
        (
            document([strand("s")], [indicator("i1", "s", weight=["1" * 999])]),
            f"i1: ['{'1' * 198} is no exact number",
        ),
    ],
)
def test_a_tree_that_cannot_be_computed_is_told_with_its_entry(fails, methodology, sentence):
    said = fails(methodology)

    assert said.startswith("methodology.json")
    assert sentence in said


def test_noise_without_end_is_refused_at_its_first_line():
    def noise():
        yield f"{HEADER}\n"
        yield f"{GOOD}\n"
        yield "0x7f3a9c,~~~,\x07\n"
        raise AssertionError("it read on")

    with pytest.raises(Fault, match="line 3: it has 3 fields, and the header 6"):
        read_cells(noise(), built(two_strands()))


def test_a_folder_without_files_is_told_by_the_file_that_is_missing(tmp_path, capsys):
    assert main(["score", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "methodology.json" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_was_in_the_folder_before_is_there_after_a_fault(tmp_path):
    folder, out = tmp_path / "edition", tmp_path / "out"
    for each in (folder, out):
        each.mkdir()
    (folder / "methodology.json").write_text(json.dumps(two_strands()), encoding="utf-8")
    (folder / "answers.csv").write_text(answers(GOOD, GOOD), encoding="utf-8")
    (out / "results.csv").write_text("of yesterday", encoding="utf-8")

    assert main(["score", str(folder), "--out", str(out)]) == 2
    assert [path.read_text() for path in out.iterdir()] == ["of yesterday"]


def test_nothing_is_replaced_where_one_file_cannot_be(tmp_path, capsys):
    folder, out = tmp_path / "edition", tmp_path / "out"
    folder.mkdir()
    (out / "group_results.csv").mkdir(parents=True)
    (folder / "methodology.json").write_text(json.dumps(two_strands()), encoding="utf-8")
    (folder / "answers.csv").write_text(answers(GOOD), encoding="utf-8")
    (out / "results.csv").write_text("of yesterday", encoding="utf-8")

    assert main(["score", str(folder), "--out", str(out)]) == 2
    assert "group_results.csv" in capsys.readouterr().err
    assert (out / "results.csv").read_text() == "of yesterday"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["edition", "out"]


def test_a_fault_says_what_is_known_of_its_place():
    assert str(Fault("no")) == "no"
    assert str(Fault("no", line=3)) == "line 3: no"
    assert str(Fault("no", file="a.csv", column="b")) == "a.csv, column b: no"
    assert Fault("no", file="a.csv").args == ("no",)
