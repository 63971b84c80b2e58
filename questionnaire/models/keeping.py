"""What is kept beside the answers so that nothing typed, uploaded or linked gets lost."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mipex_site.base.models import Stamped
from mipex_site.base.querysets import AppendOnlyQuerySet, RememberedQuerySet

from ..enums import FileKind, LinkState, SetAsideBecause
from ..querysets import LinkCheckQuerySet
from .answers import Assessment, Source
from .framework import Indicator
from .rounds import Country, Round

PERSON = settings.AUTH_USER_MODEL


class SetAside(models.Model):
    """A text that was not taken. CONTENT is field by field, as it was typed."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="set_aside")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    reference_date = models.DateField(_("reference date"))
    content = models.JSONField(_("content"), default=dict)
    because = models.CharField(_("because"), max_length=10, choices=SetAsideBecause)
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("text not taken")
        verbose_name_plural = _("texts not taken")
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=("assessment", "indicator"), name="texts_not_taken_here"),
        )

    def __str__(self) -> str:
        return f"text not taken {self.pk}"


def stored_under(instance: SourceFile, filename: str) -> str:
    """Return a random place in the media folder: nothing of FILENAME is in it."""
    stored = uuid4().hex
    return f"sources/{stored[:2]}/{stored}"


class SourceFile(Stamped):
    """A file of a source, cleaned of what it says about its makers. NAME is its owner's only."""

    key = models.UUIDField(_("key"), default=uuid4, unique=True, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, related_name="files")
    name = models.CharField(_("original name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=FileKind)
    size = models.PositiveIntegerField(_("size in bytes"))
    hash = models.CharField(_("SHA-256"), max_length=64)
    stored = models.FileField(_("stored file"), upload_to=stored_under, max_length=120)
    uploaded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("file of a source")
        verbose_name_plural = _("files of sources")
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return f"file {self.pk}"


class LinkCheck(Stamped):
    """Whether the link of a source answers: work for a task, claimed by one UPDATE."""

    source = models.OneToOneField(Source, models.CASCADE, related_name="link_check")
    url = models.URLField(_("link"), max_length=500)
    state = models.CharField(
        _("state"), max_length=10, choices=LinkState, default=LinkState.WAITING
    )
    receipt = models.UUIDField(_("receipt"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("heartbeat"), null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    error = models.TextField(_("error"), blank=True)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("link check")
        verbose_name_plural = _("link checks")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=LinkState.values), name="link_state_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"link of source {self.source_id}"


class WorkbookUpload(Stamped):
    """A workbook that was read and not yet applied: what it would change, cell by cell."""

    key = models.UUIDField(_("key"), default=uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    coding = models.PositiveSmallIntegerField(_("coding"), default=1)
    name = models.CharField(_("original name"), max_length=200)
    rows = models.JSONField(_("rows"), default=list)
    uploaded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)

    class Meta:
        verbose_name = _("uploaded workbook")
        verbose_name_plural = _("uploaded workbooks")

    def __str__(self) -> str:
        return f"uploaded workbook {self.pk}"
