"""A locked round is opened by a worker, country by country; it is open at the end or not at all."""

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from editions.models import FrozenAnswer
from mipex_site.audit.models import AuditEntry
from mipex_site.base.claimed import ATTEMPTS
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.enums import AssessmentState, RoundState, SetUpState
from questionnaire.models import Assessment, EarlierAnswer, LinkCheck, Round, SetUp, Source
from questionnaire.services import joint_acts, setting_up
from questionnaire.services.deeds import ask_to_cancel, ask_to_unlock
from questionnaire.services.rights import end_right
from questionnaire.services.rounds import add_country
from questionnaire.services.setting_up import AT_ONCE, ask_to_open, run, step
from questionnaire.tasks import take_queued_set_ups
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    CountryFactory,
    ParticipationFactory,
    coordinator_of,
)

from .before_opening import locked_round

pytestmark = pytest.mark.django_db
COUNTRIES = 2 * AT_ONCE + 1


@pytest.fixture(autouse=True)
def nudged(monkeypatch):
    """Count the nudges; no broker is asked."""
    nudges = []
    monkeypatch.setattr("questionnaire.receivers.nudge", lambda: nudges.append(1))
    return nudges


@pytest.fixture
def locked():
    """Give a locked round of some countries, each with one answer of the last edition."""
    round_ = locked_round(COUNTRIES, questions=("q1", "q2"), rationale="As the act says.")
    round_.by = coordinator_of(round_)
    return round_


def state_of(round_):
    return Round.objects.get(pk=round_.pk).state


def acts(round_):
    return list(
        AuditEntry.objects.filter(stream=round_.stream)
        .order_by("number")
        .values_list("act", flat=True)
    )


def begun(round_, *, steps=1):
    """Ask for the opening and do so many steps as one worker, then fall silent."""
    work = ask_to_open(round_=round_, by=round_.by)
    receipt = SetUp.objects.claim(work.pk)
    for _ in range(steps):
        assert step(work.pk, receipt) is False
    return work, receipt


def silent(work):
    SetUp.objects.filter(pk=work.pk).update(heartbeat_at=timezone.now() - timezone.timedelta(1))


def everything(round_):
    """Return how many sheets and carried answers there are, and in how many countries."""
    sheets = Assessment.objects.filter(round=round_)
    earlier = EarlierAnswer.objects.filter(round=round_)
    countries = sheets.values("country").distinct().count()
    return sheets.count(), earlier.count(), countries


WHOLE = (2 * COUNTRIES, COUNTRIES, COUNTRIES)


