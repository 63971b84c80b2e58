"""What editions does when scores are done."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from scoring.models import ScoreRun
from scoring.signals import run_done

from .services import editions
from .tasks import take_queued_revisions


def connect() -> None:
    """Listen to the apps before this one."""
    run_done.connect(queue_the_revision, dispatch_uid="editions.queue_the_revision")


def queue_the_revision(sender: Any, *, run: ScoreRun, **kwargs: Any) -> None:
    """Queue the revision in the transaction that ends the run, and nudge a worker after it.

    The nudge may get lost: a broker that is down is logged and breaks nothing, for the timed
    task finds the row.
    """
    if editions.queue_revision(run=run):
        transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    take_queued_revisions.apply_async(retry=False)
