"""Signing in and out, one's own profile and passphrase."""

import pytest
from django.test import Client
from django.urls import reverse

from mipex_site.accounts.models import User
from mipex_site.accounts.services.throttle import FAILURES_ALLOWED
from mipex_site.audit.models import AuditEntry
from tests.factories.accounts import PASSWORD, UserFactory

DOOR = "/sign-in/"
WORK = "/my-work/"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def person():
    return UserFactory(email="liis@example.org", name="Liis Invented", zone="Europe/Tallinn")


def attempt_at(client, address="liis@example.org", passphrase=PASSWORD, **more):
    return client.post(DOOR, {"username": address, "password": passphrase, **more})


def test_somebody_signs_in_and_comes_to_their_work(client, person):
    response = attempt_at(client)

    assert (response.status_code, response.url) == (302, WORK)
    assert client.session["_auth_user_id"] == str(person.pk)


def test_an_address_is_read_without_regard_to_capitals_and_spaces(client, person):
    assert attempt_at(client, " LIIS@example.org ").url == WORK


def test_the_page_that_was_asked_for_is_opened_after_signing_in(client, person):
    asked = client.get("/profile/")
    assert asked.url == f"{DOOR}?next=/profile/"
    assert 'name="next" value="/profile/"' in client.get(asked.url).content.decode()

    assert attempt_at(client, next="/profile/").url == "/profile/"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example.org/", "//elsewhere/x"])
def test_nobody_is_sent_to_another_site_after_signing_in(client, person, elsewhere):
    assert attempt_at(client, next=elsewhere).url == WORK


@pytest.mark.parametrize(
    ("address", "passphrase"),
    [("liis@example.org", "wrong words"), ("nobody@example.org", PASSWORD)],
)
def test_a_wrong_passphrase_and_an_unknown_address_are_told_alike(
    client, person, address, passphrase
):
    response = attempt_at(client, address, passphrase)

    page = response.content.decode()
    assert response.status_code == 422
    assert "The address and the passphrase do not match." in page
    assert f'value="{address}"' in page, "what was typed is kept"
    assert passphrase not in page
    assert "_auth_user_id" not in client.session


def test_who_may_no_longer_sign_in_is_told_the_same(client, person):
    User.objects.filter(pk=person.pk).update(is_active=False)

    response = attempt_at(client)

    assert response.status_code == 422
    assert "do not match" in response.content.decode()


def test_a_malformed_address_is_said_beside_its_field(client):
    response = attempt_at(client, "no address", "x")

    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_username"' in page
    assert 'aria-invalid="true"' in page


def test_after_ten_failures_even_the_right_passphrase_waits_a_quarter_of_an_hour(
    client, person
):
    for _number in range(FAILURES_ALLOWED):
        assert "do not match" in attempt_at(client, passphrase="wrong").content.decode()

    response = attempt_at(client)

    assert response.status_code == 422
    assert "failed too often from here" in response.content.decode()


def test_an_unknown_address_is_held_up_like_a_known_one(client):
    for _number in range(FAILURES_ALLOWED):
        attempt_at(client, "nobody@example.org")

    assert "failed too often" in attempt_at(client, "nobody@example.org").content.decode()


def test_being_held_up_is_for_one_address_from_one_place(client, person):
    for _number in range(FAILURES_ALLOWED + 1):
        attempt_at(client, passphrase="wrong")
    UserFactory(email="other@example.org")

    assert attempt_at(client, "other@example.org").url == WORK
    client.post("/sign-out/")
    client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    assert attempt_at(client).url == WORK


def test_signing_in_forgets_the_failures_before(client, person):
    for _number in range(2):
        for _failure in range(FAILURES_ALLOWED - 1):
            attempt_at(client, passphrase="wrong")
        assert attempt_at(client).url == WORK
        client.post("/sign-out/")


def test_behind_a_trusted_proxy_the_place_is_what_the_proxy_wrote_last(
    client, person, settings
):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for number in range(FAILURES_ALLOWED):
        client.post(
            DOOR,
            {"username": person.email, "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{number}, 192.0.2.1"},
        )

    asked = {"username": person.email, "password": PASSWORD}
    held = client.post(DOOR, asked, headers={"X-Forwarded-For": "10.1.1.1, 192.0.2.1"})
    free = client.post(DOOR, asked, headers={"X-Forwarded-For": "192.0.2.2"})
    assert (held.status_code, free.status_code) == (422, 302)


def test_the_door_helps_password_managers_and_holds_no_script(client):
    page = client.get(DOOR).content.decode()

    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert page.count("<h1>") == 1


def test_who_is_signed_in_is_led_past_the_door(client, person):
    client.force_login(person)

    assert client.get(DOOR).url == WORK


def test_signing_out_takes_a_post(client, person):
    client.force_login(person)

    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == DOOR
    assert "_auth_user_id" not in client.session


def test_a_fragment_of_an_ended_session_is_a_sentence_and_not_the_door(client):
    response = client.get(DOOR, {"next": "/my-work/"}, headers={"HX-Request": "true"})

    page = response.content.decode()
    assert response.status_code == 403
    assert 'id="refusal"' in page
    assert "<html" not in page
    assert "no longer signed in" in page


def test_moments_are_shown_in_the_zone_of_who_reads_them(client, person):
    client.force_login(person)

    assert "Times are Tallinn time." in client.get(WORK).content.decode()


def test_a_zone_that_no_longer_exists_shows_the_portals_own(client, person):
    User.objects.filter(pk=person.pk).update(zone="Atlantis/Capital")
    client.force_login(person)

    assert "Times are UTC." in client.get(WORK).content.decode()


def change(client, **fields):
    usual = {"name": "Liis Invented", "language": "en", "zone": "Europe/Tallinn"}
    return client.post("/profile/", usual | fields)


