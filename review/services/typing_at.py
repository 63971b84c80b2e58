"""Who may type what in a case, and whether it still takes it: by the kind of text.

Each check returns two verdicts: on the person, and on the place. It raises ObjectDoesNotExist for
a place that is not in the case.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import RoundState

from ..enums import CaseState, DisputeState, DraftOf, ItemState
from ..models import BlindCoding, Case, CaseItem, Consent, Dispute, LastWord, Opinion, Thread
from ..rules import may_be_coded, may_code, may_consent, may_review, may_rule
from ..rules.last_word import may_have_last_word
from ..rules.looking import may_look_again
from ..rules.reopening import is_lead_expert
from ..rules.threads import may_post, standing_in
from ..selectors.cases import may_speak_on
from ..selectors.drafts import LAST_WORD
from ..selectors.sealing import code_first, is_sealed

Verdicts = tuple[Verdict, Verdict]


def item_at_place(case: Case, place: str) -> CaseItem:
    """Return the answer that a place such as ``bb1/2019-12-31`` names."""
    code, _slash, day = place.partition("/")
    try:
        when = date.fromisoformat(day)
    except ValueError as error:
        raise CaseItem.DoesNotExist from error
    items = CaseItem.objects.select_related("indicator", "answer")
    item = items.get(case_id=case.pk, indicator__code=code, reference_date=when)
    item.case = case
    return item


def _opinion(case: Case, place: str, by: User) -> Verdicts:
    item = item_at_place(case, place)
    if is_sealed(by, item):
        return may_review(by, case), no(code_first())
    spoken = Opinion.objects.filter(
        item_id=item.pk, version=item.version, reviewer_id=by.pk
    ).exists()
    return may_review(by, case), may_speak_on(item, case.round, spoken=spoken)


def _coding(case: Case, place: str, by: User) -> Verdicts:
    item = item_at_place(case, place)
    if BlindCoding.objects.filter(item_id=item.pk, coder_id=by.pk).exists():
        return may_code(by, item), no(_("You have already coded this question."))
    return may_code(by, item), may_be_coded(item, case.round)


def _consent(case: Case, place: str, by: User) -> Verdicts:
    item = item_at_place(case, place)
    if Consent.objects.filter(item_id=item.pk, version=item.version).exists():
        return may_consent(by, item), no(_("These points have their consent already."))
    return may_consent(by, item), _under_review(item)


def _ruling(case: Case, place: str, by: User) -> Verdicts:
    dispute = _dispute_at(case, place)
    return may_rule(by, dispute), _waits(dispute, DisputeState.OPEN)


def _second_look(case: Case, place: str, by: User) -> Verdicts:
    dispute = _dispute_at(case, place)
    return may_look_again(by, dispute), _waits(dispute, DisputeState.SECOND_LOOK)


def _dispute_at(case: Case, place: str) -> Dispute:
    """Return the latest dispute about the answer."""
    item = item_at_place(case, place)
    dispute = Dispute.objects.filter(item_id=item.pk).order_by("pk").last()
    if dispute is None:
        raise Dispute.DoesNotExist
    dispute.item = item
    return dispute


def _waits(dispute: Dispute, state: str) -> Verdict:
    if dispute.state != state:
        return no(_("This dispute has gone on meanwhile."))
    return _open(dispute.item.case)


def _message(case: Case, place: str, by: User) -> Verdicts:
    """A conversation, or one that is not begun: about the case, or about one of its answers.

    A comment of the last word is a message to the review as well, at a place of its own.
    """
    if place.startswith(LAST_WORD):
        return _last_word(item_at_place(case, place.removeprefix(LAST_WORD)), by)
    if place.startswith("thread/new"):
        about = place.removeprefix("thread/new").strip("/")
        if about:
            item_at_place(case, about)
        writes = bool(standing_in(by, case).audiences)
        return YES if writes else no(_("You take part in no conversation here.")), _open(case)
    number = place.removeprefix("thread/")
    thread = Thread.objects.get(
        case_id=case.pk, number=int(number) if number.isdecimal() else 0
    )
    thread.case = case
    if thread.closed_at:
        return may_post(by, thread), no(_("This conversation is closed."))
    return may_post(by, thread), _open(case)


def _last_word(item: CaseItem, by: User) -> Verdicts:
    case = item.case
    if not is_lead_expert(by, case):
        return may_have_last_word(by, case), YES
    if LastWord.objects.filter(item_id=item.pk).exists():
        return YES, no(_("You have commented on this answer already."))
    if case.state != CaseState.LAST_WORD:
        return YES, no(_("The last word on this sheet is not open now."))
    return YES, _open(case) and may_have_last_word(by, case)


def _under_review(item: CaseItem) -> Verdict:
    if item.state != ItemState.UNDER_REVIEW:
        return no(_("This answer is not under review now."))
    return _open(item.case)


def _open(case: Case) -> Verdict:
    if case.round.state != RoundState.OPEN:
        return no(_("The review of this round is closed: nothing in it changes."))
    return YES


CHECKS: dict[DraftOf, Callable[[Case, str, User], Verdicts]] = {
    DraftOf.OPINION: _opinion,
    DraftOf.CODING: _coding,
    DraftOf.CONSENT: _consent,
    DraftOf.RULING: _ruling,
    DraftOf.SECOND_LOOK: _second_look,
    DraftOf.MESSAGE: _message,
}
