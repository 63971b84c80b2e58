"""Runs: asked for once, computed once, by whoever claims them."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base import claimed
from mipex_site.base.errors import NotAllowed, WrongState
from questionnaire.enums import AnswerKind, RoundState
from questionnaire.models import Country, Participation
from review.models import SettledAnswer
from review.signals import review_closed
from scoring import receivers, selectors
from scoring.engine import ENGINE_VERSION
from scoring.engine.missing import Status
from scoring.enums import MethodState, RunState
from scoring.models import Score, ScoreRun
from scoring.services import runs
from scoring.signals import run_done
from scoring.tasks import take_queued_runs
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import RoundFactory, coordinator_of
from tests.factories.scoring import MethodFactory, ScoreRunFactory, closed_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    return closed_round()


@pytest.fixture
def run(round_) -> ScoreRun:
    method = MethodFactory()
    return runs.request_run(round_=round_, method=method, by=coordinator_of(round_))


def acts(round_) -> list[str]:
    entries = AuditEntry.objects.filter(stream=round_.stream).order_by("number")
    return list(entries.values_list("act", flat=True))


def test_closing_the_review_queues_the_run_and_nudges_a_worker(
    round_, monkeypatch, django_capture_on_commit_callbacks
):
    MethodFactory()
    nudged = []
    monkeypatch.setattr(
        receivers.take_queued_runs, "apply_async", lambda **how: nudged.append(1)
    )

    with django_capture_on_commit_callbacks(execute=True):
        review_closed.send(sender=None, round_=round_, by=coordinator_of(round_))
        assert nudged == []

    assert ScoreRun.objects.get().state == RunState.QUEUED
    assert nudged == [1]


def test_a_broker_that_is_down_breaks_nothing(
    round_, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    MethodFactory()

    def no_broker(**how):
        raise ConnectionRefusedError("nobody listens")

    monkeypatch.setattr(receivers.take_queued_runs, "apply_async", no_broker)
    with django_capture_on_commit_callbacks(execute=True):
        review_closed.send(sender=None, round_=round_, by=coordinator_of(round_))

    assert "nobody listens" in caplog.text
    assert take_queued_runs() == 1


def test_without_a_locked_method_the_review_is_not_closed_silently(round_):
    MethodFactory(state=MethodState.DRAFT)

    with pytest.raises(WrongState, match="Load and lock the method"):
        review_closed.send(sender=None, round_=round_, by=coordinator_of(round_))


def test_the_same_input_is_one_run(round_, run):
    again = runs.request_run(round_=round_, method=run.method, by=coordinator_of(round_))

    assert again == run
    assert acts(round_) == ["run.request"]


def test_another_method_is_another_run(round_, run):
    other = runs.request_run(round_=round_, method=MethodFactory(), by=coordinator_of(round_))

    assert other.input_hash != run.input_hash


def test_a_run_is_asked_for_by_the_coordinator_of_the_round(round_):
    method = MethodFactory()
    for person in (UserFactory(), UserFactory(is_superuser=True)):
        with pytest.raises(NotAllowed, match="coordinator"):
            runs.request_run(round_=round_, method=method, by=person)


@pytest.mark.parametrize(
    "state", [state for state in RoundState if state != RoundState.REVIEW_CLOSED]
)
def test_a_round_is_scored_only_when_its_review_is_closed(state):
    round_ = RoundFactory(state=state)

    with pytest.raises(WrongState, match="review of the round is closed"):
        runs.request_run(round_=round_, method=MethodFactory(), by=coordinator_of(round_))


def test_a_run_computes_every_figure_exactly(run):
    assert runs.execute(run.pk)

    figures = Score.objects.filter(run=run).order_by("country__code", "node")
    columns = ("country__code", "node", "level", "exact", "shown", "rank", "tied", "band")
    assert list(figures.values_list(*columns)) == [
        ("EE", "a", "strand", Fraction(100), 100, 1, False, "high"),
        ("EE", "b", "strand", Fraction(50), 50, 1, True, "high"),
        ("EE", "overall", "index", Fraction(75), 75, 1, False, "high"),
        ("PT", "a", "strand", Fraction(50), 50, 2, False, "high"),
        ("PT", "b", "strand", Fraction(50), 50, 1, True, "high"),
        ("PT", "overall", "index", Fraction(50), 50, 2, False, "high"),
    ]


def test_a_finished_run_says_so_to_all_who_must_know(round_, run):
    heard = []

    def listen(sender, *, run, **kwargs):
        heard.append((run.state, run.scores.count()))

    run_done.connect(listen)
    try:
        runs.execute(run.pk)
    finally:
        run_done.disconnect(listen)

    run.refresh_from_db()
    assert heard == [(RunState.DONE, 6)]
    assert (run.receipt, run.error, run.engine_version) == (None, "", ENGINE_VERSION)
    assert run.done_at is not None
    assert acts(round_) == ["run.request", "run.finish"]


def test_a_run_is_done_once(run):
    assert runs.execute(run.pk)
    assert not runs.execute(run.pk)
    assert Score.objects.count() == 6


def test_eight_claims_one_after_the_other_give_one_receipt(run):
    receipts = [ScoreRun.objects.claim(run.pk) for _ in range(8)]

    assert [receipt is not None for receipt in receipts] == [True] + [False] * 7


def test_a_worker_that_was_taken_for_dead_writes_nothing(run):
    late = ScoreRun.objects.claim(run.pk)
    results = runs.compute(run.pk, receipt=late)
    ScoreRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
    ScoreRun.objects.release_stale(seconds=15)
    taken_over = ScoreRun.objects.claim(run.pk)

    assert runs.compute(run.pk, receipt=late) is None
    assert not runs.finish(run.pk, receipt=late, results=results)
    assert not runs.fail(run.pk, receipt=late, error=ValueError("too late"))

    run.refresh_from_db()
    assert (run.state, run.receipt) == (RunState.RUNNING, taken_over)
    assert not Score.objects.exists()


def test_the_timed_task_takes_over_a_silent_run_and_leaves_a_busy_one(settings):
    settings.SCORE_RUN_STALE_SECONDS = 15
    silent, busy = closed_round(), ScoreRunFactory()
    run = runs.request_run(round_=silent, method=MethodFactory(), by=coordinator_of(silent))
    for each in (run, busy):
        ScoreRun.objects.claim(each.pk)
    ScoreRun.objects.filter(pk=run.pk).update(
        heartbeat_at=timezone.now() - timedelta(seconds=20)
    )

    assert take_queued_runs() == 1

    run.refresh_from_db()
    busy.refresh_from_db()
    assert (run.state, run.attempt) == (RunState.DONE, 2)
    assert (busy.state, busy.attempt) == (RunState.RUNNING, 1)


def test_acts_of_the_timed_task_are_the_portals_own(round_, run):
    take_queued_runs()

    entry = AuditEntry.objects.get(act="run.finish")
    assert entry.channel == "task"
    assert entry.actor != run.requested_by


def test_a_failure_is_kept_and_a_coordinator_may_try_again(round_, run, monkeypatch):
    def broken(*args):
        raise ZeroDivisionError("an invented fault")

    with monkeypatch.context() as patched:
        patched.setattr(runs, "score_all", broken)
        assert not runs.execute(run.pk)

    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.FAILED, "ZeroDivisionError: an invented fault")
    assert take_queued_runs() == 0
    with pytest.raises(NotAllowed, match="coordinator"):
        runs.retry(run=run, by=UserFactory())
    runs.retry(run=run, by=coordinator_of(round_))
    assert take_queued_runs() == 1
    assert acts(round_) == ["run.request", "run.fail", "run.retry", "run.finish"]


def test_a_run_that_kills_its_workers_is_given_up_until_a_coordinator_wants_it(round_, run):
    ScoreRun.objects.filter(pk=run.pk).update(attempt=claimed.ATTEMPTS)

    assert not runs.execute(run.pk)

    run.refresh_from_db()
    assert (run.state, run.error) == (
        RunState.FAILED,
        "Refusal: 20 workers fell silent over it.",
    )
    runs.retry(run=run, by=coordinator_of(round_))
    assert runs.execute(run.pk)


def test_only_a_failed_run_is_tried_again(round_, run):
    with pytest.raises(WrongState, match="failed"):
        runs.retry(run=run, by=coordinator_of(round_))


def test_a_database_that_is_away_leaves_the_run_to_the_next_worker(run, monkeypatch):
    def away(*args):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(runs, "score_all", away)
        assert not runs.execute(run.pk)

    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.RUNNING, "")


def test_a_listener_that_fails_leaves_no_score(run):
    def refuse(sender, **kwargs):
        raise ValueError("the listener fails")

    run_done.connect(refuse)
    try:
        assert not runs.execute(run.pk)
    finally:
        run_done.disconnect(refuse)

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert not Score.objects.exists()


def test_an_answer_that_changed_after_the_request_is_noticed(run):
    settled = SettledAnswer.objects.filter(country__code="PT").first()
    settled.option = settled.indicator.options.get(points=0)
    settled.points = Fraction(0)
    settled.save()

    assert not runs.execute(run.pk)

    run.refresh_from_db()
    assert "changed after the run was asked for" in run.error


def test_cells_have_the_engines_words_and_leave_out_what_is_excluded(round_):
    unknown = SettledAnswer.objects.get(country__code="EE", indicator__code="a1")
    unknown.kind, unknown.option, unknown.points = AnswerKind.UNKNOWN, None, None
    unknown.save()
    split = SettledAnswer.objects.get(country__code="EE", indicator__code="a2")
    split.kind, split.option, split.points = AnswerKind.EXCEPTIONAL, None, Fraction(125, 2)
    split.save()
    participation = Participation.objects.get(
        round=round_, country=Country.objects.get(code="PT")
    )
    participation.excluded_because = "An invented reason."
    participation.save()

    cells = selectors.engine_cells(round_)

    assert [(cell.country, cell.indicator, cell.status, cell.points) for cell in cells] == [
        ("EE", "a1", Status.UNKNOWN, None),
        ("EE", "a2", Status.OK, Fraction(125, 2)),
        ("EE", "b1", Status.OK, Fraction(100)),
        ("EE", "b2", Status.OK, Fraction(0)),
    ]


def test_every_kind_of_answer_has_a_word_of_the_engine():
    assert set(selectors.STATUS) == set(AnswerKind)


@pytest.mark.parametrize("countries", [1, 2])
def test_reading_the_cells_costs_one_query(round_, countries, django_assert_num_queries):
    SettledAnswer.objects.exclude(country__code__in=["EE", "PT"][:countries]).delete()

    with django_assert_num_queries(1):
        assert len(selectors.engine_cells(round_)) == 4 * countries


def test_the_command_scores_a_closed_round(round_, capsys):
    MethodFactory()
    by = coordinator_of(round_)

    call_command("score_round", round_.code, "--as", by.email)

    run = ScoreRun.objects.get()
    assert capsys.readouterr().out == f"run {run.pk} of round {round_.code}: done\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["nowhere", "--as", "nobody@example.org"], "no round 'nowhere'"),
        (["{round}", "--as", "nobody@example.org"], "no person"),
        (["{round}", "--as", "{stranger}"], "Only a coordinator"),
    ],
)
def test_the_command_says_in_a_sentence_what_is_wrong(round_, arguments, reason):
    known = {"round": round_.code, "stranger": UserFactory().email}

    with pytest.raises(CommandError, match=reason):
        call_command("score_round", *[each.format(**known) for each in arguments])
