"""What is still open after an answer: a return, a reply, a draft."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal
from questionnaire.enums import (
    AssessmentState,
    ChangeReason,
    RequestState,
)
from questionnaire.models import Draft
from questionnaire.services.answers import maintain_answer
from questionnaire.services.drafts import keep_draft
from tests.factories.questionnaire import (
    ChangeRequestFactory,
    IndicatorFactory,
)


@pytest.fixture
def returned(desk):
    """Give a desk whose one answer came back with a question."""
    desk.record()
    desk.sheet.state = AssessmentState.RETURNED
    desk.sheet.submitted_at = timezone.now()
    desk.sheet.save()
    desk.request = ChangeRequestFactory(assessment=desk.sheet, indicator=desk.indicator)
    return desk


def test_a_changed_answer_of_a_returned_sheet_says_what_happened(returned):
    with pytest.raises(ValidationError, match="what happened") as caught:
        returned.record(option=returned.half)
    assert list(caught.value.message_dict) == ["change_reason"]

    answer = returned.record(option=returned.half, change_reason=ChangeReason.CORRECTED)

    returned.request.refresh_from_db()
    assert (answer.version, returned.request.state) == (2, RequestState.CHANGED)
    assert returned.request.history.count() == 2


def test_the_same_again_does_not_settle_what_was_asked(returned):
    assert returned.record().version == 1
    returned.request.refresh_from_db()
    assert returned.request.state == RequestState.OPEN


def test_in_a_returned_sheet_the_rest_stays_closed(returned):
    other = IndicatorFactory(strand=returned.sheet.strand)
    with pytest.raises(NotAllowed, match="asked nothing"):
        returned.record(indicator=other, option=other.options.first())


def test_an_answer_may_stand_with_a_reply_and_still_be_changed_before_it_goes_back(returned):
    where = {"sheet": returned.sheet, "indicator": returned.indicator, "by": returned.expert}
    maintained = maintain_answer(**where, reply=" Section 4 says so. ")
    assert (maintained.state, maintained.reply) == (
        RequestState.MAINTAINED,
        "Section 4 says so.",
    )
    assert AuditEntry.objects.last().act == "answer.maintain"

    returned.record(option=returned.half, change_reason=ChangeReason.CORRECTED)
    maintained.refresh_from_db()
    assert (maintained.state, maintained.reply) == (RequestState.CHANGED, "")
    with pytest.raises(Refusal, match="Nothing is asked"):
        maintain_answer(**where, reply="It stands after all.")


def test_who_maintains_says_why(returned):
    with pytest.raises(ValidationError, match="why the answer stands"):
        maintain_answer(
            sheet=returned.sheet, indicator=returned.indicator, by=returned.expert, reply=" "
        )


def test_nothing_can_be_maintained_where_nothing_was_asked(desk):
    desk.record()
    with pytest.raises(Refusal, match="Nothing is asked"):
        maintain_answer(
            sheet=desk.sheet, indicator=desk.indicator, by=desk.expert, reply="It stands."
        )


def test_what_is_typed_is_kept_until_it_is_an_answer(desk):
    where = {"sheet": desk.sheet, "indicator": desk.indicator, "by": desk.expert}
    keep_draft(**where, content={"rationale": "It is"})
    draft = keep_draft(**where, content={"rationale": "It is a ri", "option": "nonsense"})
    assert (draft.version, draft.based_on) == (2, 0)
    with pytest.raises(ValidationError, match="Choose an option"):
        desk.record(option=None)
    assert Draft.objects.get().content["rationale"] == "It is a ri"

    desk.record()

    assert not Draft.objects.exists()
    assert keep_draft(**where, content={}).based_on == 1


def test_a_repeated_request_keeps_a_draft_once(desk):
    where = {"sheet": desk.sheet, "indicator": desk.indicator, "by": desk.expert}
    for text in ("first", "sent again by a bad line"):
        draft = keep_draft(**where, content={"note": text}, idempotency_key="k1")
    assert (draft.version, draft.content) == (1, {"note": "first"})


def test_a_draft_is_refused_where_an_answer_would_be(desk):
    desk.sheet.state = AssessmentState.SUBMITTED
    desk.sheet.save()
    with pytest.raises(NotAllowed, match="with the reviewers"):
        keep_draft(sheet=desk.sheet, indicator=desk.indicator, by=desk.expert, content={"a": 1})
