"""The vocabularies of review."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    WAITING = "waiting", _("waiting for the other sheet")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", _("returned")
    CLEARED = "cleared", _("cleared")


class ItemState(models.TextChoices):
    UNDER_REVIEW = "under_review", _("under review")
    CHANGE_REQUESTED = "change_requested", _("change requested")
    DISPUTED = "disputed", _("disputed")
    APPROVED = "approved", _("approved")
    RULED = "ruled", _("ruled")


SETTLED = (ItemState.APPROVED, ItemState.RULED)


class OpinionKind(models.TextChoices):
    AGREE = "agree", _("agree")
    AGREE_WITH_REMARK = "agree_with_remark", _("agree, with a remark")
    DISAGREE = "disagree", _("disagree")
    NOT_QUALIFIED = "not_qualified", _("not my field")


AGREEING = (OpinionKind.AGREE, OpinionKind.AGREE_WITH_REMARK)


class DisputeCause(models.TextChoices):
    MAINTAINED = "maintained", _("the expert maintains the answer")
    SPLIT = "split", _("the reviewers differ")
    CODINGS = "codings", _("the two sheets differ")


class DisputeState(models.TextChoices):
    OPEN = "open", _("open")
    RULED = "ruled", _("ruled")


class VerdictCode(models.TextChoices):
    EXPERT_UPHELD = "expert_upheld", _("the expert's answer stands")
    REVIEWER_UPHELD = "reviewer_upheld", _("the reviewer's option stands")
    THIRD_VALUE = "third_value", _("another option")
    EVIDENCE_INSUFFICIENT = "evidence_insufficient", _("the evidence is not enough")
    AFTER_CUT_OFF = "after_cut_off", _("the fact lies after the cut-off date")
    INDICATOR_UNCLEAR = "indicator_unclear", _("the question is unclear")


class Basis(models.TextChoices):
    APPROVED = "approved", _("approved by reviewers")
    RULED = "ruled", _("ruled by a consortium reviewer")


class BlockerKind(models.TextChoices):
    """What keeps a review from being closed, in the order in which a case passes through it."""

    NOT_SUBMITTED = "not_submitted", _("sheet not submitted")
    NO_REVIEWER = "no_reviewer", _("not enough reviewers")
    OPINIONS = "opinions", _("waiting for opinions")
    TO_RETURN = "to_return", _("objections not sent to the expert")
    RETURNED = "returned", _("returned to the expert")
    CONSENT = "consent", _("exceptional points without consent")
    DISPUTED = "disputed", _("disputed")
