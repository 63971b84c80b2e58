"""What somebody has said for good at a place where drafts are kept.

A draft that set out before the act it became may arrive after it. It is late, and yet nothing of
it is lost: whoever keeps it may forget it without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mipex_site.accounts.models import User

from ..enums import DraftOf
from ..models import (
    BlindCoding,
    Case,
    CaseItem,
    Consent,
    LastWord,
    Opinion,
    Ruling,
    SecondLook,
)
from ..selectors.drafts import LAST_WORD
from .typing_at import item_at_place

Said = Opinion | BlindCoding | Consent | LastWord | Ruling | SecondLook | None

RATIONALES = ("public_rationale", "internal_rationale")


def is_all_said(
    *, case: Case, kind: str, place: str, fields: Mapping[str, str], by: User
) -> bool:
    """Return whether the person has spoken there, and each text of FIELDS is in what was said.

    Two queries. Raises ObjectDoesNotExist for a place that is not in the case.
    """
    find = SAYS.get(DraftOf(kind))
    if kind == DraftOf.MESSAGE:
        if not place.startswith(LAST_WORD):
            return False
        place = place.removeprefix(LAST_WORD)
    said = find(item_at_place(case, place), by) if find else None
    texts = RATIONALES if kind == DraftOf.RULING else ("text",)
    return said is not None and all(
        fields.get(name, "").strip() in {"", getattr(said, name).strip()} for name in texts
    )


def _opinion(item: CaseItem, by: User) -> Said:
    own = Opinion.objects.filter(item_id=item.pk, version=item.version)
    return own.filter(reviewer_id=by.pk).first()


def _coding(item: CaseItem, by: User) -> Said:
    return BlindCoding.objects.filter(item_id=item.pk, coder_id=by.pk).first()


def _consent(item: CaseItem, by: User) -> Said:
    own = Consent.objects.filter(item_id=item.pk, version=item.version)
    return own.filter(adjudicator_id=by.pk).first()


def _ruling(item: CaseItem, by: User) -> Said:
    own = Ruling.objects.filter(dispute__item_id=item.pk, adjudicator_id=by.pk)
    return own.order_by("pk").last()


def _second_look(item: CaseItem, by: User) -> Said:
    own = SecondLook.objects.filter(ruling__dispute__item_id=item.pk, adjudicator_id=by.pk)
    return own.order_by("pk").last()


def _last_word(item: CaseItem, by: User) -> Said:
    return LastWord.objects.filter(item_id=item.pk, author_id=by.pk).first()


SAYS: dict[DraftOf, Callable[[CaseItem, User], Said]] = {
    DraftOf.OPINION: _opinion,
    DraftOf.CODING: _coding,
    DraftOf.CONSENT: _consent,
    DraftOf.RULING: _ruling,
    DraftOf.SECOND_LOOK: _second_look,
    DraftOf.MESSAGE: _last_word,
}
