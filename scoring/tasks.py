"""Celery's door to the runs."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from mipex_site.audit.models import Channel
from mipex_site.audit.services.acting import acting

from .models import ScoreRun
from .services import runs


@shared_task(name="scoring.take_queued_runs", ignore_result=True)
def take_queued_runs() -> int:
    """Do every queued run, once, however many workers start this at once; return how many.

    Safe to repeat: a run is taken by one conditional UPDATE. Safe to lose: the row stays queued
    and the next tick finds it. Safe to kill: a run whose worker is silent for longer than
    SCORE_RUN_STALE_SECONDS is queued again, and a late first worker finds its receipt void.
    """
    with acting(Channel.TASK):
        ScoreRun.objects.release_stale(seconds=settings.SCORE_RUN_STALE_SECONDS)
        waiting = ScoreRun.objects.waiting().order_by("pk").values_list("pk", flat=True)
        return sum(runs.execute(run_id) for run_id in list(waiting))
