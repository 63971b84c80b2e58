"""Who has no account is erased by the address: invited, reading under embargo, sender of a note."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from editions.models import CorrectionRequest, EmbargoReader
from editions.services import corrections, embargo
from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from mipex_site.desk.services.erasing import erase, erase_address
from mipex_site.mail.enums import LetterState
from mipex_site.mail.models import Letter
from questionnaire.enums import Role
from questionnaire.models import Invitation
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import coordinator_of, head_coordinator
from tests.questionnaire.inviting import desk, token_of
from tests.remembering import models

from .correcting import filed, sign_and_publish

pytestmark = pytest.mark.django_db
WHY = "Asked for it in writing."
EMAIL, NAME = "wilma.wombatina@example.org", "Wilma Wombatina"
WHO = {"name": NAME, "email": EMAIL}


@pytest.fixture
def head():
    return head_coordinator()


def tables_that_name(*traces):
    return {
        model.__name__
        for model in models()
        for row in QuerySet(model).values()
        if any(trace.casefold() in str(list(row.values())).casefold() for trace in traces)
    }


@pytest.fixture
def known(candidate):
    """Let somebody be a reader, the sender of a note that is open, and invited to a part."""
    by = coordinator_of(candidate.edition.round)
    embargo.invite(edition=candidate.edition, house="The Times of Nowhere", by=by, **WHO)
    published = sign_and_publish(candidate)
    note = filed(published, text=f"I, {NAME} <{EMAIL}>, read section 3.", **WHO)
    desk().ask(email=EMAIL, name=NAME)
    return note


def test_nothing_names_them_any_more_and_what_was_said_stays(known, head):
    assert tables_that_name(EMAIL, "Wombatina", "The Times") >= {
        "EmbargoReader",
        "CorrectionRequest",
        "HistoricalCorrectionRequest",
        "Invitation",
        "HistoricalInvitation",
        "Letter",
    }

    erased = erase_address(email=EMAIL.upper(), reason=WHY, by=head)

    assert (erased.invitations, erased.readers, erased.requests) == (1, 1, 1)
    assert tables_that_name(EMAIL, "Wombatina") == set()
    known.refresh_from_db()
    assert known.text == "I, … <…>, read section 3."
    entry = AuditEntry.objects.get(act="address.erase")
    assert (entry.actor, entry.reason, entry.new["readers"]) == (head.pk, WHY, 1)
    assert {walk.fault for walk in entries.walk_all()} == {""}


def test_their_links_open_nothing_and_nothing_is_written_to_them(known, head):
    invitation = Invitation.objects.get()
    token = token_of(invitation)
    assert Client().get(f"/invitation/{token}/").status_code == 200

    erase_address(email=EMAIL, reason=WHY, by=head)

    assert Client().get(f"/invitation/{token}/").status_code == 404
    invitation.refresh_from_db()
    assert invitation.withdrawn_at
    assert EmbargoReader.objects.get().ended_at
    assert not Letter.objects.filter(state=LetterState.QUEUED).exists()
    for_it = {"request": known, "by": coordinator_of(known.edition.round)}
    corrections.look_into(findings="It does not.", cell=None, **for_it)
    for _vote in range(2):
        by = coordinator_of(known.edition.round)
        corrections.decide(
            request=known, accepts=False, words="No.", public_words="It is right.", by=by
        )
    assert not Letter.objects.filter(state=LetterState.QUEUED).exists()


def test_who_answered_an_invitation_with_no_is_forgotten_with_the_reason(head):
    asked = desk().ask(email=EMAIL, name=NAME)
    QuerySet(Invitation).update(declined_at=timezone.now(), reason="Wombatina is ill.")

    erase_address(email=EMAIL, reason=WHY, by=head)

    asked.refresh_from_db()
    assert (asked.name, asked.reason, asked.withdrawn_at) == ("…", "", None)


def test_somebody_elses_invitations_stay_as_they_are(head):
    place = desk()
    place.ask(email=EMAIL, name=NAME)
    other = place.ask(Role.REVIEWER, email="other@example.org", name="Other Person")

    erase_address(email=EMAIL, reason=WHY, by=head)

    other.refresh_from_db()
    assert (other.name, other.email, other.withdrawn_at) == (
        "Other Person",
        "other@example.org",
        None,
    )


def test_who_has_an_account_is_erased_as_a_person_with_notes_and_readings(known, head):
    person = UserFactory(**WHO)
    with pytest.raises(WrongState, match="Erase the person"):
        erase_address(email=EMAIL, reason=WHY, by=head)
    assert CorrectionRequest.objects.get().email == EMAIL

    erase(person=person, reason=WHY, by=head)

    assert tables_that_name(EMAIL, "Wombatina") == set()


@pytest.mark.parametrize("reason", ["", "  ", "Wilma asked.", f"See {EMAIL}."])
def test_a_reason_that_is_missing_or_names_them_changes_nothing(known, head, reason):
    with pytest.raises(ValidationError, match="name"):
        erase_address(email=EMAIL, reason=reason, by=head)
    assert CorrectionRequest.objects.get().name == NAME
    assert not AuditEntry.objects.filter(act="address.erase").exists()


def test_only_who_coordinates_the_portal_does_it(known, head):
    others = (
        coordinator_of(known.edition.round),
        UserFactory(),
        UserFactory(is_superuser=True),
    )
    for by in others:
        with pytest.raises(NotAllowed):
            erase_address(email=EMAIL, reason=WHY, by=by)
    with pytest.raises(NotAllowed, match="their own account"):
        erase_address(email=head.email, reason=WHY, by=head)
    assert CorrectionRequest.objects.get().name == NAME


def test_nobody_is_known_by_an_address_that_is_nowhere(head):
    with pytest.raises(Refusal, match="Nobody is known"):
        erase_address(email="nobody@example.org", reason=WHY, by=head)


def test_the_command_says_what_it_emptied(known, head):
    out = io.StringIO()
    call_command("erase_person", EMAIL, "--reason", WHY, "--as", head.email, stdout=out)
    assert out.getvalue().startswith("invitations: 1, readers: 1, requests: 1, letters: ")

    with pytest.raises(CommandError, match="Nobody is known"):
        call_command("erase_person", EMAIL, "--reason", WHY, "--as", head.email)
