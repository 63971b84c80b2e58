"""A version of the whole tree of questions: what is asked, and what is computed from it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mipex_site.base.models import RationalField, Stamped
from mipex_site.base.querysets import RememberedQuerySet

from ..enums import (
    AggregateKind,
    AggregateRule,
    Evidence,
    FrameworkState,
    Relation,
    StandardKind,
)


class Framework(Stamped):
    """A version of the questionnaire, locked before its first round opens."""

    code = models.SlugField(_("code"), max_length=60)
    version = models.CharField(_("version"), max_length=20)
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("base language"), max_length=10, default="en")
    notice = models.TextField(
        _("notice"), blank=True, help_text=_("Shown wherever it is used.")
    )
    licence = models.CharField(_("licence"), max_length=80, blank=True)
    origin = models.TextField(_("origin"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=FrameworkState, default=FrameworkState.DRAFT
    )
    checksum = models.CharField(_("checksum"), max_length=64, blank=True)
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")
        constraints = (
            models.UniqueConstraint(
                fields=("code", "version"), name="one_framework_per_version"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FrameworkState.values), name="framework_state_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class Standard(models.Model):
    """The highest European or international standard that indicators are measured against."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="standards")
    code = models.SlugField(_("code"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=StandardKind)
    title = models.CharField(_("title"), max_length=300)
    article = models.CharField(_("article"), max_length=120, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    minimum_only = models.BooleanField(_("is only a minimum"), default=False)
    url = models.URLField(_("link"), blank=True)

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        constraints = (
            models.UniqueConstraint(fields=("framework", "code"), name="one_standard_per_code"),
        )

    def __str__(self) -> str:
        return self.title


class Aggregate(models.Model):
    """Everything that is computed from its children: strand, dimension, composite."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="aggregates")
    code = models.SlugField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12, choices=AggregateKind)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="aggregates"
    )
    order = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=200)
    weight = RationalField(_("weight"), default="1", max_length=30)
    rule = models.CharField(_("rule"), max_length=16, choices=AggregateRule)
    shown = models.BooleanField(_("is shown"), default=True)
    table = models.JSONField(_("table"), null=True, blank=True)

    class Meta:
        verbose_name = _("aggregate")
        verbose_name_plural = _("aggregates")
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint(
                fields=("framework", "code"), name="one_aggregate_per_code"
            ),
            models.CheckConstraint(
                condition=Q(kind=AggregateKind.STRAND, parent__isnull=True)
                | (~Q(kind=AggregateKind.STRAND) & Q(parent__isnull=False)),
                name="strands_and_only_strands_are_roots",
            ),
            models.CheckConstraint(
                condition=Q(rule=AggregateRule.TABLE, table__isnull=False)
                | (~Q(rule=AggregateRule.TABLE) & Q(table__isnull=True)),
                name="table_if_and_only_if_the_rule_is_table",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Indicator(models.Model):
    """One question with options, asked of an expert."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="indicators")
    strand = models.ForeignKey(Aggregate, models.CASCADE, related_name="indicators_below")
    parent = models.ForeignKey(Aggregate, models.CASCADE, related_name="indicators")
    code = models.SlugField(_("code"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=200)
    question = models.TextField(_("question"))
    guidance = models.TextField(_("guidance"), blank=True)
    evidence = models.CharField(_("evidence"), max_length=10, choices=Evidence)
    weight = RationalField(_("weight"), default="1", max_length=30)
    relation = models.CharField(
        _("relation to its forerunner"), max_length=12, choices=Relation
    )
    forerunners = models.JSONField(_("forerunners"), default=list, blank=True)
    standards = models.ManyToManyField(Standard, related_name="indicators", blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint(
                fields=("framework", "code"), name="one_indicator_per_code"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Option(models.Model):
    """A permitted answer and the points it earns, 0 (least favourable) to 100 (the standard)."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="options")
    order = models.PositiveSmallIntegerField(_("order"))
    label = models.CharField(_("label"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    points = models.PositiveSmallIntegerField(_("points"), validators=[MaxValueValidator(100)])

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint(fields=("indicator", "order"), name="one_option_per_place"),
            models.UniqueConstraint(
                fields=("indicator", "points"), name="one_option_per_points"
            ),
            models.CheckConstraint(condition=Q(points__lte=100), name="points_up_to_100"),
        )

    def __str__(self) -> str:
        return self.label


class Index(models.Model):
    """An overall over named strands: MIPEX has three, with and without health and education."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="indexes")
    code = models.SlugField(_("code"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"))
    is_headline = models.BooleanField(_("is the headline"), default=False)

    class Meta:
        verbose_name = _("index")
        verbose_name_plural = _("indexes")
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint(fields=("framework", "code"), name="one_index_per_code"),
            models.UniqueConstraint(
                fields=("framework",), condition=Q(is_headline=True), name="one_headline_index"
            ),
        )

    def __str__(self) -> str:
        return self.title


class IndexPart(models.Model):
    """One strand of an index."""

    index = models.ForeignKey(Index, models.CASCADE, related_name="parts")
    strand = models.ForeignKey(Aggregate, models.CASCADE, related_name="+")
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint(
                fields=("index", "strand"), name="a_strand_once_in_an_index"
            ),
        )

    def __str__(self) -> str:
        return f"{self.index_id}: {self.strand_id}"


class ScoredPeriod(models.Model):
    """Years in which a strand or an index is scored. Without any row it is scored always."""

    aggregate = models.ForeignKey(
        Aggregate, models.CASCADE, null=True, blank=True, related_name="scored"
    )
    index = models.ForeignKey(
        Index, models.CASCADE, null=True, blank=True, related_name="scored"
    )
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)

    class Meta:
        ordering = ("first_year",)
        constraints = (
            models.CheckConstraint(
                condition=Q(aggregate__isnull=False, index__isnull=True)
                | Q(aggregate__isnull=True, index__isnull=False),
                name="a_period_belongs_to_one_node",
            ),
            models.CheckConstraint(
                condition=Q(last_year__isnull=True) | Q(last_year__gte=models.F("first_year")),
                name="a_period_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_year}-{self.last_year or ''}"


class Translation(models.Model):
    """A text of the framework in another language than its base language."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="translations")
    language = models.CharField(_("language"), max_length=10)
    address = models.CharField(
        _("address"), max_length=120, help_text=_("For example indicator/ba21/question.")
    )
    text = models.TextField(_("text"))
    made_of = models.TextField(
        _("made of"),
        blank=True,
        help_text=_("The text as it was translated, where it is another by now."),
    )
    outdated_on = models.DateField(_("to be looked at again since"), null=True, blank=True)

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = (
            models.UniqueConstraint(
                fields=("framework", "language", "address"), name="one_translation_per_text"
            ),
        )

    def __str__(self) -> str:
        return f"{self.language} {self.address}"


class Contradiction(models.Model):
    """Two answers of one country that cannot both be right, and why.

    EARNS and OTHER_EARNS are lists of points: an answer to INDICATOR that earns one of the
    first contradicts an answer to OTHER that earns one of the second.
    """

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="contradictions")
    code = models.SlugField(_("code"), max_length=60)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+")
    earns = models.JSONField(_("points"), default=list)
    other = models.ForeignKey(Indicator, models.CASCADE, related_name="+")
    other_earns = models.JSONField(_("points of the other"), default=list)
    words = models.TextField(_("why both cannot be right"))

    class Meta:
        verbose_name = _("contradiction")
        verbose_name_plural = _("contradictions")
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(
                fields=("framework", "code"), name="one_contradiction_per_code"
            ),
        )

    def __str__(self) -> str:
        return self.code
