"""Last edition's answer on the question's page: seen, checked again, confirmed, or changed."""

import re
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from questionnaire.enums import AnswerKind, ChangeReason, Role
from questionnaire.models import Answer
from tests.factories.questionnaire import (
    AssessmentFactory,
    IndicatorFactory,
    in_round,
    on_sheet,
)

from .carried import LAW, carried, carried_sources, recheck
from .viewing import HTMX, answer_of, at, filled, opened, sent_back, signed_in, text_of

pytestmark = pytest.mark.django_db
CONFIRM = {"act": "confirm", "version": "0"}


@pytest.fixture
def question(desk):
    return opened(desk)


def page_of(question, **headers):
    return text_of(question.client.get(question.url, headers=headers))


def panel(question) -> str:
    return page_of(question).partition('id="earlier"')[2].partition("</section>")[0]


def recheck_of(question) -> str:
    (source,) = carried_sources(question)
    return at(question.sheet, f"sources/{source.key}/recheck/")


def test_what_the_last_edition_said_stands_over_the_options(question):
    carried(question)
    shown = panel(question)
    assert "Last edition: 2014.2, as of 31 December 2014" in shown
    assert question.half.label in shown
    assert "Two years, says section 123." in shown
    assert "Invented Aliens Act, section 123, 2009" in shown


def test_the_option_that_was_chosen_then_is_marked_in_words(question):
    carried(question)
    shown = page_of(question)
    tile = shown.partition('value="2"')[2].partition("</label>")[0]
    assert "2014 answer" in tile
    assert shown.count("2014 answer") == 1


def test_no_points_are_shown_of_what_was_answered_then(question):
    question.half.label = "Up to two years."
    question.half.save()
    carried(question)
    words = strip_tags(panel(question))
    assert "Up to two years." in words
    assert not re.search(r"\b50\b", words)


def test_without_an_earlier_answer_nothing_is_said_about_one(question):
    shown = page_of(question)
    assert 'id="earlier"' not in shown
    assert 'name="change_reason"' not in shown


def test_a_source_waits_to_be_checked_and_so_does_the_confirming(question):
    carried(question)
    shown = panel(question)
    assert f'action="{recheck_of(question)}' in shown
    button = shown.partition('id="confirm"')[2].partition(">")[0]
    assert "disabled" in button
    assert "Re-check its sources first: then it can be confirmed." in shown
    assert "Not checked yet as of" not in shown


def test_checked_again_it_is_confirmed_with_one_key_and_leads_to_the_next(question):
    other = IndicatorFactory(strand=question.sheet.strand)
    carried(question)
    back = f"?for={question.indicator.code}&at=earlier"
    done = question.client.post(recheck_of(question) + back)
    assert done["Location"] == f"{question.url}#earlier"
    button = panel(question).partition('id="confirm"')[2].partition(">")[0]
    assert 'data-key="y"' in button
    assert "disabled" not in button

    done = question.client.post(question.url, CONFIRM, follow=True)

    assert done.redirect_chain[-1][0] == at(question.sheet, f"{other.code}/")
    assert f"{question.indicator.code} is confirmed." in text_of(done)
    assert answer_of(question).option == question.half


def test_with_htmx_the_same_is_sent_on_by_its_header(question):
    carried(question)
    recheck(question)
    done = question.client.post(question.url, CONFIRM, headers=HTMX)
    assert done["HX-Redirect"].startswith(at(question.sheet))
    assert answer_of(question).confirms.edition == "2014.2"


def test_a_view_of_the_list_is_kept_on_the_way(question):
    carried(question)
    recheck(question)
    done = question.client.post(f"{question.url}?show=carried", CONFIRM)
    assert "show=carried" in done["Location"]


def test_a_confirmation_that_is_not_possible_says_why_and_records_nothing(question):
    carried(question)
    done = question.client.post(question.url, CONFIRM)
    assert done.status_code == 409
    assert "Not checked yet as of 31 December 2019" in text_of(done)
    assert not Answer.objects.exists()


def test_exceptional_points_without_a_reason_are_not_confirmed_and_it_is_said(question):
    carried(
        question,
        kind=AnswerKind.EXCEPTIONAL,
        option=None,
        points=Fraction(75),
        rationale="",
    )
    recheck(question)
    done = question.client.post(question.url, CONFIRM)
    assert (done.status_code, Answer.objects.exists()) == (409, False)
    assert "Say in words why no option fits." in text_of(done)


