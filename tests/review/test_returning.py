import pytest

from mipex_site.base.errors import NotAllowed, WrongState
from questionnaire.enums import AssessmentState
from questionnaire.models import ChangeRequest
from review.enums import CaseState, ItemState
from review.services.returning import return_case
from tests import world as worlds


def test_every_objection_that_stands_goes_back_in_one_batch(reviewed, acts):
    first, second = reviewed.reviewers("PT")
    for code in ("bb1", "bb2"):
        worlds.disagree(reviewed, reviewed.item("PT", code), first)
    worlds.disagree(reviewed, reviewed.item("PT", "bb2"), second, suggests=50)

    case = return_case(case=reviewed.case("PT", "b"), by=first)

    assert (case.state, case.times_returned) == (CaseState.RETURNED, 1)
    states = dict(case.items.values_list("indicator__code", "state"))
    assert states == {
        "bb1": ItemState.CHANGE_REQUESTED,
        "bb2": ItemState.CHANGE_REQUESTED,
        "bb3": ItemState.UNDER_REVIEW,
    }
    sheet = reviewed.sheet("PT", "b")
    assert sheet.state == AssessmentState.RETURNED
    asked = sheet.change_requests.values_list("indicator__code", "version")
    assert sorted(asked) == [("bb1", 1), ("bb2", 1)]
    assert acts(subject="PT/b")[-4:] == [
        "sheet.hand_back",
        "case.return",
        "item.request_change",
        "item.request_change",
    ]


def test_the_expert_reads_the_texts_in_an_order_that_tells_nothing(reviewed):
    item = reviewed.item("PT", "aa1")
    first, second = reviewed.reviewers("PT")
    for reviewer, text in ((first, "Why not section 9?"), (second, "Read section 5.")):
        worlds.opinions.give_opinion(
            item=item, version=1, kind="disagree", by=reviewer, text=text
        )
    return_case(case=item.case, by=second)

    request = ChangeRequest.objects.get()
    assert request.text == "Read section 5.\n\nWhy not section 9?"


def test_what_others_agreed_on_stays_with_the_review(reviewed):
    worlds.agree(reviewed, reviewed.item("PT", "aa2"), reviewed["PT_reviewer_1"])
    worlds.return_objections(reviewed, "PT", "aa1")

    worlds.agree(reviewed, reviewed.item("PT", "aa2"), reviewed["PT_reviewer_2"])

    assert reviewed.item("PT", "aa2").state == ItemState.APPROVED
    assert reviewed.case("PT", "a").state == CaseState.RETURNED


def test_nothing_is_returned_without_an_objection(reviewed):
    worlds.agree(reviewed, reviewed.item("PT", "aa1"), reviewed["PT_reviewer_1"])

    with pytest.raises(NotAllowed, match="no objection that stands"):
        return_case(case=reviewed.case("PT", "a"), by=reviewed["PT_reviewer_1"])


def test_an_objection_that_is_hidden_from_a_reviewer_is_not_returned_by_that_reviewer(reviewed):
    """Otherwise the button would tell that somebody objected."""
    worlds.disagree(reviewed, reviewed.item("PT", "aa1"), reviewed["PT_reviewer_1"])

    with pytest.raises(NotAllowed, match="no objection that stands"):
        return_case(case=reviewed.case("PT", "a"), by=reviewed["PT_reviewer_2"])


def test_where_opinions_are_open_any_reviewer_returns_them(reviewed):
    worlds.disagree(reviewed, reviewed.item("PT", "aa1"), reviewed["PT_reviewer_1"])
    reviewed.round.opinions_hidden = False
    reviewed.round.save()

    case = return_case(case=reviewed.case("PT", "a"), by=reviewed["PT_reviewer_2"])

    assert case.state == CaseState.RETURNED


def test_a_returned_case_is_not_returned_again(reviewed):
    case = worlds.return_objections(reviewed, "PT", "aa1")

    with pytest.raises(WrongState, match="back with the expert"):
        return_case(case=case, by=reviewed["PT_reviewer_1"])


@pytest.mark.parametrize(
    "key", ["PT_a_1", "EE_reviewer_1", "adjudicator", "coordinator", "head", "stranger"]
)
def test_nobody_but_its_reviewers_returns_a_case(reviewed, key):
    worlds.disagree(reviewed, reviewed.item("PT", "aa1"), reviewed["PT_reviewer_1"])

    with pytest.raises(NotAllowed):
        return_case(case=reviewed.case("PT", "a"), by=reviewed[key])

    assert reviewed.case("PT", "a").state == CaseState.IN_REVIEW
