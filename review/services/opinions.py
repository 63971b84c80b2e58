"""Give an opinion on one version of one answer, and draw what follows from it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Stale, WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import Role
from questionnaire.models import Option

from ..enums import DraftOf, ItemState, OpinionKind
from ..models import CaseItem, Opinion
from ..rules import may_review, writers
from .addresses import address_of
from .coding import demand_coded
from .drafts import drop_item_draft
from .moving import Diary, carry_out, demand_open_round, lock, where_it_stands
from .scanning import hold_up
from .weighing import what_follows

NEED_A_TEXT = (OpinionKind.AGREE_WITH_REMARK, OpinionKind.DISAGREE)


@transaction.atomic
def give_opinion(
    *,
    item: CaseItem,
    version: int,
    kind: str,
    by: User,
    suggested_option: Option | None = None,
    text: str = "",
    overruled: bool = False,
) -> Opinion:
    """Keep a reviewer's position on VERSION; the answer is approved or disputed if it decides.

    The case is locked first, so of any number of reviewers at once each sees those before.
    Raises NotAllowed, WrongState once the answer is no longer under review or the person has
    spoken, Stale if another version is under review by now, ValidationError, and Held.
    """
    item = lock(item)
    written_by = writers(item.case)
    demand(may_review(by, item.case, written_by=written_by))
    demand_coded(item=item, by=by)
    demand_under_review(item, version=version)
    opinions = list(item.opinions.filter(version=version))
    if any(opinion.reviewer_id == by.pk for opinion in opinions):
        raise WrongState(_("You have already given your opinion on this version."))
    opinion = Opinion(
        item=item,
        version=version,
        reviewer=by,
        kind=kind,
        suggested_option=suggested_option,
        text=text.strip(),
    )
    _check(opinion)
    held = hold_up(opinion.text, country_id=item.case.country_id, overruled=overruled)
    opinion.save(force_insert=True)
    drop_item_draft(item=item, kind=DraftOf.OPINION, by=by)
    diary = Diary(by=by, role=Role.REVIEWER, stream=item.case.round.stream)
    diary.note("opinion.give", address_of(item), new=_as_kept(opinion) | held)
    move = what_follows(item, [*opinions, opinion], written_by=written_by)
    if move:
        carry_out(move, item, diary=diary)
    diary.write()
    return opinion


def demand_under_review(item: CaseItem, *, version: int) -> None:
    """Raise WrongState or Stale unless VERSION of the locked item is what is judged."""
    demand_open_round(item)
    if item.state != ItemState.UNDER_REVIEW:
        raise WrongState(where_it_stands(item))
    if version != item.version:
        raise Stale(_("The expert has sent a new version of this answer. Read it first."))


def _check(opinion: Opinion) -> None:
    """Check what the constraints hold, by field, without asking the database."""
    opinion.clean_fields(exclude=("item", "reviewer", "suggested_option"))
    if opinion.kind in NEED_A_TEXT and not opinion.text:
        raise ValidationError({"text": _("Say why, in a sentence.")})
    option = opinion.suggested_option
    if option is None:
        return
    if opinion.kind != OpinionKind.DISAGREE:
        message = _("Suggest an option only where you disagree.")
    elif option.indicator_id != opinion.item.indicator_id:
        message = _("This option belongs to another indicator.")
    elif option.pk == opinion.item.answer.option_id:
        message = _("This is the option that the expert chose. Suggest another, or agree.")
    else:
        return
    raise ValidationError({"suggested_option": message})


def _as_kept(opinion: Opinion) -> dict[str, object]:
    option = opinion.suggested_option
    return {
        "version": opinion.version,
        "reference_date": opinion.item.reference_date,
        "kind": opinion.kind,
        "suggested": option.order if option else None,
        "text": opinion.text,
    }
