from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from mipex_site.mail.enums import LetterState
from mipex_site.mail.models import Letter
from questionnaire.enums import Role
from questionnaire.models import Assignment, Invitation
from questionnaire.rules import may_answer
from questionnaire.selectors.people import letter_key, state_of
from questionnaire.services import invitations
from questionnaire.services.assignments import assign, end_assignment
from questionnaire.services.invitations import NoInvitation, Part
from questionnaire.services.invitations.tokens import hash_of
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssessmentFactory,
    AssignmentFactory,
    coordinator_of,
    expert_of,
    in_round,
)

from .inviting import ADDRESS, desk, newcomer, token_in, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return desk()


def acts():
    return list(AuditEntry.objects.order_by("number").values_list("act", flat=True))


# --- Asking ------------------------------------------------------------------------------------


def test_an_invitation_makes_no_account_and_gives_no_right(place):
    asked = place.ask()
    assert not User.objects.filter(email=ADDRESS).exists()
    assert not Assignment.objects.filter(role=Role.EXPERT).exists()
    assert state_of(asked) == "sent"


def test_the_link_is_kept_as_a_hash_alone_and_stands_in_no_record(place):
    asked = place.ask()
    token = token_of(asked)
    assert len(token) >= 43
    assert asked.token_hash == hash_of(token)
    row = str(Invitation.objects.values().get())
    history = str(list(asked.history.values()))
    audit = str(list(AuditEntry.objects.values()))
    assert not any(token in text for text in (row, history, audit))
    assert asked.token_hash not in history


def test_the_letter_says_nothing_of_the_part_and_holds_the_mark_of_the_link(place):
    letter = Letter.objects.get(key=letter_key(place.ask()))
    assert "{link}" in letter.text
    assert letter.address == ADDRESS
    for secret in (place.sheet.country.name, place.sheet.strand.title, "expert"):
        assert secret not in letter.text + letter.subject


def test_the_audit_has_the_part_and_never_the_name_or_the_address(place):
    place.ask()
    entry = AuditEntry.objects.get(act="invitation.invite")
    assert entry.country == place.sheet.country.code
    assert entry.actor == place.boss.pk
    assert entry.new["role"] == Role.EXPERT
    whole = str(list(AuditEntry.objects.values()))
    assert "Invented" not in whole
    assert ADDRESS not in whole


def test_a_link_lasts_as_long_as_the_work_it_invites_to_and_at_least_a_month(place):
    place.round.hard_close_at = timezone.now() + timedelta(days=100)
    place.round.review_due_at = timezone.now() + timedelta(days=150)
    place.round.save()
    assert place.ask().expires_at == place.round.hard_close_at
    reviewer = place.ask(Role.REVIEWER, email="rita@example.org")
    assert reviewer.expires_at == place.round.review_due_at
    now = timezone.now()
    place.round.due_at = place.round.grace_until = now + timedelta(days=1)
    place.round.hard_close_at = now + timedelta(days=2)
    place.round.save()
    late = place.ask(email="late@example.org")
    assert late.expires_at > timezone.now() + timedelta(days=29)


def test_who_does_not_run_the_round_invites_nobody(place):
    elsewhere = coordinator_of(AssessmentFactory().round)
    for person in (
        UserFactory(),
        UserFactory(is_superuser=True, is_staff=True),
        elsewhere,
        in_round(Role.OBSERVER, place.round),
        in_round(Role.PUBLISHER, place.round),
        expert_of(place.sheet),
    ):
        with pytest.raises(NotAllowed):
            place.ask(by=person)
    assert not Invitation.objects.exists()
    assert not Letter.objects.exists()


FAULTY = {
    "a reviewer for no country": (Part(Role.REVIEWER), Refusal, "no country sees none"),
    "an expert for no country": (Part(Role.EXPERT), Refusal, "no country sees none"),
    "a role that there is not": (Part("king"), ValidationError, "king"),
    "a delegate": (Part(Role.DELEGATE), ValidationError, "An expert lets"),
}


@pytest.mark.parametrize("what", FAULTY)
def test_a_part_that_nobody_can_take_is_asked_of_nobody(place, what):
    part, kind, words = FAULTY[what]
    with pytest.raises(kind, match=words):
        place.ask(part=part)


def test_a_role_of_the_whole_round_names_no_country(place):
    with pytest.raises(ValidationError, match="whole round"):
        place.ask(Role.OBSERVER)


