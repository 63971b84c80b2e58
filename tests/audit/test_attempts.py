"""What somebody tried who may not is written down, and only that."""

from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from mipex_site.audit.middleware import AttemptMiddleware
from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import attempts, entries
from tests import world as worlds
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
CLOSING = "/rounds/2019/closing/"


@pytest.fixture
def world(db):
    return worlds.build()


def signed_in(person, **how):
    client = Client(**how)
    client.force_login(person)
    return client


def tried():
    return list(AuditEntry.objects.filter(stream=attempts.STREAM).order_by("number"))


@pytest.mark.parametrize("key", ["EE_reviewer_1", "EE_a_1", "observer", "adjudicator"])
def test_a_form_sent_by_who_may_not_is_written_down_with_the_sentence(world, key):
    response = signed_in(world[key]).post(CLOSING, {"code": "2019"})
    assert response.status_code == 403
    (entry,) = tried()
    assert (entry.act, entry.subject, entry.actor) == (
        "attempt.refuse",
        CLOSING,
        world[key].pk,
    )
    assert (
        entry.reason == "Only a coordinator of this round closes its review. Ask one of them."
    )
    assert (entry.channel, entry.new) == ("web", {"method": "POST", "status": 403})
    assert len(entry.request) == 32
    assert entries.walk(attempts.STREAM).fault == ""


def test_a_superuser_without_an_assignment_is_written_down_too(world):
    person = UserFactory(is_superuser=True, is_staff=True)
    assert signed_in(person).post(CLOSING).status_code == 403
    assert [entry.actor for entry in tried()] == [person.pk]


@pytest.mark.parametrize("key", ["EE_reviewer_1", "EE_a_1", "stranger"])
def test_a_door_for_scripts_that_denies_a_thing_is_written_down(world, key):
    """Who may not know of a sheet hears that there is nothing."""
    address = "/sheets/2019/EE/b/1/bb1/draft/"
    sent = {"act": "keep", "fields": {"rationale": "Mine."}, "base": {}, "based_on": 0}
    sent |= {"key": str(uuid4()), "draft": 0}
    response = signed_in(world[key]).post(address, sent, content_type="application/json")
    assert response.status_code in {403, 404}
    (entry,) = tried()
    assert (entry.subject, entry.country) == (address, "EE")
    assert entry.new == {"method": "POST", "status": response.status_code}
    assert entry.reason == response.json()["words"]


@pytest.mark.parametrize(
    ("method", "status", "written"),
    [
        ("PUT", 403, 1),
        ("DELETE", 403, 1),
        ("PATCH", 404, 1),
        ("PUT", 409, 0),
        ("DELETE", 200, 0),
        ("GET", 403, 0),
        ("HEAD", 404, 0),
    ],
)
def test_every_method_that_changes_something_is_watched(method, status, written):
    request = RequestFactory().generic(method, "/some/thing/")
    request.user = UserFactory()

    def view(request):
        middleware.process_view(request, None, (), {})
        return HttpResponse(status=status)

    middleware = AttemptMiddleware(view)
    assert middleware(request).status_code == status
    assert [entry.new["method"] for entry in tried()] == [method] * written


def test_looking_is_no_attempt(world):
    assert signed_in(world["EE_reviewer_1"]).get(CLOSING).status_code == 403
    assert tried() == []


def test_who_is_not_signed_in_is_nobody_to_write_down(world):
    Client().post(CLOSING)
    assert tried() == []


def test_a_form_with_an_old_token_is_no_attempt(world):
    client = signed_in(world["EE_reviewer_1"], enforce_csrf_checks=True)
    assert client.post(CLOSING).status_code == 403
    assert tried() == []


def test_a_refusal_to_who_may_but_not_now_is_no_attempt(world):
    response = signed_in(world["coordinator"]).post(CLOSING, {"code": "2019"})
    assert response.status_code in {409, 422}
    assert tried() == []


def test_an_address_that_leads_nowhere_is_no_attempt(world):
    assert signed_in(world["EE_a_1"]).post("/nowhere/at/all/").status_code == 404
    assert tried() == []


def test_who_tries_on_is_written_down_so_often_a_day_and_then_once_more(world, monkeypatch):
    monkeypatch.setattr(attempts, "A_DAY", 3)
    client = signed_in(world["EE_a_1"])
    for _ in range(6):
        client.post(CLOSING)
    signed_in(world["observer"]).post(CLOSING)
    assert [entry.act for entry in tried()] == [
        *["attempt.refuse"] * 3,
        "attempt.more",
        "attempt.refuse",
    ]


def test_a_long_address_is_cut(world):
    path = f"/rounds/{'a' * 400}/closing/"
    assert signed_in(world["EE_a_1"]).post(path).status_code == 404
    assert [len(entry.subject) for entry in tried()] == [160]


def test_a_refusal_stays_a_refusal_when_it_cannot_be_written_down(world, monkeypatch, caplog):
    def fails(**about):
        raise DatabaseError("The disk is full.")

    monkeypatch.setattr("mipex_site.audit.middleware.note_attempt", fails)
    assert signed_in(world["EE_a_1"]).post(CLOSING).status_code == 403
    assert "could not be written down" in caplog.text
