"""The page behind a link, as a stranger, its person, and a scanner of mails read it."""

import pytest
from django.test import Client
from django.urls import reverse

from mipex_site.accounts.models import User
from questionnaire.enums import Role, RoundState
from questionnaire.models import Assignment, Invitation
from questionnaire.services import invitations
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import on_sheet

from .inviting import ADDRESS, PASSPHRASE, desk, token_of

FILLED = {
    "act": "accept",
    "name": "Ada I. Invented",
    "language": "en",
    "zone": "Europe/Tallinn",
    "attribution": "named",
    "password": PASSPHRASE,
    "terms": "on",
}


@pytest.fixture
def place(db):
    return desk()


def address(invitation):
    return reverse("questionnaire:invitation", args=[token_of(invitation)])


def opened(client, invitation):
    """Press the button that opens the envelope, and return the page behind it."""
    return client.post(address(invitation), {"act": "open"}, follow=True)


def test_a_scanner_that_reads_the_link_changes_nothing_and_learns_no_part(client, place):
    asked = place.ask()
    for _ in range(3):
        response = client.get(address(asked))
        assert response.status_code == 200
        assert client.head(address(asked)).status_code in {200, 405}
    page = response.content.decode()
    assert place.sheet.country.name not in page
    assert f">{place.boss.name}" not in page
    asked.refresh_from_db()
    assert asked.opened_at is None
    assert response["Cache-Control"].count("no-store")
    assert response["Referrer-Policy"] == "same-origin"


def test_a_newcomer_reads_what_is_asked_fills_in_one_form_and_is_signed_in(client, place):
    asked = place.ask()
    page = opened(client, asked).content.decode()
    for words in (
        place.sheet.country.name,
        place.sheet.strand.title,
        "Expert",
        place.boss.name,
    ):
        assert words in page

    response = client.post(address(asked), FILLED)

    assert response.status_code == 302
    assert response.url == "/my-work/"
    person = User.objects.get(email=ADDRESS)
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.get(reverse("questionnaire:invitation", args=["gone"])).status_code == 404


def test_a_form_that_is_filled_in_wrong_says_so_beside_the_field(client, place):
    asked = place.ask()
    opened(client, asked)
    left_out = {"terms": "agreement", "attribution": "edition names you", "name": "required"}
    for field, words in left_out.items():
        response = client.post(address(asked), {k: v for k, v in FILLED.items() if k != field})
        assert response.status_code == 422
        assert words in response.content.decode()
    response = client.post(address(asked), FILLED | {"password": "short"})
    assert response.status_code == 422
    assert not User.objects.filter(email=ADDRESS).exists()


def test_nothing_is_accepted_before_the_envelope_is_opened(client, place):
    asked = place.ask()
    client.post(address(asked), FILLED)
    assert not User.objects.filter(email=ADDRESS).exists()


@pytest.mark.parametrize(
    ("role", "state", "said"),
    [
        (Role.EXPERT, RoundState.OPEN, "It is in your work below."),
        (Role.EXPERT, RoundState.DESIGN, "It stands in your work once the round is open."),
        (Role.OBSERVER, RoundState.DESIGN, "Its pages are in the menu above."),
    ],
)
def test_who_accepts_reads_where_the_part_is_found(client, place, role, state, said):
    asked = place.ask() if role == Role.EXPERT else place.ask_to_run(role)
    round_ = asked.round
    round_.state = state
    round_.save()
    opened(client, asked)
    page = client.post(address(asked), FILLED, follow=True)
    assert said in page.content.decode()


def test_who_has_an_account_is_asked_to_sign_in_and_comes_back(client, place):
    person = UserFactory(email=ADDRESS)
    asked = place.ask()
    page = opened(client, asked).content.decode()
    assert "/sign-in/?next=%2Finvitation%2F" in page
    assert client.post(address(asked), FILLED).status_code == 409

    client.force_login(person)
    response = client.post(
        address(asked), {k: FILLED[k] for k in ("act", "attribution", "terms")}
    )

    assert response.url == "/my-work/"
    assert Assignment.objects.of(person).get().role == Role.EXPERT


def test_somebody_else_who_is_signed_in_takes_nothing(client, place):
    asked = place.ask()
    client.force_login(place.boss)
    assert "signed in as somebody else" in opened(client, asked).content.decode()
    assert client.post(address(asked), FILLED).status_code == 409
    assert not User.objects.filter(email=ADDRESS).exists()


def test_a_rule_that_fails_stands_above_the_form(client, place):
    person = UserFactory(email=ADDRESS)
    asked = place.ask()
    on_sheet(Role.REVIEWER, place.sheet, person)
    client.force_login(person)
    opened(client, asked)
    response = client.post(address(asked), FILLED)
    assert response.status_code == 422
    assert "Who answers, who reviews and who rules" in response.content.decode().replace(
        "\n", " "
    )


def test_declining_says_thank_you_and_closes_the_link(client, place):
    asked = place.ask()
    opened(client, asked)
    assert client.post(address(asked), {"act": "decline"}).status_code == 422
    response = client.post(address(asked), {"act": "decline", "reason": "No time."})
    assert "Thank you for saying so" in response.content.decode()
    assert client.get(address(asked)).status_code == 404


def test_a_reviewer_is_told_of_the_interests_and_chooses_among_two_ways(client, place):
    asked = place.ask(Role.REVIEWER)
    page = opened(client, asked).content.decode()
    assert "declare your interests" in page
    assert 'value="named"' not in page
    assert 'value="without_scores"' in page


def test_who_only_observes_is_not_asked_how_to_be_named(client, place):
    page = opened(client, place.ask_to_run()).content.decode()
    assert "attribution" not in page


def dead_links(place):
    """Yield what each dead link says, by the way it died."""
    ways = {
        "unknown": lambda one: None,
        "withdrawn": lambda one: invitations.withdraw(invitation=one, by=place.boss),
        "renewed": lambda one: invitations.reissue(invitation=one, by=place.boss),
        "declined": lambda one: invitations.decline(token=token_of(one), reason="No."),
        "over": lambda one: Invitation.objects.filter(pk=one.pk).get(),
    }
    for number, (way, die) in enumerate(ways.items()):
        asked = place.ask(email=f"{number}@example.org")
        link = address(asked)
        die(asked)
        if way == "over":
            asked.expires_at = asked.created_at
            asked.save()
        if way == "unknown":
            link = reverse("questionnaire:invitation", args=["unknown"])
        yield Client().get(link), Client().post(link, {"act": "open"})


def test_every_dead_link_is_the_same_page_that_says_what_to_do(place):
    pages = set()
    for answers in dead_links(place):
        for response in answers:
            assert response.status_code == 404
            page = response.content.decode().partition("<main")[2]
            # The frame prints the address below the page.
            pages.add(page.replace(response.wsgi_request.path, "/"))
    assert len(pages) == 1
    assert "ask for a new link" in pages.pop()
