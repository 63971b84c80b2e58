"""From the closed review to the published edition, by itself; and what a power cut leaves."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import Task
from django.conf import settings as portal
from django.db import connection

from editions.enums import RevisionState
from editions.models import FrozenAnswer, FrozenScore, Revision, Signature
from editions.services import folders, freeze, package, signing
from editions.tasks import take_queued_revisions
from mipex_site.audit.services import entries
from questionnaire.models import Round
from review.signals import review_closed
from scoring.enums import RunState
from scoring.models import Score, ScoreRun
from scoring.tasks import take_queued_runs
from tests import world as worlds
from tests.editions.conftest import prepared
from tests.factories.editions import RehearsalFactory, RevisionFactory, publisher_of
from tests.factories.questionnaire import coordinator_of
from tests.factories.scoring import MethodFactory, ScoreRunFactory, closed_round
from tests.services import processes
from tests.services.worker import environment, kill

CLAIMERS = 8
PATIENCE_SECONDS = 60.0


def ready_to_close() -> Round:
    """Return a round that publishes itself, signed in advance, with everything settled."""
    MethodFactory()
    round_ = closed_round(publishes_itself=True)
    edition = prepared(round_)
    for _ in range(2):
        signing.sign_in_advance(edition=edition, by=publisher_of(round_))
    return round_


def close(round_: Round) -> None:
    """Say what close_review says at its end."""
    review_closed.send(sender=None, round_=round_, by=coordinator_of(round_))


def quiet(step: str) -> None:
    pass


@pytest.mark.django_db
def test_the_chain_runs_by_itself_to_a_published_edition(editions_root):
    round_ = ready_to_close()

    close(round_)
    assert take_queued_runs() == 1
    assert take_queued_revisions() == 3

    revision = Revision.objects.get()
    assert revision.state == RevisionState.PUBLISHED
    assert {each.hash for each in revision.signatures.all()} == {revision.hash}
    assert (editions_root / revision.folder / "index.html").is_file()
    walk = entries.walk(round_.stream)
    assert (walk.broken_at, walk.fault) == (None, "")
    acts = list(entries.AuditEntry.objects.filter(stream=round_.stream).order_by("number"))
    assert [act.act for act in acts] == [
        "edition.prepare",
        "edition.sign_in_advance",
        "edition.sign_in_advance",
        "run.request",
        "revision.queue",
        "run.finish",
        "revision.build",
        "revision.sign",
        "revision.sign",
        "revision.publish",
    ]


@pytest.mark.django_db
def test_a_round_played_by_people_ends_in_an_edition_without_their_names(editions_root):
    world = worlds.build(publishes_itself=True)
    edition = prepared(world.round)
    for key in ("publisher_1", "publisher_2"):
        signing.sign_in_advance(edition=edition, by=world[key])
    worlds.settle_all(world)
    worlds.close(world)

    take_queued_runs()
    take_queued_revisions()

    revision = Revision.objects.get()
    assert (revision.state, revision.error) == (RevisionState.PUBLISHED, "")
    traces = world.traces_of(worlds.NAMES)
    for path in (editions_root / revision.folder).rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        assert {trace for trace in traces if trace in text} == set(), path


@pytest.mark.django_db
def test_ticks_after_the_end_change_nothing():
    close(ready_to_close())
    take_queued_runs()
    take_queued_revisions()

    assert (take_queued_runs(), take_queued_revisions()) == (0, 0)
    assert Revision.objects.count() == ScoreRun.objects.count() == 1
    assert Signature.objects.count() == 2


@pytest.mark.django_db
def test_each_stage_is_found_again_if_the_worker_died_before_the_next(monkeypatch):
    """Candidate without its signatures, and signed without being published."""
    close(ready_to_close())
    take_queued_runs()
    with monkeypatch.context() as patched:
        patched.setattr(signing, "apply_mandates", lambda pk: False)
        take_queued_revisions()
    revision = Revision.objects.get()
    assert revision.state == RevisionState.CANDIDATE
    signing.apply_mandates(revision.pk)

    assert take_queued_revisions() == 1

    revision.refresh_from_db()
    assert revision.state == RevisionState.PUBLISHED


# --- On a real PostgreSQL ----------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("factory", [ScoreRunFactory, RevisionFactory, RehearsalFactory])
def test_of_eight_who_claim_one_row_at_once_one_gets_it(factory):
    row = factory()

    def claim(_number: int) -> bool:
        try:
            return type(row).objects.claim(row.pk) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(CLAIMERS) as pool:
        won = list(pool.map(claim, range(CLAIMERS)))

    row.refresh_from_db()
    assert (sum(won), row.attempt) == (1, 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_make_one_edition(editions_root):
    close(ready_to_close())

    def work(_number: int) -> None:
        try:
            take_queued_runs()
            take_queued_revisions()
        finally:
            connection.close()

    with ThreadPoolExecutor(CLAIMERS) as pool:
        list(pool.map(work, range(CLAIMERS)))
    take_queued_revisions()

    revision = Revision.objects.get()
    assert (revision.state, revision.attempt) == (RevisionState.PUBLISHED, 1)
    assert Score.objects.count() == 6
    assert revision.signatures.count() == 2
    assert [path.name for path in editions_root.iterdir()] == [revision.folder]


# --- Killed ------------------------------------------------------------------------------


@contextmanager
def doomed_worker(
    folder: Path,
    *,
    pause_at: str,
    tasks: Iterable[Task] = (take_queued_runs, take_queued_revisions),
) -> Iterator[None]:
    """Run a real worker until it comes to that place, and end it there as a power cut would."""
    mark = os.urandom(4).hex()
    paused, log = folder / f"paused-{mark}", folder / f"worker-{mark}.log"
    command = [sys.executable, "-m", "celery", "-A", "mipex_site", "worker", "--beat"]
    command += ["--schedule", str(folder / f"timed-{mark}"), "--concurrency", "1"]
    command += ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    command += ["--include", "tests.editions.pausing"]
    with processes.running(
        command,
        log=log,
        ready=lambda: " ready." in log.read_text(errors="replace"),
        env=environment() | quick() | {"PAUSE_AT": pause_at, "PAUSED": str(paused)},
        cwd=portal.BASE_DIR,
    ) as process:
        nudge_until(paused.exists, log=log, tasks=tasks)
        kill(process.pid)
        yield


def quick() -> dict[str, str]:
    """Let silence be noticed soon, and every step be written."""
    names = ("SCORE_RUN_STALE_SECONDS", "BUILD_STALE_SECONDS")
    return dict.fromkeys(names, "1") | {"HEARTBEAT_SECONDS": "0"}


def nudge_until(happened: Callable[[], bool], *, log: Path, tasks: Iterable[Task]) -> None:
    """The clock would nudge too, every few seconds; the test need not wait for it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            pytest.fail(f"It did not come to that:\n{log.read_text(errors='replace')[-3000:]}")
        for task in tasks:
            task.apply_async()
        time.sleep(0.3)