def test_only_an_expert_has_a_coding_and_a_second_one_must_be_there(place):
    with pytest.raises(ValidationError, match="Only an expert"):
        place.ask(part=place.part(Role.REVIEWER, coding=1))
    with pytest.raises(ValidationError, match="no coding 2"):
        place.ask(part=place.part(coding=2))
    there = {"country": place.sheet.country, "strand": place.sheet.strand}
    AssessmentFactory(round=place.round, coding=2, **there)
    assert place.ask(part=place.part(coding=2)).coding == 2


def test_who_rules_may_have_the_whole_round(place):
    assert place.ask_to_run(Role.ADJUDICATOR).country is None


@pytest.mark.parametrize("wrong", [{"email": "no address"}, {"name": "  "}, {"language": "xx"}])
def test_words_that_are_none_are_refused(place, wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        place.ask(**wrong)


def test_a_strand_of_another_framework_or_a_country_elsewhere_is_refused(place):
    other = AssessmentFactory()
    with pytest.raises(Refusal, match="takes no part"):
        place.ask(part=place.part(country=other.country))
    with pytest.raises(Refusal, match="no strand of this round"):
        place.ask(part=place.part(strand=other.strand))


def test_nobody_is_asked_twice_for_one_part_and_not_for_two_sides(place):
    place.ask()
    with pytest.raises(ValidationError, match="invited to this part already"):
        place.ask(email="ADA.Invented@example.org")
    with pytest.raises(ValidationError, match="another side"):
        place.ask(Role.REVIEWER)
    assert Invitation.objects.count() == 1


def test_who_is_on_a_side_already_is_not_asked_to_another(place):
    person = expert_of(place.sheet)
    with pytest.raises(ValidationError, match="different people"):
        place.ask(Role.REVIEWER, email=person.email)
    with pytest.raises(ValidationError, match="has this role there already"):
        place.ask(email=person.email)


def test_nobody_invites_themselves(place):
    with pytest.raises(NotAllowed, match="themselves"):
        place.ask(email=place.boss.email)


# --- What takes two ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PUBLISHER])
def test_who_runs_a_round_or_signs_for_it_is_asked_by_one_and_confirmed_by_another(place, role):
    second = coordinator_of(place.round)
    asked = place.ask_to_run(role)
    assert state_of(asked) == "unconfirmed"
    assert not Letter.objects.exists()
    with pytest.raises(NotAllowed, match="somebody else decides"):
        invitations.confirm(invitation=asked, by=place.boss)
    with pytest.raises(WrongState, match="confirm this invitation first"):
        invitations.hand_over(invitation=asked, by=place.boss)
    with pytest.raises(WrongState, match="confirm this invitation first"):
        invitations.reissue(invitation=asked, by=place.boss)

    confirmed = invitations.confirm(invitation=asked, by=second)

    assert state_of(confirmed) == "sent"
    taken = invitations.accept_as_new(**newcomer(confirmed))
    assert taken.assignment.role == role
    assert acts().count("invitation.confirm") == 1


def test_the_only_coordinator_of_a_round_needs_nobody_to_confirm(place):
    assert state_of(place.ask_to_run(Role.COORDINATOR)) == "sent"


def test_who_is_to_get_a_right_does_not_confirm_it(place):
    second = coordinator_of(place.round)
    asked = place.ask_to_run(Role.PUBLISHER, email=second.email)
    with pytest.raises(NotAllowed, match="themselves"):
        invitations.confirm(invitation=asked, by=second)


def test_an_invitation_that_was_sent_is_confirmed_by_nobody(place):
    second = coordinator_of(place.round)
    with pytest.raises(WrongState, match="waits for nobody"):
        invitations.confirm(invitation=place.ask(), by=second)


# --- The link: a new one, more time, its end ------------------------------------------------------


def test_a_new_link_makes_the_old_one_void_at_once_and_holds_its_letter_back(place):
    asked = place.ask()
    old = token_of(asked)
    invitations.open_it(token=old)

    fresh = invitations.reissue(invitation=asked, by=place.boss)

    with pytest.raises(NoInvitation):
        invitations.found(old)
    assert state_of(invitations.found(token_of(fresh))) == "sent"
    first = Letter.objects.get(key=f"invitation/{asked.pk}/1")
    assert first.state == LetterState.WITHDRAWN
    assert Letter.objects.count() == 2


def test_a_link_is_handed_over_once_without_a_letter_and_that_is_on_record(place):
    asked = place.ask()
    link = invitations.hand_over(invitation=asked, by=place.boss)
    assert invitations.found(token_in(link)).pk == asked.pk
    assert Letter.objects.get().state == LetterState.WITHDRAWN
    entry = AuditEntry.objects.get(act="invitation.hand_over")
    assert entry.actor == place.boss.pk
    assert token_in(link) not in str(entry.new)


def test_a_link_that_is_over_works_again_when_it_is_extended(place):
    asked = place.ask()
    token = token_of(asked)
    asked.expires_at = timezone.now() - timedelta(minutes=1)
    asked.save()
    with pytest.raises(NoInvitation):
        invitations.found(token)
    with pytest.raises(ValidationError, match="after the present end"):
        invitations.extend(
            invitation=asked, until=timezone.localdate() - timedelta(days=2), by=place.boss
        )

    invitations.extend(
        invitation=asked, until=timezone.localdate() + timedelta(days=3), by=place.boss
    )

    assert invitations.found(token)


def test_a_withdrawn_invitation_opens_nothing_and_is_not_taken_up_again(place):
    asked = place.ask()
    token = token_of(asked)
    invitations.withdraw(invitation=asked, by=place.boss)
    with pytest.raises(NoInvitation):
        invitations.found(token)
    assert Letter.objects.get().state == LetterState.WITHDRAWN
    for act in (invitations.reissue, invitations.hand_over, invitations.withdraw):
        with pytest.raises(WrongState):
            act(invitation=asked, by=place.boss)
    assert place.ask().pk != asked.pk


def test_strangers_do_nothing_with_an_invitation(place):
    asked = place.ask()
    people = (
        UserFactory(),
        UserFactory(is_superuser=True),
        in_round(Role.OBSERVER, place.round),
    )
    for person in people:
        for act in (
            invitations.reissue,
            invitations.hand_over,
            invitations.withdraw,
            invitations.confirm,
        ):
            with pytest.raises(NotAllowed):
                act(invitation=asked, by=person)
        with pytest.raises(NotAllowed):
            invitations.extend(invitation=asked, until=timezone.localdate(), by=person)


# --- Somebody takes over ----------------------------------------------------------------------


def test_a_successor_takes_a_part_over_and_the_old_right_ends_at_once(place):
    old = assign(
        person=UserFactory(), role=Role.EXPERT, round_=place.round,
        country=place.sheet.country, strand=place.sheet.strand, by=place.boss,
    )  # fmt: skip
    asked = invitations.replace(
        assignment=old, reason="Ill.", email=ADDRESS, name="Ada Invented", by=place.boss
    )

    assert not may_answer(old.person, place.sheet)
    assert (asked.replaces_id, asked.country, asked.strand) == (
        old.pk, place.sheet.country, place.sheet.strand,
    )  # fmt: skip
    taken = invitations.accept_as_new(**newcomer(asked))
    assert may_answer(taken.person, place.sheet)
    assert taken.assignment.pseudonym != old.pseudonym


def test_nobody_is_replaced_when_the_successor_cannot_be_asked(place):
    old = AssignmentFactory(role=Role.REVIEWER, round=place.round, country=place.sheet.country)
    other_side = expert_of(place.sheet)
    with pytest.raises(ValidationError, match="different people"):
        invitations.replace(
            assignment=old, reason="Ill.", email=other_side.email, name="Ada", by=place.boss
        )
    old.refresh_from_db()
    assert old.ended_at is None


def test_a_person_without_a_part_sees_nothing_though_invited(place):
    person = UserFactory(email=ADDRESS)
    place.ask()
    assert not Assignment.objects.of(person).exists()
    assert not may_answer(person, place.sheet)


def test_who_left_a_part_may_be_asked_again(place):
    person = UserFactory()
    there = {"country": place.sheet.country, "strand": place.sheet.strand}
    held = assign(person=person, role=Role.EXPERT, round_=place.round, by=place.boss, **there)
    end_assignment(assignment=held, reason="Ill.", by=place.boss)
    asked = place.ask(email=person.email)
    taken = invitations.accept(token=token_of(asked), attribution="named", by=person)
    assert taken.assignment.pseudonym == held.pseudonym
