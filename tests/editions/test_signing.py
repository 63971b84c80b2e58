"""Two different people sign; neither of them had a side in the round."""

import pytest
from django.utils import timezone

from editions.enums import RevisionState
from editions.services import signing
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Stale, WrongState
from questionnaire.enums import Role
from questionnaire.models import Assignment
from review.enums import OpinionKind
from review.models import BlindCoding, CaseItem, Consent, Opinion, SecondLook
from tests.factories.accounts import UserFactory
from tests.factories.editions import (
    HASH,
    RED,
    EditionFactory,
    MandateFactory,
    RevisionFactory,
    publisher_of,
)
from tests.factories.questionnaire import (
    AssignmentFactory,
    SourceFactory,
    coordinator_of,
    in_round,
)
from tests.factories.review import RulingFactory
from tests.factories.scoring import closed_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return EditionFactory()


@pytest.fixture
def candidate(edition):
    return RevisionFactory(edition=edition, state=RevisionState.CANDIDATE)


def sign(candidate, by, hash_=HASH):
    return signing.sign(revision=candidate, hash=hash_, by=by)


def test_the_second_signature_makes_a_candidate_signed(candidate):
    first, second = (publisher_of(candidate.edition.round) for _ in range(2))

    sign(candidate, first)
    candidate.refresh_from_db()
    assert candidate.state == RevisionState.CANDIDATE
    sign(candidate, second)

    candidate.refresh_from_db()
    assert candidate.state == RevisionState.SIGNED
    assert {each.signer for each in candidate.signatures.all()} == {first, second}
    assert {each.hash for each in candidate.signatures.all()} == {HASH}
    assert AuditEntry.objects.filter(act="revision.sign", actor=second.pk).count() == 1


def test_one_person_cannot_give_both_signatures(candidate):
    person = publisher_of(candidate.edition.round)
    coordinator_of(candidate.edition.round, person)
    sign(candidate, person)

    with pytest.raises(NotAllowed, match="somebody else's"):
        sign(candidate, person)

    assert candidate.signatures.count() == 1


def test_a_coordinator_signs_first_and_never_second(candidate):
    round_ = candidate.edition.round
    sign(candidate, coordinator_of(round_))

    with pytest.raises(NotAllowed, match="second signature is a publisher's"):
        sign(candidate, coordinator_of(round_))


def test_publishers_of_the_whole_portal_sign(candidate):
    sign(candidate, in_round(Role.PUBLISHER, None))

    assert candidate.signatures.count() == 1


@pytest.mark.parametrize("role", [Role.OBSERVER, None])
def test_nobody_else_signs(candidate, role):
    person = in_round(role, candidate.edition.round) if role else UserFactory(is_superuser=True)

    with pytest.raises(NotAllowed, match="Only publishers and coordinators"):
        sign(candidate, person)


def test_publishers_of_another_round_do_not_sign(candidate):
    with pytest.raises(NotAllowed, match="Only publishers and coordinators"):
        sign(candidate, publisher_of(EditionFactory().round))


@pytest.mark.parametrize("role", [Role.EXPERT, Role.DELEGATE, Role.REVIEWER, Role.ADJUDICATOR])
@pytest.mark.parametrize("ended", [False, True])
def test_who_had_a_side_in_the_round_does_not_sign(candidate, role, ended):
    round_ = candidate.edition.round
    person = publisher_of(round_)
    ended_at = timezone.now() if ended else None
    AssignmentFactory(person=person, role=role, round=round_, ended_at=ended_at)

    with pytest.raises(NotAllowed, match="answered, reviewed or ruled"):
        sign(candidate, person)


def deeds():
    def wrote_an_answer_once(person, item):
        answer = item.answer
        answer.answered_by = person
        answer.save()
        answer.answered_by = UserFactory()
        answer.save()

    def saved_an_answer(person, item):
        item.answer._history_user = person
        item.answer.save()

    def gave_an_opinion(person, item):
        Opinion.objects.create(item=item, version=1, reviewer=person, kind=OpinionKind.AGREE)

    def consented(person, item):
        Consent.objects.create(item=item, version=1, adjudicator=person, text="Fine.")

    return [wrote_an_answer_once, saved_an_answer, gave_an_opinion, consented]


