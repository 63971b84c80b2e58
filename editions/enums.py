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
    PUBLISHED = "published", _("published")
    SUPERSEDED = "superseded", _("superseded")
    WITHDRAWN = "withdrawn", _("withdrawn")


PUBLIC = (RevisionState.PUBLISHED, RevisionState.SUPERSEDED)
