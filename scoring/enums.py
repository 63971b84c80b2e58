"""The vocabularies of scoring."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MethodState(models.TextChoices):
    DRAFT = "draft", _("draft")
    LOCKED = "locked", _("locked")


class RankOn(models.TextChoices):
    SHOWN = "shown", _("shown score")
    EXACT = "exact", _("exact score")


class RunState(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class Level(models.TextChoices):
    INDEX = "index", _("index")
    STRAND = "strand", _("strand")
    DIMENSION = "dimension", _("dimension")
    COMPOSITE = "composite", _("composite")
