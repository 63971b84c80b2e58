"""Eight claim one row in the same instant, in an embedded database in a file; one gets it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections

from mipex_site import env
from scoring.enums import RunState
from scoring.models import ScoreRun

CLAIMERS = 8
EMBEDDED = "embedded"


@pytest.fixture
def row(django_db_blocker, tmp_path: Path) -> Iterator[ScoreRun]:
    """A queued run in a database of its own: the usual one is in memory, or no SQLite."""
    database = env.sqlite(tmp_path / "claims.sqlite3")
    configured = connections.configure_settings({"default": {}, EMBEDDED: database})
    connections.databases[EMBEDDED] = configured[EMBEDDED]
    with django_db_blocker.unblock():
        alone = connections[EMBEDDED]
        with alone.schema_editor() as editor:
            editor.create_model(ScoreRun)
        # The table stands alone, without those it points to.
        with alone.constraint_checks_disabled():
            run = ScoreRun.objects.using(EMBEDDED).create(
                round_id=1, method_id=1, input_hash="0" * 64, requested_by=uuid4()
            )
        yield run
        alone.close()
    del connections[EMBEDDED]
    del connections.databases[EMBEDDED]


def test_of_eight_who_claim_one_row_at_once_one_gets_it(row):
    together = Barrier(CLAIMERS)

    def claim(_number: int) -> bool:
        try:
            together.wait()
            return ScoreRun.objects.using(EMBEDDED).claim(row.pk) is not None
        finally:
            connections[EMBEDDED].close()

    with ThreadPoolExecutor(CLAIMERS) as pool:
        won = list(pool.map(claim, range(CLAIMERS)))

    row.refresh_from_db(using=EMBEDDED)
    assert (sum(won), row.attempt, row.state) == (1, 1, RunState.RUNNING)
