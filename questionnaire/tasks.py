"""Celery's door to what is done by the clock."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from mipex_site.audit.models import Channel
from mipex_site.audit.services.acting import acting

from .forms.saving import read_draft
from .models import SetUp
from .services import closing_entry, extending, links, quiet, setting_up


@shared_task(name="questionnaire.check_links", ignore_result=True)
def check_links() -> int:
    """Ask of some links of sources whether they still answer; return of how many.

    Safe to repeat: a link is taken by one conditional UPDATE. Safe to lose: the row stays and
    the next minute finds it. Safe to kill: a link whose worker is silent for longer than
    LINK_STALE_SECONDS is asked about again, and a late first worker finds its receipt void.
    """
    with acting(Channel.TASK):
        links.put_back_old(seconds=settings.LINK_STALE_SECONDS)
        return sum(links.check_link(pk) for pk in links.due(number=settings.LINKS_A_MINUTE))


@shared_task(name="questionnaire.record_quiet_drafts", ignore_result=True)
def record_quiet_drafts() -> int:
    """Make answers of complete drafts that rested for QUIET_SECONDS; return of how many.

    Safe to repeat, and to run twice at once: each draft is recorded in a transaction of its own
    and only as the version that was read. Safe to lose or kill: the draft waits where it is.
    """
    before = timezone.now() - timedelta(seconds=settings.QUIET_SECONDS)
    with acting(Channel.TASK):
        return sum(
            quiet.record_rested(draft_id=pk, before=before, read=read_draft)
            for pk in quiet.rested_drafts(before=before)
        )


@shared_task(name="questionnaire.close_entry", ignore_result=True)
def close_entry() -> int:
    """Mark the hard close of rounds and let go of wishes for time that are over; return how many.

    Safe to repeat, and to run twice at once: each is asked again under the lock of its round.
    Safe to lose or kill: what is refused after a deadline is refused by the rules, and the next
    minute writes down what is left.
    """
    with acting(Channel.TASK):
        return closing_entry.close_what_is_due() + extending.end_what_is_over()


@shared_task(name="questionnaire.take_queued_set_ups", ignore_result=True)
def take_queued_set_ups() -> int:
    """Open the rounds whose opening was asked for; return how many were opened.

    Safe to repeat, and to run twice at once: an opening is taken by one conditional UPDATE. Safe
    to lose: the row stays. Safe to kill: after BUILD_STALE_SECONDS of silence another worker
    goes on with the countries that are not set up yet.
    """
    with acting(Channel.TASK):
        SetUp.objects.release_stale(seconds=settings.BUILD_STALE_SECONDS)
        return sum(setting_up.run(pk) for pk in setting_up.waiting())
