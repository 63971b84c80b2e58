"""After the last return an objection is a dispute: asked twice, changed twice, objected again."""

import pytest

from mipex_site.base.errors import NotAllowed
from review import selectors
from review.enums import CaseState, DisputeCause, DisputeState, ItemState
from review.services.returning import return_case
from tests import world as worlds
from tests.review.clients import DISPUTE, RETURN, said, signed_in


@pytest.fixture
def returned_twice(reviewed):
    """Give a world in which Estonia's aa1 came back changed from two returns."""
    assert reviewed.round.returns_allowed == 2
    sheet = reviewed.sheet("EE", "a")
    for suggests in (50, 0):
        worlds.return_objections(reviewed, "EE", "aa1", suggests=suggests)
        worlds.answer_the_requests(reviewed, sheet)
        worlds.submit(reviewed, sheet)
    return reviewed


def object_again(world, *keys):
    for key in keys:
        worlds.disagree(world, world.item("EE", "aa1"), world[key], suggests=100)


def test_what_is_objected_to_after_the_last_return_is_disputed(returned_twice, acts):
    object_again(returned_twice, "EE_reviewer_1", "EE_reviewer_2")

    item = returned_twice.item("EE", "aa1")
    dispute = returned_twice.dispute("EE", "aa1")
    assert (item.state, item.version) == (ItemState.DISPUTED, 3)
    assert (dispute.cause, dispute.state) == (DisputeCause.EXHAUSTED, DisputeState.OPEN)
    assert dispute.version == 3
    assert acts(subject="aa1")[-2:] == ["opinion.give", "item.exhaust"]
    assert returned_twice.case("EE", "a").state == CaseState.IN_REVIEW


def test_the_file_then_holds_every_version_that_was_read(returned_twice):
    object_again(returned_twice, "EE_reviewer_1", "EE_reviewer_2")
    dispute = returned_twice.dispute("EE", "aa1")

    page = selectors.dispute_page(dispute, returned_twice["adjudicator"])

    assert [reading.version for reading in page.earlier_readings] == [1, 2]
    assert [request.version for request in page.requests] == [1, 2]
    shown = said(signed_in(returned_twice["adjudicator"]).get(DISPUTE))
    assert "Disputed: the objection stands after the last return" in shown
    assert "Version 1" in shown


def test_before_the_last_return_an_objection_may_be_returned(reviewed):
    worlds.return_objections(reviewed, "EE", "aa1")
    sheet = reviewed.sheet("EE", "a")
    worlds.answer_the_requests(reviewed, sheet)
    worlds.submit(reviewed, sheet)
    object_again(reviewed, "EE_reviewer_1", "EE_reviewer_2")

    assert reviewed.item("EE", "aa1").state == ItemState.UNDER_REVIEW
    case = return_case(case=reviewed.case("EE", "a"), by=reviewed["EE_reviewer_1"])
    assert case.times_returned == 2


def test_after_the_last_return_nothing_is_returned_and_the_page_says_why(returned_twice):
    """One objection stands; two are required before anything follows from it."""
    object_again(returned_twice, "EE_reviewer_1")
    case, reviewer = returned_twice.case("EE", "a"), returned_twice["EE_reviewer_1"]

    with pytest.raises(NotAllowed, match="as often as the round allows"):
        return_case(case=case, by=reviewer)

    page = said(signed_in(reviewer).get(RETURN))
    assert "You cannot return this case now" in page
    assert "returned as often as the round allows (2)" in page
    assert "Return the case to the expert" not in page
    (line,) = [
        line for line in selectors.workbench(reviewer).cases if line.place.strand_code == "a"
    ]
    assert line.objections == 0


def test_a_round_that_allows_no_return_disputes_the_first_objection(db):
    world = worlds.build(returns_allowed=0)
    worlds.answer_all(world)
    worlds.submit_all(world)
    object_first = world.item("EE", "aa1")
    for key in ("EE_reviewer_1", "EE_reviewer_2"):
        worlds.disagree(world, object_first, world[key], suggests=50)

    assert world.dispute("EE", "aa1").cause == DisputeCause.EXHAUSTED
