"""Sheets, what is typed on them, what was answered, and what it rests on."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mipex_site.base.models import RationalField, Stamped
from mipex_site.base.querysets import RememberedQuerySet

from ..enums import AnswerKind, AssessmentState, ChangeReason, RequestState, SourceKind
from ..querysets import AnswerQuerySet, AssessmentQuerySet, CitationQuerySet, SourceQuerySet
from .earlier import EarlierAnswer
from .framework import Aggregate, Indicator, Option
from .rounds import Country, Round

PERSON = settings.AUTH_USER_MODEL
FULL_POINTS = 100


class Assessment(Stamped):
    """A sheet: one expert's answers for one strand of one country in one round."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="assessments")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    strand = models.ForeignKey(Aggregate, models.PROTECT, related_name="+")
    coding = models.PositiveSmallIntegerField(
        _("coding"), default=1, help_text=_("1 is the first, 2 an independent second.")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=AssessmentState, default=AssessmentState.OPEN
    )
    submitted_at = models.DateTimeField(_("last submitted"), null=True, blank=True)
    declared_for = models.DateField(_("declared as the law of"), null=True, blank=True)
    open_until = models.DateTimeField(
        _("reopened until"),
        null=True,
        blank=True,
        help_text=_("Set while some handed-in answers are open again: it ends by itself."),
    )
    extended_until = models.DateTimeField(_("entry extended until"), null=True, blank=True)
    first_submitted_at = models.DateTimeField(_("first submitted"), null=True, blank=True)
    late_by = models.DurationField(_("handed in late by"), null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("sheet")
        verbose_name_plural = _("sheets")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "country", "strand", "coding"), name="one_sheet_per_coding"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AssessmentState.values), name="sheet_state_is_known"
            ),
            models.CheckConstraint(condition=Q(coding__gte=1), name="codings_count_from_one"),
        )

    def __str__(self) -> str:
        return f"sheet {self.pk}"

    @property
    def due_at(self) -> datetime:
        """When this sheet is due: with its round, or at the end of its extension."""
        return self._at_least(self.round.due_at)

    @property
    def entry_ends_at(self) -> datetime:
        """When entry ends for this sheet: at the hard close, or with its extension."""
        return self._at_least(self.round.hard_close_at)

    def _at_least(self, moment: datetime) -> datetime:
        return max(moment, self.extended_until) if self.extended_until else moment


