"""Back from a closed review, by two people: what was closed goes on, and is closed anew."""

import pytest
from django.utils import timezone

from mipex_site.audit.services import entries
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.enums import JointActState, RoundState
from questionnaire.models import JointAct, Round
from questionnaire.services import joint_acts
from review.models import SettledAnswer
from review.selectors import blockers
from review.services.taking_up import ask_to_go_back
from review.signals import review_closed, review_taken_up
from tests import world as worlds
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import RoundFactory, coordinator_of

from .windows import change, open_for

WHY = "A source of aa1 in Portugal is the wrong one."


@pytest.fixture(autouse=True)
def _nobody_is_nudged(monkeypatch):
    monkeypatch.setattr("scoring.receivers.nudge", lambda: None)


@pytest.fixture
def closed(world):
    worlds.settle_all(world)
    worlds.close(world)
    return world


@pytest.fixture
def heard():
    """Give what was sent with the two announcements, in their order."""
    calls = []

    def hear_closed(**sent):
        calls.append(("closed", sent["round_"].state))

    def hear_taken_up(**sent):
        calls.append(("taken up", sent["round_"].state))

    review_closed.connect(hear_closed)
    review_taken_up.connect(hear_taken_up)
    yield calls
    review_closed.disconnect(hear_closed)
    review_taken_up.disconnect(hear_taken_up)


def asked(world, by="coordinator"):
    return ask_to_go_back(round_=world.round, reason=WHY, by=world[by])


def go_back(world):
    joint_acts.do(act=asked(world), by=world["head"])
    world.round = Round.objects.get()


def test_one_asks_and_another_one_takes_the_round_back(closed, heard, acts):
    act = asked(closed)
    assert Round.objects.get().state == RoundState.REVIEW_CLOSED

    done = joint_acts.do(act=act, by=closed["head"])

    assert (done.state, done.decided_by) == (JointActState.DONE, closed["head"])
    round_ = Round.objects.get()
    assert (round_.state, round_.closed_at) == (RoundState.OPEN, None)
    assert heard == [("taken up", RoundState.OPEN)]
    assert acts(subject="round/2019")[-4:] == [
        "back_to_review.ask",
        "round.mark_review_taken_up",
        "round.back_to_review",
        "back_to_review.do",
    ]
    assert entries.walk(closed.round.stream).broken_at is None
    assert blockers(round_) == []


def test_a_publisher_may_be_the_second(closed):
    joint_acts.do(act=asked(closed), by=closed["publisher_1"])
    assert Round.objects.get().state == RoundState.OPEN


def test_who_asked_does_not_do_it(closed):
    with pytest.raises(NotAllowed, match="You asked for this"):
        joint_acts.do(act=asked(closed), by=closed["coordinator"])
    assert Round.objects.get().state == RoundState.REVIEW_CLOSED


@pytest.mark.parametrize(
    "key", ["observer", "publisher_1", "EE_a_1", "PT_reviewer_1", "adjudicator", "stranger"]
)
def test_nobody_but_a_coordinator_asks(closed, key):
    with pytest.raises(NotAllowed):
        asked(closed, key)
    assert not JointAct.objects.filter(kind="back_to_review").exists()


def test_a_superuser_without_an_assignment_neither_asks_nor_does(closed):
    root, act = UserFactory(is_superuser=True), asked(closed)
    with pytest.raises(NotAllowed):
        ask_to_go_back(round_=closed.round, reason=WHY, by=root)
    with pytest.raises(NotAllowed):
        joint_acts.do(act=act, by=root)
    assert Round.objects.get().state == RoundState.REVIEW_CLOSED


def test_it_takes_a_reason(closed):
    with pytest.raises(Refusal, match="why"):
        ask_to_go_back(round_=closed.round, reason=" ", by=closed["coordinator"])


@pytest.mark.django_db
@pytest.mark.parametrize("state", set(RoundState) - {RoundState.REVIEW_CLOSED})
def test_there_is_no_way_back_from_where_no_review_is_closed(state):
    round_ = RoundFactory(state=state)
    with pytest.raises(WrongState, match="not possible now"):
        ask_to_go_back(round_=round_, reason=WHY, by=coordinator_of(round_))


def test_a_round_that_was_cancelled_meanwhile_does_not_come_back(closed):
    act = asked(closed)
    round_ = Round.objects.get()
    round_.state = RoundState.CANCELLED
    round_.save()
    with pytest.raises(WrongState):
        joint_acts.do(act=act, by=closed["head"])
    assert Round.objects.get().state == RoundState.CANCELLED


def test_the_sheet_that_needs_it_is_opened_again_and_the_review_is_closed_anew(closed, heard):
    go_back(closed)

    window = open_for(closed, "aa1")
    change(closed, "aa1")
    worlds.submit(closed, closed.sheet("PT", "a"))
    for reviewer in closed.reviewers("PT"):
        worlds.agree(closed, closed.item("PT", "aa1"), reviewer)
    assert blockers(closed.round) == []
    worlds.close(closed)

    assert window.until > timezone.now()
    assert Round.objects.get().closed_at is not None
    assert heard[-1] == ("closed", RoundState.REVIEW_CLOSED)
    found = SettledAnswer.objects.get(
        item__case__country__code="PT", item__indicator__code="aa1"
    )
    assert found.points == 50


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_do_it_at_once_do_it_once():
    world = worlds.build()
    worlds.settle_all(world)
    worlds.close(world)
    act = asked(world)

    results = at_once(
        lambda: joint_acts.do(act=act, by=world["head"]),
        lambda: joint_acts.do(act=act, by=world["publisher_1"]),
    )

    refused = [one for one in results if isinstance(one, Refusal)]
    assert [type(one) for one in refused] == [WrongState]
    assert Round.objects.get().state == RoundState.OPEN
    assert entries.walk(world.round.stream).broken_at is None
