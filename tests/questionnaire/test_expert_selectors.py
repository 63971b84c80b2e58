from datetime import date

import pytest
from django.utils import timezone

from mipex_site.base.errors import NotAllowed
from questionnaire.enums import AssessmentState, RequestState, Role
from questionnaire.selectors.coordinator import board, people
from questionnaire.selectors.expert import Progress, RowState, cut_off_of, my_sheets, sheet_page
from questionnaire.services.answers import record_answer
from questionnaire.services.drafts import keep_draft
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AnswerFactory,
    AssessmentFactory,
    AssignmentFactory,
    ChangeRequestFactory,
    CountryFactory,
    IndicatorFactory,
    StandardFactory,
    coordinator_of,
    expert_of,
    in_round,
    on_sheet,
)


def answer(desk, indicator):
    return record_answer(
        sheet=desk.sheet,
        indicator=indicator,
        by=desk.expert,
        option=indicator.options.first(),
        sources=[desk.law],
    )


def another(desk):
    return IndicatorFactory(strand=desk.sheet.strand)


def test_a_page_has_every_question_in_order_with_what_lies_on_it(desk):
    drafted, blank = another(desk), another(desk)
    standard = StandardFactory(framework=desk.sheet.round.framework)
    desk.indicator.standards.add(standard)
    answer(desk, desk.indicator)
    keep_draft(sheet=desk.sheet, indicator=drafted, by=desk.expert, content={"note": "Hm"})

    page = sheet_page(desk.sheet, desk.expert)

    assert [row.indicator for row in page.rows] == [desk.indicator, drafted, blank]
    assert [row.state for row in page.rows] == ["answered", "draft", "blank"]
    assert page.progress == Progress(asked=3, answered=1, drafts=1, returned=0, blank=2)
    assert page.progress.share == 33
    first = page.row(desk.indicator.code)
    assert (first.answer.option, first.sources, first.standards) == (
        desk.best,
        (desk.law,),
        [standard],
    )
    assert [option.points for option in first.options] == [100, 50, 0]
    assert page.row(drafted.code).draft.content == {"note": "Hm"}
    assert (page.cut_off, page.role, page.sources) == (
        date(2019, 12, 31),
        Role.EXPERT,
        (desk.law,),
    )
    with pytest.raises(KeyError):
        page.row("nothing")


def test_a_page_shows_the_sources_of_the_present_version(desk):
    answer(desk, desk.indicator)
    record_answer(
        sheet=desk.sheet,
        indicator=desk.indicator,
        by=desk.expert,
        kind="unknown",
        rationale="Nobody knows.",
    )
    assert sheet_page(desk.sheet, desk.expert).row(desk.indicator.code).sources == ()


REQUESTS = [
    (RequestState.OPEN, RowState.ASKED),
    (RequestState.CHANGED, RowState.CHANGED),
    (RequestState.MAINTAINED, RowState.MAINTAINED),
]


@pytest.mark.parametrize(("request_state", "row_state"), REQUESTS)
def test_a_returned_page_opens_what_was_asked_and_closes_the_rest(
    desk, request_state, row_state
):
    other = another(desk)
    desk.sheet.state = AssessmentState.RETURNED
    desk.sheet.submitted_at = timezone.now()
    desk.sheet.save()
    asked = ChangeRequestFactory(
        assessment=desk.sheet, indicator=desk.indicator, state=request_state, reply="Stands."
    )

    page = sheet_page(desk.sheet, desk.expert)

    row = page.row(desk.indicator.code)
    assert (row.change_request, row.state, bool(row.may_answer)) == (asked, row_state, True)
    assert row.state_label == RowState(row_state).label
    assert "asked nothing" in page.row(other.code).may_answer.reason
    assert page.progress.returned == (row_state == RowState.ASKED)


def test_what_an_earlier_return_asked_is_history(desk):
    ChangeRequestFactory(
        assessment=desk.sheet, indicator=desk.indicator, state=RequestState.CHANGED
    )
    desk.sheet.state = AssessmentState.SUBMITTED
    desk.sheet.submitted_at = timezone.now()
    desk.sheet.save()
    row = sheet_page(desk.sheet, desk.expert).row(desk.indicator.code)
    assert (row.change_request, row.state) == (None, RowState.BLANK)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER])
def test_who_runs_the_round_reads_the_page_and_writes_nothing(desk, role):
    page = sheet_page(desk.sheet, in_round(role, desk.sheet.round))
    assert (page.role, bool(page.may_answer)) == (role, False)
    assert not any(row.may_answer for row in page.rows)