def test_once_confirmed_the_panel_says_so_and_offers_no_button(question):
    carried(question)
    recheck(question)
    question.client.post(question.url, CONFIRM)
    shown = panel(question)
    assert "Confirmed" in shown
    assert 'id="confirm"' not in shown
    assert "Re-check" not in shown


def test_in_the_list_it_is_to_confirm_and_counts_as_no_answer(question):
    carried(question)
    shown = page_of(question)
    assert "To confirm" in shown
    assert "0 of 1 answered" in shown
    assert "1 needs you" in shown


# --- something changed -------------------------------------------------------------------


def test_without_a_script_the_reason_is_always_asked_for(question):
    carried(question)
    shown = page_of(question)
    assert "If it differs from 2014: what happened?" in shown
    assert 'data-earlier="2"' in shown


def test_another_option_without_a_reason_is_refused_beside_the_question(question):
    carried(question)
    done = question.client.post(question.url, filled(question))
    assert done.status_code == 422
    assert "says something else. Say what happened." in text_of(done)
    assert not Answer.objects.exists()


def test_another_option_with_its_reason_is_recorded_and_shown_as_changed(question):
    carried(question)
    change = {"change_reason": ChangeReason.REINTERPRETED}
    question.client.post(question.url, filled(question, **change))
    assert answer_of(question).change_reason == ChangeReason.REINTERPRETED
    assert "Changed since" in panel(question)


def test_a_changed_law_without_its_date_is_asked_for_beside_the_sources(question):
    carried(question)
    change = {"change_reason": ChangeReason.LAW_CHANGED}
    done = question.client.post(question.url, filled(question, **change))
    assert done.status_code == 422
    group = text_of(done).partition('id="id_sources_group"')[2]
    assert "Say since when: cite the law that changed it" in group


def test_a_reason_left_ticked_beside_the_same_option_is_dropped(question):
    carried(question)
    same = filled(question, option="2", change_reason=ChangeReason.CORRECTED)
    question.client.post(question.url, same)
    answer = answer_of(question)
    assert (answer.option, answer.change_reason) == (question.half, "")


def test_what_the_review_asks_keeps_its_own_reason(question):
    carried(question, option=question.best)
    sent_back(question)
    shown = page_of(question)
    assert "data-earlier" not in shown
    again = filled(question, version=1, change_reason=ChangeReason.CORRECTED, note="Hm.")
    question.client.post(question.url, again)
    assert answer_of(question).change_reason == ChangeReason.CORRECTED


# --- who sees what -----------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER])
def test_who_runs_the_round_reads_it_and_confirms_nothing(question, role):
    carried(question)
    recheck(question)
    question.client = signed_in(in_round(role, question.sheet.round))
    shown = panel(question)
    assert "Two years, says section 123." in shown
    assert "<form" not in shown
    assert question.client.post(question.url, CONFIRM).status_code == 403


def test_a_delegate_confirms_too(question):
    carried(question)
    recheck(question)
    question.client = signed_in(on_sheet(Role.DELEGATE, question.sheet))
    question.client.post(question.url, CONFIRM)
    assert answer_of(question).option == question.half


def test_a_second_coding_reads_it_and_has_its_own_sources(question):
    second = AssessmentFactory(
        round=question.sheet.round,
        country=question.sheet.country,
        strand=question.sheet.strand,
        coding=2,
    )
    carried(question)
    recheck(question)
    client = signed_in(on_sheet(Role.EXPERT, second))
    shown = text_of(client.get(at(second, f"{question.indicator.code}/")))
    assert "Two years, says section 123." in shown
    assert "No source came over with this answer." in shown


def test_more_earlier_answers_and_sources_cost_the_page_nothing_more(question):
    carried(question)
    first = statements(question)
    for number in range(3):
        other = IndicatorFactory(strand=question.sheet.strand)
        more = {"indicator": other, "option": other.options.first()}
        carried(question, sources=(LAW | {"year": 2000 + number},), **more)
    assert statements(question) == first


def statements(question) -> int:
    with CaptureQueriesContext(connection) as queries:
        question.client.get(question.url)
    return len(queries)
