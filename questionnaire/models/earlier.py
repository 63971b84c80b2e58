"""What earlier editions said, and what will be law later: both beside the answers, never them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mipex_site.base.models import RationalField, Stamped
from mipex_site.base.querysets import AppendOnlyQuerySet, RememberedQuerySet

from ..enums import AnswerKind
from .framework import Indicator, Option
from .rounds import Country, Round

PERSON = settings.AUTH_USER_MODEL


class EarlierAnswer(models.Model):
    """The latest earlier answer with a value: a proposal that counts for nothing by itself.

    It is written once, when the round opens. SOURCES are those of the edition, as it froze them.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    edition = models.CharField(_("edition"), max_length=60)
    reference_date = models.DateField(_("reference date"))
    kind = models.CharField(_("kind"), max_length=16, choices=AnswerKind)
    option = models.ForeignKey(Option, models.PROTECT, null=True, blank=True, related_name="+")
    points = RationalField(_("points"), null=True, blank=True, max_length=30)
    rationale = models.TextField(_("public rationale"), blank=True)
    sources = models.JSONField(_("sources"), default=list)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("earlier answer")
        verbose_name_plural = _("earlier answers")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "country", "indicator"), name="one_earlier_answer_per_question"
            ),
        )

    def __str__(self) -> str:
        return f"{self.edition} {self.country_id} {self.indicator_id}"


class UpcomingChange(Stamped):
    """A law that is adopted but not in force on the cut-off: it does not count, and is told."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    coding = models.PositiveSmallIntegerField(_("coding"), default=1)
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+"
    )
    title = models.CharField(_("title"), max_length=300)
    article = models.CharField(_("article or paragraph"), max_length=160, blank=True)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    url = models.URLField(_("link"), max_length=500, blank=True)
    note = models.TextField(_("what it will change"), blank=True)
    entered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("upcoming change")
        verbose_name_plural = _("upcoming changes")
        ordering = ("in_force_from", "title")

    def __str__(self) -> str:
        return self.title
