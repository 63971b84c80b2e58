"""What becomes of a submitted sheet."""

import pytest

from mipex_site.audit.models import AuditEntry
from questionnaire.enums import AnswerKind, AssessmentState, ChangeReason, RequestState
from questionnaire.models import ChangeRequest
from review.enums import CaseState, DisputeCause, ItemState
from review.models import Case, Dispute, FirstCoding
from tests import world as worlds

EE_B = ("EE", "b")


@pytest.fixture
def answered(world):
    worlds.answer_all(world)
    return world


def test_a_submitted_sheet_opens_its_case_with_every_version_pinned(answered, acts):
    worlds.submit(answered, answered.sheet("PT", "b"))

    case = answered.case("PT", "b")
    assert case.state == CaseState.IN_REVIEW
    pinned = case.items.order_by("indicator__order").values_list("indicator__code", "version")
    assert list(pinned) == [("bb1", 1), ("bb2", 1), ("bb3", 1)]
    assert set(case.items.values_list("state", flat=True)) == {ItemState.UNDER_REVIEW}
    assert acts(subject="case/") == ["case.open"]


def test_a_case_waits_until_every_coding_is_in(answered):
    worlds.submit(answered, answered.sheet("EE", "b", 1))
    assert answered.case(*EE_B).state == CaseState.WAITING
    assert not answered.case(*EE_B).items.exists()

    worlds.submit(answered, answered.sheet("EE", "b", 2))
    assert answered.case(*EE_B).state == CaseState.IN_REVIEW
    assert answered.case(*EE_B).items.count() == 3


def test_it_does_not_matter_which_coding_is_in_first(answered):
    worlds.submit(answered, answered.sheet("EE", "b", 2))
    worlds.submit(answered, answered.sheet("EE", "b", 1))

    items = answered.case(*EE_B).items.select_related("answer__assessment")
    assert {item.answer.assessment.coding for item in items} == {1}


def test_each_coding_s_first_answer_is_kept(answered):
    worlds.submit_all(answered)

    firsts = FirstCoding.objects.filter(item__case=answered.case(*EE_B))
    assert sorted(firsts.values_list("item__indicator__code", "coding")) == [
        (code, coding) for code in worlds.STRANDS["b"] for coding in (1, 2)
    ]
    assert FirstCoding.objects.filter(item__case=answered.case("PT", "a")).count() == 2


def test_where_the_codings_differ_the_answer_is_disputed_and_only_there(world, acts):
    worlds.answer(world, world.sheet("EE", "b", 2), "bb2", earns=0)
    worlds.answer_all(world)
    worlds.submit_all(world)

    states = dict(world.case(*EE_B).items.values_list("indicator__code", "state"))
    assert states == {
        "bb1": ItemState.UNDER_REVIEW,
        "bb2": ItemState.DISPUTED,
        "bb3": ItemState.UNDER_REVIEW,
    }
    dispute = Dispute.objects.get()
    assert (dispute.cause, dispute.version) == (DisputeCause.CODINGS, 1)
    assert acts("item.") == ["item.differ"]


def test_codings_that_differ_in_kind_or_in_points_differ(world):
    first, second = world.sheet("EE", "b", 1), world.sheet("EE", "b", 2)
    unknown = {"kind": AnswerKind.UNKNOWN, "rationale": "No register."}
    worlds.answer(world, first, "bb1", **unknown)
    worlds.answer(world, second, "bb1", **unknown)
    for sheet, points in ((first, 75), (second, 70)):
        worlds.answer(world, sheet, "bb2", kind=AnswerKind.EXCEPTIONAL, points=points)
    worlds.answer_all(world)
    worlds.submit_all(world)

    disputed = world.items(ItemState.DISPUTED)
    assert [item.indicator.code for item in disputed] == ["bb2"]


def test_a_changed_answer_comes_back_in_its_new_version(reviewed, acts):
    worlds.return_objections(reviewed, "PT", "aa1")
    sheet = reviewed.sheet("PT", "a")
    worlds.answer_the_requests(reviewed, sheet)
    worlds.submit(reviewed, sheet)

    item = reviewed.item("PT", "aa1")
    assert (item.state, item.version) == (ItemState.UNDER_REVIEW, 2)
    assert reviewed.case("PT", "a").state == CaseState.IN_REVIEW
    assert acts("item.", subject="PT/a") == ["item.request_change", "item.resubmit"]
    assert acts("case.", subject="PT/a") == ["case.open", "case.return", "case.resubmit"]


def test_opinions_on_the_old_version_are_kept_and_count_no_more(reviewed):
    worlds.return_objections(reviewed, "PT", "aa1")
    worlds.answer_the_requests(reviewed, reviewed.sheet("PT", "a"))
    worlds.submit(reviewed, reviewed.sheet("PT", "a"))

    worlds.approve(reviewed, reviewed.item("PT", "aa1"))

    item = reviewed.item("PT", "aa1")
    assert item.state == ItemState.APPROVED
    assert sorted(item.opinions.values_list("version", flat=True)) == [1, 1, 2, 2]
    assert item.settled.version == 2


def test_a_maintained_answer_is_disputed_with_the_expert_s_point(reviewed, acts):
    worlds.return_objections(reviewed, "PT", "aa1")
    sheet = reviewed.sheet("PT", "a")
    worlds.answer_the_requests(reviewed, sheet, maintain=True)
    worlds.submit(reviewed, sheet)

    dispute = reviewed.dispute("PT", "aa1")
    assert (dispute.cause, dispute.version) == (DisputeCause.MAINTAINED, 1)
    assert dispute.text == "The act means what it says."
    assert acts("item.", subject="aa1")[-1] == "item.maintain"
    assert reviewed.case("PT", "a").state == CaseState.IN_REVIEW


def test_the_second_coding_cannot_come_back_by_itself(reviewed):
    """Only the first is under review, so only the first is returned."""
    worlds.return_objections(reviewed, "EE", "bb1")

    states = {coding: reviewed.sheet("EE", "b", coding).state for coding in (1, 2)}
    assert states == {1: AssessmentState.RETURNED, 2: AssessmentState.SUBMITTED}


def test_a_sheet_whose_submission_fails_opens_nothing(world):
    worlds.answer(world, world.sheet("PT", "a"), "aa1", earns=100)

    with pytest.raises(Exception, match="aa2"):
        worlds.submit(world, world.sheet("PT", "a"))

    assert not Case.objects.exists()
    assert not AuditEntry.objects.filter(act__startswith="case.").exists()


def test_a_second_return_asks_about_the_new_version(reviewed):
    for suggested in (50, 0):
        worlds.return_objections(reviewed, "PT", "aa1", suggests=suggested)
        sheet = reviewed.sheet("PT", "a")
        corrected = {"earns": suggested, "change_reason": ChangeReason.CORRECTED}
        worlds.answer(reviewed, sheet, "aa1", **corrected)
        worlds.submit(reviewed, sheet)

    assert reviewed.item("PT", "aa1").version == 3
    assert reviewed.case("PT", "a").times_returned == 2
    requests = ChangeRequest.objects.order_by("version").values_list("version", "state")
    assert list(requests) == [(1, RequestState.CHANGED), (2, RequestState.CHANGED)]
