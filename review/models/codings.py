"""What somebody coded without having seen the answer: kept for the reliability figures."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mipex_site.base.models import RationalField
from mipex_site.base.querysets import AppendOnlyQuerySet
from questionnaire.enums import AnswerKind, Role
from questionnaire.models import Option

from .cases import CaseItem

PERSON = settings.AUTH_USER_MODEL


class BlindCoding(models.Model):
    """One person's own answer to a question, given before the expert's was shown. Never changed."""

    item = models.ForeignKey(CaseItem, models.PROTECT, related_name="blind_codings")
    coder = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    version = models.PositiveIntegerField(_("version that lay there, unseen"))
    kind = models.CharField(_("kind"), max_length=16, choices=AnswerKind)
    option = models.ForeignKey(Option, models.PROTECT, null=True, blank=True, related_name="+")
    points = RationalField(_("exceptional points"), null=True, blank=True, max_length=30)
    text = models.TextField(_("why this option"), blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("blind coding")
        verbose_name_plural = _("blind codings")
        constraints = (
            models.UniqueConstraint(fields=("item", "coder"), name="one_blind_coding_a_person"),
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.CHOSEN, option__isnull=False)
                | (~Q(kind=AnswerKind.CHOSEN) & Q(option__isnull=True)),
                name="a_coding_has_an_option_if_and_only_if_chosen",
            ),
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.EXCEPTIONAL, points__isnull=False)
                | (~Q(kind=AnswerKind.EXCEPTIONAL) & Q(points__isnull=True)),
                name="a_coding_has_points_if_and_only_if_exceptional",
            ),
        )

    def __str__(self) -> str:
        return f"blind coding {self.pk}"
