"""codings.csv: what it may say, and where a fault in it is."""

import csv
from fractions import Fraction

import pytest

from scoring.engine.faults import Fault
from scoring.engine.missing import Status
from scoring.engine.reliability.codings import CODING_COLUMNS, Coding, read_codings
from tests.scoring.small import DATE, built, document, indicator, options, strand

HEADER = "country,indicator,reference_date,coder,blind,status,option,points,value\n"
POSTS = {"goalposts": {"low": 0, "high": 40}, "direction": -1}
NUMBER = {"code": "i2", "parent": "s", **POSTS}
METHODOLOGY = built(
    document([strand("s")], [indicator("i1", "s", options=options(100, 50, 0)), NUMBER])
)


def read(*lines: str, header: str = HEADER, countries: tuple[str, ...] = ()) -> list[Coding]:
    text = [header, *(f"{line}\n" for line in lines)]
    return read_codings(text, METHODOLOGY, countries=countries)


def test_a_coding_says_its_points_by_an_option_by_points_or_by_a_number():
    found = read(
        f"PT,i1,{DATE},Heron,no,ok,2,,",
        f"PT,i1,{DATE},Owl,yes,,,125/2,",
        f"PT,i1,{DATE},Stork,,ok,1,100,100",
        f"PT,i2,{DATE},Heron,,,,,10",
    )
    assert [coding.points for coding in found] == [50, Fraction(125, 2), 100, 75]
    assert [coding.blind for coding in found] == [False, True, False, False]
    assert found[0].cell == ("PT", "i1", DATE)


def test_a_coding_without_points_says_why():
    found = read(f"PT,i1,{DATE},Heron,,unknown,,,", f"PT,i1,{DATE},Owl,,not_applicable,,,")
    assert [coding.status for coding in found] == [Status.UNKNOWN, Status.NOT_APPLICABLE]
    assert {coding.points for coding in found} == {None}


@pytest.mark.parametrize("column", ["option", "points", "value"])
def test_the_key_and_one_column_that_says_something_are_enough(column):
    header = f"country,indicator,reference_date,coder,{column}\n"
    [coding] = read(f"PT,i1,{DATE},Heron,{1 if column == 'option' else 100}", header=header)
    assert coding == Coding("PT", "i1", DATE, "Heron", Fraction(100))


def test_the_columns_that_are_read_are_those_that_are_documented():
    assert next(csv.reader([HEADER])) == list(CODING_COLUMNS)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (f"PT,i9,{DATE},Heron,,,1,,", "line 2, column indicator: there is no indicator 'i9'"),
        (f"XX,i1,{DATE},Heron,,,1,,", "line 2, column country: there is no country 'XX'"),
        (f",i1,{DATE},Heron,,,1,,", "line 2, column country: there is no country ''"),
        (f"PT,i1,{DATE},,,,1,,", "line 2, column coder: the coder is empty"),
        ("PT,i1,2019-2-30,Heron,,,1,,", "line 2, column reference_date: '2019-2-30' is no"),
        ("PT,i1,20191231,Heron,,,1,,", "line 2, column reference_date: '20191231' is no"),
        (f"PT,i1,{DATE},Heron,,,4,,", "line 2, column option: there is no option 4 among 3"),
        (f"PT,i1,{DATE},Heron,,,0,,", "line 2, column option: there is no option 0"),
        (f"PT,i1,{DATE},Heron,,,b,,", "line 2, column option: 'b' is no place"),
        (f"PT,i2,{DATE},Heron,,,1,,", "line 2, column option: i2 has no options"),
        (f"PT,i1,{DATE},Heron,,,1,50,", "line 2, column points: it earns 50 points and not"),
        (f"PT,i1,{DATE},Heron,,,,101,", "line 2, column points: 101 points for i1 lie outside"),
        (f"PT,i1,{DATE},Heron,,,,NaN,", "line 2, column points: 'NaN' is no exact number"),
        (f"PT,i1,{DATE},Heron,,,,,inf", "line 2, column value: 'inf' is no exact number"),
        (f"PT,i2,{DATE},Heron,,,,,41", "line 2, column value: 41 lies outside the goalposts"),
        (f"PT,i1,{DATE},Heron,,fine,1,,", "line 2, column status: 'fine' is none of ok, not"),
        (f"PT,i1,{DATE},Heron,,estimated,1,,", "line 2, column status: 'estimated' is none"),
        (f"PT,i1,{DATE},Heron,,ok,,,", "line 2, column status: a coding that is ok has no"),
        (f"PT,i1,{DATE},Heron,,unknown,1,,", "line 2, column status: .* unknown has points"),
        (f"PT,i1,{DATE},Heron,maybe,,1,,", "line 2, column blind: 'maybe' is none of yes, no"),
        (f"PT,i1,{DATE},Heron,,,1", "line 2: it has 7 fields, and the header 9"),
    ],
)
def test_a_line_that_cannot_be_a_coding_is_refused_with_its_place(line, sentence):
    with pytest.raises(Fault, match=sentence):
        read(line, countries=("PT", "SE"))


def test_a_coder_says_one_thing_to_a_question():
    line = f"PT,i1,{DATE},Heron,,,1,,"
    with pytest.raises(Fault, match=r"line 4, column coder: PT i1 .* stands in line 2 already"):
        read(line, f"PT,i1,{DATE},Owl,,,1,,", line)


@pytest.mark.parametrize(
    ("header", "lines", "sentence"),
    [
        ("", (), "line 1: the columns country, indicator, reference_date, coder are missing"),
        (HEADER, (), "line 1: there is no coding in it"),
        (HEADER.replace("coder,", ""), (), "line 1: the column coder is missing"),
        (
            "country,indicator,reference_date,coder\n",
            (f"PT,i1,{DATE},Heron",),
            "line 1: one of the columns option, points and value is needed",
        ),
    ],
)
def test_a_table_that_cannot_hold_codings_is_refused(header, lines, sentence):
    with pytest.raises(Fault, match=sentence):
        read(*lines, header=header)
