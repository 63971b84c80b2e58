"""The door by which a browser adds a source: once, however often it is sent."""

import json
from uuid import UUID, uuid4

import pytest
from django.test import Client

from questionnaire.enums import AssessmentState, Role
from questionnaire.models import Source
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import AssessmentFactory, expert_of, in_round, on_sheet

from .viewing import at, opened, signed_in

LAW = {
    "kind": "law",
    "title": "Act on Kin",
    "article": "section 9",
    "in_force_from": "2015-02-03",
    "language": "et",
}


@pytest.fixture
def door(desk):
    """Give the desk with the address of the door."""
    desk.door = at(desk.sheet, "sources/new/")
    return opened(desk)


def send(door, body=None, *, client=None, **fields):
    body = body if body is not None else {"key": str(uuid4()), "fields": LAW | fields}
    text = body if isinstance(body, str) else json.dumps(body)
    return (client or door.client).post(door.door, text, content_type="application/json")


def test_a_source_is_added_under_the_key_of_the_browser(door):
    key = uuid4()
    response = send(door, {"key": str(key), "fields": LAW})
    assert (response.status_code, response.json()) == (
        201,
        {"state": "added", "words": "The source is added.", "key": str(key)},
    )
    added = Source.objects.get(key=key)
    assert (added.title, str(added.in_force_from)) == ("Act on Kin", "2015-02-03")
    assert added.entered_by == door.expert


def test_the_same_again_is_the_one_that_is_there(door):
    body = {"key": str(uuid4()), "fields": LAW}
    assert [send(door, body).status_code for _again in range(3)] == [201, 200, 200]
    assert Source.objects.filter(title="Act on Kin").count() == 1


def test_the_same_key_with_other_words_is_refused(door):
    key = str(uuid4())
    send(door, {"key": key, "fields": LAW})
    response = send(door, {"key": key, "fields": LAW | {"title": "Another Act"}})
    assert response.status_code == 422
    assert "sent before with other words" in response.json()["errors"]["__all__"][0]


def test_what_is_missing_is_said_by_field(door):
    response = send(door, article="", in_force_from="2015-02-30")
    assert response.status_code == 422
    assert response.json()["state"] == "refused"
    assert response.json()["errors"] == {"in_force_from": ["Enter a valid date."]}
    missing = send(door, article="").json()["errors"]["article"]
    assert missing == ["Name the article or paragraph, so that a reviewer finds it."]
    assert Source.objects.count() == 1


def test_a_text_that_is_too_long_is_said(door):
    errors = send(door, quote="x" * 20_001).json()["errors"]
    assert "Shorten it to 20,000." in errors["quote"][0]


WRONG = {
    "no JSON": "{",
    "no object": [],
    "no key": {"fields": LAW},
    "a key that is none": {"key": "7", "fields": LAW},
    "a number as a key": {"key": 7, "fields": LAW},
    "a key that is not random": {"key": str(UUID(int=1)), "fields": LAW},
    "no fields": {"key": str(uuid4())},
    "fields that are a list": {"key": str(uuid4()), "fields": [LAW]},
    "a field that is a list": {"key": str(uuid4()), "fields": LAW | {"title": ["Act"]}},
}


@pytest.mark.parametrize("case", WRONG)
def test_what_no_browser_of_ours_sends_is_not_understood(door, case):
    response = send(door, WRONG[case])
    assert (response.status_code, response.json()["state"]) == (400, "refused")
    assert Source.objects.count() == 1


def test_too_much_at_once_is_refused(door):
    response = send(door, quote="x" * (1024 * 1024))
    assert response.status_code == 413


def test_a_sheet_that_is_handed_in_is_closed(door):
    door.sheet.state = AssessmentState.SUBMITTED
    door.sheet.save()
    response = send(door)
    assert (response.status_code, response.json()["state"]) == (423, "closed")
    assert "with the reviewers" in response.json()["words"]


STRANGERS = {
    "a coordinator": (lambda desk: in_round(Role.COORDINATOR, desk.sheet.round), 403),
    "a reviewer": (lambda desk: on_sheet(Role.REVIEWER, desk.sheet), 404),
    "an expert elsewhere": (
        lambda desk: expert_of(AssessmentFactory(round=desk.sheet.round)),
        404,
    ),
    "a stranger": (lambda _desk: UserFactory(is_superuser=True), 404),
}


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_else_adds_one(door, who):
    make, status = STRANGERS[who]
    response = send(door, client=signed_in(make(door)))
    assert (response.status_code, response.json()["state"]) == (status, "refused")
    assert Source.objects.count() == 1


def test_who_is_signed_out_is_told_so_and_not_led_away(door):
    response = send(door, client=Client())
    assert (response.status_code, response.json()["state"]) == (401, "signed_out")


def test_what_another_person_typed_is_not_taken_in_ones_name(door):
    body = {"key": str(uuid4()), "fields": LAW, "person": "somebody else"}
    response = send(door, body)
    assert (response.status_code, response.json()["state"]) == (401, "another_person")
    assert Source.objects.count() == 1
