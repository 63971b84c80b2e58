"""What the holder of a link does with it, and what is made of it, or not."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, Stale
from mipex_site.desk.services.erasing import erase
from mipex_site.mail.models import Notice
from questionnaire.enums import Attribution, OrganisationKind, Role, RoundState
from questionnaire.models import Affiliation, Assignment, Draft, Invitation
from questionnaire.rules import may_answer
from questionnaire.selectors.people import state_of
from questionnaire.selectors.spot import spot_of
from questionnaire.services import invitations
from questionnaire.services.assignments import end_assignment
from questionnaire.services.drafts import keep_draft
from questionnaire.services.invitations import NoInvitation
from questionnaire.services.organisations import put_organisation
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssignmentFactory,
    coordinator_of,
    expert_of,
    head_coordinator,
    on_sheet,
)

from .inviting import ADDRESS, PASSPHRASE, desk, newcomer, token_of


@pytest.fixture
def place(db):
    return desk()


def nothing_was_made():
    return (
        not User.objects.filter(email=ADDRESS).exists()
        and not Invitation.objects.exclude(accepted_at=None).exists()
        and not AuditEntry.objects.filter(act__in=("role.assign", "person.create")).exists()
    )


def test_who_accepts_gets_an_account_a_right_and_a_pseudonym(place):
    asked = place.ask()

    person, given = invitations.accept_as_new(**newcomer(asked, attribution="without_scores"))

    assert (person.email, person.name, person.zone) == (
        ADDRESS, "Ada I. Invented", "Europe/Tallinn",
    )  # fmt: skip
    assert person.check_password(PASSPHRASE)
    assert may_answer(person, place.sheet)
    assert (given.role, given.coding) == (Role.EXPERT, 1)
    asked.refresh_from_db()
    assert state_of(asked) == "accepted"
    assert (asked.person, asked.assignment) == (person, given)
    assert asked.attribution == Attribution.WITHOUT_SCORES
    entry = AuditEntry.objects.get(act="invitation.accept")
    assert entry.actor == person.pk
    assert entry.new["terms"] == "1"
    given_by = AuditEntry.objects.get(act="role.assign")
    assert given_by.actor == place.boss.pk


def test_a_link_is_used_once(place):
    asked = place.ask()
    said = newcomer(asked)
    invitations.accept_as_new(**said)
    with pytest.raises(NoInvitation):
        invitations.found(said["token"])
    for act in (
        lambda: invitations.accept_as_new(**said),
        lambda: invitations.open_it(token=said["token"]),
        lambda: invitations.decline(token=said["token"], reason="No time."),
    ):
        with pytest.raises(NoInvitation):
            act()


def test_whoever_has_an_account_accepts_as_themselves_and_as_nobody_else(place):
    person, other = UserFactory(email=ADDRESS), UserFactory()
    asked = place.ask()
    token = token_of(asked)
    with pytest.raises(NotAllowed, match="another address"):
        invitations.accept(token=token, attribution="named", by=other)
    with pytest.raises(Stale, match="Sign in"):
        invitations.accept_as_new(**newcomer(asked))
    assert invitations.accept(token=token, attribution="named", by=person).person == person


def test_opening_is_noted_once_and_reading_notes_nothing(place):
    asked = place.ask()
    token = token_of(asked)
    invitations.found(token)
    asked.refresh_from_db()
    assert asked.opened_at is None
    invitations.open_it(token=token)
    invitations.open_it(token=token)
    assert AuditEntry.objects.filter(act="invitation.open").count() == 1
    assert state_of(invitations.found(token)) == "opened"


WRONG = {
    "a weak passphrase": ({"password": "short"}, "password"),
    "no name": ({"name": ""}, "name"),
    "a zone that is none": ({"zone": "Middle/Earth"}, "zone"),
    "a language that is none": ({"language": "xx"}, "language"),
    "no word about being named": ({"attribution": ""}, "attribution"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_filled_in_wrong_makes_nothing(place, what):
    more, field = WRONG[what]
    with pytest.raises(ValidationError, match=field) as caught:
        invitations.accept_as_new(**newcomer(place.ask(), **more))
    assert field in caught.value.message_dict
    assert nothing_was_made()


def test_who_judges_is_never_named_beside_a_country(place):
    asked = place.ask(Role.REVIEWER)
    with pytest.raises(ValidationError, match="names you"):
        invitations.accept_as_new(**newcomer(asked, attribution="named"))


def test_a_rule_that_fails_on_acceptance_is_said_and_nothing_is_made(place):
    asked = place.ask()
    place.round.state = RoundState.CANCELLED
    place.round.save()
    with pytest.raises(Refusal, match="is over"):
        invitations.accept_as_new(**newcomer(asked))
    assert nothing_was_made()


def test_an_invitation_of_who_runs_the_round_no_more_gives_nothing(place):
    asked = place.ask()
    held = Assignment.objects.get(person=place.boss)
    held.ended_at = timezone.now()
    held.save()
    with pytest.raises(Refusal, match="no longer looks after"):
        invitations.accept_as_new(**newcomer(asked))
    assert nothing_was_made()


def test_who_came_to_another_side_meanwhile_is_told_and_gets_nothing(place):
    person = UserFactory(email=ADDRESS)
    asked = place.ask()
    on_sheet(Role.REVIEWER, place.sheet, person)
    with pytest.raises(Refusal, match="You have or had another part"):
        invitations.accept(token=token_of(asked), attribution="named", by=person)
    assert Assignment.objects.of(person).count() == 1


def test_where_an_invited_person_works_is_known_once_they_accept(place):
    lab = put_organisation(
        code="lab",
        name="An Invented Laboratory",
        kind=OrganisationKind.UNIVERSITY,
        by=place.boss,
    )
    asked = place.ask(organisation=lab)
    assert not Affiliation.objects.exists()
    person = invitations.accept_as_new(**newcomer(asked)).person
    assert Affiliation.objects.get().person == person


def test_declining_needs_a_reason_and_tells_who_invited_without_a_name(place):
    asked = place.ask()
    token = token_of(asked)
    for reason in (" ", "x" * 2001):
        with pytest.raises(ValidationError, match="reason"):
            invitations.decline(token=token, reason=reason)
    invitations.decline(token=token, reason="No time in June, says Ada.")

    asked.refresh_from_db()
    assert (state_of(asked), asked.reason) == ("declined", "No time in June, says Ada.")
    told = Notice.objects.get(person=place.boss)
    assert "Ada" not in told.words
    assert place.sheet.country.name in told.words
    assert "Ada" not in str(list(AuditEntry.objects.values()))
    with pytest.raises(NoInvitation):
        invitations.accept_as_new(**newcomer(asked, token=token))


def test_a_token_of_nobody_opens_nothing(place):
    place.ask()
    for token in ("", "unknown", "x" * 43):
        with pytest.raises(NoInvitation):
            invitations.found(token)


# --- The work stays ---------------------------------------------------------------------------


def test_a_draft_of_who_left_stays_on_the_sheet_for_the_successor(place):
    indicator = place.sheet.strand.indicators_below.get()
    old = expert_of(place.sheet)
    held = Assignment.objects.get(person=old)
    keep_draft(
        sheet=place.sheet,
        indicator=indicator,
        content={"rationale": "Half a thought."},
        by=old,
    )
    asked = invitations.replace(
        assignment=held, reason="Ill.", email=ADDRESS, name="Ada Invented", by=place.boss
    )
    successor = invitations.accept_as_new(**newcomer(asked)).person

    found = spot_of(place.sheet.pk, indicator.pk, user=successor, day=place.sheet.round.cut_off)

    assert found.draft.content["rationale"] == "Half a thought."
    assert Draft.objects.get().author == old
    assert not may_answer(old, place.sheet)


# --- Erasing ----------------------------------------------------------------------------------


def test_the_invitations_of_an_erased_person_forget_name_and_address(place):
    head = head_coordinator()
    asked = place.ask()
    invitations.reissue(invitation=asked, by=place.boss)
    person, given = invitations.accept_as_new(**newcomer(Invitation.objects.get()))
    end_assignment(assignment=given, reason="Left.", by=place.boss)
    erase(person=person, reason="Asked for it.", by=head)

    kept = str(list(Invitation.objects.values())) + str(list(asked.history.values()))
    assert "Invented" not in kept
    assert ADDRESS not in kept
    assert Invitation.objects.get().accepted_at


# --- At the same moment -----------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_link_at_once_one_gets_the_part():
    asked = desk().ask()
    said = newcomer(asked)

    came = at_once(*[lambda: invitations.accept_as_new(**said)] * 3)

    assert sum(isinstance(one, NoInvitation) for one in came) == 2
    assert User.objects.filter(email=ADDRESS).count() == 1
    assert Assignment.objects.filter(role=Role.EXPERT).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_used_and_renewed_at_once_is_one_or_the_other():
    place = desk()
    asked = place.ask()
    said = newcomer(asked)

    took, renewed = at_once(
        lambda: invitations.accept_as_new(**said),
        lambda: invitations.reissue(invitation=asked, by=place.boss),
    )

    assert isinstance(took, Refusal) != isinstance(renewed, Refusal)
    accepted = Invitation.objects.get().accepted_at is not None
    assert accepted == Assignment.objects.filter(role=Role.EXPERT).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_address_that_accepts_in_two_rounds_at_once_has_one_account():
    first, second = desk(), desk()
    said = [newcomer(first.ask()), newcomer(second.ask())]

    came = at_once(*[lambda one=one: invitations.accept_as_new(**one) for one in said])

    assert sum(isinstance(one, Stale) for one in came) == 1
    assert User.objects.filter(email=ADDRESS).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_invite_one_person_at_once_to_one_part_send_one_letter():
    place = desk()
    second = coordinator_of(place.round)

    def ask(by):
        try:
            return place.ask(by=by)
        except ValidationError as fault:
            return fault

    came = at_once(lambda: ask(place.boss), lambda: ask(second))

    assert sum(isinstance(one, ValidationError) for one in came) == 1
    assert Invitation.objects.count() == 1


@pytest.mark.django_db
def test_somebody_invited_to_two_parts_takes_both_with_one_account():
    place = desk()
    other = AssignmentFactory(role=Role.OBSERVER, round=place.round).round
    first = place.ask()
    second = place.ask_to_run(Role.OBSERVER)
    person = invitations.accept_as_new(**newcomer(first)).person
    given = invitations.accept(token=token_of(second), by=person).assignment
    assert (given.role, given.round) == (Role.OBSERVER, other)
