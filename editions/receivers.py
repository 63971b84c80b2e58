"""What editions does when scores are done, and when a round begins."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from mipex_site.accounts.models import User
from questionnaire.models import Round
from questionnaire.signals import country_joined, round_opened
from scoring.models import ScoreRun
from scoring.signals import run_done

from .services import editions
from .services.carrying import carry_over
from .tasks import take_queued_revisions


def connect() -> None:
    """Listen to the apps before this one."""
    run_done.connect(queue_the_revision, dispatch_uid="editions.queue_the_revision")
    round_opened.connect(propose_what_was_published, dispatch_uid="editions.round_opened")
    country_joined.connect(propose_what_was_published, dispatch_uid="editions.country_joined")


def queue_the_revision(sender: Any, *, run: ScoreRun, **kwargs: Any) -> None:
    """Queue the revision in the transaction that ends the run, and nudge a worker after it.

    The nudge may get lost: a broker that is down is logged and breaks nothing, for the timed
    task finds the row.
    """
    if editions.queue_revision(run=run):
        transaction.on_commit(nudge, robust=True)


def propose_what_was_published(sender: Any, *, round_: Round, by: User, **kwargs: Any) -> None:
    """Carry the latest published answers over in the transaction that opens the round."""
    carry_over(round_=round_, by=by)


def nudge() -> None:
    take_queued_revisions.apply_async(retry=False)