def further_deeds():
    def looked_again(person, item):
        ruling = RulingFactory(dispute__item=item)
        SecondLook.objects.create(ruling=ruling, adjudicator=person, concurs=True)

    def coded_blind(person, item):
        BlindCoding.objects.create(
            item=item,
            coder=person,
            role=Role.REVIEWER,
            version=1,
            kind=item.answer.kind,
            option=item.answer.option,
        )

    def entered_a_source(person, item):
        SourceFactory(sheet=item.answer.assessment, entered_by=person)

    def lent_a_right(person, item):
        AssignmentFactory(
            role=Role.DELEGATE,
            round=item.case.round,
            country=item.case.country,
            granted_by=person,
        )

    return [looked_again, coded_blind, entered_a_source, lent_a_right]


@pytest.mark.parametrize("deed", [*deeds(), *further_deeds()], ids=lambda deed: deed.__name__)
def test_who_did_something_in_the_round_does_not_sign_whatever_the_assignments(deed):
    round_ = closed_round()
    candidate = RevisionFactory(edition__round=round_, state=RevisionState.CANDIDATE)
    person = publisher_of(round_)
    deed(person, CaseItem.objects.filter(case__round=round_).first())

    with pytest.raises(NotAllowed, match="answered, reviewed or ruled"):
        sign(candidate, person)


def test_only_the_hash_that_stands_is_signed(candidate):
    with pytest.raises(Stale, match="Read it again"):
        sign(candidate, publisher_of(candidate.edition.round), "cd" * 32)


def test_a_candidate_with_a_red_check_is_not_signed(edition):
    candidate = RevisionFactory(edition=edition, state=RevisionState.CANDIDATE, checks=RED)

    with pytest.raises(NotAllowed, match="red"):
        sign(candidate, publisher_of(edition.round))


def test_a_candidate_without_any_check_is_not_signed(edition):
    candidate = RevisionFactory(edition=edition, state=RevisionState.CANDIDATE, checks=[])

    with pytest.raises(NotAllowed, match="red"):
        sign(candidate, publisher_of(edition.round))


# --- In advance --------------------------------------------------------------------------


def test_two_mandates_sign_the_first_green_candidate(edition):
    mandates = [
        signing.sign_in_advance(edition=edition, by=publisher_of(edition.round)) for _ in "12"
    ]
    candidate = RevisionFactory(edition=edition, state=RevisionState.CANDIDATE)

    assert signing.apply_mandates(candidate.pk)

    candidate.refresh_from_db()
    assert candidate.state == RevisionState.SIGNED
    said = [(each.signer_id, each.in_advance) for each in candidate.signatures.all()]
    assert said == [(mandate.signer_id, True) for mandate in mandates]
    assert not signing.apply_mandates(candidate.pk)
    acts = AuditEntry.objects.filter(act="revision.sign").order_by("number")
    assert [act.actor for act in acts] == [mandate.signer_id for mandate in mandates]


def test_one_mandate_is_one_signature(edition):
    signing.sign_in_advance(edition=edition, by=publisher_of(edition.round))
    candidate = RevisionFactory(edition=edition, state=RevisionState.CANDIDATE)

    assert not signing.apply_mandates(candidate.pk)
    assert not signing.apply_mandates(candidate.pk)
    assert candidate.signatures.count() == 1
    sign(candidate, publisher_of(edition.round))

    candidate.refresh_from_db()
    assert candidate.state == RevisionState.SIGNED


def test_nobody_signs_in_advance_twice_and_two_are_enough(edition):
    first, second = (publisher_of(edition.round) for _ in range(2))
    signing.sign_in_advance(edition=edition, by=first)
    with pytest.raises(NotAllowed, match="somebody else's"):
        signing.sign_in_advance(edition=edition, by=first)
    signing.sign_in_advance(edition=edition, by=second)

    with pytest.raises(NotAllowed, match="nobody else is needed"):
        signing.sign_in_advance(edition=edition, by=publisher_of(edition.round))


