"""What happens to answers after they were settled: a reopening, and the expert's last word."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mipex_site.base.models import Stamped
from mipex_site.base.querysets import AppendOnlyQuerySet

from ..enums import ItemState, ReopenedOutcome, ReopeningReason, ReopeningState
from .cases import Case, CaseItem

PERSON = settings.AUTH_USER_MODEL
BEFORE_ITS_END = (ReopeningState.ASKED, ReopeningState.SECONDING, ReopeningState.OPEN)


class Reopening(Stamped):
    """A window in which listed answers of a case may be changed again, until an instant.

    NEEDS_TWO is fixed when it is asked for: a case that was cleared is opened by two persons.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="reopenings")
    state = models.CharField(
        _("state"), max_length=10, choices=ReopeningState, default=ReopeningState.ASKED
    )
    reason = models.CharField(_("reason"), max_length=12, choices=ReopeningReason)
    text = models.TextField(_("why, and what shows it"))
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    needs_two = models.BooleanField(_("decided by two"), default=False)
    granted_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+"
    )
    seconded_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.TextField(_("decision"), blank=True)
    until = models.DateTimeField(_("open until"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("reopening")
        verbose_name_plural = _("reopenings")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("case",),
                condition=Q(state__in=BEFORE_ITS_END),
                name="one_reopening_at_a_time",
                violation_error_message=_("A reopening of this sheet is under way already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReopeningState.values), name="reopening_state_is_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="a_reopening_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"reopening {self.pk}"


class ReopenedItem(models.Model):
    """One answer that a reopening lists: its version and state before, and what came of it."""

    reopening = models.ForeignKey(Reopening, models.PROTECT, related_name="items")
    item = models.ForeignKey(CaseItem, models.PROTECT, related_name="reopened")
    version = models.PositiveIntegerField(_("version when it was asked for"))
    state_before = models.CharField(_("state before"), max_length=16, choices=ItemState)
    outcome = models.CharField(
        _("outcome"),
        max_length=10,
        choices=ReopenedOutcome,
        default=ReopenedOutcome.PENDING,
    )

    class Meta:
        ordering = ("item__indicator__order", "item__reference_date")
        constraints = (
            models.UniqueConstraint(
                fields=("reopening", "item"), name="an_answer_once_in_a_reopening"
            ),
        )

    def __str__(self) -> str:
        return f"reopening {self.reopening_id}, item {self.item_id}"


class LastWord(models.Model):
    """The expert's comment on one settled answer before the sheet is cleared; no edit."""

    item = models.OneToOneField(CaseItem, models.PROTECT, related_name="last_word")
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    text = models.TextField(_("comment"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("last word")
        verbose_name_plural = _("last words")
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="a_last_word_says_something"),
        )

    def __str__(self) -> str:
        return f"last word {self.pk}"
