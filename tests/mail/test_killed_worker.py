"""A real worker, a real mail server, and a power cut while a letter is on its way."""

import time
from collections.abc import Callable

import pytest
from django.db import connection

from mipex_site.mail.enums import LetterState
from mipex_site.mail.models import Letter
from mipex_site.mail.services.sending import UNSURE
from mipex_site.mail.tasks import send_letters
from tests.factories.mail import LetterFactory
from tests.mail.server import MailServer, mail_server
from tests.services.worker import kill, worker

PATIENCE_SECONDS = 30.0


def soon(done: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(0.05)
    return False


def states() -> list[str]:
    return sorted(Letter.objects.values_list("state", flat=True))


def point_at(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the workers that start from now on send by this server."""
    for name, value in {
        "USE_SMTP": "yes",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(server.port),
        "SMTP_STARTTLS": "no",
        "MAIL_STALE_SECONDS": "1",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.service
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_while_it_sends_makes_no_mail_go_twice(tmp_path, monkeypatch):
    """The server has the letter and never said so: it goes no second time, and the rest goes."""
    with mail_server(holds=True) as server:
        point_at(server, monkeypatch)
        first, *rest = LetterFactory.create_batch(3)
        with worker(tmp_path) as pid:
            send_letters.apply_async(retry=False)
            assert server.taken.wait(PATIENCE_SECONDS)
            kill(pid)
        assert states() == [LetterState.QUEUED] * 2 + [LetterState.SENDING]

        server.holds = False
        server.released.set()
        time.sleep(1.1)  # As long as MAIL_STALE_SECONDS: so long the row is left to its worker.
        with worker(tmp_path):
            send_letters.apply_async(retry=False)
            assert soon(lambda: states() == [LetterState.FAILED] + [LetterState.SENT] * 2)
            send_letters.apply_async(retry=False)
            time.sleep(0.5)

    first.refresh_from_db()
    assert first.error.startswith(UNSURE)
    sent = [message["To"] for message in server.messages()]
    assert sorted(sent) == sorted(letter.address for letter in [first, *rest])
    assert connection.vendor == "postgresql"
