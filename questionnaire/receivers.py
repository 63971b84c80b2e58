"""What questionnaire does when its own services announce something."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from .signals import opening_asked
from .tasks import take_queued_set_ups


def connect() -> None:
    """Listen to the services of this app."""
    opening_asked.connect(nudge_a_worker, dispatch_uid="questionnaire.nudge_a_worker")


def nudge_a_worker(sender: Any, **kwargs: Any) -> None:
    """Nudge a worker once the queued opening is committed.

    The nudge may get lost: a broker that is down is logged and breaks nothing, for the timed
    task finds the row.
    """
    transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    take_queued_set_ups.apply_async(retry=False)
