"""Celery's door to the outbox."""

from __future__ import annotations

import logging
from time import monotonic

from celery import shared_task
from django.conf import settings

from .models import Letter
from .selectors import outbox_alarm
from .services import sending
from .services.sending import Outcome

log = logging.getLogger(__name__)

RUN_SECONDS = 30


@shared_task(name="mail.send_letters", ignore_result=True)
def send_letters() -> int:
    """Send what waits, the oldest first, at most MAIL_A_MINUTE; return how many left.

    A run ends after RUN_SECONDS, so that a slow mail server keeps a worker from nothing else.

    Safe to repeat, and to run twice at once: each letter is claimed. Safe to lose: the next
    minute finds what waits. A kill leaves the one letter that was being sent unsure, and no
    other. Where no mail server answers, the rest is left for later at once.
    """
    sending.leave_the_unsure(seconds=settings.MAIL_STALE_SECONDS)
    due = Letter.objects.due().order_by("created_at", "pk").values_list("pk", flat=True)
    sent, until = 0, monotonic() + RUN_SECONDS
    for pk in list(due[: settings.MAIL_A_MINUTE]):
        outcome = sending.send(pk)
        sent += outcome is Outcome.SENT
        if outcome is Outcome.NO_SERVER or monotonic() > until:
            break
    if since := outbox_alarm().stuck_since:
        log.error("The outbox stands still: a letter has waited since %s.", since.isoformat())
    return sent
