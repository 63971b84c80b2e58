"""What was published, frozen: rows hold codes and values, never a key to what people still edit."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mipex_site.base.models import RationalField, Stamped
from mipex_site.base.querysets import AppendOnlyQuerySet
from questionnaire.models import Round
from scoring.models import ScoreRun

from ..enums import EditionKind, RevisionKind, RevisionState
from ..querysets import RevisionQuerySet

PERSON = settings.AUTH_USER_MODEL


class Edition(Stamped):
    """What is published under one name, such as ``2020``; its states are revisions."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=EditionKind)
    round = models.OneToOneField(Round, models.PROTECT, null=True, blank=True, related_name="+")
    licence = models.CharField(_("licence"), max_length=80)
    publisher = models.CharField(_("publisher"), max_length=160)
    notice = models.TextField(_("notice"), blank=True)
    is_demonstration = models.BooleanField(_("is a demonstration"), default=False)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind=EditionKind.ROUND, round__isnull=False)
                | Q(kind=EditionKind.ARCHIVE, round__isnull=True),
                name="an_archive_has_no_round",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Revision(Stamped):
    """One frozen state of an edition: ``2020.1``. Once published it never changes."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    kind = models.CharField(
        _("kind"), max_length=12, choices=RevisionKind, default=RevisionKind.FIRST
    )
    state = models.CharField(
        _("state"), max_length=12, choices=RevisionState, default=RevisionState.QUEUED
    )
    run = models.ForeignKey(ScoreRun, models.PROTECT, null=True, blank=True, related_name="+")
    cut_off = models.DateField(_("cut-off date"))
    audit_length = models.PositiveBigIntegerField(_("length of the audit chain"), default=0)
    audit_head = models.CharField(_("head of the audit chain"), max_length=64, blank=True)
    hash = models.CharField(_("edition hash"), max_length=64, blank=True)
    folder = models.CharField(_("folder"), max_length=120, blank=True)
    checks = models.JSONField(_("checks"), default=list, blank=True)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    receipt = models.UUIDField(_("receipt of the present claim"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last heartbeat"), null=True, blank=True)
    step = models.CharField(_("step"), max_length=60, blank=True)
    error = models.TextField(_("error"), blank=True)
    based_on = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The revision that a correction or an extension starts from."),
    )
    joining = models.ForeignKey(
        Round,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The round whose countries join by an extension."),
    )
    reason = models.TextField(
        _("reason"), blank=True, help_text=_("The erratum, or why it was withdrawn.")
    )
    publish_at = models.DateTimeField(_("to be published at"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("edition", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=("edition", "number"), name="one_revision_per_number"
            ),
            models.UniqueConstraint(
                fields=("edition",),
                condition=Q(state=RevisionState.PUBLISHED),
                name="one_published_revision_per_edition",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RevisionState.values), name="revision_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=(
                        RevisionState.CANDIDATE,
                        RevisionState.SIGNED,
                        RevisionState.PUBLISHED,
                        RevisionState.SUPERSEDED,
                    ),
                    hash="",
                ),
                name="what_is_built_has_a_hash",
            ),
        )

    def __str__(self) -> str:
        return f"{self.edition.code}.{self.number}"

    @property
    def name(self) -> str:
        """The revision's name in addresses and citations, such as ``2020.1``."""
        return f"{self.edition.code}.{self.number}"


class Mandate(models.Model):
    """A signature given in advance, for the first candidate whose checks are green."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="mandates")
    signer = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint(
                fields=("edition", "signer"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_mandate_per_signer",
            ),
        )

    def __str__(self) -> str:
        return f"mandate {self.pk}"


class Signature(models.Model):
    """One of the two signatures over a revision's hash."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    hash = models.CharField(_("signed hash"), max_length=64)
    in_advance = models.BooleanField(_("given in advance"), default=False)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint(
                fields=("revision", "signer"),
                name="one_signature_per_signer",
                violation_error_message=_("The second signature must be somebody else's."),
            ),
        )

    def __str__(self) -> str:
        return f"signature {self.pk}"


class FrozenAnswer(models.Model):
    """One answer as it was frozen."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="answers")
    country = models.CharField(_("country"), max_length=2)
    indicator = models.CharField(_("indicator"), max_length=40)
    reference_date = models.DateField(_("reference date"))
    status = models.CharField(_("status"), max_length=20)
    option = models.PositiveSmallIntegerField(_("option"), null=True)
    points = RationalField(_("points"), null=True, max_length=30)
    basis = models.CharField(_("basis"), max_length=12, blank=True)
    rationale = models.TextField(_("rationale"), blank=True)
    sources = models.JSONField(_("sources"), default=list)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("revision", "country", "indicator", "reference_date"),
                name="one_frozen_answer_per_cell",
            ),
        )

    def __str__(self) -> str:
        return f"{self.country} {self.indicator} {self.reference_date}"


class FrozenScore(models.Model):
    """One figure as it was frozen: exact, shown and ranked."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="scores")
    country = models.CharField(_("country"), max_length=2)
    node = models.CharField(_("node"), max_length=60)
    level = models.CharField(_("level"), max_length=10)
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
        constraints = (
            models.UniqueConstraint(
                fields=("revision", "country", "node", "reference_date"),
                name="one_frozen_score_per_cell",
            ),
        )

    def __str__(self) -> str:
        return f"{self.country} {self.node} {self.reference_date}"
