"""Countries, their dated groups, and rounds of data collection."""

from __future__ import annotations

from datetime import date

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mipex_site.base.models import Stamped
from mipex_site.base.querysets import RememberedQuerySet

from ..enums import EvidenceRule, RoundState
from .framework import Framework


class Country(Stamped):
    """A country by its ISO 3166-1 codes: alpha-2 in addresses and data, alpha-3 as a column."""

    code = models.CharField(
        _("code"),
        max_length=2,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, as in ISO 3166-1."))],
    )
    alpha3 = models.CharField(
        _("three-letter code"),
        max_length=3,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, as in ISO 3166-1."))
        ],
    )
    name = models.CharField(_("name"), max_length=100, unique=True)

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class CountryGroup(models.Model):
    """A named group, such as the European Union; who belongs to it is dated."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("country group")
        verbose_name_plural = _("country groups")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class GroupMembership(models.Model):
    """From the first day a country belongs to a group to the last."""

    group = models.ForeignKey(CountryGroup, models.CASCADE, related_name="memberships")
    country = models.ForeignKey(Country, models.PROTECT, related_name="memberships")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("group", "country", "first_day"), name="one_membership_per_first_day"
            ),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="a_membership_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"{self.group_id}: {self.country_id}"


class Round(Stamped):
    """A wave of data collection: the law of one day, gathered between the work dates."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=120)
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=14, choices=RoundState, default=RoundState.DESIGN
    )
    cut_off = models.DateField(
        _("cut-off date"), help_text=_("The day whose law is described.")
    )
    zone = models.CharField(
        _("time zone of the work dates"), max_length=60, default="Europe/Brussels"
    )
    opens_at = models.DateTimeField(_("opens"))
    due_at = models.DateTimeField(_("due"))
    grace_until = models.DateTimeField(_("grace until"))
    hard_close_at = models.DateTimeField(_("hard close"))
    review_due_at = models.DateTimeField(_("review due"))
    opinions_required = models.PositiveSmallIntegerField(_("opinions required"), default=2)
    opinions_hidden = models.BooleanField(
        _("others' opinions hidden until one's own"), default=True
    )
    returns_allowed = models.PositiveSmallIntegerField(
        _("returns allowed"),
        default=2,
        help_text=_("An objection that stands after so many returns is disputed."),
    )
    blind_share = models.PositiveSmallIntegerField(
        _("coded blind, in 100 questions"),
        default=10,
        validators=[MaxValueValidator(100)],
        help_text=_("New questions are all coded blind. 0 asks for no blind coding."),
    )
    last_word_days = models.PositiveSmallIntegerField(
        _("days for the expert's last word"), default=5
    )
    evidence_rule = models.CharField(
        _("evidence rule"),
        max_length=20,
        choices=EvidenceRule,
        default=EvidenceRule.LAW_OR_PRACTICE,
    )
    is_demonstration = models.BooleanField(_("is a demonstration"), default=False)
    publishes_itself = models.BooleanField(
        _("publishes itself once signed in advance"), default=False
    )
    edition_code = models.SlugField(_("code of its edition"), max_length=20, unique=True)
    review_days = models.PositiveSmallIntegerField(
        _("days kept for the review"),
        default=14,
        help_text=_("An extension that leaves the review less takes two people."),
    )
    publish_at = models.DateTimeField(
        _("published at"),
        null=True,
        blank=True,
        help_text=_("Without it the edition appears as soon as it is signed."),
    )
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    extends = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="extended_by",
        help_text=_("The round whose edition these countries join."),
    )
    entry_closed_at = models.DateTimeField(_("entry closed at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("review closed at"), null=True, blank=True)

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ("-cut_off", "code")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=RoundState.values), name="round_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("due_at"))
                & Q(due_at__lte=F("grace_until"))
                & Q(grace_until__lte=F("hard_close_at"))
                & Q(hard_close_at__lt=F("review_due_at")),
                name="work_dates_in_order",
                violation_error_message=_(
                    "The work dates must follow each other: "
                    "opens, due, grace, hard close, review due."
                ),
            ),
            models.CheckConstraint(
                condition=Q(opinions_required__gte=1), name="at_least_one_opinion"
            ),
            models.CheckConstraint(
                condition=Q(evidence_rule=EvidenceRule.LAW_OR_PRACTICE)
                | Q(is_demonstration=True),
                name="only_a_demonstration_cites_dataset_cells",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def stream(self) -> str:
        """The name of the round's audit chain."""
        return f"round/{self.code}"


class Participation(models.Model):
    """A country in a round, with its own cut-off where it has one."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="participations")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    own_cut_off = models.DateField(_("own cut-off date"), null=True, blank=True)
    is_pending = models.BooleanField(
        _("opens without an expert"),
        default=False,
        help_text=_("The round may open before its lead expert is found."),
    )
    excluded_because = models.TextField(_("excluded because"), blank=True)
    follows_later = models.BooleanField(_("follows in a later revision"), default=False)

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "country"), name="a_country_once_in_a_round"
            ),
        )

    def __str__(self) -> str:
        return f"{self.round_id}: {self.country_id}"

    @property
    def cut_off(self) -> date:
        return self.own_cut_off or self.round.cut_off


class ReferenceDay(models.Model):
    """An earlier day whose law the round asks for too (a back-cast)."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="reference_days")
    day = models.DateField(_("reference date"))

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("earlier reference date")
        verbose_name_plural = _("earlier reference dates")
        ordering = ("-day",)
        constraints = (
            models.UniqueConstraint(fields=("round", "day"), name="a_day_once_in_a_round"),
        )

    def __str__(self) -> str:
        return f"{self.round_id}: {self.day}"
