"""A build from what is approved so far, and the texts that are written on it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mipex_site.base.models import Stamped
from mipex_site.base.querysets import AppendOnlyQuerySet, RememberedQuerySet
from questionnaire.models import Round
from scoring.models import Method

from ..enums import RehearsalState, TextKind, TextState
from ..querysets import RehearsalQuerySet
from .editions import Revision

PERSON = settings.AUTH_USER_MODEL


class Rehearsal(Stamped):
    """An edition as it would be now: marked on every page, and never to be published."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    method = models.ForeignKey(Method, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(
        _("state"), max_length=8, choices=RehearsalState, default=RehearsalState.QUEUED
    )
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    folder = models.CharField(_("folder"), max_length=120, blank=True)
    hash = models.CharField(_("hash"), max_length=64, blank=True)
    settled = models.PositiveIntegerField(_("settled answers"), default=0)
    asked = models.PositiveIntegerField(_("questions asked"), default=0)
    step = models.CharField(_("step"), max_length=60, blank=True)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    receipt = models.UUIDField(_("receipt of the present claim"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last heartbeat"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects = RehearsalQuerySet.as_manager()

    class Meta:
        verbose_name = _("rehearsal")
        verbose_name_plural = _("rehearsals")
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=("round", "number"), name="one_rehearsal_per_number"
            ),
            models.CheckConstraint(
                condition=Q(state__in=RehearsalState.values), name="rehearsal_state_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"rehearsal {self.number} ({self.state})"


class EditionText(Stamped):
    """A finding, a country's note or the press release, in Markdown with figures by reference."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=TextKind)
    country = models.CharField(_("country"), max_length=2, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    state = models.CharField(
        _("state"), max_length=8, choices=TextState, default=TextState.DRAFT
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("text of an edition")
        verbose_name_plural = _("texts of an edition")
        ordering = ("kind", "country", "order", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind=TextKind.COUNTRY_NOTE) ^ Q(country=""),
                name="a_note_and_only_a_note_has_a_country",
            ),
            models.CheckConstraint(
                condition=Q(state=TextState.DRAFT) | Q(reviewed_by__isnull=False),
                name="a_reviewed_text_has_a_reviewer",
            ),
        )

    def __str__(self) -> str:
        return self.title


class FrozenText(models.Model):
    """A text as it was frozen, its figures filled in."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="texts")
    kind = models.CharField(_("kind"), max_length=12, choices=TextKind)
    country = models.CharField(_("country"), max_length=2, blank=True)
    order = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("revision", "kind", "country", "order"),
                name="one_frozen_text_per_place",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.country} {self.order}"