class Source(Stamped):
    """A law, ruling, report or data cell. Entered once per country and coding, cited by many."""

    key = models.UUIDField(_("key"), default=uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    coding = models.PositiveSmallIntegerField(_("coding"), default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=SourceKind)
    title = models.CharField(_("title"), max_length=300)
    article = models.CharField(_("article or paragraph"), max_length=160, blank=True)
    jurisdiction = models.CharField(
        _("jurisdiction"),
        max_length=120,
        blank=True,
        help_text=_("Where it holds, if not in the whole country: a region, or the Union."),
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("link"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    in_force_until = models.DateField(_("in force until"), null=True, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    checked_on = models.DateField(
        _("checked on"),
        null=True,
        blank=True,
        help_text=_("The day on which somebody last saw that it carries the cut-off date."),
    )
    describes_cut_off = models.BooleanField(
        _("describes the situation on the cut-off date"), default=False
    )
    quote = models.TextField(_("quote in the original"), blank=True)
    quote_translated = models.TextField(_("quote translated"), blank=True)
    note = models.TextField(_("note"), blank=True)
    carried_from = models.CharField(
        _("carried over from"), max_length=60, blank=True, help_text=_("An edition's name.")
    )
    entered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    objects = SourceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("title", "article")
        indexes = (
            models.Index(fields=("round", "country", "coding"), name="sources_of_a_sheet"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(in_force_from__isnull=True)
                | Q(in_force_until__isnull=True)
                | Q(in_force_until__gte=F("in_force_from")),
                name="a_law_ends_after_it_begins",
                violation_error_message=_("The law cannot end before it begins."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.title}, {self.article}" if self.article else self.title


class Answer(Stamped):
    """What one expert says about one indicator on one reference date. Each change is a version."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="answers")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    reference_date = models.DateField(_("reference date"))
    version = models.PositiveIntegerField(_("version"), default=1)
    kind = models.CharField(
        _("kind"), max_length=16, choices=AnswerKind, default=AnswerKind.CHOSEN
    )
    option = models.ForeignKey(Option, models.PROTECT, null=True, blank=True, related_name="+")
    points = RationalField(_("exceptional points"), null=True, blank=True, max_length=30)
    rationale = models.TextField(_("why this option"), blank=True)
    note = models.TextField(_("note for the review"), blank=True)
    change_reason = models.CharField(
        _("what happened"), max_length=16, choices=ChangeReason, blank=True
    )
    confirms = models.ForeignKey(
        EarlierAnswer, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    objects = AnswerQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "indicator", "reference_date"),
                name="one_answer_per_indicator_and_date",
            ),
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.CHOSEN, option__isnull=False)
                | (~Q(kind=AnswerKind.CHOSEN) & Q(option__isnull=True)),
                name="option_if_and_only_if_chosen",
                violation_error_message=_("Choose an option, or say why there is none."),
            ),
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.EXCEPTIONAL, points__isnull=False)
                | (~Q(kind=AnswerKind.EXCEPTIONAL) & Q(points__isnull=True)),
                name="points_if_and_only_if_exceptional",
                violation_error_message=_("Only an exceptional answer has points of its own."),
            ),
        )

    def __str__(self) -> str:
        return f"answer {self.pk} version {self.version}"

    def clean(self) -> None:
        """Check what no constraint can: it would have to look into another table."""
        if self.option and self.option.indicator_id != self.indicator_id:
            raise ValidationError({"option": _("This option belongs to another indicator.")})
        if self.kind != AnswerKind.CHOSEN and not self.rationale.strip():
            raise ValidationError({"rationale": _("Say in words why no option fits.")})
        if self.points is not None and not 0 <= self.points <= FULL_POINTS:
            raise ValidationError({"points": _("Points lie between 0 and 100.")})


class Citation(models.Model):
    """A source that one version of an answer rests on. Rows of earlier versions stay."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="citations")
    version = models.PositiveIntegerField(_("version"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="citations")

    objects = CitationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("answer", "version", "source"), name="a_source_once_per_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.answer_id} v{self.version}: {self.source_id}"


class ChangeRequest(Stamped):
    """What the review asks about one answer of a returned sheet, and how the expert met it."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="change_requests")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    reference_date = models.DateField(_("reference date"))
    version = models.PositiveIntegerField(_("version asked about"))
    text = models.TextField(_("what is asked"))
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState, default=RequestState.OPEN
    )
    reply = models.TextField(_("reply"), blank=True)

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        ordering = ("indicator__order",)
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "indicator", "reference_date", "version"),
                name="one_request_per_version",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.MAINTAINED) | ~Q(reply=""),
                name="who_maintains_says_why",
                violation_error_message=_("Say why the answer stands."),
            ),
        )

    def __str__(self) -> str:
        return f"change request {self.pk}"


class Draft(Stamped):
    """What is being typed, before it is an answer: every field as it stands, valid or not."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="drafts")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    reference_date = models.DateField(_("reference date"))
    version = models.PositiveIntegerField(_("version"), default=1)
    based_on = models.PositiveIntegerField(_("version of the answer it began from"), default=0)
    content = models.JSONField(_("content"), default=dict)
    idempotency_key = models.CharField(_("idempotency key"), max_length=64, blank=True)
    tried = models.PositiveIntegerField(_("version that could not be recorded"), default=0)
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "indicator", "reference_date"),
                name="one_draft_per_indicator_and_date",
            ),
        )

    def __str__(self) -> str:
        return f"draft {self.pk}"