DEATHS = (
    # where the worker dies, and what it must have left: the run, the revision, folders in place
    ("scoring.services.runs.compute", RunState.RUNNING, None, 0),
    ("scoring.services.runs._scores:after", RunState.RUNNING, None, 0),
    ("editions.services.freeze.facts_of", RunState.DONE, RevisionState.BUILDING, 0),
    ("editions.services.package._copy_assets", RunState.DONE, RevisionState.BUILDING, 0),
    ("editions.services.package.write_folder:after", RunState.DONE, RevisionState.BUILDING, 0),
    ("editions.services.checks._engine", RunState.DONE, RevisionState.BUILDING, 0),
    ("editions.services.folders.put_in_place", RunState.DONE, RevisionState.BUILDING, 0),
    ("editions.services.folders.put_in_place:after", RunState.DONE, RevisionState.BUILDING, 1),
    ("editions.services.freeze.keep_rows:after", RunState.DONE, RevisionState.BUILDING, 1),
    ("editions.services.signing.apply_mandates", RunState.DONE, RevisionState.CANDIDATE, 1),
    ("editions.services.signing._is_used:after", RunState.DONE, RevisionState.CANDIDATE, 1),
    ("editions.services.publishing.publish", RunState.DONE, RevisionState.SIGNED, 1),
)


def demand_no_half_edition(root: Path, run: str, revision: str | None, in_place: int) -> None:
    """Whatever the worker was at: nothing of it is public, and no row says half a thing."""
    assert ScoreRun.objects.get().state == run
    assert Score.objects.count() == (6 if run == RunState.DONE else 0)
    states = list(Revision.objects.values_list("state", flat=True))
    assert states == ([revision] if revision else [])
    assert not Revision.objects.public().exists()
    named = [path for path in root.iterdir() if not path.name.startswith(folders.BUILDING)]
    assert len(named) == in_place
    assert all((path / package.SUMS).is_file() for path in named)
    built = revision in {RevisionState.CANDIDATE, RevisionState.SIGNED}
    assert FrozenAnswer.objects.count() == (8 if built else 0)
    assert FrozenScore.objects.count() == (6 if built else 0)
    assert Signature.objects.count() == (2 if revision == RevisionState.SIGNED else 0)


@pytest.mark.service
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_anywhere_leaves_no_half_edition_and_the_next_goes_on(
    tmp_path, editions_root
):
    """One life of the chain in which every worker but the last is killed, each a step later."""
    round_ = ready_to_close()
    close(round_)

    for place, *left in DEATHS:
        with doomed_worker(tmp_path, pause_at=place):
            demand_no_half_edition(editions_root, *left)
    with doomed_worker(tmp_path, pause_at="editions.services.publishing.publish:after"):
        pass

    revision = Revision.objects.select_related("edition__round", "run__method").get()
    assert revision.state == RevisionState.PUBLISHED
    assert [path.name for path in editions_root.iterdir()] == [revision.folder]
    undisturbed = package.write_folder(
        tmp_path / "undisturbed", freeze.facts_of(revision), beat=quiet
    )
    assert folders.hash_of(revision.folder) == revision.hash == undisturbed
    assert entries.walk(round_.stream).fault == ""
