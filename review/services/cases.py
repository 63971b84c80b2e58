"""Take a submitted sheet into the review: open its case, or take the case up again."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from mipex_site.accounts.models import User
from questionnaire.enums import AssessmentState, RequestState, Role
from questionnaire.models import Answer, Assessment, ChangeRequest

from ..enums import CaseState, ItemState
from ..models import Case, CaseItem, FirstCoding
from ..selectors.parts import cut_off_of
from .drawing import drawn_codes
from .moves import DIFFER, MAINTAIN, OPEN, RESUBMIT, RESUBMIT_CASE
from .moving import Diary, carry_out
from .reopening import end_with_the_sheet

FIRST = 1
"""The coding whose answers are under review; the others show where it may be wrong."""


@transaction.atomic
def receive_sheet(*, assessment: Assessment, by: User) -> Case:
    """Hear that a sheet was submitted, inside that transaction, its row being locked.

    The case opens once every coding of the country and strand is in. Of two codings submitted
    at once each holds its own sheet and then waits for the case: the second sees the first.
    """
    case, _new = Case.objects.get_or_create(
        round_id=assessment.round_id,
        country_id=assessment.country_id,
        strand_id=assessment.strand_id,
    )
    case = lock_case_alone(case)
    diary = Diary(by=by, role=Role.EXPERT, stream=case.round.stream)
    if case.state == CaseState.WAITING and _every_coding_is_in(case):
        _open(case, diary)
    elif case.state == CaseState.RETURNED and assessment.coding == FIRST:
        _take_up_again(case, assessment, diary)
    diary.write()
    return case


def lock_case_alone(case: Case) -> Case:
    """Lock the case without the sheets: ours is held, and the other coding may hold its own."""
    Case.objects.select_for_update().get(pk=case.pk)
    return Case.objects.select_related("round", "country", "strand").get(pk=case.pk)


def _every_coding_is_in(case: Case) -> bool:
    sheets = Assessment.objects.filter(
        round=case.round_id, country=case.country_id, strand=case.strand_id
    )
    return not sheets.exclude(state=AssessmentState.SUBMITTED).exists()


def _open(case: Case, diary: Diary) -> None:
    """Pin the versions under review, keep what each coding said, dispute where they differ.

    What is coded blind is drawn here, at the cut-off date alone.
    """
    carry_out(OPEN, case, diary=diary)
    answers = list(_answers_of(case))
    drawn = drawn_codes(case.round, case.country)
    cut_off = cut_off_of(case)
    items = {
        _cell(answer): CaseItem(
            case=case,
            indicator=answer.indicator,
            reference_date=answer.reference_date,
            answer=answer,
            version=answer.version,
            is_coded_blind=answer.reference_date == cut_off and answer.indicator.code in drawn,
        )
        for answer in answers
        if answer.assessment.coding == FIRST
    }
    CaseItem.objects.bulk_create(items.values())
    firsts = [_first_coding(items[_cell(answer)], answer) for answer in answers]
    FirstCoding.objects.bulk_create(firsts)
    for item in items.values():
        if len({_said(first) for first in firsts if first.item is item}) > 1:
            carry_out(DIFFER, item, diary=diary)


def _answers_of(case: Case) -> Iterable[Answer]:
    """Every coding's answers; a further coding answers the same indicators as the first."""
    answers = Answer.objects.filter(
        assessment__round=case.round_id,
        assessment__country=case.country_id,
        assessment__strand=case.strand_id,
    )
    return answers.select_related("assessment", "indicator").order_by("indicator__order", "pk")


def _cell(answer: Answer) -> tuple[int, object]:
    return answer.indicator_id, answer.reference_date


def _first_coding(item: CaseItem, answer: Answer) -> FirstCoding:
    return FirstCoding(
        item=item,
        coding=answer.assessment.coding,
        answer=answer,
        version=answer.version,
        kind=answer.kind,
        option_id=answer.option_id,
        points=answer.points,
    )


def _said(first: FirstCoding) -> tuple[object, ...]:
    return first.kind, first.option_id, first.points


def _take_up_again(case: Case, sheet: Assessment, diary: Diary) -> None:
    """A changed answer is under review in its new version; a maintained one is disputed.

    In a reopening nothing was owed: what was left as it was keeps what it had.
    """
    if end_with_the_sheet(case, diary):
        return
    carry_out(RESUBMIT_CASE, case, diary=diary)
    requests = {
        (request.indicator_id, request.reference_date, request.version): request
        for request in ChangeRequest.objects.filter(assessment=sheet)
    }
    asked = CaseItem.objects.filter(case=case, state=ItemState.CHANGE_REQUESTED)
    for item in asked.select_related("indicator", "answer"):
        item.case = case
        request = requests[item.indicator_id, item.reference_date, item.version]
        if request.state == RequestState.MAINTAINED:
            carry_out(MAINTAIN, item, diary=diary, reason=request.reply)
        else:
            item.version = item.answer.version
            carry_out(RESUBMIT, item, diary=diary)
