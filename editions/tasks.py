"""Celery's door to the chain from scores to a published edition."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from mipex_site.audit.models import Channel
from mipex_site.audit.services.acting import acting

from .enums import RevisionState
from .models import Rehearsal, Revision
from .services import building, publishing, rehearsing, scheduling, signing


@shared_task(name="editions.take_queued_revisions", ignore_result=True)
def take_queued_revisions() -> int:
    """Build what is queued, apply signatures given in advance, publish what is signed and due.

    Each stage is a transaction of its own and is found again by its state, so the task may be
    repeated, lost, or killed between any two. A build whose worker is silent for longer than
    BUILD_STALE_SECONDS is queued again; a late first worker finds its receipt void, and its
    folder is swept away. Returns how many steps were made.
    """
    with acting(Channel.TASK):
        Revision.objects.release_stale(seconds=settings.BUILD_STALE_SECONDS)
        building.sweep()
        return (
            sum(building.build(pk) for pk in _keys(state=RevisionState.QUEUED))
            + sum(signing.apply_mandates(pk) for pk in _keys(state=RevisionState.CANDIDATE))
            + sum(publishing.publish_by_itself(pk) for pk in scheduling.due())
        )


@shared_task(name="editions.take_queued_rehearsals", ignore_result=True)
def take_queued_rehearsals() -> int:
    """Build what is asked to be rehearsed; return how many were built.

    A rehearsal is taken by one conditional UPDATE and found again by its state, so this may be
    repeated, lost or killed: after BUILD_STALE_SECONDS of silence another worker builds it anew.
    """
    with acting(Channel.TASK):
        Rehearsal.objects.release_stale(seconds=settings.BUILD_STALE_SECONDS)
        rehearsing.sweep()
        waiting = Rehearsal.objects.waiting().order_by("pk").values_list("pk", flat=True)
        return sum(rehearsing.build(pk) for pk in list(waiting))


def _keys(**standing: object) -> list[int]:
    return list(Revision.objects.filter(**standing).order_by("pk").values_list("pk", flat=True))
