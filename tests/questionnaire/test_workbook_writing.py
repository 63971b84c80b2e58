"""The workbook that is given out: all that is asked, nothing that can run, no points."""

import io
import re
from datetime import date
from zipfile import ZipFile

import pytest

from questionnaire.enums import AnswerKind, AssessmentState, Role
from questionnaire.models import EarlierAnswer
from tests.factories.questionnaire import (
    AssessmentFactory,
    IndicatorFactory,
    SourceFactory,
    StandardFactory,
    in_round,
    on_sheet,
)

from .sheeting import (
    CHOICE,
    book,
    line_of,
    part_of,
    record,
    strand_name,
    tables,
    written,
)

pytestmark = pytest.mark.django_db


def entry(content, name):
    with ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def row_of(content, place, indicator):
    name = strand_name(place.sheet)
    return tables(content)[name][line_of(content, name, indicator.code) - 1]


def test_each_sheet_of_the_country_has_a_worksheet_in_order(place):
    names = list(tables(written(place)))

    assert names == [
        "Start",
        strand_name(place.sheet),
        strand_name(place.second),
        "Sources",
        "_portal",
        "_lists",
    ]


def test_a_row_holds_the_question_and_what_is_recorded(place):
    place.one.standards.add(StandardFactory(framework=place.sheet.round.framework))
    place.one.guidance = "Count temporary permits too."
    place.one.save()
    record(place, place.one, rationale="Section 4.", note="Ask me.")

    row = row_of(written(place), place, place.one)

    assert row[:4] == [
        place.one.code,
        f"{place.one.title}\n\n{place.one.question}",
        "Count temporary permits too.",
        "An invented directive, Article 1, 2003",
    ]
    assert row[4:10] == ["1. For 100 points.", "", "Section 4.", "Ask me.", "", "S1"]


def test_the_last_edition_stands_beside_the_answer(place):
    EarlierAnswer.objects.create(
        round=place.sheet.round,
        country=place.sheet.country,
        indicator=place.one,
        edition="Edition 2015",
        reference_date=date(2014, 12, 31),
        kind=AnswerKind.CHOSEN,
        option=place.one.options.all()[1],
    )

    row = row_of(written(place), place, place.one)

    assert row[10:] == ["2. For 50 points.\n(Edition 2015)", "2014-12-31"]
    assert row[4] == ""


def test_points_of_options_stand_nowhere(place):
    for number, option in enumerate(place.one.options.all()):
        option.label, option.points = f"Way {number}", 91 + number
        option.save()
    record(place, place.one)

    shown = repr(tables(written(place)))

    assert "Way 0" in shown
    assert not re.search(r"\b9[123]\b", shown)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")'])
def test_what_begins_like_a_formula_is_written_as_text(place, text):
    record(place, place.one, rationale=text)
    SourceFactory(sheet=place.sheet, title=text)

    content = written(place)

    assert row_of(content, place, place.one)[6] == text
    for name in ("Start", strand_name(place.sheet), "Sources", "_portal"):
        assert "<f>" not in entry(content, part_of(content, name))


def test_only_inputs_are_unlocked_and_the_sheet_is_protected_without_a_password(place):
    content = written(place)
    name = strand_name(place.sheet)
    xml = entry(content, part_of(content, name))
    line = line_of(content, name, place.one.code)
    style = dict(re.findall(rf'<c r="([A-L]){line}" s="(\d+)"', xml))
    styles = entry(content, "xl/styles.xml").partition("<cellXfs")[2]
    looks = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", styles, re.DOTALL)

    unlocked = {column for column, number in style.items() if "locked=" in looks[int(number)]}

    assert unlocked == set("EFGHIJ")
    assert "<sheetProtection " in xml
    assert "password" not in xml


def test_the_head_is_frozen_wrapped_and_printed_on_each_page(place):
    content = written(place)
    xml = entry(content, part_of(content, strand_name(place.sheet)))

    assert 'xSplit="1" ySplit="1"' in xml
    assert 'orientation="landscape"' in xml
    assert 'wrapText="1"' in entry(content, "xl/styles.xml")
    assert "Print_Titles" in entry(content, "xl/workbook.xml")


