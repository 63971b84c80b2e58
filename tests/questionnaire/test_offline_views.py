"""The page of a sheet that a browser keeps, and the worker that shows it without a network."""

import pytest
from django.test import Client
from django.utils import timezone

from questionnaire.enums import AssessmentState, Role
from questionnaire.services.drafts import keep_draft
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    IndicatorFactory,
    SourceFactory,
    in_round,
)

from .carried import carried, recheck
from .viewing import at, opened, sent_back, signed_in, text_of

QUERIES = 17


@pytest.fixture
def sheet(desk):
    desk.offline = at(desk.sheet, "offline/")
    return opened(desk)


def test_the_page_has_every_question_with_what_its_form_sends(sheet):
    other = IndicatorFactory(strand=sheet.sheet.strand)
    sheet.record(rationale="As the act says.")

    page = text_of(sheet.client.get(sheet.offline))

    for indicator in (sheet.indicator, other):
        assert f'data-door="{at(sheet.sheet, f"{indicator.code}/draft/")}"' in page
        assert indicator.question in page
    assert "As the act says." in page
    assert 'data-based-on="1"' in page


def test_the_page_begins_with_what_was_typed_last(sheet):
    typed = {"rationale": "Half a sentence about", "sources": [str(sheet.law.key)]}
    keep_draft(sheet=sheet.sheet, indicator=sheet.indicator, content=typed, by=sheet.expert)

    page = text_of(sheet.client.get(sheet.offline))

    assert "Half a sentence about" in page
    assert f'data-ticked="{sheet.law.key}"' in page


def test_the_sources_stand_on_the_page_once_however_many_questions_there_are(sheet):
    IndicatorFactory(strand=sheet.sheet.strand)

    page = text_of(sheet.client.get(sheet.offline))

    assert page.count(str(sheet.law.key)) == 1


def test_no_points_of_an_option_are_on_the_page(sheet):
    page = text_of(sheet.client.get(sheet.offline))

    for option in (sheet.best, sheet.half, sheet.worst):
        assert f'name="option" value="{option.points}"' not in page


def test_what_happened_is_asked_of_an_option_that_differs_from_the_last_edition_s(sheet):
    earlier = carried(sheet)
    place = [sheet.best, sheet.half, sheet.worst].index(earlier.option) + 1

    page = text_of(sheet.client.get(sheet.offline))

    assert f'data-earlier="{place}"' in page
    assert f"{sheet.indicator.code}-change_reason" in page


def test_the_change_that_the_review_asks_for_is_always_explained(sheet):
    sent_back(sheet)
    carried(sheet)

    page = text_of(sheet.client.get(sheet.offline))

    assert f"{sheet.indicator.code}-change_reason" in page
    assert "data-earlier=" not in page


def test_last_edition_stands_there_and_is_confirmed_once_its_sources_are_checked(sheet):
    carried(sheet)
    page = text_of(sheet.client.get(sheet.offline))
    assert "Last edition: 2014.2" in page
    assert "data-confirm" not in page

    recheck(sheet)

    assert "data-confirm" in text_of(sheet.client.get(sheet.offline))


def test_a_sheet_that_is_with_the_review_is_not_kept(sheet):
    sheet.sheet.state, sheet.sheet.submitted_at = AssessmentState.SUBMITTED, timezone.now()
    sheet.sheet.save()

    assert sheet.client.get(sheet.offline).status_code == 404


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER, Role.REVIEWER])
def test_who_does_not_answer_the_sheet_keeps_nothing_of_it(sheet, role):
    other = in_round(role, sheet.sheet.round)

    assert signed_in(other).get(sheet.offline).status_code == 404


def test_a_stranger_keeps_nothing_and_who_is_not_signed_in_is_asked_to(sheet):
    assert signed_in(UserFactory()).get(sheet.offline).status_code == 404
    assert Client().get(sheet.offline).url.startswith("/sign-in/")


def test_the_page_costs_as_many_queries_for_three_questions_as_for_one(
    sheet, django_assert_num_queries
):
    with django_assert_num_queries(QUERIES):
        sheet.client.get(sheet.offline)
    for _n in range(2):
        IndicatorFactory(strand=sheet.sheet.strand)
        SourceFactory(sheet=sheet.sheet)
    sheet.record()
    with django_assert_num_queries(QUERIES):
        sheet.client.get(sheet.offline)


def test_the_worker_is_a_script_that_watches_over_the_sheets_alone(client):
    answer = client.get("/sheets/worker.js")

    assert answer["Content-Type"] == "text/javascript"
    assert answer["Cache-Control"] == "no-cache"
    assert "Service-Worker-Allowed" not in answer


def test_the_page_without_a_network_can_be_kept_by_anybody(client, db):
    answer = client.get("/sheets/away/")

    assert answer.status_code == 200
    assert "There is no network" in text_of(answer)
