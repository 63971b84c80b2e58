"""Give an opinion on one version of one answer, and draw what follows from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Stale, WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import Role
from questionnaire.models import Option

from ..enums import DraftOf, ItemState, OpinionKind
from ..models import Case, CaseItem, Opinion
from ..rules import may_review, writers
from ..selectors.sealing import code_first, sealed_items
from .addresses import address_of
from .drafts import drop_item_drafts
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
    sitting = Sitting(case=item.case, items=[item], by=by)
    opinion = Opinion(
        item=item,
        version=version,
        reviewer=by,
        kind=kind,
        suggested_option=suggested_option,
        text=text.strip(),
    )
    sitting.hear(opinion, overruled=overruled)
    sitting.keep()
    return opinion


class Sitting:
    """One reviewer's opinions on answers of one locked case: each is heard, then all are kept.

    What decides is read once for all ITEMS, which must be fresh and share the locked CASE.
    Raises NotAllowed where the person may give no opinion in the case.
    """

    def __init__(self, *, case: Case, items: Sequence[CaseItem], by: User) -> None:
        self.case, self.by = case, by
        self.written_by = writers(case)
        demand(may_review(by, case, written_by=self.written_by))
        self.sealed = sealed_items(by, items)
        self.said: dict[int, list[Opinion]] = defaultdict(list)
        of_them = Opinion.objects.filter(item__in=[item.pk for item in items])
        for opinion in of_them.filter(version=F("item__version")):
            self.said[opinion.item_id].append(opinion)
        self.given: list[tuple[Opinion, dict[str, list[str]]]] = []

    def hear(self, opinion: Opinion, *, overruled: bool = False) -> None:
        """Take up one opinion that `keep` will write, or raise and take up nothing of it.

        Raises what `give_opinion` raises.
        """
        item = opinion.item
        if item.pk in self.sealed:
            raise WrongState(code_first())
        demand_under_review(item, version=opinion.version)
        if any(other.reviewer_id == self.by.pk for other in self.said[item.pk]):
            raise WrongState(_("You have already given your opinion on this version."))
        _check(opinion)
        held = hold_up(opinion.text, country_id=self.case.country_id, overruled=overruled)
        self.said[item.pk].append(opinion)
        self.given.append((opinion, held))

    def keep(self) -> None:
        """Write what was heard, a row and a record each, and make the move that follows."""
        items = [opinion.item for opinion, _held in self.given]
        if not items:
            return
        Opinion.objects.bulk_create(opinion for opinion, _held in self.given)
        drop_item_drafts(case=self.case, items=items, kind=DraftOf.OPINION, by=self.by)
        diary = Diary(by=self.by, role=Role.REVIEWER, stream=self.case.round.stream)
        for opinion, held in self.given:
            item = opinion.item
            diary.note("opinion.give", address_of(item), new=_as_kept(opinion) | held)
            move = what_follows(item, self.said[item.pk], written_by=self.written_by)
            if move:
                carry_out(move, item, diary=diary)
        diary.write()


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