def test_in_advance_too_a_coordinator_is_the_first_and_never_the_second(edition):
    signing.sign_in_advance(edition=edition, by=coordinator_of(edition.round))

    with pytest.raises(NotAllowed, match="second signature is a publisher's"):
        signing.sign_in_advance(edition=edition, by=coordinator_of(edition.round))


def test_what_is_built_is_read_before_it_is_signed(edition, candidate):
    with pytest.raises(WrongState, match="Read the candidate"):
        signing.sign_in_advance(edition=edition, by=publisher_of(edition.round))


def test_a_mandate_can_be_taken_back_and_then_signs_nothing(edition):
    by = publisher_of(edition.round)
    mandate = signing.sign_in_advance(edition=edition, by=by)
    signing.withdraw_mandate(mandate=mandate, by=by)
    candidate = RevisionFactory(edition=edition, state=RevisionState.CANDIDATE)

    signing.apply_mandates(candidate.pk)

    assert not candidate.signatures.exists()
    with pytest.raises(WrongState, match="already"):
        signing.withdraw_mandate(mandate=mandate, by=by)


def test_who_took_a_mandate_back_may_give_it_anew(edition):
    by = publisher_of(edition.round)
    mandate = signing.sign_in_advance(edition=edition, by=by)
    signing.withdraw_mandate(mandate=mandate, by=by)

    assert signing.sign_in_advance(edition=edition, by=by) != mandate


def test_only_the_signer_takes_a_mandate_back(edition):
    mandate = MandateFactory(edition=edition)

    for person in (coordinator_of(edition.round), UserFactory(is_superuser=True)):
        with pytest.raises(NotAllowed, match="Only who signed"):
            signing.withdraw_mandate(mandate=mandate, by=person)


def test_a_mandate_that_signed_cannot_be_taken_back(edition):
    by = publisher_of(edition.round)
    mandate = signing.sign_in_advance(edition=edition, by=by)
    signing.apply_mandates(RevisionFactory(edition=edition, state=RevisionState.CANDIDATE).pk)

    with pytest.raises(WrongState, match="signed already"):
        signing.withdraw_mandate(mandate=mandate, by=by)


def test_a_mandate_signs_once_and_no_later_revision(edition):
    signing.sign_in_advance(edition=edition, by=publisher_of(edition.round))
    first, later = RevisionFactory.create_batch(
        2, edition=edition, state=RevisionState.CANDIDATE
    )
    signing.apply_mandates(first.pk)

    signing.apply_mandates(later.pk)

    assert not later.signatures.exists()


def test_a_signer_who_reviewed_meanwhile_does_not_sign(edition):
    person = publisher_of(edition.round)
    signing.sign_in_advance(edition=edition, by=person)
    AssignmentFactory(person=person, role=Role.REVIEWER, round=edition.round)
    candidate = RevisionFactory(edition=edition, state=RevisionState.CANDIDATE)

    signing.apply_mandates(candidate.pk)

    assert not candidate.signatures.exists()


def test_a_signer_who_is_no_publisher_any_more_does_not_sign(edition):
    person = publisher_of(edition.round)
    signing.sign_in_advance(edition=edition, by=person)
    assignment = Assignment.objects.get(person=person)
    assignment.ended_at = timezone.now()
    assignment.save()
    candidate = RevisionFactory(edition=edition, state=RevisionState.CANDIDATE)

    signing.apply_mandates(candidate.pk)

    assert not candidate.signatures.exists()


def test_mandates_do_not_sign_what_is_red(edition):
    for _ in range(2):
        signing.sign_in_advance(edition=edition, by=publisher_of(edition.round))
    candidate = RevisionFactory(edition=edition, state=RevisionState.CANDIDATE, checks=RED)

    assert not signing.apply_mandates(candidate.pk)
    assert not candidate.signatures.exists()
