"""What is being typed in the review: no position yet, and no keystroke lost."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mipex_site.base.models import Stamped

from ..enums import DraftOf
from .cases import Case

PERSON = settings.AUTH_USER_MODEL


class ReviewDraft(Stamped):
    """One person's unfinished text at one place of a case; nobody else ever reads it.

    PLACE is the address of what it is about within the case: ``bb1/2019-12-31`` for an answer,
    ``thread/3`` for a conversation, ``thread/new`` or ``thread/new/bb1/2019-12-31`` before it is,
    ``last_word/bb1/2019-12-31`` for the expert's comment on a settled answer, kept as a message.
    """

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="drafts")
    kind = models.CharField(_("kind"), max_length=12, choices=DraftOf)
    place = models.CharField(_("place"), max_length=80)
    based_on = models.PositiveIntegerField(_("version of the answer that was read"), default=0)
    version = models.PositiveIntegerField(_("version"), default=1)
    content = models.JSONField(_("content"), default=dict)
    idempotency_key = models.CharField(_("idempotency key"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("draft of the review")
        verbose_name_plural = _("drafts of the review")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "case", "kind", "place"), name="one_review_draft_per_place"
            ),
        )

    def __str__(self) -> str:
        return f"draft {self.pk}"
