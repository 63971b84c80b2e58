"""Redis is killed in the middle of a build, alone or with the worker: nothing is done twice."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings as portal
from kombu import Connection

from editions.enums import RevisionState
from editions.models import FrozenAnswer, Revision
from mipex_site.audit.models import AuditEntry
from mipex_site.mail.enums import LetterState
from mipex_site.mail.models import Letter
from mipex_site.mail.tasks import send_letters
from scoring.tasks import take_queued_runs
from tests.factories.mail import LetterFactory
from tests.mail.server import mail_server
from tests.mail.test_killed_worker import point_at
from tests.services import processes
from tests.services.worker import environment, kill

from .test_chain import close, quick, ready_to_close

PATIENCE_SECONDS = 60.0
PLACE = "editions.services.package._copy_assets"


@contextmanager
def broker(folder: Path, port: int) -> Iterator[int]:
    """Run a Redis of our own that keeps nothing, and give its process id."""
    program = shutil.which("redis-server")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "no"]
    log = folder / f"redis-{os.urandom(4).hex()}.log"
    with processes.running(
        command, log=log, ready=lambda: processes.listens(port), cwd=folder
    ) as process:
        yield process.pid


@contextmanager
def worker(folder: Path, port: int, **pausing: str) -> Iterator[int]:
    """Run a worker with its clock on that Redis, and give its process id."""
    mark = os.urandom(4).hex()
    log = folder / f"worker-{mark}.log"
    command = [sys.executable, "-m", "celery", "-A", "mipex_site", "worker", "--beat"]
    command += ["--schedule", str(folder / f"timed-{mark}"), "--concurrency", "1"]
    command += ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    if pausing:
        command += ["--include", "tests.editions.pausing"]
    own = {"REDIS_URL": f"redis://127.0.0.1:{port}/0"} | pausing
    with processes.running(
        command,
        log=log,
        ready=lambda: " ready." in log.read_text(errors="replace"),
        env=environment() | quick() | own,
        cwd=portal.BASE_DIR,
    ) as process:
        yield process.pid


def until(happened: Callable[[], bool], folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            logs = [path.read_text(errors="replace")[-2000:] for path in folder.glob("w*.log")]
            pytest.fail("It did not come to that:\n" + "\n".join(logs))
        time.sleep(0.2)


def is_published_and_told() -> bool:
    published = Revision.objects.get().state == RevisionState.PUBLISHED
    return published and Letter.objects.get().state == LetterState.SENT


def nudge_the_mail(port: int) -> None:
    """Send what the clock would send within a minute, to the base that workers of ours read."""
    base = portal.CELERY_BROKER_URL.rpartition("/")[2]
    with Connection(f"redis://127.0.0.1:{port}/{base}") as connection:
        send_letters.apply_async(connection=connection, retry=False)


@pytest.mark.service
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_the_worker", [False, True], ids=["redis", "redis-and-worker"])
def test_redis_killed_during_a_build_costs_nothing_and_doubles_nothing(
    tmp_path, editions_root, monkeypatch, with_the_worker
):
    letter = LetterFactory()
    close(ready_to_close())
    assert take_queued_runs() == 1
    paused, resume, port = tmp_path / "paused", tmp_path / "resume", processes.free_port()
    pausing = {"PAUSE_AT": PLACE, "PAUSED": str(paused), "RESUME": str(resume)}

    with mail_server() as server, ExitStack() as running:
        point_at(server, monkeypatch)
        redis = running.enter_context(broker(tmp_path, port))
        working = running.enter_context(worker(tmp_path, port, **pausing))
        until(paused.exists, tmp_path)
        assert Revision.objects.get().state == RevisionState.BUILDING
        nudge_the_mail(port)
        kill(redis)
        if with_the_worker:
            kill(working)
        resume.touch()
        running.enter_context(broker(tmp_path, port))
        if with_the_worker:
            working = running.enter_context(worker(tmp_path, port))
        for _ in range(2):
            nudge_the_mail(port)
        until(is_published_and_told, tmp_path)
        # Asked to end in order it would wait for its first Redis.
        kill(working)

    assert [message["To"] for message in server.messages()] == [letter.address]
    demand_done_once(editions_root, attempt=2 if with_the_worker else 1)


def demand_done_once(root: Path, *, attempt: int) -> None:
    """One revision was built, signed and published, and each act is on record once."""
    revision = Revision.objects.get()
    assert revision.attempt == attempt
    assert revision.signatures.count() == 2
    assert FrozenAnswer.objects.count() == 8
    assert [path.name for path in root.iterdir()] == [revision.folder]
    acts = list(AuditEntry.objects.filter(act__startswith="revision.").order_by("number"))
    assert [entry.act for entry in acts] == [
        "revision.queue",
        "revision.build",
        "revision.sign",
        "revision.sign",
        "revision.publish",
    ]
