"""The values that the review stands behind. Scoring reads these and nothing else."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mipex_site.base.models import RationalField
from questionnaire.enums import AnswerKind
from questionnaire.models import Answer, Country, Indicator, Option, Round

from ..enums import Basis
from ..querysets import SettledAnswerQuerySet
from .cases import CaseItem
from .disputes import Ruling


class SettledAnswer(models.Model):
    """One settled value; replaced only when a reopened item is settled anew, never edited."""

    item = models.OneToOneField(CaseItem, models.PROTECT, related_name="settled")
    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    reference_date = models.DateField(_("reference date"))
    answer = models.ForeignKey(Answer, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(_("version"))
    basis = models.CharField(_("basis"), max_length=10, choices=Basis)
    ruling = models.ForeignKey(Ruling, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=16, choices=AnswerKind)
    option = models.ForeignKey(Option, models.PROTECT, null=True, blank=True, related_name="+")
    points = RationalField(_("points"), null=True, blank=True, max_length=30)
    rationale = models.TextField(_("public rationale"), blank=True)
    settled_at = models.DateTimeField(_("settled"), auto_now_add=True)

    objects = SettledAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("settled answer")
        verbose_name_plural = _("settled answers")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "country", "indicator", "reference_date"),
                name="one_settled_answer_per_cell",
            ),
            models.CheckConstraint(
                condition=Q(basis=Basis.RULED, ruling__isnull=False)
                | Q(basis=Basis.APPROVED, ruling__isnull=True),
                name="a_ruling_if_and_only_if_ruled",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=(AnswerKind.CHOSEN, AnswerKind.EXCEPTIONAL), points__isnull=False
                )
                | (
                    ~Q(kind__in=(AnswerKind.CHOSEN, AnswerKind.EXCEPTIONAL))
                    & Q(points__isnull=True)
                ),
                name="settled_points_if_and_only_if_there_is_a_value",
            ),
        )

    def __str__(self) -> str:
        return f"settled answer {self.pk}"
