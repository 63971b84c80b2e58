from datetime import date

import pytest

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.enums import (
    AnswerKind,
    AssessmentState,
    ChangeReason,
    RequestState,
    Role,
    RoundState,
)
from questionnaire.models import Assessment, ChangeRequest
from questionnaire.selectors.subjects import sheet_subject
from questionnaire.services.answers import maintain_answer, record_answer
from questionnaire.services.assessments import HandBack, hand_back, submit
from questionnaire.signals import assessment_submitted
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    CUT_OFF,
    AnswerFactory,
    AssessmentFactory,
    IndicatorFactory,
    expert_of,
    on_sheet,
)


@pytest.fixture
def alone(monkeypatch):
    """Let nobody else hear of a submitted sheet; give what was told and a way to answer back."""
    heard = []
    monkeypatch.setattr(assessment_submitted, "receivers", [])
    assessment_submitted.connect(listener := lambda **told: heard.append(told), weak=False)
    yield heard
    assessment_submitted.disconnect(listener)


@pytest.fixture
def answered(desk, alone):
    """Give a desk whose one question has its answer."""
    record_answer(
        sheet=desk.sheet,
        indicator=desk.indicator,
        by=desk.expert,
        option=desk.best,
        sources=[desk.law],
    )
    desk.heard = alone
    return desk


def asked_about(desk, version=1):
    return HandBack(desk.indicator, CUT_OFF, version, "Which paragraph says so?")


def test_a_complete_sheet_goes_to_the_review_with_its_declaration(answered):
    sheet = submit(sheet=answered.sheet, declared_for=CUT_OFF, by=answered.expert)

    sheet.refresh_from_db()
    assert (sheet.state, sheet.declared_for) == (AssessmentState.SUBMITTED, CUT_OFF)
    assert sheet.submitted_at is not None
    assert [(told["assessment"], told["by"]) for told in answered.heard] == [
        (sheet, answered.expert)
    ]
    entry = AuditEntry.objects.filter(act="sheet.submit").get()
    assert (entry.subject, entry.role) == (sheet_subject(sheet), Role.EXPERT)
    assert (entry.old["state"], entry.new["state"]) == ("open", "submitted")


def test_every_blank_question_is_named(answered):
    blank = [IndicatorFactory(strand=answered.sheet.strand).code for _ in range(3)]
    with pytest.raises(Refusal) as caught:
        submit(sheet=answered.sheet, declared_for=CUT_OFF, by=answered.expert)
    assert caught.value.reason == (
        f"3 questions have no answer yet: {blank[0]}, {blank[1]} and {blank[2]}."
    )


def test_one_blank_question_is_named_alone(desk, alone):
    with pytest.raises(Refusal, match=f"One question has no answer yet: {desk.indicator.code}"):
        submit(sheet=desk.sheet, declared_for=CUT_OFF, by=desk.expert)
    assert alone == []


def test_an_answer_for_another_day_does_not_fill_a_blank(desk):
    AnswerFactory(
        assessment=desk.sheet, indicator=desk.indicator, reference_date=date(2010, 5, 31)
    )
    with pytest.raises(Refusal, match="no answer yet"):
        submit(sheet=desk.sheet, declared_for=CUT_OFF, by=desk.expert)


def test_that_no_option_fits_is_an_answer_too(desk, alone):
    record_answer(
        sheet=desk.sheet,
        indicator=desk.indicator,
        by=desk.expert,
        kind=AnswerKind.UNKNOWN,
        rationale="Nobody could tell us.",
    )
    submit(sheet=desk.sheet, declared_for=CUT_OFF, by=desk.expert)
    assert len(alone) == 1


def test_the_declaration_is_for_the_cut_off_and_no_other_day(answered):
    with pytest.raises(Refusal, match="describes the law of 31 December 2019"):
        submit(sheet=answered.sheet, declared_for=date(2020, 1, 1), by=answered.expert)


def test_a_country_with_its_own_cut_off_declares_that_day(desk, alone):
    own = date(2020, 6, 30)
    participation = desk.sheet.round.participations.get()
    participation.own_cut_off = own
    participation.save()
    AnswerFactory(assessment=desk.sheet, indicator=desk.indicator, reference_date=own)
    assert submit(sheet=desk.sheet, declared_for=own, by=desk.expert).declared_for == own


