"""A file of answers is taken whole, or refused whole with every fault and its line."""

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from questionnaire.enums import AnswerKind
from questionnaire.services.answer_files import read_answers
from questionnaire.services.framework.reading import read
from questionnaire.services.problems import BadFile

DATA = Path(__file__).parents[2] / "data" / "mipex"
HEADER = "country,indicator,reference_date,kind,points,rationale,workbook_cell\n"
KIND_UNKNOWN = (
    "The kind “guessed” is unknown; write one of chosen, not_applicable, unknown, exceptional."
)
DOCUMENT = {
    "indicators": [
        {"code": code, "options": [{"points": points} for points in (100, 50, 0)]}
        for code in ("i1", "i2")
    ]
}


@pytest.fixture
def answers(tmp_path):
    """Read lines below the usual header; give the rows."""

    def read_lines(*lines: str, header: str = HEADER) -> list:
        path = tmp_path / "answers.csv"
        path.write_text(header + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        return read_answers(path, DOCUMENT, ["BE", "NO"])

    return read_lines


def faults(answers, *lines: str, **keys: str) -> list[tuple[int, str]]:
    with pytest.raises(BadFile) as refused:
        answers(*lines, **keys)
    return [(problem.line, str(problem.message)) for problem in refused.value.problems]


def test_each_kind_of_answer_is_read(answers):
    rows = answers(
        "NO,i1,2019-12-31,chosen,50,,NO!E24",
        "NO,i2,2019-12-31,not_applicable,,,",
        "BE,i1,2019-12-31,unknown,,Nobody could say.,",
        "BE,i2,2019-12-31,exceptional,125/2,The mean of regions.,",
    )

    assert [(row.kind, row.points) for row in rows] == [
        (AnswerKind.CHOSEN, 50),
        (AnswerKind.NOT_APPLICABLE, None),
        (AnswerKind.UNKNOWN, None),
        (AnswerKind.EXCEPTIONAL, Fraction(125, 2)),
    ]
    assert (rows[0].reference_date, rows[0].workbook_cell) == (date(2019, 12, 31), "NO!E24")
    assert (rows[3].rationale, rows[3].line) == ("The mean of regions.", 5)


def test_columns_may_come_in_any_order_and_others_are_ignored(answers):
    header = "points,kind,mood,reference_date,indicator,country\n"
    (row,) = answers("100,chosen,good,2019-12-31,i1,BE", header=header)

    assert (row.country, row.indicator, row.points, row.rationale) == ("BE", "i1", 100, "")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("PT,i1,2019-12-31,chosen,50,,", "The country “PT” is unknown."),
        ("BE,i9,2019-12-31,chosen,50,,", "The indicator “i9” is unknown."),
        (
            "BE,i1,2019-12-31,chosen,75,,",
            "75 points are no option, and the answer is not marked exceptional.",
        ),
        ("BE,i1,2019-12-31,exceptional,75,,", "Exceptional points need a reason."),
        (
            "BE,i1,2019-12-31,exceptional,50,Because.,",
            "50 points are an option, so the answer is not exceptional.",
        ),
        (
            "BE,i1,2019-12-31,exceptional,101,Because.,",
            "101 points lie outside 0 to 100.",
        ),
        ("BE,i1,2019-12-31,chosen,,,", "The points are missing."),
        ("BE,i1,2019-12-31,chosen,half,,", "“half” is no number."),
        ("BE,i1,2019-12-31,chosen,1/0,,", "“1/0” is no number."),
        ("BE,i1,2019-12-31,unknown,0,,", "An answer of the kind “unknown” has no points."),
        (
            "BE,i1,2019-12-31,guessed,50,,",
            KIND_UNKNOWN,
        ),
        ("BE,i1,2019-02-30,chosen,50,,", "“2019-02-30” is no date; write 2019-12-31."),
        ("BE,i1,20191231,chosen,50,,", "“20191231” is no date; write 2019-12-31."),
        ("BE,i1,2019-12-31,chosen,50", "This row has 5 fields and the header 7."),
    ],
)
def test_each_fault_is_told_with_its_line(answers, line, sentence):
    good = "NO,i1,2019-12-31,chosen,50,,"

    assert faults(answers, good, line) == [(3, sentence)]


def test_two_answers_for_one_cell_are_told_with_both_lines(answers):
    found = faults(
        answers,
        "BE,i1,2019-12-31,chosen,50,,",
        "BE,i1,2018-12-31,chosen,50,,",
        "BE,i1,2019-12-31,chosen,100,,",
    )

    assert found == [
        (4, "The same country, indicator and date were answered on line 2."),
    ]


def test_all_faults_are_told_at_once(answers):
    found = faults(answers, "PT,i1,2019-12-31,chosen,50,,", "BE,i1,2019-12-31,chosen,51,,")

    assert [line for line, _sentence in found] == [2, 3]


def test_a_row_over_several_lines_is_told_by_its_first(answers):
    found = faults(
        answers,
        'BE,i1,2019-12-31,exceptional,75,"One region,\nand another.",',
        'PT,i1,2019-12-31,chosen,50,"A\nB",',
    )

    assert found == [(4, "The country “PT” is unknown.")]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("country,indicator,kind\n", "These columns are missing: reference_date, points."),
        ("", "These columns are missing: country, indicator, reference_date, kind, points."),
        (HEADER.replace("rationale", "kind"), "These columns stand twice: kind."),
    ],
)
def test_a_header_that_cannot_be_used_is_told(answers, header, sentence):
    assert faults(answers, header=header) == [(1, sentence)]


def test_a_quote_left_open_is_told(answers):
    found = faults(answers, 'BE,i1,2019-12-31,chosen,50,"open,')

    assert found == [(2, "This is no CSV: unexpected end of data.")]


def test_a_file_in_another_encoding_is_refused_with_the_line(tmp_path):
    path = tmp_path / "answers.csv"
    line = "BE,i1,2019-12-31,chosen,50,privé,\n"
    path.write_bytes((HEADER + line.replace("privé", "x") + line).encode("latin-1"))

    with pytest.raises(BadFile) as refused:
        read_answers(path, DOCUMENT, ["BE"])

    assert str(refused.value) == "answers.csv, line 3: This line is not written in UTF-8."


def test_the_answers_we_ship_fit_the_core_set():
    with (DATA / "countries.csv").open(encoding="utf-8", newline="") as lines:
        countries = [row["code"] for row in csv.DictReader(lines)]
    document = read(DATA / "core.yaml").data
    rows = read_answers(DATA / "answers.csv", document, countries)
    exceptional = {
        (row.country, row.indicator) for row in rows if row.kind == AnswerKind.EXCEPTIONAL
    }

    assert len(rows) == 35_080
    assert len({row.country for row in rows}) == 56
    assert exceptional == {("BE", "cb50"), ("BE", "cb53")}
