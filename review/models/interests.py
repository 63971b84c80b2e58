"""Who has a tie to a country, and who learned a name: per person, round and country."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mipex_site.base.models import Stamped
from mipex_site.base.querysets import AppendOnlyQuerySet
from questionnaire.models import Country, Round

from ..enums import Interest

PERSON = settings.AUTH_USER_MODEL


class Declaration(Stamped):
    """What somebody declares about a country before its content is shown, and what became of it.

    A possible tie, or one that a standing rule found (FLAGS, in words), is decided in writing by
    a coordinator: IS_CLEARED is None until then.
    """

    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    interest = models.CharField(_("tie"), max_length=10, choices=Interest)
    text = models.TextField(_("what it is"), blank=True)
    flags = models.JSONField(_("found by the standing rules"), default=list, blank=True)
    declared_at = models.DateTimeField(_("declared"), auto_now_add=True)
    is_cleared = models.BooleanField(_("may go on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.TextField(_("decision"), blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("declaration of interests")
        verbose_name_plural = _("declarations of interests")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "round", "country"), name="one_declaration_per_country"
            ),
            models.CheckConstraint(
                condition=Q(interest=Interest.NONE) | ~Q(text=""),
                name="a_tie_is_described",
                violation_error_message=_("Say in a sentence what the tie is."),
            ),
        )

    def __str__(self) -> str:
        return f"declaration {self.pk}"


class Unblinding(models.Model):
    """A coordinator learned the names of a country's people in a round: who, why, until when."""

    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    until = models.DateTimeField(_("names shown until"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("unblinding")
        verbose_name_plural = _("unblindings")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="an_unblinding_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"unblinding {self.pk}"


class NamingConsent(Stamped):
    """Whether an expert or a reviewer may be named in the edition, as said last."""

    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    is_named = models.BooleanField(_("may be named"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("consent to being named")
        verbose_name_plural = _("consents to being named")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "round", "country"), name="one_consent_to_being_named"
            ),
        )

    def __str__(self) -> str:
        return f"naming {self.pk}"
