"""The review of one country and strand, item by item; positions are rows, never overwritten."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mipex_site.base.models import RationalField, Stamped
from mipex_site.base.querysets import AppendOnlyQuerySet
from questionnaire.enums import AnswerKind
from questionnaire.models import Aggregate, Answer, Country, Indicator, Option, Round

from ..enums import AGREEING, CaseState, ItemState, OpinionKind
from ..querysets import CaseItemQuerySet, CaseQuerySet

PERSON = settings.AUTH_USER_MODEL


class Case(Stamped):
    """The review of one country × strand in a round, with all its codings."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    strand = models.ForeignKey(Aggregate, models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=10, choices=CaseState, default=CaseState.WAITING
    )
    times_returned = models.PositiveSmallIntegerField(_("times returned"), default=0)
    last_word_until = models.DateTimeField(_("last word until"), null=True, blank=True)
    last_word_given_at = models.DateTimeField(_("last word given"), null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "country", "strand"), name="one_case_per_strand"
            ),
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values), name="case_state_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"case {self.pk}"


class CaseItem(Stamped):
    """One indicator of a case, pinning the version of the first coding that is under review."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="items")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    reference_date = models.DateField(_("reference date"))
    answer = models.ForeignKey(Answer, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(_("version under review"))
    state = models.CharField(
        _("state"), max_length=16, choices=ItemState, default=ItemState.UNDER_REVIEW
    )
    is_coded_blind = models.BooleanField(
        _("drawn for blind coding"),
        default=False,
        help_text=_("Whoever reviews it codes it first, without seeing the answer."),
    )

    objects = CaseItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ("indicator__order", "reference_date")
        constraints = (
            models.UniqueConstraint(
                fields=("case", "indicator", "reference_date"),
                name="one_item_per_indicator_and_date",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ItemState.values), name="item_state_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"item {self.pk}"


class FirstCoding(models.Model):
    """What each coding said when it was first submitted, kept for the reliability figures."""

    item = models.ForeignKey(CaseItem, models.PROTECT, related_name="first_codings")
    coding = models.PositiveSmallIntegerField(_("coding"))
    answer = models.ForeignKey(Answer, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=16, choices=AnswerKind)
    option = models.ForeignKey(Option, models.PROTECT, null=True, related_name="+")
    points = RationalField(_("points"), null=True, max_length=30)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("item", "coding"), name="one_first_coding_per_coding"
            ),
        )

    def __str__(self) -> str:
        return f"item {self.item_id}, coding {self.coding}"


class Opinion(models.Model):
    """A reviewer's position on one version of an answer. Kept; a new version asks anew."""

    item = models.ForeignKey(CaseItem, models.PROTECT, related_name="opinions")
    version = models.PositiveIntegerField(_("version"))
    reviewer = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    kind = models.CharField(_("opinion"), max_length=20, choices=OpinionKind)
    suggested_option = models.ForeignKey(
        Option, models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField(_("why, and what would settle it"), blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint(
                fields=("item", "version", "reviewer"),
                name="one_opinion_per_version",
                violation_error_message=_(
                    "You have already given your opinion on this version."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=(OpinionKind.AGREE, OpinionKind.NOT_QUALIFIED))
                | ~Q(text=""),
                name="a_remark_and_a_disagreement_have_a_text",
                violation_error_message=_("Say why, in a sentence."),
            ),
            models.CheckConstraint(
                condition=Q(suggested_option__isnull=True) | Q(kind=OpinionKind.DISAGREE),
                name="only_disagreement_suggests_an_option",
                violation_error_message=_("Suggest an option only where you disagree."),
            ),
        )

    def __str__(self) -> str:
        return f"opinion {self.pk}"

    @property
    def agrees(self) -> bool:
        return self.kind in AGREEING


class Consent(models.Model):
    """An adjudicator's consent to points that are no option, for one version of the answer."""

    item = models.ForeignKey(CaseItem, models.PROTECT, related_name="consents")
    version = models.PositiveIntegerField(_("version"))
    adjudicator = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    text = models.TextField(_("why it is consented to"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("item", "version"), name="one_consent_per_version"),
            models.CheckConstraint(condition=~Q(text=""), name="a_consent_has_a_text"),
        )

    def __str__(self) -> str:
        return f"consent {self.pk}"
