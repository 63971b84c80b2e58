"""What is typed and complete needs nobody to save it: submitting the sheet records it."""

import pytest

from questionnaire.enums import AssessmentState
from questionnaire.models import Answer, Assessment, Draft
from questionnaire.services.drafts import keep_draft
from tests.factories.questionnaire import IndicatorFactory

from .viewing import at, opened, text_of


@pytest.fixture
def sheet(desk):
    desk.check = at(desk.sheet, "check/")
    return opened(desk)


def typed(sheet, indicator=None, **content):
    usual = {"option": "1", "rationale": "Section 4.", "sources": [str(sheet.law.key)]}
    return keep_draft(
        sheet=sheet.sheet,
        indicator=indicator or sheet.indicator,
        by=sheet.expert,
        content=usual | content,
    )


def state(sheet) -> str:
    return Assessment.objects.get(pk=sheet.sheet.pk).state


def test_a_blank_question_with_a_complete_draft_keeps_no_sheet_from_being_submitted(sheet):
    typed(sheet)

    page = text_of(sheet.client.get(sheet.check))
    assert "Every question is answered or typed." in page
    assert "Submitting records it as the answer" in page

    sent = sheet.client.post(sheet.check, {"declared": "on"})

    assert (sent.status_code, state(sheet)) == (302, AssessmentState.SUBMITTED)
    assert Answer.objects.get().rationale == "Section 4."
    assert not Draft.objects.exists()


def test_a_draft_that_lacks_something_is_named_and_nothing_is_submitted(sheet):
    other = IndicatorFactory(strand=sheet.sheet.strand)
    typed(sheet)
    typed(sheet, other, sources=[])

    sent = sheet.client.post(sheet.check, {"declared": "on"})

    page = text_of(sent)
    assert (sent.status_code, state(sheet)) == (422, AssessmentState.OPEN)
    assert "1 question has no recorded answer yet." in page
    assert "1 thing is left to do" in page
    assert Answer.objects.get().indicator == sheet.indicator


def test_a_draft_without_an_option_is_still_to_do(sheet):
    typed(sheet, option="")

    page = text_of(sheet.client.get(sheet.check))

    assert "1 thing is left to do" in page
    assert "The button stands here when nothing is left above." in page
