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
    # Read from the entry when it is written, to filter by; no part of what is hashed.
    country = models.CharField(_("country"), max_length=2, null=True, editable=False)  # noqa: DJ001 - NULL is what an index may leave out
    indicator = models.CharField(_("indicator"), max_length=60, null=True, editable=False)  # noqa: DJ001 - as country

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
        # Each ends with the number, so that a page is read from where the last one ended.
        indexes = (
            models.Index(fields=("stream", "subject"), name="audit_of_a_subject"),
            models.Index(fields=("stream", "country", "number"), name="audit_by_country"),
            models.Index(fields=("stream", "indicator", "number"), name="audit_by_indicator"),
            models.Index(fields=("stream", "actor", "number"), name="audit_by_person"),
            models.Index(fields=("stream", "act", "number"), name="audit_by_act"),
            models.Index(fields=("stream", "at", "number"), name="audit_by_time"),
            models.Index(fields=("stream", "request"), name="audit_by_request"),
            models.Index(
                fields=("stream", "batch"),
                condition=models.Q(batch__isnull=False),
                name="audit_by_batch",
            ),
        )

    def __str__(self) -> str:
        return f"{self.stream} #{self.number} {self.act} {self.subject}"


class ChainCheck(models.Model):
    """How far a chain was found intact, and when: a later walk begins there.

    FAULT is what the last walk found behind it, or empty.
    """

    stream = models.CharField(max_length=80, unique=True)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("check of an audit chain")
        verbose_name_plural = _("checks of audit chains")

    def __str__(self) -> str:
        return f"{self.stream} #{self.number}"
