"""What the door of autosave refuses: too late, not yours, not readable, too long."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mipex_site.base.errors import Closed
from questionnaire.enums import TEXT_LIMIT, AssessmentState, Role, RoundState, SetAsideBecause
from questionnaire.models import Assignment, Draft, SetAside
from questionnaire.rules import standing_on
from questionnaire.selectors.spot import spot_of
from questionnaire.services.drafts import Typed, keep_typed
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import AssignmentFactory, coordinator_of, on_sheet

from .viewing import at, kept, send, sent_back, signed_in

pytestmark = pytest.mark.usefixtures("empty_cache")


# --- Too late, not allowed ----------------------------------------------------------------


def submitted(door):
    door.sheet.state = AssessmentState.SUBMITTED
    door.sheet.save()


def closed_by_the_hour(door):
    door.sheet.round.due_at = timezone.now() - timedelta(days=3)
    door.sheet.round.grace_until = timezone.now() - timedelta(days=2)
    door.sheet.round.hard_close_at = timezone.now() - timedelta(days=1)
    door.sheet.round.save()


def review_closed(door):
    door.sheet.round.state = RoundState.REVIEW_CLOSED
    door.sheet.round.save()


def not_asked(door):
    sent_back(door).request.delete()


@pytest.mark.parametrize("close", [submitted, closed_by_the_hour, review_closed, not_asked])
@pytest.mark.parametrize("act", ["keep", "record"])
def test_what_comes_too_late_is_kept_for_copying_and_is_no_draft(door, close, act):
    close(door)

    for _again in range(2):
        response = send(door.client, door.door, {"note": "On a bad train."}, act=act)

    said = response.json()
    assert (response.status_code, said["state"], said["kept"]) == (423, "closed", True)
    assert said["words"].endswith(".")
    aside = SetAside.objects.get()
    assert (aside.content, aside.because) == (
        {"note": "On a bad train."},
        SetAsideBecause.CLOSED,
    )
    assert not Draft.objects.exists()


def test_nothing_is_kept_between_reading_that_it_is_open_and_its_closing(door):
    send(door.client, door.door, {"note": "One."})
    old = spot_of(door.sheet.pk, door.indicator.pk, user=door.expert)
    submitted(door)

    with pytest.raises(Closed, match="with the reviewers"):
        keep_typed(spot=old, typed=Typed({"note": "Two."}, based_on=0, draft=1), by=door.expert)
    assert kept(door) == {"note": "One."}


def test_whose_right_has_ended_is_told_so(door):
    delegate = on_sheet(Role.DELEGATE, door.sheet)
    held = Assignment.objects.get(person=delegate)
    held.ends_at = timezone.now() - timedelta(minutes=1)
    held.save()

    response = send(signed_in(delegate), door.door, {"note": "Late."})

    assert (response.status_code, response.json()["state"]) == (403, "refused")
    assert "right to write here has ended" in response.json()["words"]
    assert not Draft.objects.exists()
    assert not SetAside.objects.exists()


def test_who_reads_the_sheet_may_not_write_on_it(door):
    response = send(signed_in(coordinator_of(door.sheet.round)), door.door, {"note": "I"})
    assert response.status_code == 403
    assert "Only the expert" in response.json()["words"]


@pytest.mark.parametrize("ask", ["get", "post"])
def test_who_may_not_see_the_sheet_finds_nothing(door, ask):
    stranger = signed_in(UserFactory())
    no_coding = door.door.replace(f"/{door.sheet.coding}/", f"/{10**30}/")
    assert no_coding != door.door
    for url in (door.door, no_coding, f"{at(door.sheet)}nothing/draft/"):
        response = send(stranger, url) if ask == "post" else stranger.get(url)
        assert response.status_code == 404
        assert response.json()["words"] == "There is nothing here for you."


def test_who_is_signed_out_hears_it_as_json_and_is_not_led_away(door):
    for response in (send(Client(), door.door, {"note": "A"}), Client().get(door.door)):
        said = response.json()
        assert (response.status_code, said["state"]) == (401, "signed_out")
        assert said["sign_in"] == "/sign-in/"


def test_nothing_is_taken_in_the_name_of_another_person(door):
    other = UserFactory().browser_key
    response = send(door.client, door.door, {"note": "Whose?"}, person=other)
    assert (response.status_code, response.json()["state"]) == (401, "another_person")
    mine = send(door.client, door.door, {"note": "Mine."}, person=door.expert.browser_key)
    assert mine.status_code == 200


ROLES = {
    "her own": ({}, True),
    "ended": ({"ended_at": timezone.now()}, False),
    "ended by itself": ({"ends_at": timezone.now() - timedelta(hours=1)}, False),
    "lasting": ({"ends_at": timezone.now() + timedelta(hours=1)}, True),
    "a reviewer": ({"role": Role.REVIEWER}, False),
    "for all codings": ({"coding": None}, True),
    "for another coding": ({"coding": 2}, False),
}


@pytest.mark.parametrize("case", ROLES)
def test_autosave_reads_rights_as_the_rule_does(door, case):
    fields, may = ROLES[case]
    person = UserFactory()
    usual = {"round": door.sheet.round, "country": door.sheet.country, "role": Role.EXPERT}
    AssignmentFactory(person=person, **usual | {"coding": 1} | fields)

    spot = spot_of(door.sheet.pk, door.indicator.pk, user=person)

    standing = standing_on(person, door.sheet, Role.EXPERT, Role.DELEGATE)
    assert spot.role == standing.role
    assert bool(spot.role) is may


def test_ones_own_right_goes_before_one_that_was_lent(door):
    AssignmentFactory(
        person=door.expert, role=Role.DELEGATE, round=door.sheet.round, granted_by=UserFactory()
    )
    assert spot_of(door.sheet.pk, door.indicator.pk, user=door.expert).role == Role.EXPERT


# --- Bad input ----------------------------------------------------------------------------

NONSENSE = {
    "no JSON": "{",
    "a list": "[]",
    "NaN": '{"key": "k", "fields": {"note": NaN}}',
    "no key": '{"fields": {"note": "a"}}',
    "an act of nowhere": '{"key": "k", "act": "publish"}',
    "an act that is a list": '{"key": "k", "act": []}',
    "fields that are a text": '{"key": "k", "fields": "note"}',
    "a field that is a number": '{"key": "k", "fields": {"note": 1}}',
    "a field of the frame": '{"key": "k", "fields": {"version": "1"}}',
    "a field with a strange name": '{"key": "k", "fields": {"<b>": "1"}}',
    "sources that are a text": '{"key": "k", "fields": {"sources": "a"}}',
    "sources that are numbers": '{"key": "k", "fields": {"sources": [1]}}',
    "a version before the first": '{"key": "k", "based_on": -1}',
    "a version without end": '{"key": "k", "draft": 99999999999999999999}',
    "a version that is true": '{"key": "k", "draft": true}',
    "a day of nowhere": '{"key": "k", "day": "2019-13-01"}',
    "a day that is a number": '{"key": "k", "day": 2019}',
    "too many fields": json.dumps({"key": "k", "fields": {f"f{n}": "" for n in range(61)}}),
}


@pytest.mark.parametrize("case", NONSENSE)
def test_what_is_no_draft_is_refused_whole(door, case):
    response = door.client.post(door.door, NONSENSE[case], content_type="application/json")

    assert response.status_code == 400
    assert response.json()["words"] == "The portal does not understand what was sent."
    assert not Draft.objects.exists()


def test_a_text_above_the_limit_is_refused_and_nothing_half_saved(door):
    fields = {"rationale": "x" * (TEXT_LIMIT + 1), "note": "Short."}
    response = send(door.client, door.door, fields)

    assert response.status_code == 413
    assert response.json()["errors"] == {
        "rationale": ["This text has 20,001 characters. Shorten it to 20,000."]
    }
    assert not Draft.objects.exists()


def test_a_text_at_the_limit_is_kept_however_its_lines_end(door):
    text = "line\r\n" * (TEXT_LIMIT // 5)
    assert send(door.client, door.door, {"rationale": text}).status_code == 200


def test_ten_megabytes_are_refused_before_they_are_read(door):
    response = send(door.client, door.door, {"note": "x" * 10_000_000})
    assert response.status_code == 413
    assert response.json()["words"].startswith("This is more text than the portal takes")
    assert not Draft.objects.exists()


def test_a_script_with_a_stale_token_is_given_a_fresh_one(door):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(door.expert)

    refused = send(strict, door.door, {"note": "A"})

    assert (refused.status_code, refused.json()["state"]) == (403, "token")
    headers = {"X-CSRFToken": refused.json()["csrf"]}
    body = json.dumps({"key": "k", "fields": {"note": "A"}})
    again = strict.post(door.door, body, content_type="application/json", headers=headers)
    assert again.status_code == 200
