"""Two at once on a round that is set up: one wins, the other hears of it."""

import pytest

from mipex_site.base.errors import Refusal
from questionnaire.enums import JointActState, RoundState
from questionnaire.models import Assessment, JointAct, Round, SetUp
from questionnaire.selectors.designs import Part, print_of
from questionnaire.services import joint_acts
from questionnaire.services.deeds import ask_to_cancel, ask_to_lock
from questionnaire.services.designs import change_round
from questionnaire.services.setting_up import AT_ONCE, ask_to_open, run
from tests.at_once import at_once
from tests.factories.questionnaire import (
    FrameworkFactory,
    IndicatorFactory,
    ParticipationFactory,
    RoundFactory,
    StrandFactory,
    coordinator_of,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _nobody_is_nudged(monkeypatch):
    monkeypatch.setattr("questionnaire.receivers.nudge", lambda: None)


@pytest.fixture
def design():
    framework = FrameworkFactory()
    IndicatorFactory(strand=StrandFactory(framework=framework))
    round_ = RoundFactory(state=RoundState.DESIGN, framework=framework)
    ParticipationFactory.create_batch(AT_ONCE + 1, round=round_, is_pending=True)
    round_.people = [coordinator_of(round_) for _ in range(3)]
    return round_


def refusals(came):
    return [each for each in came if isinstance(each, Refusal)]


def test_of_two_who_save_the_same_part_one_is_told(design):
    seen = print_of(design, Part.RULES)
    came = at_once(
        *(
            lambda number=number, by=by: change_round(
                round_=design, part=Part.RULES, by=by, seen=seen, opinions_required=number
            )
            for number, by in enumerate(design.people[:2], start=3)
        )
    )
    assert len(refusals(came)) == 1
    assert Round.objects.get().opinions_required in {3, 4}


def test_of_two_who_lock_one_does(design):
    act = ask_to_lock(round_=design, by=design.people[0])
    came = at_once(*(lambda by=by: joint_acts.do(act=act, by=by) for by in design.people[1:]))
    assert len(refusals(came)) == 1
    assert JointAct.objects.get().state == JointActState.DONE
    assert Round.objects.get().state == RoundState.LOCKED


def test_of_two_who_open_one_queues_it_and_of_two_workers_one_does_it(design):
    design.state = RoundState.LOCKED
    design.save()
    came = at_once(*(lambda by=by: ask_to_open(round_=design, by=by) for by in design.people))
    assert len(refusals(came)) == 2
    work = SetUp.objects.get()
    assert sorted(at_once(*[lambda: run(work.pk)] * 3)) == [False, False, True]
    assert Assessment.objects.count() == AT_ONCE + 1


def test_a_round_is_opened_or_cancelled_and_never_both_by_halves(design):
    design.state = RoundState.LOCKED
    design.save()
    first, second = design.people[:2]
    work = ask_to_open(round_=design, by=first)
    asked = ask_to_cancel(round_=design, reason="Nobody pays.", by=first)
    at_once(lambda: run(work.pk), lambda: joint_acts.do(act=asked, by=second))
    assert Round.objects.get().state == RoundState.CANCELLED
