"""The vocabularies of review."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    WAITING = "waiting", _("waiting for the other sheet")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", _("returned")
    LAST_WORD = "last_word", _("with the expert for the last word")
    CLEARED = "cleared", _("cleared")


HANDED_IN = (CaseState.IN_REVIEW, CaseState.LAST_WORD, CaseState.CLEARED)
"""Where the answers of a sheet can be opened again."""


class ItemState(models.TextChoices):
    UNDER_REVIEW = "under_review", _("under review")
    CHANGE_REQUESTED = "change_requested", _("change requested")
    DISPUTED = "disputed", _("disputed")
    APPROVED = "approved", _("approved")
    RULED = "ruled", _("ruled")
    REOPENED = "reopened", _("reopened")


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
    EXHAUSTED = "exhausted", _("the objection stands after the last return")


class DisputeState(models.TextChoices):
    OPEN = "open", _("open")
    SECOND_LOOK = "second_look", _("waiting for a second look")
    RULED = "ruled", _("ruled")


class VerdictCode(models.TextChoices):
    EXPERT_UPHELD = "expert_upheld", _("the expert's answer stands")
    REVIEWER_UPHELD = "reviewer_upheld", _("the reviewer's option stands")
    THIRD_VALUE = "third_value", _("another option")
    EVIDENCE_INSUFFICIENT = "evidence_insufficient", _("the evidence is not enough")
    AFTER_CUT_OFF = "after_cut_off", _("the fact lies after the cut-off date")
    INDICATOR_UNCLEAR = "indicator_unclear", _("the question is unclear")


class ThreadKind(models.TextChoices):
    """What a conversation is about. The last word is the expert's, before a sheet is cleared."""

    QUESTION = "question", _("question")
    EVIDENCE = "evidence", _("evidence wanted")
    REMARK = "remark", _("remark")
    METHOD = "method", _("note on the question itself")


class Audience(models.TextChoices):
    """Who reads a conversation: fixed when it begins, so that nobody is let in behind a back."""

    EXPERT_AND_REVIEW = "expert_and_review", _("the expert and the reviewers")
    REVIEW = "review", _("the reviewers and consortium reviewers")
    CONSORTIUM = "consortium", _("the consortium reviewers and the coordinator")


class Side(models.TextChoices):
    """Whose move a conversation waits for."""

    EXPERT = "expert", _("the expert")
    REVIEWERS = "reviewers", _("the reviewers")
    ADJUDICATORS = "adjudicators", _("the consortium reviewers")
    COORDINATOR = "coordinator", _("the coordinator")
    NOBODY = "nobody", _("nobody")


class Interest(models.TextChoices):
    """What a person declares before a country's content is shown."""

    NONE = "none", _("no tie")
    POSSIBLE = "possible", _("a possible tie")
    YES = "yes", _("a tie")


class ReopeningState(models.TextChoices):
    ASKED = "asked", _("asked for")
    SECONDING = "seconding", _("granted by one, waiting for a second person")
    OPEN = "open", _("open")
    ENDED = "ended", _("ended")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ReopeningReason(models.TextChoices):
    """Why a handed-in answer must be opened again. What came after the cut-off is no reason."""

    REVIEW = "review", _("a reviewer asks for it")
    EVIDENCE = "evidence", _("new evidence of a fact before the cut-off date")
    CITATION = "citation", _("a citation is wrong")
    TYPING = "typing", _("a typing error")
    TRANSLATION = "translation", _("a translation")


class ReopenedOutcome(models.TextChoices):
    PENDING = "pending", _("with the expert")
    UNCHANGED = "unchanged", _("unchanged")
    CHANGED = "changed", _("changed")


class DraftOf(models.TextChoices):
    """What a reviewer is typing."""

    OPINION = "opinion", _("opinion")
    CODING = "coding", _("coding")
    CONSENT = "consent", _("consent")
    RULING = "ruling", _("ruling")
    SECOND_LOOK = "second_look", _("second look")
    MESSAGE = "message", _("message")


class HitKind(models.TextChoices):
    """What a text seems to give away about somebody."""

    NAME = "name", _("name")
    EMAIL = "email", _("e-mail address")
    TELEPHONE = "telephone", _("telephone number")
    ORGANISATION = "organisation", _("organisation")


class Basis(models.TextChoices):
    APPROVED = "approved", _("approved by reviewers")
    RULED = "ruled", _("ruled by a consortium reviewer")


class BlockerKind(models.TextChoices):
    """What keeps a review from being closed, in the order in which a case passes through it."""

    NOT_SUBMITTED = "not_submitted", _("sheet not submitted")
    NO_REVIEWER = "no_reviewer", _("not enough reviewers")
    UNDECLARED = "undeclared", _("interests not declared by a reviewer")
    DECLARATION = "declaration", _("a reviewer’s declaration waits for a decision")
    OPINIONS = "opinions", _("waiting for opinions")
    TO_RETURN = "to_return", _("objections not sent to the expert")
    RETURNED = "returned", _("returned to the expert")
    CONSENT = "consent", _("exceptional points without consent")
    DISPUTED = "disputed", _("disputed")
    SECOND_LOOK = "second_look", _("waiting for a second look")
    THREAD = "thread", _("a blocking conversation is open")
    REOPENING = "reopening", _("a reopening is asked for or open")
    LAST_WORD = "last_word", _("with the expert for the last word")
    EXTENSION = "extension", _("more time is asked for")
    JOINT_ACT = "joint_act", _("an act that waits for a second person")