def test_each_question_offers_its_own_options_and_the_ways_of_having_none(place):
    content = written(place)
    name = strand_name(place.sheet)
    xml = entry(content, part_of(content, name))
    cell = f"{CHOICE}{line_of(content, name, place.two.code)}"

    rule = re.search(rf'sqref="{cell}".*?<formula1>(.*?)</formula1>', xml).group(1)
    line = int(re.search(r"\$A\$(\d+):", rule).group(1))

    offered = [word for word in tables(content)["_lists"][line - 1] if word]
    assert offered == [
        "1. For 100 points.",
        "2. For 50 points.",
        "3. For 0 points.",
        "does not apply here",
        "cannot be known",
        "exceptional points",
    ]


def test_the_hidden_sheets_cannot_be_shown_from_the_menu(place):
    xml = entry(written(place), "xl/workbook.xml")

    assert re.findall(r'name="(\w+)" sheetId="\d+" state="veryHidden"', xml) == [
        "_portal",
        "_lists",
    ]


def test_a_demonstration_says_so_on_the_front(place):
    assert "DEMONSTRATION" not in repr(tables(written(place))["Start"])
    place.sheet.round.is_demonstration = True
    place.sheet.round.save()

    assert "DEMONSTRATION" in repr(tables(written(place))["Start"])


def test_notice_and_licence_of_the_framework_stand_on_the_front(place):
    framework = place.sheet.round.framework
    framework.notice, framework.licence = "Made for tests.", "CC BY 4.0"
    framework.save()

    front = repr(tables(written(place))["Start"])

    assert "Made for tests." in front
    assert "CC BY 4.0" in front
    assert "31 December 2019" in front


def test_a_submitted_sheet_is_a_locked_copy_that_says_why(place):
    for sheet in (place.sheet, place.second):
        sheet.state = AssessmentState.SUBMITTED
        sheet.save()

    content = written(place)
    front = repr(tables(content)["Start"])

    assert "Read only: This sheet is with the reviewers." in front
    assert "It cannot be uploaded now." in front
    assert "White cells are yours" not in front


def test_a_text_longer_than_a_cell_is_cut_and_its_row_locked(place):
    record(place, place.one, rationale="Long. " * 5_000)

    row = row_of(written(place), place, place.one)

    assert row[6].endswith("…")
    assert len(row[6]) == 16_001


def test_a_strand_with_a_long_code_gets_a_name_that_excel_takes(place):
    for sheet in (place.sheet, place.second):
        sheet.strand.code = f"a-very-long-code-of-a-strand-{sheet.strand.pk}"
        sheet.strand.save()

    assert list(tables(written(place)))[1:3] == ["Strand no. 1", "Strand no. 2"]


def test_only_what_somebody_may_see_is_in_the_book(place):
    someone = on_sheet(Role.DELEGATE, place.second)
    second_coding = AssessmentFactory(
        round=place.sheet.round,
        country=place.sheet.country,
        strand=place.sheet.strand,
        coding=2,
    )
    SourceFactory(sheet=second_coding, title="Of the second coding")

    assert [one.sheet for one in book(place, someone).sheets] == [place.second]
    assert len(book(place, in_round(Role.COORDINATOR, place.sheet.round)).sheets) == 2
    assert book(place, on_sheet(Role.REVIEWER, place.sheet)) is None
    assert "Of the second coding" not in repr(tables(written(place)))


@pytest.mark.parametrize("number", [1, 6])
def test_the_queries_do_not_grow_with_the_rows(place, django_assert_num_queries, number):
    for _again in range(number):
        indicator = IndicatorFactory(strand=place.sheet.strand)
        source = SourceFactory(sheet=place.sheet)
        record(place, indicator, sources=[place.law, source])

    with django_assert_num_queries(13):
        found = book(place)
        assert len(found.rows) == 4 + number
