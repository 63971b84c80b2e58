"""The vocabularies of questionnaire."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FrameworkState(models.TextChoices):
    DRAFT = "draft", _("draft")
    LOCKED = "locked", _("locked")


class AggregateKind(models.TextChoices):
    STRAND = "strand", _("strand")
    DIMENSION = "dimension", _("dimension")
    COMPOSITE = "composite", _("composite")


class AggregateRule(models.TextChoices):
    MEAN = "mean", _("mean")
    WEIGHTED_MEAN = "weighted_mean", _("weighted mean")
    TABLE = "table", _("table")


class StandardKind(models.TextChoices):
    CONVENTION = "convention", _("convention")
    DIRECTIVE = "directive", _("directive")
    RECOMMENDATION = "recommendation", _("recommendation")
    PROPOSAL = "proposal", _("proposal")


class Evidence(models.TextChoices):
    LAW = "law", _("law")
    PRACTICE = "practice", _("practice")


class Relation(models.TextChoices):
    """How an indicator stands to its forerunners in the framework before."""

    IDENTICAL = "identical", _("identical")
    REWORDED = "reworded", _("reworded, same meaning")
    RECODED = "recoded", _("recoded")
    MERGED = "merged", _("merged")
    SPLIT = "split", _("split")
    NEW = "new", _("new")


class RoundState(models.TextChoices):
    DESIGN = "design", _("in design")
    LOCKED = "locked", _("locked")
    OPEN = "open", _("open")
    REVIEW_CLOSED = "review_closed", _("review closed")
    CANCELLED = "cancelled", _("cancelled")


class EvidenceRule(models.TextChoices):
    """What an answer must cite. Only a demonstration may rest on the published data's own cell."""

    LAW_OR_PRACTICE = "law_or_practice", _("a law or a publication")
    DATASET_CELL = "dataset_cell", _("a cell of the published data")


class AssessmentState(models.TextChoices):
    OPEN = "open", _("answering")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")


class AnswerKind(models.TextChoices):
    CHOSEN = "chosen", _("an option")
    NOT_APPLICABLE = "not_applicable", _("does not apply here")
    UNKNOWN = "unknown", _("cannot be known")
    EXCEPTIONAL = "exceptional", _("exceptional points")


class ChangeReason(models.TextChoices):
    """Why an answer differs from the last edition's, or from the version a reviewer returned."""

    LAW_CHANGED = "law_changed", _("the law changed")
    CORRECTED = "corrected", _("the earlier answer was wrong")
    REINTERPRETED = "reinterpreted", _("the question was read differently")


class RequestState(models.TextChoices):
    OPEN = "open", _("open")
    CHANGED = "changed", _("changed")
    MAINTAINED = "maintained", _("maintained")


class SourceKind(models.TextChoices):
    LAW = "law", _("law")
    PRACTICE = "practice", _("publication on practice")
    DATASET = "dataset", _("published data")


class Role(models.TextChoices):
    EXPERT = "expert", _("expert")
    DELEGATE = "delegate", _("delegate")
    REVIEWER = "reviewer", _("reviewer")
    ADJUDICATOR = "adjudicator", _("consortium reviewer")
    COORDINATOR = "coordinator", _("coordinator")
    PUBLISHER = "publisher", _("publisher")
    OBSERVER = "observer", _("observer")


class Attribution(models.TextChoices):
    """How an expert is named in the edition."""

    NAMED = "named", _("named, with the country")
    WITHOUT_SCORES = "without_scores", _("named in a list, apart from any score")
    NOT_NAMED = "not_named", _("not named")


class JointActKind(models.TextChoices):
    """What takes two people: one asks for it, another one does it."""

    LOCK = "lock", _("lock the design")
    UNLOCK = "unlock", _("unlock the design")
    EXCLUDE = "exclude", _("leave a country out")
    INCLUDE = "include", _("take a country in again")
    FOLLOW_LATER = "follow_later", _("let a country follow later")
    EXTEND = "extend", _("extend into the time of the review")
    CANCEL = "cancel", _("cancel the round")
    BACK_TO_REVIEW = "back_to_review", _("take the round back to its review")


class JointActState(models.TextChoices):
    ASKED = "asked", _("waits for a second person")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("taken back")


class ExtensionState(models.TextChoices):
    ASKED = "asked", _("asked")
    GRANTED = "granted", _("granted")
    DENIED = "denied", _("denied")
    WITHDRAWN = "withdrawn", _("taken back")


class SetUpState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class FileKind(models.TextChoices):
    """What a file is by its first bytes, whatever its name says."""

    PDF = "pdf", _("PDF")
    DOCX = "docx", _("Word document")
    JPEG = "jpeg", _("JPEG picture")
    PNG = "png", _("PNG picture")


class LinkState(models.TextChoices):
    """What is known of a source's link."""

    WAITING = "waiting", _("not checked yet")
    CHECKING = "checking", _("being checked")
    ALIVE = "alive", _("answers")
    DEAD = "dead", _("does not answer")


class SetAsideBecause(models.TextChoices):
    """Why a text was not taken."""

    CLASH = "clash", _("another text was taken where two clashed")
    DISCARDED = "discarded", _("the recorded answer was taken instead")
    CLOSED = "closed", _("the sheet was closed when it came")


TEXT_LIMIT = 20_000
"""Characters of a reason, a note or a quote, however it comes in; a line's end counts as one."""

EXPERT_SIDE = (Role.EXPERT, Role.DELEGATE)
"""Who writes answers. Nobody on this side reviews or rules for the same country and round."""


class OrganisationKind(models.TextChoices):
    UNIVERSITY = "university", _("university")
    NGO = "ngo", _("non-governmental organisation")
    THINK_TANK = "think_tank", _("policy institute")
    PUBLIC_BODY = "public_body", _("public body")
    FIRM = "firm", _("firm")


class ConsortiumRole(models.TextChoices):
    LEAD = "lead", _("lead partner")
    PARTNER = "partner", _("partner")
    COUNTRY_PARTNER = "country_partner", _("country partner")
