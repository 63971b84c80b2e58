"""Take a ruling over to a sibling dispute as a draft: the same question, another country."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import AnswerKind, Role

from ..enums import DisputeState, DraftOf
from ..models import Dispute, ReviewDraft, Ruling
from ..rules import may_adjudicate
from ..selectors.drafts import texts_in
from .addresses import address_of
from .drafts import place_of_item
from .moving import Diary, demand_open_round, lock, where_it_stands


@transaction.atomic
def copy_ruling(*, ruling: Ruling, to: Dispute, by: User) -> ReviewDraft:
    """Lay a ruling that stands as the person's own draft on an open dispute; nothing is ruled.

    Only who may rule in both places may do so, for the internal reason goes with it. A draft in
    which something stands is never overwritten. Raises NotAllowed, WrongState, Refusal.
    """
    to = lock(to)
    demand(may_adjudicate(by, to.item.case))
    demand(may_adjudicate(by, ruling.dispute.item.case))
    demand_open_round(to)
    if to.state != DisputeState.OPEN:
        raise WrongState(where_it_stands(to))
    _demand_sibling(ruling, to)
    place = {
        "person": by,
        "case": to.item.case,
        "kind": DraftOf.RULING,
        "place": place_of_item(to.item),
    }
    draft = ReviewDraft.objects.select_for_update().filter(**place).first()
    if draft is not None and texts_in(draft):
        raise Refusal(_("A draft of yours lies on that dispute already: it was left as it is."))
    values = {"content": _content(ruling), "based_on": to.version, "idempotency_key": ""}
    if draft is None:
        draft = ReviewDraft.objects.create(**place, **values)
    else:
        _overwrite(draft, values)
    diary = Diary(by=by, role=Role.ADJUDICATOR, stream=to.item.case.round.stream)
    new = {"version": to.version, "from": address_of(ruling.dispute)}
    diary.note("ruling.copy", address_of(to), new=new)
    diary.write()
    return draft


def _overwrite(draft: ReviewDraft, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(draft, name, value)
    draft.version += 1
    draft.save(update_fields=[*values, "version", "updated_at"])


def _demand_sibling(ruling: Ruling, to: Dispute) -> None:
    if not Ruling.objects.standing().filter(pk=ruling.pk).exists():
        raise WrongState(_("This ruling does not stand, so it is no draft for another."))
    same = ruling.dispute.item.indicator.code == to.item.indicator.code
    if not same or ruling.dispute.item_id == to.item_id:
        raise Refusal(_("A ruling is a draft for the same indicator in another country only."))


def _content(ruling: Ruling) -> dict[str, str]:
    """Return the fields of the ruling's form; an option goes by its place."""
    kind = AnswerKind(ruling.kind)
    return {
        "verdict": ruling.verdict,
        "option": str(ruling.option.order) if ruling.option else kind.value,
        "points": "" if ruling.points is None else str(ruling.points),
        "public_rationale": ruling.public_rationale,
        "internal_rationale": ruling.internal_rationale,
    }
