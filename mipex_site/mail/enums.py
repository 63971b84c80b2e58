"""The vocabularies of mail."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterKind(models.TextChoices):
    INVITATION = "invitation", _("invitation")
    DIGEST = "digest", _("what waits for you")
    RETURNED = "returned", _("returned")
    DEADLINE = "deadline", _("deadline")
    ACCESS = "access", _("access")
    EMBARGO = "embargo", _("reading under embargo")
    CORRECTION = "correction", _("correction")
    WRITTEN = "written", _("written by a coordinator")
    ALARM = "alarm", _("alarm")


class LetterState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    BOUNCED = "bounced", _("came back")
    WITHDRAWN = "withdrawn", _("not sent")


class NoticeKind(models.TextChoices):
    """What a line of the daily letter is about."""

    REMINDER = "reminder", _("reminder")
    TURN = "turn", _("your turn")
    NEWS = "news", _("news")


AT_ONCE = (
    LetterKind.INVITATION,
    LetterKind.RETURNED,
    LetterKind.DEADLINE,
    LetterKind.ACCESS,
    LetterKind.EMBARGO,
    LetterKind.CORRECTION,
    LetterKind.WRITTEN,
    LetterKind.ALARM,
)
"""What does not wait for the daily letter."""
