"""What mail does when a letter is put into the outbox."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save

from .models import Letter
from .tasks import send_letters


def connect() -> None:
    post_save.connect(letter_saved, sender=Letter, dispatch_uid="mail.letter_saved")


def letter_saved(*, instance: Letter, created: bool, **_signal: Any) -> None:
    """Nudge a worker once the letter is there for it to see.

    The nudge may get lost: a broker that is down is logged and breaks nothing, for the timed
    task finds the row. Letters of one transaction share a nudge.
    """
    if not created or instance.send_after is not None:
        return
    waiting = transaction.get_connection().run_on_commit
    if all(function is not nudge for _points, function, _robust in waiting):
        transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    send_letters.apply_async(retry=False)
