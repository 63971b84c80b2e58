"""Keep what somebody codes without having seen the answer: once, and for ever."""

from __future__ import annotations

from fractions import Fraction

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import WrongState
from mipex_site.base.typed import length_of, without_nul, words_of_limit
from mipex_site.base.verdict import demand
from questionnaire.enums import TEXT_LIMIT, AnswerKind, Role
from questionnaire.models import Option

from ..enums import DraftOf
from ..models import BlindCoding, CaseItem
from ..rules import may_be_coded, may_code, may_review
from .addresses import address_of
from .drafts import drop_item_draft
from .moving import Diary, lock


@transaction.atomic
def save_coding(
    *,
    item: CaseItem,
    kind: str,
    option: Option | None = None,
    points: Fraction | None = None,
    text: str = "",
    by: User,
) -> BlindCoding:
    """Keep a person's own answer to a drawn question. Nothing of the review moves by it.

    The case is locked, so of two windows that save at once the second is told of the first.
    POINTS are exact, 0 to 100. Raises NotAllowed, WrongState where this person has coded it,
    it is settled or the review is closed, and ValidationError.
    """
    item = lock(item)
    demand(may_code(by, item))
    if item.blind_codings.filter(coder_id=by.pk).exists():
        raise WrongState(_("You have coded this question already. A coding is kept as it is."))
    open_to_it = may_be_coded(item, item.case.round)
    if not open_to_it:
        raise WrongState(open_to_it.reason)
    coding = BlindCoding(
        item=item,
        coder=by,
        role=Role.REVIEWER if may_review(by, item.case) else Role.EXPERT,
        version=item.version,
        kind=kind,
        option=option,
        points=points,
        text=without_nul(text).strip(),
    )
    _check(coding)
    coding.save(force_insert=True)
    drop_item_draft(item=item, kind=DraftOf.CODING, by=by)
    diary = Diary(by=by, role=coding.role, stream=item.case.round.stream)
    diary.note("coding.save", address_of(item), new=_as_kept(coding))
    diary.write()
    return coding


def _check(coding: BlindCoding) -> None:
    """Check what the constraints hold, by field, without asking the database."""
    coding.clean_fields(exclude=("item", "coder", "option"))
    if (coding.kind == AnswerKind.CHOSEN) != (coding.option is not None):
        raise ValidationError({"option": _("Choose an option, or say why there is none.")})
    if coding.option and coding.option.indicator_id != coding.item.indicator_id:
        raise ValidationError({"option": _("This option belongs to another indicator.")})
    _check_points(coding)
    if length_of(coding.text) > TEXT_LIMIT:
        raise ValidationError({"text": words_of_limit(length_of(coding.text), TEXT_LIMIT)})
    if coding.kind != AnswerKind.CHOSEN and not coding.text:
        raise ValidationError({"text": _("Say in a sentence why no option is right.")})


def _check_points(coding: BlindCoding) -> None:
    if (coding.kind == AnswerKind.EXCEPTIONAL) != (coding.points is not None):
        message = _("Give points where the value is exceptional, and only there.")
        raise ValidationError({"points": message})
    if coding.points is not None and not 0 <= Fraction(coding.points) <= 100:  # noqa: PLR2004
        raise ValidationError({"points": _("Points lie between 0 and 100.")})


def _as_kept(coding: BlindCoding) -> dict[str, object]:
    option = coding.option
    return {
        "version": coding.version,
        "reference_date": coding.item.reference_date,
        "kind": coding.kind,
        "option": option.order if option else None,
        "points": None if coding.points is None else str(coding.points),
        "text": coding.text,
    }
