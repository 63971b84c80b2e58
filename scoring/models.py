"""Methods, runs and their scores."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mipex_site.base.models import RationalField, Stamped
from mipex_site.base.querysets import AppendOnlyQuerySet, RememberedQuerySet
from questionnaire.models import Country, Round

from .enums import Level, MethodState, RankOn, RunState
from .querysets import ScoreRunQuerySet


class Method(Stamped):
    """Thresholds, rounding, ranking, bands: with a framework it is the methodology."""

    code = models.SlugField(_("code"), max_length=60)
    version = models.CharField(_("version"), max_length=20)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(
        _("state"), max_length=10, choices=MethodState, default=MethodState.DRAFT
    )
    rank_on = models.CharField(_("ranked on"), max_length=10, choices=RankOn)
    settings = models.JSONField(
        _("settings"), help_text=_("The method block of methodology.json.")
    )
    checksum = models.CharField(_("checksum"), max_length=64, blank=True)

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("method")
        verbose_name_plural = _("methods")
        constraints = (
            models.UniqueConstraint(fields=("code", "version"), name="one_method_per_version"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class ScoreRun(Stamped):
    """One computation: round × method × input. A row to be claimed, not a message to be lost."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    method = models.ForeignKey(Method, models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=8, choices=RunState, default=RunState.QUEUED
    )
    input_hash = models.CharField(_("hash of the input"), max_length=64)
    engine_version = models.CharField(_("engine version"), max_length=20, blank=True)
    requested_by = models.UUIDField(_("requested by"))
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    receipt = models.UUIDField(_("receipt of the present claim"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last heartbeat"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects = ScoreRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("score run")
        verbose_name_plural = _("score runs")
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("round", "method", "input_hash"), name="one_run_per_input"
            ),
            models.CheckConstraint(
                condition=Q(state__in=RunState.values), name="run_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.RUNNING, receipt__isnull=False)
                | ~Q(state=RunState.RUNNING),
                name="a_running_run_has_a_receipt",
            ),
        )

    def __str__(self) -> str:
        return f"run {self.pk} ({self.state})"


class Score(models.Model):
    """One figure of a run: exact, and as it is shown and ranked."""

    run = models.ForeignKey(ScoreRun, models.PROTECT, related_name="scores")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    node = models.CharField(_("node"), max_length=60)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    reference_date = models.DateField(_("reference date"))
    exact = RationalField(_("exact score"), null=True)
    shown = models.SmallIntegerField(_("shown score"), null=True)
    rank = models.PositiveSmallIntegerField(_("rank"), null=True)
    tied = models.BooleanField(_("shares its rank"), default=False)
    band = models.CharField(_("band"), max_length=30, blank=True)
    coverage = RationalField(_("coverage"), null=True, max_length=60)
    status = models.CharField(_("status"), max_length=20)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    lo = RationalField(_("least it could be"), null=True)
    hi = RationalField(_("most it could be"), null=True)
    flags = models.CharField(_("flags"), max_length=40, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = (
            models.UniqueConstraint(
                fields=("run", "country", "node", "reference_date"), name="one_score_per_cell"
            ),
        )

    def __str__(self) -> str:
        return f"{self.country_id} {self.node}: {self.shown}"
