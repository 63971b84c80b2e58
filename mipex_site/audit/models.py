"""The record of every act: append-only and hash-chained, one chain a stream (usually a round).

An actor is a UUID and no foreign key, so that the record lies below the accounts and outlives
a person: erasing a name breaks no hash.
"""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from mipex_site.base.querysets import AppendOnlyQuerySet


class Channel(models.TextChoices):
    WEB = "web", _("page")
    API = "api", _("interface")
    IMPORT = "import", _("import")
    ADMIN = "admin", _("administration")
    COMMAND = "command", _("command")
    TASK = "task", _("timed work")


class Chain(models.Model):
    """The head of one stream: locked for the moment in which an entry is added."""

    stream = models.CharField(max_length=80, unique=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("audit chain")
        verbose_name_plural = _("audit chains")

    def __str__(self) -> str:
        return f"{self.stream} #{self.length}"


class AuditEntry(models.Model):
    """One act: who, for whom, when, by which channel, on what, old and new value, why."""

    stream = models.CharField(_("stream"), max_length=80)
    number = models.PositiveBigIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    actor = models.UUIDField(_("actor"), null=True)
    on_behalf_of = models.UUIDField(_("on behalf of"), null=True)
    role = models.CharField(_("role"), max_length=20, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    act = models.CharField(_("act"), max_length=60)
    subject = models.CharField(_("subject"), max_length=160)
    old = models.JSONField(_("old value"), null=True, encoder=DjangoJSONEncoder)
    new = models.JSONField(_("new value"), null=True, encoder=DjangoJSONEncoder)
    reason = models.TextField(_("reason"), blank=True)
    batch = models.UUIDField(_("batch"), null=True)
    request = models.CharField(_("request"), max_length=40, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ("stream", "number")
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        constraints = (
            models.UniqueConstraint(
                fields=("stream", "number"), name="one_audit_entry_per_number"
            ),
        )
        indexes = (models.Index(fields=("stream", "subject"), name="audit_of_a_subject"),)

    def __str__(self) -> str:
        return f"{self.stream} #{self.number} {self.act} {self.subject}"
