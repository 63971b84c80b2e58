"""A question of a sheet that came back, that was submitted, or whose time is over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from questionnaire.enums import (
    AssessmentState,
    ChangeReason,
    RequestState,
    Role,
)
from questionnaire.models import ChangeRequest
from tests.factories.questionnaire import (
    IndicatorFactory,
    in_round,
)

from .viewing import HTMX, answer_of, at, filled, opened, sent_back, signed_in, text_of


@pytest.fixture
def question(desk):
    return opened(desk)


@pytest.fixture
def returned(question):
    return sent_back(question)


def close_entry(question):
    round_ = question.sheet.round
    now = timezone.now()
    round_.due_at = round_.grace_until = now - timedelta(days=2)
    round_.hard_close_at = now - timedelta(days=1)
    round_.save()


# --- A returned sheet ---------------------------------------------------------------------


def test_what_the_review_asks_stands_over_the_answer(returned):
    shown = text_of(returned.client.get(returned.url))

    assert "The review asks" in shown
    assert "Which sentence of section 4?" in shown
    assert "What happened?" in shown
    assert "Let the answer stand" in shown


def test_an_unasked_answer_of_a_returned_sheet_is_read_only_and_says_who_helps(returned):
    other = IndicatorFactory(strand=returned.sheet.strand)
    url = at(returned.sheet, f"{other.code}/")

    shown = text_of(returned.client.get(url))
    response = returned.client.post(url, filled(returned))

    assert "Ask the coordinator if it must change." in shown
    assert 'id="answering"' not in shown
    assert response.status_code == 423


def test_a_changed_answer_says_what_happened(returned):
    changed = filled(returned, version=1, option="2")

    refused = returned.client.post(returned.url, changed)
    saved = returned.client.post(
        returned.url, changed | {"change_reason": ChangeReason.CORRECTED.value}, headers=HTMX
    )

    assert refused.status_code == 422
    assert "Say what happened: why is it changed?" in text_of(refused)
    assert "The answer was changed" in text_of(saved)
    assert "there is nothing to leave as it is" in text_of(saved)
    assert answer_of(returned).change_reason == ChangeReason.CORRECTED


def test_the_same_again_leaves_the_question_of_the_review_open(returned):
    same = filled(returned, version=1, rationale="As the act says.")

    response = returned.client.post(returned.url, same, follow=True)

    assert "the review&#x27;s question is still open" in text_of(response)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["a page", "htmx"])
def test_an_answer_is_maintained_with_a_reply(returned, headers):
    url = f"{returned.url}maintain/"

    response = returned.client.post(
        url, {"reply": "Its second sentence."}, headers=headers, follow=True
    )

    asked = ChangeRequest.objects.get()
    assert (asked.state, asked.reply) == (RequestState.MAINTAINED, "Its second sentence.")
    shown = text_of(response)
    assert "The answer stands, with a reply" in shown
    assert "A consortium reviewer will read your reply." in shown


def test_maintaining_without_a_reason_is_refused(returned):
    response = returned.client.post(f"{returned.url}maintain/", {"reply": " "})

    assert response.status_code == 422
    assert "Say why the answer stands." in text_of(response)
    assert ChangeRequest.objects.get().state == RequestState.OPEN


def test_what_was_asked_in_an_earlier_return_is_remembered(returned):
    returned.request.state, returned.request.reply = RequestState.MAINTAINED, "It stands."
    returned.request.save()
    returned.sheet.submitted_at = timezone.now()
    returned.sheet.save()

    shown = text_of(returned.client.get(returned.url))

    assert "What the review asked before" in shown
    assert "The reply: It stands." in shown


# --- Closed -------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["a page", "htmx"])
def test_after_the_hard_close_a_typed_text_is_given_back_for_copying(question, headers):
    close_entry(question)

    response = question.client.post(
        question.url, filled(question, rationale="A late reason."), headers=headers
    )

    shown = text_of(response)
    assert response.status_code == 423
    assert "Entry has closed for this round. Ask the coordinator for more time." in shown
    assert "A late reason." in shown


def test_after_the_hard_close_a_draft_is_offered_for_copying(question):
    question.client.post(question.url, filled(question, act="keep", rationale="Typed in time."))
    close_entry(question)

    shown = text_of(question.client.get(question.url))

    assert "You typed this, and it was not recorded" in shown
    assert "Typed in time." in shown
    assert "Ask the coordinator for more time." in shown


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER])
def test_a_draft_is_shown_to_nobody_but_the_sheets_own_side(question, role):
    question.client.post(
        question.url, filled(question, act="keep", rationale="Half a thought.")
    )
    reader = signed_in(in_round(role, question.sheet.round))

    shown = text_of(reader.get(question.url))

    assert "Half a thought." not in shown
    assert "You typed this" not in shown


def test_typing_on_after_the_hard_close_is_refused_beside_the_field_alone(question):
    close_entry(question)

    response = question.client.post(question.url, filled(question, act="keep"), headers=HTMX)

    assert response.status_code == 200
    assert "Not kept." in text_of(response)
    assert 'id="refusal"' not in text_of(response)


def test_a_submitted_answer_is_read_only(question):
    question.record(rationale="As the act says.")
    question.sheet.state, question.sheet.submitted_at = (
        AssessmentState.SUBMITTED,
        timezone.now(),
    )
    question.sheet.save()

    shown = text_of(question.client.get(question.url))

    assert "This sheet is with the reviewers." in shown
    assert "As the act says." in shown
    assert 'id="answering"' not in shown
