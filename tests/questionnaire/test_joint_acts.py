"""Locking, unlocking and cancelling a round take two people, and are checked twice."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from editions.enums import RevisionState
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, Stale, WrongState
from questionnaire.enums import (
    FrameworkState,
    JointActKind,
    JointActState,
    Role,
    RoundState,
    SetUpState,
)
from questionnaire.models import Assessment, Draft, JointAct, Round, SetUp
from questionnaire.services import deeds, designs, joint_acts, setting_up
from questionnaire.services.copying import begin_round
from questionnaire.services.framework.loading import import_framework
from questionnaire.services.rounds import add_country, create_round, open_round
from tests import small_round
from tests.factories.accounts import UserFactory
from tests.factories.editions import EditionFactory, RevisionFactory
from tests.factories.questionnaire import (
    AssignmentFactory,
    CountryFactory,
    FrameworkFactory,
    IndicatorFactory,
    RoundFactory,
    StrandFactory,
    coordinator_of,
    head_coordinator,
    in_round,
)

pytestmark = pytest.mark.django_db
CORE = Path(settings.BASE_DIR) / "data" / "mipex" / "core.yaml"


@pytest.fixture(autouse=True)
def _nobody_is_nudged(monkeypatch):
    monkeypatch.setattr("questionnaire.receivers.nudge", lambda: None)


@pytest.fixture
def design():
    """Give a round that can be locked: one country, which opens without an expert."""
    round_ = RoundFactory(state=RoundState.DESIGN, framework=framework())
    round_.first, round_.second = coordinator_of(round_), coordinator_of(round_)
    add_country(round_=round_, country=CountryFactory(), is_pending=True, by=round_.first)
    return round_


def framework(**said):
    found = FrameworkFactory(**said)
    IndicatorFactory(strand=StrandFactory(framework=found))
    return found


def locked(round_):
    asked = deeds.ask_to_lock(round_=round_, by=round_.first)
    joint_acts.do(act=asked, by=round_.second)
    return Round.objects.get(pk=round_.pk)


def state_of(round_):
    return Round.objects.get(pk=round_.pk).state


def test_one_asks_and_another_one_locks(design):
    asked = deeds.ask_to_lock(round_=design, reason="It is ready.", by=design.first)
    assert state_of(design) == RoundState.DESIGN

    done = joint_acts.do(act=asked, by=design.second)

    assert (done.state, done.decided_by) == (JointActState.DONE, design.second)
    assert state_of(design) == RoundState.LOCKED
    acts = AuditEntry.objects.filter(stream=design.stream).order_by("number")
    told = [(one.act, one.actor) for one in acts][-3:]
    assert told == [
        ("lock.ask", design.first.pk),
        ("round.lock", design.second.pk),
        ("lock.do", design.second.pk),
    ]


def test_who_asked_does_not_decide(design):
    asked = deeds.ask_to_lock(round_=design, by=design.first)
    with pytest.raises(NotAllowed, match="You asked for this"):
        joint_acts.do(act=asked, by=design.first)
    assert state_of(design) == RoundState.DESIGN


def test_a_publisher_may_be_the_second_and_not_the_first(design):
    publisher = in_round(Role.PUBLISHER, design)
    with pytest.raises(NotAllowed, match="Only a coordinator"):
        deeds.ask_to_lock(round_=design, by=publisher)
    joint_acts.do(act=deeds.ask_to_lock(round_=design, by=design.first), by=publisher)
    assert state_of(design) == RoundState.LOCKED


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.EXPERT, Role.REVIEWER, None])
def test_nobody_else_asks_or_decides(design, role):
    person = in_round(role, design) if role else UserFactory(is_superuser=True)
    asked = deeds.ask_to_lock(round_=design, by=design.first)
    for act in (
        lambda: deeds.ask_to_cancel(round_=design, reason="No.", by=person),
        lambda: joint_acts.do(act=asked, by=person),
        lambda: joint_acts.refuse(act=asked, words="No.", by=person),
        lambda: joint_acts.withdraw(act=asked, by=person),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert JointAct.objects.get().state == JointActState.ASKED


def test_it_is_asked_once_and_can_be_refused_or_taken_back_and_asked_anew(design):
    asked = deeds.ask_to_lock(round_=design, by=design.first)
    with pytest.raises(Refusal, match="asked for already"):
        deeds.ask_to_lock(round_=design, by=design.second)
    with pytest.raises(Refusal, match="why not"):
        joint_acts.refuse(act=asked, words=" ", by=design.second)

    joint_acts.refuse(act=asked, words="A country is missing.", by=design.second)
    with pytest.raises(WrongState, match="waits no longer"):
        joint_acts.do(act=asked, by=design.second)
    again = deeds.ask_to_lock(round_=design, by=design.first)
    joint_acts.withdraw(act=again, by=design.first)

    states = set(JointAct.objects.values_list("state", flat=True))
    assert states == {JointActState.REFUSED, JointActState.WITHDRAWN}
    assert state_of(design) == RoundState.DESIGN


def test_what_lacks_is_said_when_the_lock_is_asked_for():
    round_ = RoundFactory(state=RoundState.DESIGN)
    boss = coordinator_of(round_)
    with pytest.raises(Refusal, match=r"asks nothing.*nobody takes part"):
        deeds.ask_to_lock(round_=round_, by=boss)


def test_a_country_needs_an_expert_or_is_said_to_open_without_one(design):
    alone = CountryFactory()
    add_country(round_=design, country=alone, by=design.first)
    with pytest.raises(Refusal, match=f"{alone} has no expert"):
        deeds.ask_to_lock(round_=design, by=design.first)
    AssignmentFactory(role=Role.EXPERT, round=design, country=alone, coding=1)
    assert locked(design).state == RoundState.LOCKED


def test_a_calendar_of_the_past_is_not_locked(design):
    past = timezone.now() - timedelta(days=1)
    design.opens_at, design.due_at = past - timedelta(days=1), past
    design.save()
    with pytest.raises(Refusal, match="has passed"):
        deeds.ask_to_lock(round_=design, by=design.first)


def test_what_changed_after_the_asking_is_asked_for_anew(design):
    asked = deeds.ask_to_lock(round_=design, by=design.first)
    designs.change_round(round_=design, part="rules", by=design.first, opinions_required=3)
    with pytest.raises(Stale, match="asked for anew"):
        joint_acts.do(act=asked, by=design.second)
    assert state_of(design) == RoundState.DESIGN


def test_a_sound_draft_of_the_framework_is_locked_with_the_round():
    head, second = head_coordinator(), UserFactory()
    draft = import_framework(path=CORE, by=head)
    round_ = create_round(by=head, framework=draft, **small_round.words() | small_round.dates())
    AssignmentFactory(person=second, role=Role.PUBLISHER, round=round_)
    add_country(round_=round_, country=CountryFactory(), is_pending=True, by=head)

    joint_acts.do(act=deeds.ask_to_lock(round_=round_, by=head), by=second)

    draft.refresh_from_db()
    assert (draft.state, len(draft.checksum)) == (FrameworkState.LOCKED, 64)


def test_a_draft_with_faults_or_asked_for_by_another_coordinator_is_not_locked(design):
    design.framework = framework(state=FrameworkState.DRAFT)
    design.save()
    with pytest.raises(Refusal, match="is a draft with"):
        deeds.ask_to_lock(round_=design, by=design.first)


def test_a_locked_design_is_unlocked_by_two_and_its_waiting_opening_is_called_off(design):
    round_ = locked(design)
    setting_up.ask_to_open(round_=round_, by=design.first)
    work = SetUp.objects.get()
    receipt = SetUp.objects.claim(work.pk)
    with pytest.raises(Refusal, match="Say in a sentence why"):
        deeds.ask_to_unlock(round_=round_, reason=" ", by=design.first)

    asked = deeds.ask_to_unlock(round_=round_, reason="A question is wrong.", by=design.first)
    joint_acts.do(act=asked, by=design.second)

    assert state_of(design) == RoundState.DESIGN
    assert not SetUp.objects.exists()
    with pytest.raises(setting_up.Lost):
        setting_up.step(work.pk, receipt)
    assert locked(design).state == RoundState.LOCKED


@pytest.mark.parametrize("state", [SetUpState.QUEUED, SetUpState.RUNNING, SetUpState.FAILED])
def test_an_opening_that_has_begun_is_taken_down_with_the_lock(design, state):
    """Whether it waits again, runs or failed: a worker finds it gone, and nothing stays of it."""
    round_ = locked(design)
    work = setting_up.ask_to_open(round_=round_, by=design.first)
    receipt = SetUp.objects.claim(work.pk)
    assert setting_up.step(work.pk, receipt) is False
    sheet = Assessment.objects.get()
    SetUp.objects.update(state=state)

    asked = deeds.ask_to_unlock(round_=round_, reason="A question is wrong.", by=design.first)
    joint_acts.do(act=asked, by=design.second)

    assert state_of(design) == RoundState.DESIGN
    assert not Assessment.objects.exists()
    assert not SetUp.objects.exists()
    ended = Assessment.history.filter(id=sheet.pk).latest("history_id")
    assert (ended.history_type, ended.history_user) == ("-", design.second)
    assert AuditEntry.objects.get(act="round.take_down").old["sheets"] == 1
    with pytest.raises(setting_up.Lost):
        setting_up.step(work.pk, receipt)


def test_a_design_that_was_taken_down_is_locked_and_opened_as_if_for_the_first_time(design):
    round_ = locked(design)
    work = setting_up.ask_to_open(round_=round_, by=design.first)
    assert setting_up.step(work.pk, SetUp.objects.claim(work.pk)) is False
    asked = deeds.ask_to_unlock(round_=round_, reason="A question is wrong.", by=design.first)
    joint_acts.do(act=asked, by=design.second)
    design.refresh_from_db()
    add_country(round_=design, country=CountryFactory(), is_pending=True, by=design.first)

    setting_up.ask_to_open(round_=locked(design), by=design.first)
    assert setting_up.run(SetUp.objects.get().pk)

    assert state_of(design) == RoundState.OPEN
    assert Assessment.objects.values("country").distinct().count() == 2


def test_nothing_is_unlocked_once_an_answer_is_drafted_or_the_round_is_open(design):
    round_ = open_round(round_=locked(design), by=design.first)
    asks = {"round_": round_, "reason": "A question is wrong.", "by": design.first}
    with pytest.raises(WrongState, match="not possible now"):
        deeds.ask_to_unlock(**asks)
    sheet = Assessment.objects.get()
    Draft.objects.create(
        assessment=sheet,
        indicator=sheet.strand.indicators_below.get(),
        reference_date=round_.cut_off,
        author=design.first,
    )
    round_.state = RoundState.LOCKED
    round_.save()
    with pytest.raises(Refusal, match="drafted already"):
        deeds.ask_to_unlock(**asks)


@pytest.mark.parametrize("state", RoundState.values)
def test_a_round_is_cancelled_by_two_in_any_state_before_the_end(design, state):
    design.state = state
    design.save()
    asks = {"round_": design, "reason": "Nobody pays for it.", "by": design.first}
    if state == RoundState.CANCELLED:
        with pytest.raises(WrongState):
            deeds.ask_to_cancel(**asks)
    else:
        joint_acts.do(act=deeds.ask_to_cancel(**asks), by=design.second)
        assert state_of(design) == RoundState.CANCELLED


def test_a_round_of_which_something_was_published_is_not_cancelled():
    edition = EditionFactory()
    round_ = edition.round
    by = coordinator_of(round_)
    RevisionFactory(
        edition=edition, number=1, state=RevisionState.PUBLISHED, published_at=timezone.now()
    )
    with pytest.raises(Refusal, match="was published"):
        deeds.ask_to_cancel(round_=round_, reason="No.", by=by)
    assert JointActKind.CANCEL not in JointAct.objects.values_list("kind", flat=True)


def test_a_copy_can_be_locked_by_who_ran_the_last_round(design):
    head = head_coordinator()
    copy = begin_round(
        source=locked(design),
        code="next",
        title="The next round",
        edition_code="next",
        framework=design.framework,
        cut_off=small_round.CUT_OFF + timedelta(days=700),
        by=head,
    )
    designs.put_countries(
        round_=copy,
        wanted=[
            designs.Wanted(row.country, is_pending=True) for row in copy.participations.all()
        ],
        among=(),
        by=head,
    )
    joint_acts.do(act=deeds.ask_to_lock(round_=copy, by=head), by=design.second)
    assert state_of(copy) == RoundState.LOCKED