@pytest.mark.parametrize("questions", [1, 4])
def test_a_page_costs_ten_queries_however_long_it_is(
    desk, questions, django_assert_num_queries
):
    asked = [desk.indicator, *(another(desk) for _ in range(questions - 1))]
    for indicator in asked:
        answer(desk, indicator)
    sheet = type(desk.sheet).objects.for_page().get()
    with django_assert_num_queries(10):
        assert len(sheet_page(sheet, desk.expert).rows) == questions


def test_a_sheet_without_questions_is_all_done(db):
    sheet = AssessmentFactory()
    assert sheet_page(sheet, expert_of(sheet)).progress.share == 0


def test_a_country_may_have_its_own_cut_off(db):
    sheet = AssessmentFactory(participation__own_cut_off=date(2020, 6, 30))
    assert cut_off_of(sheet) == date(2020, 6, 30)
    assert my_sheets(expert_of(sheet))[0].cut_off == date(2020, 6, 30)


def test_my_sheets_are_those_of_my_running_assignments_alone(desk):
    neighbour = AssessmentFactory(round=desk.sheet.round, country=desk.sheet.country)
    AssessmentFactory(
        round=desk.sheet.round, country=desk.sheet.country, strand=desk.sheet.strand, coding=2
    )
    on_sheet(Role.REVIEWER, neighbour, desk.expert)
    ended = AssignmentFactory(role=Role.EXPERT, round=desk.sheet.round, ended_at=timezone.now())

    assert [mine.sheet for mine in my_sheets(desk.expert)] == [desk.sheet]
    assert my_sheets(ended.person) == []


def test_an_expert_of_a_whole_country_has_all_its_sheets(desk):
    AssessmentFactory(round=desk.sheet.round, country=desk.sheet.country)
    AssessmentFactory(round=desk.sheet.round)
    whole = AssignmentFactory(
        role=Role.EXPERT, round=desk.sheet.round, country=desk.sheet.country, coding=1
    )
    assert {mine.sheet.country for mine in my_sheets(whole.person)} == {desk.sheet.country}
    assert len(my_sheets(whole.person)) == 2


def test_counts_are_of_the_cut_off_and_of_this_sheet(desk):
    asked = another(desk)
    answer(desk, desk.indicator)
    keep_draft(sheet=desk.sheet, indicator=asked, by=desk.expert, content={"note": "Hm"})
    AnswerFactory(assessment=desk.sheet, indicator=asked, reference_date=date(2010, 5, 31))
    ChangeRequestFactory(assessment=desk.sheet, indicator=desk.indicator)
    AnswerFactory(assessment__round=desk.sheet.round, indicator=another(desk))

    (mine,) = my_sheets(desk.expert)
    assert mine.progress == Progress(asked=3, answered=1, drafts=1, returned=1, blank=2)


@pytest.mark.parametrize("countries", [1, 3])
def test_the_board_and_my_list_cost_one_query_each(desk, countries, django_assert_num_queries):
    for _ in range(countries - 1):
        expert_of(AssessmentFactory(round=desk.sheet.round), desk.expert)
    with django_assert_num_queries(1):
        assert len(board(desk.sheet.round)) == countries
    with django_assert_num_queries(1):
        assert len(my_sheets(desk.expert)) == countries


def test_the_board_goes_by_country_and_names_nobody(desk):
    country = CountryFactory(code="ZZ", alpha3="ZZZ", name="Zland")
    AssessmentFactory(round=desk.sheet.round, country=country, state=AssessmentState.SUBMITTED)
    AssessmentFactory()
    rows = board(desk.sheet.round)
    assert [row.country for row in rows] == [desk.sheet.country.code, "ZZ"]
    assert [row.state_label for row in rows] == ["answering", "submitted"]
    assert rows[0].progress.asked == 1
    assert desk.expert.name not in repr(rows)


def test_people_are_shown_by_name_to_the_coordinator_alone(desk):
    AssignmentFactory(round=desk.sheet.round, ended_at=timezone.now(), person__name="Gone")
    boss = coordinator_of(desk.sheet.round)
    rows = people(desk.sheet.round, boss)
    assert {row.name for row in rows} == {desk.expert.name, boss.name, "Gone"}
    assert rows[-1].name == "Gone"
    expert = next(row for row in rows if row.name == desk.expert.name)
    assert (expert.country, expert.strand) == (
        desk.sheet.country.code,
        desk.sheet.strand.code,
    )
    for stranger in (desk.expert, UserFactory(is_superuser=True)):
        with pytest.raises(NotAllowed, match="Only a coordinator"):
            people(desk.sheet.round, stranger)


def test_the_list_of_people_does_not_grow_in_queries(desk, django_assert_num_queries):
    boss = coordinator_of(desk.sheet.round)
    for _ in range(3):
        in_round(Role.OBSERVER, desk.sheet.round)
        with django_assert_num_queries(2):
            people(desk.sheet.round, boss)
