"""A reasoned objection to an answer, and its settlement by an adjudicator."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mipex_site.base.models import RationalField
from mipex_site.base.querysets import AppendOnlyQuerySet
from questionnaire.enums import AnswerKind
from questionnaire.models import Option

from ..enums import DisputeCause, DisputeState, VerdictCode
from ..querysets import DisputeQuerySet, RulingQuerySet
from .cases import CaseItem

PERSON = settings.AUTH_USER_MODEL


class Dispute(models.Model):
    """A version of an answer on which the sides do not agree. One at most is open per item."""

    item = models.ForeignKey(CaseItem, models.PROTECT, related_name="disputes")
    version = models.PositiveIntegerField(_("version"))
    cause = models.CharField(_("cause"), max_length=12, choices=DisputeCause)
    text = models.TextField(_("the expert's point"), blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=DisputeState, default=DisputeState.OPEN
    )
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    ruling = models.OneToOneField(
        "review.Ruling",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stands_in",
        help_text=_("The ruling that stands: none while the dispute is open."),
    )

    objects = DisputeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ("opened_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("item",),
                condition=Q(state=DisputeState.OPEN),
                name="one_open_dispute_per_item",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DisputeState.values), name="dispute_state_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"dispute {self.pk}"


class Ruling(models.Model):
    """What an adjudicator without a tie decides on a dispute. Written once.

    One that needs a second look stands only once another adjudicator concurs; one that was not
    concurred with stays as a row, and the dispute is open again.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="rulings")
    adjudicator = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    verdict = models.CharField(_("verdict"), max_length=24, choices=VerdictCode)
    kind = models.CharField(_("kind"), max_length=16, choices=AnswerKind)
    option = models.ForeignKey(Option, models.PROTECT, null=True, blank=True, related_name="+")
    points = RationalField(_("exceptional points"), null=True, blank=True, max_length=30)
    internal_rationale = models.TextField(_("which source decided"))
    public_rationale = models.TextField(_("public rationale"))
    is_precedent = models.BooleanField(_("is a precedent"), default=False)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = RulingQuerySet.as_manager()

    class Meta:
        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.CHOSEN, option__isnull=False)
                | (~Q(kind=AnswerKind.CHOSEN) & Q(option__isnull=True)),
                name="a_ruling_has_an_option_if_and_only_if_chosen",
                violation_error_message=_(
                    "Choose the option that stands, or say why there is none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.EXCEPTIONAL, points__isnull=False)
                | (~Q(kind=AnswerKind.EXCEPTIONAL) & Q(points__isnull=True)),
                name="a_ruling_has_points_if_and_only_if_exceptional",
                violation_error_message=_("Only an exceptional value has points of its own."),
            ),
            models.CheckConstraint(
                condition=~Q(internal_rationale="") & ~Q(public_rationale=""),
                name="a_ruling_gives_its_reasons",
                violation_error_message=_("A ruling needs its reasons: internal and public."),
            ),
        )

    def __str__(self) -> str:
        return f"ruling {self.pk}"


class SecondLook(models.Model):
    """What another adjudicator says of a ruling that goes far from what the expert said."""

    ruling = models.OneToOneField(Ruling, models.PROTECT, related_name="second_look")
    adjudicator = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    concurs = models.BooleanField(_("concurs"))
    text = models.TextField(_("why"), blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("second look")
        verbose_name_plural = _("second looks")
        constraints = (
            models.CheckConstraint(
                condition=Q(concurs=True) | ~Q(text=""),
                name="who_does_not_concur_says_why",
                violation_error_message=_("Say why you do not concur."),
            ),
        )

    def __str__(self) -> str:
        return f"second look {self.pk}"


class PrecedentMet(models.Model):
    """How a ruling stands to one of the precedents on its file: it follows it, or departs."""

    ruling = models.ForeignKey(Ruling, models.PROTECT, related_name="precedents_met")
    precedent = models.ForeignKey(Ruling, models.PROTECT, related_name="+")
    follows = models.BooleanField(_("follows"))
    text = models.TextField(_("why it departs"), blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("precedent met")
        verbose_name_plural = _("precedents met")
        constraints = (
            models.UniqueConstraint(
                fields=("ruling", "precedent"), name="a_precedent_is_met_once"
            ),
            models.CheckConstraint(
                condition=Q(follows=True) | ~Q(text=""),
                name="a_departure_gives_its_reason",
                violation_error_message=_("Say why this ruling departs from the precedent."),
            ),
        )

    def __str__(self) -> str:
        return f"ruling {self.ruling_id}, precedent {self.precedent_id}"