@pytest.mark.parametrize("role", [Role.DELEGATE, Role.REVIEWER, Role.COORDINATOR, None])
def test_nobody_but_its_expert_submits_a_sheet(answered, role):
    person = on_sheet(role, answered.sheet) if role else UserFactory(is_superuser=True)
    with pytest.raises(NotAllowed, match="Only the expert"):
        submit(sheet=answered.sheet, declared_for=CUT_OFF, by=person)


def test_a_sheet_is_submitted_once(answered):
    submit(sheet=answered.sheet, declared_for=CUT_OFF, by=answered.expert)
    with pytest.raises(NotAllowed, match="with the reviewers"):
        submit(sheet=answered.sheet, declared_for=CUT_OFF, by=answered.expert)
    assert len(answered.heard) == 1


def test_what_a_listener_refuses_is_not_submitted(answered, alone):
    def refuse(**told):
        raise Refusal("The case cannot be opened.")

    assessment_submitted.connect(refuse, weak=False)
    try:
        with pytest.raises(Refusal, match="cannot be opened"):
            submit(sheet=answered.sheet, declared_for=CUT_OFF, by=answered.expert)
    finally:
        assessment_submitted.disconnect(refuse)
    assert Assessment.objects.get().state == AssessmentState.OPEN


def test_a_returned_sheet_goes_back_when_everything_asked_is_met(answered):
    submit(sheet=answered.sheet, declared_for=CUT_OFF, by=answered.expert)
    reviewer = on_sheet(Role.REVIEWER, answered.sheet)
    sheet = hand_back(sheet=answered.sheet, requests=[asked_about(answered)], by=reviewer)
    assert sheet.state == AssessmentState.RETURNED
    with pytest.raises(Refusal, match="still asks about one answer"):
        submit(sheet=sheet, declared_for=CUT_OFF, by=answered.expert)

    maintain_answer(
        sheet=sheet, indicator=answered.indicator, reply="Section 4.", by=answered.expert
    )

    assert submit(sheet=sheet, declared_for=CUT_OFF, by=answered.expert).state == "submitted"
    assert ChangeRequest.objects.get().state == RequestState.MAINTAINED


def test_a_sheet_may_come_back_twice_each_time_with_its_own_scope(answered):
    submit(sheet=answered.sheet, declared_for=CUT_OFF, by=answered.expert)
    reviewer = on_sheet(Role.REVIEWER, answered.sheet)
    hand_back(sheet=answered.sheet, requests=[asked_about(answered)], by=reviewer)
    change = {
        "sheet": answered.sheet,
        "indicator": answered.indicator,
        "by": answered.expert,
        "sources": [answered.law],
        "change_reason": ChangeReason.CORRECTED,
    }
    record_answer(**change, option=answered.half)
    submit(sheet=answered.sheet, declared_for=CUT_OFF, by=answered.expert)

    hand_back(sheet=answered.sheet, requests=[asked_about(answered, version=2)], by=reviewer)
    assert record_answer(**change, option=answered.worst).version == 3
    states = ChangeRequest.objects.order_by("version").values_list("version", "state")
    assert list(states) == [(1, "changed"), (2, "changed")]


def test_only_what_the_review_has_can_be_handed_back(answered):
    reviewer = on_sheet(Role.REVIEWER, answered.sheet)
    with pytest.raises(WrongState, match="not with the reviewers"):
        hand_back(sheet=answered.sheet, requests=[asked_about(answered)], by=reviewer)


def test_an_empty_return_is_refused(answered):
    submit(sheet=answered.sheet, declared_for=CUT_OFF, by=answered.expert)
    with pytest.raises(Refusal, match="at least one answer"):
        hand_back(sheet=answered.sheet, requests=[], by=UserFactory())


def test_nothing_is_handed_back_once_the_round_is_over(db):
    sheet = AssessmentFactory(
        state=AssessmentState.SUBMITTED, round__state=RoundState.REVIEW_CLOSED
    )
    asked = HandBack(IndicatorFactory(strand=sheet.strand), CUT_OFF, 1, "Why?")
    with pytest.raises(WrongState, match="not open"):
        hand_back(sheet=sheet, requests=[asked], by=expert_of(sheet))
