"""The tests' own machinery: a worker of ours hears us, and nobody else's."""

import pytest

from mipex_site.celery import app
from tests.services import worker


@pytest.mark.service
@pytest.mark.django_db(transaction=True)
def test_a_worker_listens_on_the_broker_of_its_test(start_worker):
    with start_worker():
        assert [list(answer.values()) for answer in app.control.ping(timeout=2)] == [
            [{"ok": "pong"}]
        ]

    assert app.control.ping(timeout=1) == []


@pytest.mark.service
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_is_gone_at_once(start_worker):
    with start_worker() as pid:
        worker.kill(pid)

        assert app.control.ping(timeout=1) == []
