"""Consent to points that are no option: an adjudicator's, for one version of one answer."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import AnswerKind, Role

from ..enums import DraftOf
from ..models import CaseItem, Consent
from ..rules import may_consent, writers
from .addresses import address_of
from .drafts import drop_item_draft
from .moving import Diary, carry_out, lock
from .opinions import demand_under_review
from .scanning import hold_up
from .weighing import what_follows


@transaction.atomic
def consent(
    *, item: CaseItem, version: int, text: str, by: User, overruled: bool = False
) -> Consent:
    """Consent to the exceptional points of VERSION; approves it if only this was missing.

    Raises NotAllowed, WrongState, Stale, Refusal for an answer that is not exceptional, and
    ValidationError without a reason, and Held.
    """
    item = lock(item)
    demand(may_consent(by, item))
    demand_under_review(item, version=version)
    if item.answer.kind != AnswerKind.EXCEPTIONAL:
        raise Refusal(_("This answer has no exceptional points: it needs no consent."))
    if item.consents.filter(version=version).exists():
        raise WrongState(_("These points have their consent already."))
    if not text.strip():
        raise ValidationError({"text": _("Say why, in a sentence.")})
    held = hold_up(text, country_id=item.case.country_id, overruled=overruled)
    given = Consent.objects.create(
        item=item, version=version, adjudicator=by, text=text.strip()
    )
    drop_item_draft(item=item, kind=DraftOf.CONSENT, by=by)
    diary = Diary(by=by, role=Role.ADJUDICATOR, stream=item.case.round.stream)
    new = {"version": version, "reference_date": item.reference_date, "text": given.text}
    diary.note("consent.give", address_of(item), new=new | held)
    opinions = item.opinions.filter(version=version)
    move = what_follows(item, opinions, written_by=writers(item.case))
    if move:
        carry_out(move, item, diary=diary)
    diary.write()
    return given
