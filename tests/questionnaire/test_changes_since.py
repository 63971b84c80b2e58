"""An answer that differs from the last edition's says what happened."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from questionnaire.enums import ChangeReason, SourceKind
from questionnaire.models import ReferenceDay
from questionnaire.selectors.expert import sheet_page
from tests.factories.questionnaire import SourceFactory

from .carried import THEN, carried

pytestmark = pytest.mark.django_db
CUT_OFF = date(2019, 12, 31)


def row_of(desk):
    return sheet_page(desk.sheet, desk.expert).row(desk.indicator.code)


def test_an_answer_that_differs_says_what_happened(desk):
    carried(desk)
    with pytest.raises(ValidationError, match="Say what happened") as error:
        desk.record()
    assert list(error.value.message_dict) == ["change_reason"]


@pytest.mark.parametrize("reason", [ChangeReason.CORRECTED, ChangeReason.REINTERPRETED])
def test_a_correction_and_another_reading_need_no_new_law(desk, reason):
    carried(desk)
    assert desk.record(change_reason=reason).change_reason == reason
    assert row_of(desk).is_changed_since


SINCE = [
    (THEN, False),
    (THEN + timedelta(days=1), True),
    (CUT_OFF, True),
    (None, False),
]


@pytest.mark.parametrize(("since", "explains"), SINCE)
def test_a_changed_law_is_cited_with_the_day_since_when_it_holds(desk, since, explains):
    carried(desk)
    law = SourceFactory(sheet=desk.sheet, in_force_from=since)
    change = {"change_reason": ChangeReason.LAW_CHANGED, "sources": [law]}
    if explains:
        assert desk.record(**change).version == 1
        return
    with pytest.raises(ValidationError, match="Say since when"):
        desk.record(**change)


def test_a_law_that_came_too_late_is_refused_for_that_and_not_for_a_missing_date(desk):
    carried(desk)
    law = SourceFactory(sheet=desk.sheet, in_force_from=CUT_OFF + timedelta(days=1))
    with pytest.raises(ValidationError, match="came into force after"):
        desk.record(change_reason=ChangeReason.LAW_CHANGED, sources=[law])


def test_a_publication_is_no_changed_law(desk):
    carried(desk)
    report = SourceFactory(
        sheet=desk.sheet, kind=SourceKind.PRACTICE, in_force_from=date(2017, 1, 1)
    )
    with pytest.raises(ValidationError, match="Say since when"):
        desk.record(change_reason=ChangeReason.LAW_CHANGED, sources=[desk.law, report])


def test_the_same_answer_typed_anew_needs_no_reason_and_confirms_nothing(desk):
    carried(desk)
    answer = desk.record(option=desk.half)
    assert (answer.version, answer.confirms) == (1, None)
    assert not row_of(desk).is_changed_since


def test_an_answer_about_an_earlier_day_is_not_compared_with_the_last_edition(desk):
    day = date(2016, 12, 31)
    ReferenceDay.objects.create(round=desk.sheet.round, day=day)
    carried(desk)
    assert desk.record(reference_date=day).version == 1


def test_without_an_earlier_answer_no_reason_is_asked(desk):
    assert desk.record().change_reason == ""
