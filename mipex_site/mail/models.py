"""The outbox: every letter is a row before it is sent, and stays one after."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mipex_site.base.models import Stamped

from .enums import LetterKind, LetterState, NoticeKind
from .querysets import LetterQuerySet

PERSON = settings.AUTH_USER_MODEL

LINK = "{link}"
"""Where the text of a letter has its one secret link."""


class Letter(Stamped):
    """One mail to one address. The key is what keeps it from going twice.

    Where the text has ``{link}``, the letter that leaves has SECRET there: a link that opens
    something once is in no history, so SECRET is emptied when the letter is sent.
    """

    key = models.CharField(_("key"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=LetterKind)
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    address = models.EmailField(_("address"))
    language = models.CharField(_("language"), max_length=10, default="en")
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    secret = models.CharField(_("secret link"), max_length=300, blank=True, editable=False)
    round_code = models.SlugField(_("code of the round"), max_length=20, blank=True)
    batch = models.UUIDField(_("batch"), null=True, blank=True)
    asked_by = models.UUIDField(_("asked by"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=LetterState, default=LetterState.QUEUED
    )
    send_after = models.DateTimeField(_("not before"), null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    receipt = models.UUIDField(_("receipt of the present claim"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last heartbeat"), null=True, blank=True)
    message_id = models.CharField(_("message id"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("came back"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=LetterState.values), name="letter_state_is_known"
            ),
        )
        indexes = (
            models.Index(fields=("state", "send_after"), name="letters_that_wait"),
            models.Index(fields=("round_code", "created_at"), name="letters_of_a_round"),
        )

    def __str__(self) -> str:
        return f"letter {self.pk} ({self.state})"

    @property
    def needs_secret(self) -> bool:
        """Whether its reader gets a link that opens something once."""
        return LINK in self.text


class Notice(models.Model):
    """One line of somebody's daily letter, said once for each key."""

    key = models.CharField(_("key"), max_length=200, unique=True)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind)
    words = models.TextField(_("words"))
    address = models.CharField(_("address"), max_length=300)
    round_code = models.SlugField(_("code of the round"), max_length=20, blank=True)
    day = models.DateField(_("day, where the person is"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    letter = models.ForeignKey(
        Letter, models.PROTECT, null=True, blank=True, related_name="notices"
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("person", "letter"), name="notices_that_wait"),)

    def __str__(self) -> str:
        return f"notice {self.pk}"


class MailChoice(Stamped):
    """What somebody chose about the daily letter."""

    person = models.OneToOneField(PERSON, models.CASCADE, related_name="+")
    hour = models.PositiveSmallIntegerField(
        _("hour of the daily letter"), default=7, validators=[MaxValueValidator(23)]
    )
    snoozed_until = models.DateField(_("no reminders before"), null=True, blank=True)

    class Meta:
        verbose_name = _("choice about mail")
        verbose_name_plural = _("choices about mail")

    def __str__(self) -> str:
        return f"choice {self.pk}"
