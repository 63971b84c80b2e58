"""What somebody says is wrong in an edition, who decided about it, and what was changed."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mipex_site.base.models import RationalField, Stamped
from mipex_site.base.querysets import AppendOnlyQuerySet, RememberedQuerySet

from ..enums import CorrectionState
from .editions import Edition, Revision

PERSON = settings.AUTH_USER_MODEL


class CorrectionRequest(Stamped):
    """Anybody may say that a published figure or answer is wrong."""

    key = models.UUIDField(_("key"), default=uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="requests")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    country = models.CharField(_("country"), max_length=2)
    indicator = models.CharField(_("indicator"), max_length=40)
    reference_date = models.DateField(_("reference date"))
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"))
    text = models.TextField(_("what is wrong"))
    evidence = models.URLField(_("link to the evidence"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=CorrectionState, default=CorrectionState.FILED
    )
    triaged_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+"
    )
    triaged_at = models.DateTimeField(_("looked into"), null=True, blank=True)
    findings = models.TextField(_("what was found"), blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    public_words = models.TextField(_("public words"), blank=True)
    issued_in = models.ForeignKey(
        Revision, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("correction request")
        verbose_name_plural = _("correction requests")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=CorrectionState.values),
                name="correction_state_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.country} {self.indicator} ({self.state})"


class Correction(Stamped):
    """The cell as it ought to be, proposed by who looked into the request."""

    request = models.OneToOneField(CorrectionRequest, models.PROTECT, related_name="correction")
    status = models.CharField(_("status"), max_length=20)
    option = models.PositiveSmallIntegerField(_("option"), null=True, blank=True)
    points = RationalField(_("points"), null=True, blank=True, max_length=30)
    rationale = models.TextField(_("public rationale"))
    sources = models.JSONField(_("sources"), default=list, blank=True)
    proposed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def __str__(self) -> str:
        return f"correction {self.pk}"


class CorrectionVote(models.Model):
    """One of the two decisions about a request, by somebody who did not decide before."""

    request = models.ForeignKey(CorrectionRequest, models.PROTECT, related_name="votes")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    accepts = models.BooleanField(_("accepts"))
    words = models.TextField(_("why"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision about a correction")
        verbose_name_plural = _("decisions about corrections")
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("request", "person"), name="one_decision_per_person_and_request"
            ),
        )

    def __str__(self) -> str:
        return f"decision {self.pk}"