def test_pressing_open_queues_it_and_nudges_and_changes_nothing_else(
    locked, nudged, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        work = ask_to_open(round_=locked, by=locked.by)
    assert (work.state, work.done, work.of) == (SetUpState.QUEUED, 0, COUNTRIES)
    assert (state_of(locked), Assessment.objects.count()) == (RoundState.LOCKED, 0)
    assert nudged == [1]


def test_a_worker_sets_all_countries_up_and_opens_the_round(locked):
    ask_to_open(round_=locked, by=locked.by)
    assert take_queued_set_ups() == 1
    work = SetUp.objects.get()
    assert (work.state, work.done, work.of) == (SetUpState.DONE, COUNTRIES, COUNTRIES)
    assert (state_of(locked), everything(locked)) == (RoundState.OPEN, WHOLE)
    assert set(Assessment.objects.values_list("state", flat=True)) == {AssessmentState.OPEN}
    assert all(sheet.history.count() == 1 for sheet in Assessment.objects.all())
    told = acts(locked)
    assert (told[0], told[-1], told.count("round.open")) == (
        "round.ask_to_open",
        "round.open",
        1,
    )


def test_a_second_delivery_finds_nothing_to_do(locked):
    work = ask_to_open(round_=locked, by=locked.by)
    assert [run(work.pk), run(work.pk), take_queued_set_ups()] == [True, False, 0]
    assert everything(locked) == WHOLE


@pytest.mark.parametrize("steps", range(4))
def test_a_worker_killed_anywhere_is_followed_by_one_that_goes_on(locked, steps):
    """The last step but the opening itself is 3: then only the round is to be opened."""
    work, _receipt = begun(locked, steps=steps)
    assert state_of(locked) == RoundState.LOCKED
    assert take_queued_set_ups() == 0
    silent(work)
    assert take_queued_set_ups() == 1
    assert (state_of(locked), everything(locked)) == (RoundState.OPEN, WHOLE)
    assert acts(locked).count("round.open") == 1


def test_how_far_it_is_is_written_with_the_countries_themselves(locked):
    begun(locked)
    work = SetUp.objects.get()
    assert (work.done, work.of) == (AT_ONCE, COUNTRIES)
    assert everything(locked) == (2 * AT_ONCE, AT_ONCE, AT_ONCE)


def test_a_worker_that_was_taken_for_dead_writes_nothing_more(locked):
    work, receipt = begun(locked)
    silent(work)
    take_queued_set_ups()
    with pytest.raises(setting_up.Lost):
        step(work.pk, receipt)
    assert everything(locked) == WHOLE


def test_what_fails_half_way_is_told_and_goes_on_when_it_is_tried_again(locked, monkeypatch):
    true_step = setting_up.set_up_countries

    def fails(*, round_, **given):
        true_step(round_=round_, **given)
        if Assessment.objects.filter(round=round_).count() > 2 * AT_ONCE:
            raise RuntimeError("The disk is full.")

    monkeypatch.setattr(setting_up, "set_up_countries", fails)
    work = ask_to_open(round_=locked, by=locked.by)
    assert run(work.pk) is False

    work.refresh_from_db()
    assert (work.state, work.done) == (SetUpState.FAILED, AT_ONCE)
    assert work.error == "RuntimeError: The disk is full."
    assert everything(locked) == (2 * AT_ONCE, AT_ONCE, AT_ONCE)
    assert acts(locked)[-1] == "round.fail_to_open"

    monkeypatch.setattr(setting_up, "set_up_countries", true_step)
    again = ask_to_open(round_=locked, by=locked.by)
    assert (again.pk, again.done, again.error) == (work.pk, AT_ONCE, "")
    assert run(again.pk) is True
    assert everything(locked) == WHOLE


def test_a_country_that_joins_while_it_is_opened_is_set_up_too(locked):
    work, receipt = begun(locked, steps=3)
    add_country(round_=locked, country=CountryFactory(), is_pending=True, by=locked.by)
    assert step(work.pk, receipt) is False
    assert step(work.pk, receipt) is True
    assert everything(locked) == (WHOLE[0] + 2, COUNTRIES, COUNTRIES + 1)


def test_a_coordinator_whose_part_ended_opens_nothing(locked):
    work = ask_to_open(round_=locked, by=locked.by)
    part = locked.assignments.get(person=locked.by)
    end_right(held=part, role="coordinator", reason="Left.", by=coordinator_of(locked))
    assert run(work.pk) is False
    work.refresh_from_db()
    assert "Only a coordinator of this round" in work.error
    assert state_of(locked) == RoundState.LOCKED


def test_a_round_that_is_cancelled_meanwhile_is_not_opened(locked):
    work, receipt = begun(locked)
    asked = ask_to_cancel(round_=locked, reason="Nobody pays for it.", by=locked.by)
    joint_acts.do(act=asked, by=coordinator_of(locked))
    with pytest.raises(setting_up.Lost):
        step(work.pk, receipt)
    assert state_of(locked) == RoundState.CANCELLED


def test_it_is_given_up_after_too_many_silent_workers(locked):
    work = ask_to_open(round_=locked, by=locked.by)
    SetUp.objects.filter(pk=work.pk).update(attempt=ATTEMPTS)
    assert run(work.pk) is False
    assert "workers fell silent" in SetUp.objects.get().error


def test_only_a_coordinator_opens_and_only_once_and_only_what_is_locked(locked):
    for person in (UserFactory(is_superuser=True), UserFactory()):
        with pytest.raises(NotAllowed):
            ask_to_open(round_=locked, by=person)
    ask_to_open(round_=locked, by=locked.by)
    with pytest.raises(WrongState, match="being opened already"):
        ask_to_open(round_=locked, by=locked.by)
    take_queued_set_ups()
    with pytest.raises(WrongState, match="not possible now"):
        ask_to_open(round_=locked, by=locked.by)


def test_who_lost_an_expert_after_the_lock_is_named_when_it_is_opened(locked):
    alone = ParticipationFactory(round=locked)
    with pytest.raises(Refusal, match=alone.country.name):
        ask_to_open(round_=locked, by=locked.by)
    assert not SetUp.objects.exists()


def test_unlocked_in_the_middle_nothing_that_was_carried_over_stays(locked):
    law = {"kind": "law", "title": "Aliens Act", "url": "https://law.example.org/act"}
    QuerySet(FrozenAnswer).update(sources=[law])
    begun(locked, steps=2)
    assert everything(locked)[1] == Source.objects.count() == LinkCheck.objects.count()
    other = coordinator_of(locked)

    asked = ask_to_unlock(round_=locked, reason="The cut-off is wrong.", by=locked.by)
    joint_acts.do(act=asked, by=other)

    assert (state_of(locked), everything(locked)) == (RoundState.DESIGN, (0, 0, 0))
    assert (Source.objects.count(), LinkCheck.objects.count()) == (0, 0)
    assert Source.history.filter(history_type="-", history_user=other).count() == 2 * AT_ONCE
    told = AuditEntry.objects.get(act="round.take_down").old
    assert (told["sheets"], told["answers"]) == (4 * AT_ONCE, 2 * AT_ONCE)
