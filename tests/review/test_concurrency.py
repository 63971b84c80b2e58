"""People at the same moment, on a real PostgreSQL. Each has a thread and a connection."""

from functools import partial

import pytest

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal, WrongState
from questionnaire.enums import RoundState
from questionnaire.models import Round
from review.enums import CaseState, ItemState, OpinionKind
from review.models import Case, CaseItem, Opinion, Ruling, SettledAnswer
from review.services.opinions import give_opinion
from tests import world as worlds
from tests.at_once import at_once
from tests.factories.review import CaseItemFactory, reviewer_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 5
"""A race is run several times: it must never go wrong, not just once."""


def refusals(results):
    return [result for result in results if isinstance(result, Refusal)]


@pytest.mark.parametrize("_time", range(ROUNDS))
def test_six_people_who_approve_one_answer_at_once_make_one_approval(_time):
    item = CaseItemFactory(case__round__opinions_required=2)
    reviewers = [reviewer_of(item.case) for _person in range(6)]

    agree = partial(give_opinion, item=item, version=1, kind=OpinionKind.AGREE)
    results = at_once(*(partial(agree, by=reviewer) for reviewer in reviewers))

    late = refusals(results)
    assert len(late) == 4
    assert all(isinstance(refusal, WrongState) for refusal in late)
    assert {"This answer is already approved."} == {refusal.reason for refusal in late}
    assert Opinion.objects.count() == 2
    assert AuditEntry.objects.filter(act="item.approve").count() == 1
    assert AuditEntry.objects.filter(act="case.clear").count() == 1
    assert SettledAnswer.objects.count() == 1
    assert CaseItem.objects.get().state == ItemState.APPROVED
    assert Case.objects.get().state == CaseState.CLEARED
    assert entries.walk(item.case.round.stream).broken_at is None


def test_the_sixth_of_six_required_approves(db):
    item = CaseItemFactory(case__round__opinions_required=6)
    agree = partial(give_opinion, item=item, version=1, kind=OpinionKind.AGREE)
    acts = [partial(agree, by=reviewer_of(item.case)) for _person in range(6)]

    assert refusals(at_once(*acts)) == []
    assert AuditEntry.objects.filter(act="opinion.give").count() == 6
    assert AuditEntry.objects.filter(act="item.approve").count() == 1
    assert SettledAnswer.objects.count() == 1


@pytest.mark.parametrize("_time", range(ROUNDS))
def test_agreement_and_objection_at_once_make_one_dispute(_time):
    item = CaseItemFactory()
    first, second = reviewer_of(item.case), reviewer_of(item.case)

    results = at_once(
        lambda: give_opinion(item=item, version=1, kind=OpinionKind.AGREE, by=first),
        lambda: give_opinion(
            item=item, version=1, kind=OpinionKind.DISAGREE, text="Section 5.", by=second
        ),
    )

    assert refusals(results) == []
    assert CaseItem.objects.get().disputes.count() == 1


@pytest.mark.parametrize("_time", range(ROUNDS))
def test_one_person_twice_at_once_gives_one_opinion(_time):
    item = CaseItemFactory()
    reviewer = reviewer_of(item.case)

    results = at_once(
        *[lambda: give_opinion(item=item, version=1, kind=OpinionKind.AGREE, by=reviewer)] * 3
    )

    assert len(refusals(results)) == 2
    assert Opinion.objects.count() == 1


def test_two_codings_submitted_at_once_open_one_case_with_all_its_items():
    world = worlds.build()
    worlds.answer_all(world)
    first, second = world.sheet("EE", "b", 1), world.sheet("EE", "b", 2)

    results = at_once(lambda: worlds.submit(world, first), lambda: worlds.submit(world, second))

    assert refusals(results) == []
    case = world.case("EE", "b")
    assert (case.state, case.items.count()) == (CaseState.IN_REVIEW, 3)
    assert AuditEntry.objects.filter(act="case.open").count() == 1


def test_a_dispute_is_ruled_once_by_two_at_once():
    world = worlds.build()
    worlds.answer_all(world)
    worlds.submit_all(world)
    dispute = worlds.split(world, "PT", "aa1")

    results = at_once(*[lambda: worlds.rule(world, dispute)] * 2)

    assert len(refusals(results)) == 1
    assert Ruling.objects.count() == 1
    assert SettledAnswer.objects.filter(item=dispute.item).count() == 1


def test_a_review_is_closed_once_by_two_at_once():
    world = worlds.build()
    worlds.settle_all(world)

    results = at_once(*[lambda: worlds.close(world)] * 2)

    assert len(refusals(results)) == 1
    assert AuditEntry.objects.filter(act="round.close_review").count() == 1


def test_the_last_opinion_and_the_closing_at_once_leave_no_half_review():
    """Whichever is first: a closed round has every answer settled, an open one may not."""
    world = worlds.build()
    worlds.settle_all_but(world, "PT", "aa1")
    last = world["PT_reviewer_2"]
    item = world.item("PT", "aa1")

    results = at_once(lambda: worlds.agree(world, item, last), lambda: worlds.close(world))

    closed = Round.objects.get().state == RoundState.REVIEW_CLOSED
    settled = CaseItem.objects.unsettled().count() == 0
    assert settled
    assert closed == (refusals(results) == [])


def test_returning_and_agreeing_at_once_leave_the_case_whole():
    world = worlds.build()
    worlds.answer_all(world)
    worlds.submit_all(world)
    item, case = world.item("PT", "aa1"), world.case("PT", "a")
    worlds.disagree(world, item, world["PT_reviewer_1"])

    at_once(
        lambda: worlds.agree(world, item, world["PT_reviewer_2"]),
        lambda: worlds.returning.return_case(case=case, by=world["PT_reviewer_1"]),
    )

    state = world.item("PT", "aa1").state
    returned = world.case("PT", "a").state == CaseState.RETURNED
    assert (state == ItemState.CHANGE_REQUESTED) == returned
    assert (state == ItemState.DISPUTED) == (not returned)
    assert returned == (world.sheet("PT", "a").state == "returned")
