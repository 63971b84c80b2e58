"""Celery's door to what the desk does by the clock."""

from __future__ import annotations

from celery import shared_task

from .services import reminding


@shared_task(name="desk.write_daily_letters", ignore_result=True)
def write_daily_letters() -> int:
    """Write the daily letters of everybody whose morning has come; return how many.

    Safe to repeat, and to run twice at once: a line and a letter are there once for each key.
    Safe to lose or kill: the next run finds the mornings that are left, and what is still true.
    """
    return reminding.write_daily_letters()
