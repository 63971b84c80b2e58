"""Agree with many unchanged answers of a case: one opinion, one record and one transaction each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services.acting import acting, present_way
from mipex_site.base.errors import Refusal, Stale
from mipex_site.base.verdict import demand

from ..enums import OpinionKind
from ..models import Case, CaseItem
from ..rules import may_review
from ..selectors.bulk import CAP, items_with_answers, why_not_in_bulk
from .moving import lock
from .opinions import give_opinion


@dataclass(frozen=True, slots=True)
class Tick:
    """One answer that was ticked, in the version that was read."""

    indicator: str
    reference_date: date
    version: int


@dataclass(frozen=True, slots=True)
class Refused:
    """One ticked answer that was not agreed with, and why, in a sentence."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch. KEPT are the titles of the questions agreed with."""

    batch: UUID
    kept: tuple[str, ...]
    refused: tuple[Refused, ...]


def agree_in_bulk(*, case: Case, ticks: Sequence[Tick], by: User) -> Outcome:
    """Agree with each ticked answer that still qualifies; name each other one with the reason.

    Each agreement is `give_opinion`, in a transaction of its own and under one batch: one that
    is refused takes nothing with it. Raises NotAllowed, and ValidationError for nothing ticked
    or more than CAP.
    """
    demand(may_review(by, case))
    wanted = list(dict.fromkeys(ticks))
    if not wanted:
        raise ValidationError(_("Tick at least one answer."))
    if len(wanted) > CAP:
        raise ValidationError(
            _("Tick at most %(cap)d answers at a time: that is what can be read in one go.")
            % {"cap": CAP}
        )
    items = {
        (item.indicator.code, item.reference_date): item for item in items_with_answers(case)
    }
    batch, way = uuid4(), present_way()
    kept, refused = [], []
    with acting(way.channel, request=way.request, batch=batch):
        for tick in wanted:
            item = items.get((tick.indicator, tick.reference_date))
            title = item.indicator.title if item else tick.indicator
            try:
                _agree(item, tick.version, by)
            except Refusal as refusal:
                refused.append(Refused(title, refusal.reason))
            else:
                kept.append(title)
    return Outcome(batch, tuple(kept), tuple(refused))


@transaction.atomic
def _agree(item: CaseItem | None, version: int, by: User) -> None:
    """Agree with one answer, looked at again once its case is locked."""
    if item is None:
        raise Refusal(_("This question is not in this case."))
    item = lock(item)
    if version != item.version:
        raise Stale(_("The expert has sent a new version of this answer. Read it first."))
    reasons = why_not_in_bulk(item, by, verdict=may_review(by, item.case))
    if reasons:
        raise Refusal(" ".join(reasons))
    give_opinion(item=item, version=version, kind=OpinionKind.AGREE, by=by)