def test_people_change_their_own_name_language_and_zone(client, person):
    client.force_login(person)

    response = change(client, name="Liis Renamed", language="fr", zone="Asia/Tokyo")

    person.refresh_from_db()
    assert response.url == "/profile/"
    assert (person.name, person.language, person.zone) == ("Liis Renamed", "fr", "Asia/Tokyo")
    assert response.cookies["django_language"].value == "fr"


def test_a_changed_profile_is_in_the_audit_without_the_name(client, person):
    client.force_login(person)

    change(client, name="Liis Renamed")

    entry = AuditEntry.objects.get(stream="accounts", act="person.change_profile")
    assert (entry.actor, entry.new) == (person.pk, {"changed": ["name"]})


def test_an_unchanged_profile_leaves_no_trace(client, person):
    client.force_login(person)

    assert change(client).url == "/profile/"
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("zone", "Atlantis/Capital"), ("language", "xx"), ("name", "")]
)
def test_a_wrong_profile_is_refused_beside_its_field_and_kept(client, person, field, value):
    client.force_login(person)

    response = change(client, **{"name": "Liis Typed", field: value})

    page = response.content.decode()
    person.refresh_from_db()
    assert response.status_code == 422
    assert f'href="#id_{field}"' in page
    assert (field == "name") != ('value="Liis Typed"' in page), "what was typed is kept"
    assert person.name == "Liis Invented"


def test_the_present_zone_can_be_kept_though_the_list_has_it_not(client, person):
    User.objects.filter(pk=person.pk).update(zone="Etc/GMT+3")
    client.force_login(person)

    assert change(client, zone="Etc/GMT+3").status_code == 302


def change_passphrase(client, old=PASSWORD, new="seven quiet herons"):
    return client.post("/profile/passphrase/", {"password": old, "passphrase": new})


def test_a_changed_passphrase_opens_the_door_and_keeps_this_session(client, person):
    client.force_login(person)

    response = change_passphrase(client)

    person.refresh_from_db()
    assert response.url == "/profile/"
    assert person.check_password("seven quiet herons")
    assert client.get("/profile/").status_code == 200
    assert AuditEntry.objects.get().act == "person.change_passphrase"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("not this one", "seven quiet herons", "This is not your present passphrase."),
        (PASSWORD, "short", "at least 12 characters"),
        (PASSWORD, "123456789012345", "entirely numeric"),
    ],
)
def test_a_weak_passphrase_or_a_wrong_old_one_changes_nothing(client, person, old, new, said):
    client.force_login(person)

    response = change_passphrase(client, old, new)

    page = response.content.decode()
    person.refresh_from_db()
    assert response.status_code == 422
    assert said in page
    assert f'value="{new}"' not in page
    assert person.check_password(PASSWORD)


def test_other_devices_are_signed_out_by_a_changed_passphrase(client, person):
    other = type(client)()
    other.force_login(person)
    client.force_login(person)

    change_passphrase(client)

    assert other.get("/profile/").url.startswith(reverse("accounts:sign-in"))


# --- Beside an open page ------------------------------------------------------------------

HERE = "/sign-in/here/"


def here(client, address="liis@example.org", passphrase=PASSWORD):
    return client.post(HERE, {"username": address, "password": passphrase})


def test_signing_in_beside_an_open_page_gives_a_session_and_a_token(client, person):
    response = here(client)

    said = response.json()
    assert (response.status_code, said["state"]) == (200, "signed_in")
    assert said["person"] == person.browser_key
    assert said["csrf"]
    assert client.session["_auth_user_id"] == str(person.pk)


def test_the_token_given_beside_an_open_page_holds(person):
    client = Client(enforce_csrf_checks=True)
    client.get(DOOR)
    token = client.cookies["csrftoken"].value
    known = {"username": person.email, "password": PASSWORD}

    said = client.post(HERE, known, headers={"X-CSRFToken": token}).json()

    again = client.post("/language/", {"language": "en"}, headers={"X-CSRFToken": said["csrf"]})
    assert again.status_code == 302


def test_a_script_with_a_stale_token_gets_a_fresh_one(person):
    client = Client(enforce_csrf_checks=True)
    known = {"username": person.email, "password": PASSWORD}

    refused = client.post(HERE, known)

    assert (refused.status_code, refused.json()["state"]) == (403, "token")
    headers = {"X-CSRFToken": refused.json()["csrf"]}
    assert client.post(HERE, known, headers=headers).status_code == 200


def test_a_wrong_passphrase_beside_an_open_page_is_said_in_a_sentence(client, person):
    response = here(client, passphrase="wrong words")

    assert response.status_code == 422
    assert response.json()["words"].startswith("The address and the passphrase do not match.")
    assert "_auth_user_id" not in client.session
    assert client.get(HERE).status_code == 405


def test_beside_an_open_page_the_same_failures_are_counted(client, person):
    for _number in range(FAILURES_ALLOWED):
        here(client, passphrase="wrong")

    assert "failed too often" in here(client).json()["words"]
    assert "failed too often" in attempt_at(client).content.decode()


def test_another_person_who_signs_in_is_told_apart(client, person):
    other = UserFactory(email="other@example.org")
    here(client)
    said = here(client, "other@example.org").json()

    assert said["person"] == other.browser_key != person.browser_key
    assert client.session["_auth_user_id"] == str(other.pk)


def test_a_page_says_by_a_key_who_it_was_made_for_and_nothing_else(client, person):
    client.force_login(person)
    page = client.get(WORK).content.decode()

    assert f'data-person="{person.browser_key}"' in page
    assert len(person.browser_key) == 24
    assert str(person.pk) not in page
    assert "data-person" not in Client().get(DOOR).content.decode()
