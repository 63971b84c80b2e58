"""A workbook that comes back: what is refused as a whole, and what is wrong in which cell."""

from datetime import date

import pytest
from django.utils.translation import override

from questionnaire.enums import AnswerKind
from questionnaire.models import Answer, Source
from questionnaire.services.answers import record_answer
from questionnaire.services.workbooks import cells
from questionnaire.services.workbooks.cells import BadCell
from questionnaire.services.workbooks.diffing import CHANGED, NEW
from tests.factories.questionnaire import SourceFactory

from .sheeting import (
    CHOICE,
    CITED,
    NOTE,
    POINTS,
    RATIONALE,
    REASON,
    answered,
    best,
    faults,
    filled_in,
    line_of,
    previewed,
    strand_name,
    tables,
    uploaded,
    written,
)

pytestmark = pytest.mark.django_db
PORTAL = "_portal"


# --- Single cells ------------------------------------------------------------------------

WRONG = {
    "an option that is none": ({CHOICE: "Perhaps"}, CHOICE, "is not in the list"),
    "text without an answer": ({RATIONALE: "Because."}, CHOICE, "Pick one."),
    "a reason that is none": (
        {CHOICE: "1. For 100 points.", REASON: "it rained"},
        REASON,
        "is not in the list",
    ),
    "points without a reason": (
        {CHOICE: "exceptional points"},
        POINTS,
        "Say how many points",
    ),
    "points of an option": (
        {CHOICE: "2. For 50 points.", POINTS: 40},
        POINTS,
        "Only an exceptional answer has points",
    ),
    "too many points": (
        {CHOICE: "exceptional points", POINTS: "100.5"},
        POINTS,
        "between 0 and 100",
    ),
    "points that are none": (
        {CHOICE: "exceptional points", POINTS: "half"},
        POINTS,
        "Write the points as",
    ),
    "a source that is not there": (
        {CHOICE: "1. For 100 points.", CITED: "S1; S7"},
        CITED,
        "S7 is not on the sheet",
    ),
    "a source without a number": (
        {CHOICE: "1. For 100 points.", CITED: "the act"},
        CITED,
        "is no number of a source",
    ),
    "no source": ({CHOICE: "1. For 100 points."}, CITED, "Add the law"),
    "a long text": (
        {CHOICE: "1. For 100 points.", CITED: "S1", RATIONALE: "x" * 20_001},
        RATIONALE,
        "20001 characters",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_cell_is_named_with_its_sheet_and_code(place, case):
    change, column, words = WRONG[case]
    content = written(place)
    name = strand_name(place.sheet)
    line = line_of(content, name, place.one.code)

    found = faults(place, answered(content, place, place.one, **change))

    assert len(found) == 1
    assert found[0].startswith(f"{name}, cell {column}{line}, {place.one.code}: ")
    assert words in found[0]
    assert not Answer.objects.exists()


def test_an_option_of_another_question_is_told_apart(place):
    option = place.two.options.last()
    option.label = "Only of the second"
    option.save()

    found = faults(place, best(written(place), place, place.one, E="3. Only of the second"))

    assert f"This is an option of another question, {place.two.code}." in found[0]


def test_a_question_that_stands_twice_or_is_missing_is_told(place):
    content = written(place)
    name = strand_name(place.sheet)
    line = line_of(content, name, place.two.code)

    found = faults(place, filled_in(content, name, {f"A{line}": place.one.code}))

    assert f"{name}, cell A{line}, {place.one.code}: This question stands here twice." in found
    assert f"{name}: {place.two.code} is missing. Put its row back." in found


def test_a_code_of_no_question_is_told(place):
    content = written(place)
    name = strand_name(place.sheet)
    line = line_of(content, name, place.two.code)

    found = faults(place, filled_in(content, name, {f"A{line}": "zz9"}))

    assert "This is not the code of a question of this sheet." in found[0]


def test_rows_may_change_their_places(place):
    content = written(place)
    name = strand_name(place.sheet)
    one, two = (line_of(content, name, each.code) for each in (place.one, place.two))
    filled = best(content, place, place.one)
    rows = tables(filled)[name]
    swapped = {f"{'ABCDEFGHIJKL'[at]}{two}": rows[one - 1][at] or None for at in range(12)}
    swapped |= {f"{'ABCDEFGHIJKL'[at]}{one}": rows[two - 1][at] or None for at in range(12)}

    preview = previewed(place, uploaded(place, filled_in(filled, name, swapped)))

    assert not preview.faults
    assert [line.code for line in preview.comparison.lines] == [place.one.code]


@pytest.mark.parametrize("column", [CHOICE, RATIONALE, NOTE, CITED])
def test_what_is_recorded_cannot_be_emptied(place, column):
    record_answer(
        sheet=place.sheet,
        indicator=place.one,
        by=place.expert,
        option=place.one.options.first(),
        rationale="Section 4.",
        note="Ask me.",
        sources=[place.law],
    )

    found = faults(place, answered(written(place), place, place.one, **{column: None}))

    assert len(found) == 1
    assert f"cell {column}" in found[0]
    assert "What is recorded cannot be emptied here." in found[0]


def test_an_option_is_known_without_its_number_and_in_any_case(place):
    content = best(written(place), place, place.one, E="for 50 points.")

    (line,) = previewed(place, uploaded(place, content)).comparison.lines

    assert line.row.said.choice == "2"


def test_exceptional_points_come_as_number_or_text_and_stay_exact(place):
    for typed, exact in ((67.5, "135/2"), ("200/3", "200/3"), ("66,7", "667/10"), (75, "75")):
        content = best(
            written(place), place, place.one, E="exceptional points", F=typed, G="Two regions."
        )
        (line,) = previewed(place, uploaded(place, content)).comparison.lines
        assert line.row.said.points == exact
        assert line.row.said.choice == AnswerKind.EXCEPTIONAL


def test_an_untouched_row_of_a_long_text_stays_and_a_touched_one_is_refused(place):
    record_answer(
        sheet=place.sheet,
        indicator=place.one,
        by=place.expert,
        option=place.one.options.first(),
        rationale="Long. " * 3_000,
        sources=[place.law],
    )
    answer = Answer.objects.get()
    answer.rationale = "Long. " * 5_000
    answer.save()
    content = written(place)

    assert previewed(place, uploaded(place, content)).comparison.lines == ()
    (found,) = faults(place, answered(content, place, place.one, E="2. For 50 points."))
    assert "longer than a workbook holds" in found


# --- Sources -----------------------------------------------------------------------------

NEW_LAW = {"A3": "S9", "B3": "law", "C3": "Act on Kin", "D3": "section 9"}


def test_a_new_source_at_the_bottom_can_be_cited_at_once(place):
    content = best(written(place), place, place.one, J="S9")

    preview = previewed(place, uploaded(place, filled_in(content, "Sources", NEW_LAW)))

    assert not preview.faults
    assert [line.kind for line in preview.comparison.lines] == [NEW, NEW]
    assert preview.comparison.lines[1].fields[-1].new == "S9 Act on Kin"


WRONG_SOURCES = {
    "no number": ({"A3": None}, "cell A3: Give this source a number"),
    "a number of another": ({"A3": "S1"}, "cell A3, S1: This number stands here twice."),
    "a strange number": ({"A3": "nine"}, "cell A3, nine: “nine” is no number"),
    "no title": ({"C3": None}, "cell C3, S9: A source needs this."),
    "no article": ({"D3": None}, "cell D3, S9: Name the article"),
    "an unknown kind": ({"B3": "rumour"}, "cell B3, S9: “rumour” is not in the list"),
    "a data cell": ({"B3": "published data"}, "cell B3, S9: In this round"),
    "a day that is none": ({"J3": "2015-02-30"}, "cell J3, S9: “2015-02-30” is no day."),
    "a day in words": ({"J3": "1 May 2015"}, "cell J3, S9: “1 May 2015” is no day."),
    "a day as a number": ({"J3": 42125}, "cell J3, S9: “42125” is no day."),
    "an end before": (
        {"J3": "2015-02-03", "K3": "2014-02-03"},
        "cell K3, S9: The law cannot end before it begins.",
    ),
    "a year that is none": ({"E3": "twenty"}, "cell E3, S9: “twenty” is no year."),
    "a link that runs": ({"H3": "javascript:alert(1)"}, "cell H3, S9: Enter a valid URL."),
    "a long quote": ({"N3": "x" * 20_001}, "cell N3, S9: This text has 20001 characters"),
}


@pytest.mark.parametrize("case", WRONG_SOURCES)
def test_a_wrong_source_is_named_by_its_cell(place, case):
    change, words = WRONG_SOURCES[case]
    content = best(written(place), place, place.one, J="S1")

    found = faults(place, filled_in(content, "Sources", NEW_LAW | change))

    assert [one for one in found if f"Sources, {words}" in one] == found
    assert Source.objects.count() == 1


def test_a_source_whose_row_is_gone_is_told(place):
    row = {f"{'ABCDEFGHIJKLMNOP'[at]}2": None for at in range(16)}

    found = faults(place, filled_in(written(place), "Sources", row))

    assert found == ["Sources: S1 is missing. Put its row back."]


def test_a_corrected_source_is_a_change_with_its_days_as_they_are(place):
    content = filled_in(written(place), "Sources", {"M2": "2026-11-02"})

    (line,) = previewed(place, uploaded(place, content)).comparison.lines

    assert (line.kind, line.fields[0].new) == (CHANGED, "2026-11-02")
    assert line.row.texts["in_force_from"] == "2011-01-01"


def test_a_workbook_is_read_in_the_language_in_which_it_was_written(place):
    SourceFactory(sheet=place.sheet)
    content = best(written(place), place, place.one)

    with override("fr"):
        preview = previewed(place, uploaded(place, content))

    assert [line.code for line in preview.comparison.lines] == [place.one.code]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (75.0, "75"),
        (67.5, "67.5"),
        (True, "TRUE"),
        (date(2019, 12, 31), "2019-12-31"),
        (" a\r\nb\x0b ", "a\nb"),
    ],
)
def test_what_a_spreadsheet_makes_of_a_cell_is_read_as_it_was_typed(value, text):
    assert cells.text_of(value) == text


@pytest.mark.parametrize("text", ["1/0", "1e999999999", "-5", "1000001"])
def test_points_that_would_fill_the_memory_or_mean_nothing_are_refused(text):
    with pytest.raises(BadCell):
        cells.points(text)
