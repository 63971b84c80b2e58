"""The vocabularies of editions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EditionKind(models.TextChoices):
    ROUND = "round", _("from a round of this portal")
    ARCHIVE = "archive", _("archive of a published release")


class RevisionKind(models.TextChoices):
    FIRST = "first", _("first")
    CORRECTION = "correction", _("correction")
    EXTENSION = "extension", _("extension")


class RevisionState(models.TextChoices):
    QUEUED = "queued", _("queued")
    BUILDING = "building", _("building")
    FAILED = "failed", _("failed")
    CANDIDATE = "candidate", _("candidate")
    SIGNED = "signed", _("signed")
    SET_ASIDE = "set_aside", _("set aside")
    PUBLISHED = "published", _("published")
    SUPERSEDED = "superseded", _("superseded")
    WITHDRAWN = "withdrawn", _("withdrawn")


PUBLIC = (RevisionState.PUBLISHED, RevisionState.SUPERSEDED)
SHOWN = (*PUBLIC, RevisionState.WITHDRAWN)


class RehearsalState(models.TextChoices):
    QUEUED = "queued", _("queued")
    BUILDING = "building", _("building")
    FAILED = "failed", _("failed")
    READY = "ready", _("ready")


class TextKind(models.TextChoices):
    FINDING = "finding", _("finding")
    COUNTRY_NOTE = "country_note", _("country note")
    PRESS = "press", _("press release")


class TextState(models.TextChoices):
    DRAFT = "draft", _("draft")
    REVIEWED = "reviewed", _("reviewed")


class CorrectionState(models.TextChoices):
    FILED = "filed", _("filed")
    IN_TRIAGE = "in_triage", _("looked into")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    ISSUED = "issued", _("issued in a revision")
