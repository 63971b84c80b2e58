"""What runs a round: invitations, acts that take two, extensions, and its setting up."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mipex_site.base.models import Stamped
from mipex_site.base.querysets import RememberedQuerySet

from ..enums import (
    Attribution,
    ExtensionState,
    JointActKind,
    JointActState,
    Role,
    SetUpState,
)
from ..querysets import SetUpQuerySet
from .framework import Aggregate
from .people import Assignment, Organisation
from .rounds import Country, Round

PERSON = settings.AUTH_USER_MODEL


class Invitation(Stamped):
    """Somebody is asked to take a part. The link's token is kept as a SHA-256 (hex) alone."""

    round = models.ForeignKey(
        Round, models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=10, default="en")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role)
    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="+"
    )
    strand = models.ForeignKey(
        Aggregate, models.PROTECT, null=True, blank=True, related_name="+"
    )
    coding = models.PositiveSmallIntegerField(_("coding"), null=True, blank=True)
    replaces = models.ForeignKey(
        Assignment, models.PROTECT, null=True, blank=True, related_name="+"
    )
    invited_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    token_hash = models.CharField(_("hash of the token"), max_length=64, unique=True)
    issue = models.PositiveSmallIntegerField(_("times issued"), default=1)
    expires_at = models.DateTimeField(_("link ends"))
    opened_at = models.DateTimeField(_("first opened"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    attribution = models.CharField(
        _("attribution"), max_length=14, choices=Attribution, blank=True
    )
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["token_hash"])

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="invited_role_is_known"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(declined_at__isnull=True),
                name="an_invitation_is_answered_once",
            ),
        )

    def __str__(self) -> str:
        return f"invitation {self.pk} ({self.role})"


class JointAct(Stamped):
    """An act on a round that one person asks for and another one does."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="joint_acts")
    kind = models.CharField(_("kind"), max_length=14, choices=JointActKind)
    subject = models.CharField(_("subject"), max_length=80, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=10, choices=JointActState, default=JointActState.ASKED
    )
    decided_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    words = models.TextField(_("words of the decision"), blank=True)

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("act of two")
        verbose_name_plural = _("acts of two")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "kind", "subject"),
                condition=Q(state=JointActState.ASKED),
                name="an_act_of_two_is_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=JointActState.values), name="act_of_two_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=JointActState.DONE) | ~Q(decided_by=F("asked_by")),
                name="an_act_of_two_takes_two",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"


class Extension(Stamped):
    """More time for a country, or for one of its strands: asked, and granted or denied."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="extensions")
    country = models.ForeignKey(Country, models.PROTECT, related_name="+")
    strand = models.ForeignKey(
        Aggregate, models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    wished_until = models.DateTimeField(_("wished until"))
    state = models.CharField(
        _("state"), max_length=10, choices=ExtensionState, default=ExtensionState.ASKED
    )
    granted_until = models.DateTimeField(_("granted until"), null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    words = models.TextField(_("words of the decision"), blank=True)

    objects = RememberedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=ExtensionState.values), name="extension_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=ExtensionState.GRANTED) | Q(granted_until__isnull=False),
                name="a_granted_extension_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state=ExtensionState.GRANTED) | ~Q(decided_by=F("asked_by")),
                name="nobody_grants_an_extension_to_themselves",
            ),
        )

    def __str__(self) -> str:
        return f"extension {self.pk} ({self.state})"


class SetUp(Stamped):
    """The opening of a round as work for a worker: sheets, carried answers, its progress."""

    round = models.OneToOneField(Round, models.PROTECT, related_name="set_up")
    state = models.CharField(
        _("state"), max_length=8, choices=SetUpState, default=SetUpState.QUEUED
    )
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    step = models.CharField(_("step"), max_length=60, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    of = models.PositiveIntegerField(_("of"), default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    receipt = models.UUIDField(_("receipt of the present claim"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last heartbeat"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects = SetUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("setting up of a round")
        verbose_name_plural = _("settings up of rounds")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=SetUpState.values), name="set_up_state_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"set-up of round {self.round_id} ({self.state})"
