"""Agree with many unchanged answers of a case at once: one opinion and one record each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services.acting import acting, present_way
from mipex_site.base.errors import Refusal, Stale
from mipex_site.base.verdict import YES, demand

from ..enums import OpinionKind
from ..models import Case, CaseItem, Opinion
from ..rules import may_review
from ..selectors.bulk import CAP, items_with_answers, whys_not_in_bulk
from .cases import lock_case_alone
from .opinions import Sitting


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

    Each agreement goes through the `Sitting` of `give_opinion`, as a row and a record of its
    own under one batch. One that is refused takes nothing with it; a failure takes all. Raises
    NotAllowed, and ValidationError for nothing ticked or more than CAP.
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
    batch, way = uuid4(), present_way()
    with acting(way.channel, request=way.request, batch=batch):
        kept, refused = _agree(case, wanted, by)
    return Outcome(batch, tuple(kept), tuple(refused))


@transaction.atomic
def _agree(case: Case, wanted: list[Tick], by: User) -> tuple[list[str], list[Refused]]:
    """Agree with the answers, looked at again once their case is locked."""
    case = lock_case_alone(case)
    items = list(items_with_answers(case))
    for item in items:
        item.case = case
    sitting = Sitting(case=case, items=items, by=by)
    why_not = whys_not_in_bulk(case, items, by, verdict=YES)
    by_cell = {(item.indicator.code, item.reference_date): item for item in items}
    kept, refused = [], []
    for tick in wanted:
        item = by_cell.get((tick.indicator, tick.reference_date))
        title = item.indicator.title if item else tick.indicator
        try:
            sitting.hear(_agreement(item, tick, why_not, by))
        except Refusal as refusal:
            refused.append(Refused(title, refusal.reason))
        else:
            kept.append(title)
    sitting.keep()
    return kept, refused


def _agreement(
    item: CaseItem | None, tick: Tick, why_not: Mapping[int, tuple[str, ...]], by: User
) -> Opinion:
    """Return the opinion that a tick asks for. Raises Refusal where it cannot be in a batch."""
    if item is None:
        raise Refusal(_("This question is not in this case."))
    if tick.version != item.version:
        raise Stale(_("The expert has sent a new version of this answer. Read it first."))
    if why_not[item.pk]:
        raise Refusal(" ".join(why_not[item.pk]))
    return Opinion(item=item, version=item.version, reviewer=by, kind=OpinionKind.AGREE)
