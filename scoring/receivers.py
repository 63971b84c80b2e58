"""What scoring does when the review of a round is closed, and when it goes on again."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from mipex_site.accounts.models import User
from questionnaire.models import Round
from review.signals import review_closed, review_taken_up

from . import selectors
from .services import runs
from .tasks import take_queued_runs


def connect() -> None:
    """Listen to the apps before this one."""
    review_closed.connect(request_the_scores, dispatch_uid="scoring.request_the_scores")
    review_taken_up.connect(call_off_the_scores, dispatch_uid="scoring.call_off_the_scores")


def request_the_scores(sender: Any, *, round_: Round, by: User, **kwargs: Any) -> None:
    """Queue the run in the transaction that closes the review, and nudge a worker after it.

    The nudge may get lost: a broker that is down is logged and breaks nothing, for the timed
    task finds the row.
    """
    runs.request_run(round_=round_, method=selectors.newest_method(), by=by)
    transaction.on_commit(nudge, robust=True)


def call_off_the_scores(sender: Any, *, round_: Round, by: User, **kwargs: Any) -> None:
    """Let go of what is being computed, in the transaction that takes the review up again."""
    runs.call_off(round_=round_, by=by)


def nudge() -> None:
    take_queued_runs.apply_async(retry=False)
