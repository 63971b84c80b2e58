"""Celery's door to the checks of the chains."""

from __future__ import annotations

from celery import shared_task

from .models import Channel
from .services.acting import acting
from .services.checking import check_all


@shared_task(name="audit.check_new_entries", ignore_result=True)
def check_new_entries() -> int:
    """Walk what each chain has grown by since the last walk; return how many are broken.

    Safe to repeat, to lose and to kill: it reads, and keeps how far it came. What one night
    leaves out, the next one reads.
    """
    return _broken(whole=False)


@shared_task(name="audit.check_whole_chains", ignore_result=True)
def check_whole_chains() -> int:
    """Walk each chain from its beginning; return how many are broken. Safe to repeat, too."""
    return _broken(whole=True)


def _broken(*, whole: bool) -> int:
    with acting(Channel.TASK):
        return sum(found.broken_at is not None for found in check_all(whole=whole))
