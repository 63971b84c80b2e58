"""Who belongs where, and who may do what: rights come from assignments alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mipex_site.base.clock import present
from mipex_site.base.models import Stamped

from ..enums import ConsortiumRole, OrganisationKind, Role
from ..querysets import AffiliationQuerySet, AssignmentQuerySet
from .framework import Aggregate
from .rounds import Country, Round

PERSON = settings.AUTH_USER_MODEL


class Organisation(Stamped):
    """A member of the consortium, or where one of its people works."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    consortium_role = models.CharField(
        _("role in the consortium"), max_length=20, choices=ConsortiumRole, blank=True
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Affiliation(models.Model):
    """Where a person works, or worked until a day; who came before the portal has no first day."""

    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="affiliations")
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "organisation"),
                condition=Q(until__isnull=True),
                name="a_person_once_in_an_organisation",
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True)
                | Q(until__isnull=True)
                | Q(until__gte=F("since")),
                name="who_leaves_an_organisation_was_there",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id}: {self.organisation_id}"


class Assignment(Stamped):
    """This person, this part of a round, in this role. An empty scope column means: all of them.

    Only a coordinator or publisher may have no round: they set up rounds. The pseudonym is what
    the other side of the blind reads; it is random, and stable within a round.
    """

    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="+"
    )
    strand = models.ForeignKey(
        Aggregate, models.PROTECT, null=True, blank=True, related_name="+"
    )
    coding = models.PositiveSmallIntegerField(_("coding"), null=True, blank=True)
    pseudonym = models.CharField(_("pseudonym"), max_length=60)
    granted_by = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The expert on whose behalf a delegate acts."),
    )
    reason = models.TextField(_("reason"), blank=True)
    ends_at = models.DateTimeField(_("ends by itself"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = (
            models.UniqueConstraint(
                "person",
                "role",
                Coalesce("round", 0),
                Coalesce("country", 0),
                Coalesce("strand", 0),
                Coalesce("coding", 0),
                condition=Q(ended_at__isnull=True),
                name="one_running_assignment_per_scope",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_known"),
            models.CheckConstraint(
                condition=Q(round__isnull=False)
                | Q(role__in=(Role.COORDINATOR, Role.PUBLISHER)),
                name="only_coordinators_and_publishers_without_a_round",
            ),
        )
        indexes = (
            models.Index(fields=("round", "country", "role"), name="rights_in_a_country"),
        )

    def __str__(self) -> str:
        return f"{self.pseudonym} ({self.role})"

    @property
    def is_over(self) -> bool:
        """Whether it was ended, or has ended by itself; `running` asks the same of many."""
        if self.ended_at is not None:
            return True
        return self.ends_at is not None and self.ends_at <= present()
