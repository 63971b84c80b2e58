"""Conversations about a case or one of its answers: append-only, each with a fixed audience."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mipex_site.base.models import Stamped
from mipex_site.base.querysets import AppendOnlyQuerySet

from ..enums import Audience, Side, ThreadKind
from .cases import Case, CaseItem

PERSON = settings.AUTH_USER_MODEL


class Thread(Stamped):
    """A conversation. A blocking one keeps its answer from being approved, its case from cleared.

    Without an item it is about the whole case.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="threads")
    item = models.ForeignKey(
        CaseItem, models.PROTECT, null=True, blank=True, related_name="threads"
    )
    number = models.PositiveSmallIntegerField(_("number within the case"))
    kind = models.CharField(_("kind"), max_length=12, choices=ThreadKind)
    audience = models.CharField(_("read by"), max_length=20, choices=Audience)
    is_blocking = models.BooleanField(_("blocks"), default=False)
    turn = models.CharField(_("whose move"), max_length=14, choices=Side)
    due_on = models.DateField(_("due"), null=True, blank=True)
    opened_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    closed_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=("case", "number"), name="one_conversation_per_number"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="audience_is_known"
            ),
            models.CheckConstraint(condition=Q(turn__in=Side.values), name="side_is_known"),
        )

    def __str__(self) -> str:
        return f"conversation {self.pk}"


class Message(models.Model):
    """What one person said in a conversation. A correction is another message."""

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="messages")
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    text = models.TextField(_("message"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="a_message_says_something"),
        )

    def __str__(self) -> str:
        return f"message {self.pk}"


class Redaction(models.Model):
    """The act by which a message is no longer shown to anybody, and why."""

    message = models.OneToOneField(Message, models.PROTECT, related_name="redaction")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="a_redaction_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"redaction {self.pk}"
