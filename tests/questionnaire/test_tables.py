"""Tables as files, and what goes out coming in again: every text, in both kinds of file."""

import io

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mipex_site.base.errors import NotAllowed, Refusal
from questionnaire.enums import AnswerKind
from questionnaire.models import Answer, Source
from questionnaire.resources import AnswerResource, SourceResource
from questionnaire.resources.files import harmless, read_rows, told, written
from questionnaire.resources.trying import Changed, taken, tried
from questionnaire.services.answers import record_answer
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AnswerFactory,
    AssessmentFactory,
    IndicatorFactory,
    SourceFactory,
    expert_of,
)

# Every character that PostgreSQL keeps: all but NUL and halves of pairs.
PROSE = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40
)
SIGNS = st.sampled_from(
    [
        "",
        "=",
        "'=",
        "''-",
        "+1",
        "@",
        "'",
        '"',
        "\n",
        "a,b;c",
        "\ufeff",
        "_x0041_",
        "12",
        "TRUE",
    ]
)
TEXTS = st.builds("{}{}".format, SIGNS, PROSE)


@given(text=TEXTS)
@example(text="=1+1")
@example(text="'=1+1")
@example(text="''")
@example(text="\tx")
def test_no_text_is_run_and_each_comes_back_as_it_was(text):
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert told(harmless(text)) == text


@pytest.fixture
def place(db):
    """Give an expert with two questions on an open sheet."""
    sheet = AssessmentFactory()
    for _number in range(2):
        IndicatorFactory(strand=sheet.strand)
    return sheet, expert_of(sheet)


def sent(resource, by, kind):
    """Return the rows of what BY takes away, read back from a file of that kind."""
    data = resource(by=by).export()
    content = written(data.headers, data, kind=kind)
    return read_rows(
        file=io.BytesIO(content), name=f"t.{kind}", size=len(content), resource=resource
    )


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rationale=TEXTS,
    note=TEXTS,
    title=TEXTS,
    kind=st.sampled_from([*AnswerKind]),
    file=st.sampled_from(["csv", "xlsx"]),
)
def test_what_goes_out_comes_in_without_a_change(place, rationale, note, title, kind, file):
    sheet, expert = place
    law = SourceFactory(sheet=sheet, title=f"Act {title}".strip()[:300], quote=note)
    for indicator in sheet.strand.indicators_below.all():
        answer = Answer.objects.filter(assessment=sheet, indicator=indicator).first()
        record_answer(
            sheet=sheet,
            indicator=indicator,
            by=expert,
            kind=kind,
            option=indicator.options.first() if kind == AnswerKind.CHOSEN else None,
            points=50 if kind == AnswerKind.EXCEPTIONAL else None,
            rationale=f"Because {rationale}",
            note=note,
            sources=[law],
            expected_version=answer.version if answer else 0,
        )
    for resource, model in ((AnswerResource, Answer), (SourceResource, Source)):
        rows = sent(resource, expert, file)
        trial = tried(resource(), rows, by=expert)
        assert trial.count("same") == len(rows) == model.objects.count()
        with pytest.raises(Changed):
            taken(resource(), rows, seen=trial.print, by=expert)


def test_what_rows_come_to_is_undone_where_it_is_not_what_was_seen(place):
    sheet, expert = place
    law = SourceFactory(sheet=sheet)
    rows = sent(SourceResource, expert, "csv")
    rows = [(line, row | {"note": "See there."}) for line, row in rows]

    with pytest.raises(Changed):
        taken(SourceResource(), rows, seen="0" * 64, by=expert)

    law.refresh_from_db()
    assert law.note == ""
    seen = tried(SourceResource(), rows, by=expert).print
    assert taken(SourceResource(), rows, seen=seen, by=expert).count("changed") == 1
    law.refresh_from_db()
    assert law.note == "See there."


def test_nobody_without_a_sheet_tries_a_table(place):
    sheet, expert = place
    SourceFactory(sheet=sheet)
    rows = sent(SourceResource, expert, "csv")
    for person in (UserFactory(), UserFactory(is_superuser=True)):
        with pytest.raises(NotAllowed):
            tried(SourceResource(), rows, by=person)
        assert len(SourceResource(by=person).export()) == 0
        assert len(AnswerResource(by=person).export()) == 0


def test_the_same_text_is_no_change_whatever_version_a_row_is_of(place):
    sheet, expert = place
    AnswerFactory(assessment=sheet, indicator=sheet.strand.indicators_below.first(), version=3)
    ((line, row),) = sent(AnswerResource, expert, "csv")

    older = tried(AnswerResource(), [(line, row | {"version": "1"})], by=expert)
    assert older.count("same") == 1
    changed = row | {"version": "1", "note": "Read again."}
    refused = tried(AnswerResource(), [(line, changed)], by=expert).refused
    assert "another version" in refused[0].faults[0].words


def test_a_workbook_with_a_formula_is_refused_by_its_cell():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_formula("A2", "=1+1")
    with pytest.raises(Refusal, match="cell A2"):
        read_rows(file=content, name="t.xlsx", size=content.tell(), resource=SourceResource)


def test_a_text_that_no_cell_holds_goes_out_as_csv_alone():
    rows = [["x" * 32_001]]
    assert len(written(["a"], rows, kind="csv")) > 32_001
    with pytest.raises(Refusal, match="Take the CSV file"):
        written(["a"], rows, kind="xlsx")


def test_a_large_file_is_refused_before_it_is_read():
    with pytest.raises(Refusal, match="far larger"):
        read_rows(
            file=io.BytesIO(), name="t.csv", size=5 * 1024 * 1024, resource=SourceResource
        )


def test_taking_answers_away_costs_the_same_for_one_as_for_many(
    place, django_assert_num_queries
):
    sheet, expert = place
    for indicator in sheet.strand.indicators_below.all():
        AnswerFactory(assessment=sheet, indicator=indicator)
    with django_assert_num_queries(5):
        assert len(AnswerResource(by=expert).export()) == 2
