"""Who runs the whole portal is invited as others are, and by two."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import NotAllowed, Refusal
from mipex_site.mail.models import Letter, Notice
from questionnaire.enums import Role
from questionnaire.models import Assignment, Invitation
from questionnaire.rules import coordinates_the_portal
from questionnaire.services import invitations
from questionnaire.services.assignments import end_assignment
from questionnaire.services.invitations import NoInvitation, Part
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import RoundFactory, coordinator_of, head_coordinator

from .inviting import ADDRESS, newcomer, token_of

pytestmark = pytest.mark.django_db
PAGE = "/portal/people/"
FILLED = {"name": "Ada Invented", "email": ADDRESS, "role": "coordinator", "language": "en"}


@pytest.fixture
def heads():
    """Give two coordinators of the portal."""
    return head_coordinator(), head_coordinator()


def ask(by, role=Role.COORDINATOR, **more):
    said = {"email": ADDRESS, "name": "Ada Invented", "part": Part(role), "by": by} | more
    return invitations.invite(round_=None, **said)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_it_waits_for_another_coordinator_and_gives_nothing_before(heads):
    first, second = heads
    asked = ask(first)

    assert asked.issue == 0
    assert not Letter.objects.exists()
    assert Notice.objects.get().person == second
    with pytest.raises(NotAllowed, match="somebody else decides"):
        invitations.confirm(invitation=asked, by=first)
    for by in (coordinator_of(RoundFactory()), UserFactory(is_superuser=True)):
        with pytest.raises(NotAllowed):
            invitations.confirm(invitation=asked, by=by)

    sent = invitations.confirm(invitation=asked, by=second)
    person, given = invitations.accept_as_new(**newcomer(sent))

    assert (given.role, given.round, given.person) == (Role.COORDINATOR, None, person)
    assert coordinates_the_portal(person)
    acts = AuditEntry.objects.filter(act__startswith="invitation").order_by("number")
    assert [(one.stream, one.act, one.actor) for one in acts] == [
        ("accounts", "invitation.invite", first.pk),
        ("accounts", "invitation.confirm", second.pk),
        ("accounts", "invitation.accept", person.pk),
    ]
    assert entries.walk("accounts").fault == ""


def test_where_there_is_no_other_it_leaves_at_once():
    sent = ask(head_coordinator(), Role.PUBLISHER)

    assert sent.issue == 1
    letter = Letter.objects.get()
    assert "the whole portal" in letter.subject
    assert letter.round_code == ""
    assert AuditEntry.objects.get(act="invitation.invite").new["is_sent"] is True


@pytest.mark.parametrize("role", [Role.EXPERT, Role.REVIEWER, Role.ADJUDICATOR, Role.OBSERVER])
def test_nobody_else_is_for_the_whole_portal(heads, role):
    with pytest.raises(ValidationError, match="coordinators and publishers alone"):
        ask(heads[0], role)
    assert not Invitation.objects.exists()


def test_only_a_coordinator_of_the_portal_asks_and_not_for_themselves(heads):
    for by in (coordinator_of(RoundFactory()), UserFactory(), UserFactory(is_superuser=True)):
        with pytest.raises(NotAllowed):
            ask(by)
    with pytest.raises(NotAllowed, match="themselves"):
        ask(heads[0], email=heads[0].email)
    with pytest.raises(ValidationError, match="this role there already"):
        ask(heads[0], email=heads[1].email)
    ask(heads[0])
    with pytest.raises(ValidationError, match="invited to this part already"):
        ask(heads[1])


def test_an_invitation_of_who_runs_the_portal_no_more_gives_nothing(heads):
    first, second = heads
    asked = invitations.confirm(invitation=ask(first), by=second)
    said = newcomer(asked)
    held = Assignment.objects.get(person=first)
    end_assignment(assignment=held, reason="Left.", by=second)

    with pytest.raises(Refusal, match="no longer looks after"):
        invitations.accept_as_new(**said)


def test_a_declined_or_withdrawn_one_opens_nothing_more(heads):
    first, second = heads
    asked = invitations.confirm(invitation=ask(first), by=second)
    token = token_of(asked)
    invitations.decline(token=token, reason="No time.")
    assert "whole portal" in Notice.objects.filter(person=first).get().words
    again = invitations.confirm(invitation=ask(first, Role.PUBLISHER), by=second)
    taken_back = token_of(again)
    invitations.withdraw(invitation=again, by=second)

    for dead in (token, taken_back):
        with pytest.raises(NoInvitation):
            invitations.found(dead)


# --- The pages ----------------------------------------------------------------------------


def test_two_do_it_on_the_page_and_the_invited_person_accepts(heads):
    first, second = (signed_in(person) for person in heads)
    said = first.post(PAGE, FILLED, follow=True).content.decode()
    assert "Another coordinator must confirm this invitation." in said
    asked = Invitation.objects.get()
    act = {"act": "confirm", "invitation": asked.pk}
    assert first.post(PAGE, act).status_code == 403

    assert "Confirmed: the letter is on its way." in (
        second.post(PAGE, act, follow=True).content.decode()
    )

    asked.refresh_from_db()
    guest, link = Client(), f"/invitation/{token_of(asked)}/"
    assert "The whole portal" in guest.get(link).content.decode()
    opened = guest.post(link, {"act": "open"}, follow=True).content.decode()
    assert "All rounds: the whole portal" in opened
    assert 'name="attribution"' not in opened
    filled = {
        "act": "accept",
        "name": "Ada I. Invented",
        "language": "en",
        "zone": "Europe/Tallinn",
        "password": "three invented words",
        "terms": "on",
    }
    assert guest.post(link, filled).status_code == 302
    assert guest.get(PAGE).status_code == 200


def test_the_page_is_for_coordinators_of_the_portal(heads):
    for person in (coordinator_of(RoundFactory()), UserFactory(is_superuser=True)):
        client = signed_in(person)
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, FILLED).status_code == 403
    assert not Invitation.objects.exists()


def test_what_is_missing_is_asked_for_and_a_rounds_invitation_is_not_here(heads):
    client = signed_in(heads[0])
    for wrong in ({}, FILLED | {"role": "expert"}, FILLED | {"email": heads[0].email}):
        assert client.post(PAGE, wrong).status_code in {403, 422}
    for key in ("0", "x", ""):
        assert client.post(PAGE, {"act": "confirm", "invitation": key}).status_code == 404


def test_a_new_link_and_the_end_of_one_are_a_button_away(heads):
    client = signed_in(heads[0])
    asked = invitations.confirm(invitation=ask(heads[0]), by=heads[1])

    client.post(PAGE, {"act": "reissue", "invitation": asked.pk})
    asked.refresh_from_db()
    assert asked.issue == 2
    client.post(PAGE, {"act": "withdraw", "invitation": asked.pk})

    asked.refresh_from_db()
    assert asked.withdrawn_at
