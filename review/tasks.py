"""Celery's door to what ends by itself in the review."""

from __future__ import annotations

from celery import shared_task

from mipex_site.audit.models import Channel
from mipex_site.audit.services.acting import acting

from .services import last_word, reopening


@shared_task(name="review.end_what_is_over", ignore_result=True)
def end_what_is_over() -> int:
    """End reopenings, and days for the last word, whose time is over; return of how many.

    Safe to repeat, and to run twice at once: each ends in a transaction of its own that asks
    again under the lock. Safe to lose or kill: the next minute finds what is left.
    """
    with acting(Channel.TASK):
        return reopening.end_what_is_over() + last_word.clear_what_is_over()
