"""Returning a case, consenting to points, and what the expert then reads."""

import pytest

from mipex_site.base.errors import NotAllowed
from questionnaire.models import ChangeRequest
from review.enums import CaseState, ItemState
from review.models import Consent
from tests import world as worlds
from tests.factories.questionnaire import ChangeRequestFactory, expert_of
from tests.factories.review import CaseItemFactory, sheet_of
from tests.review.clients import (
    CASE,
    CONSENT,
    OUTCOME,
    RETURN,
    address_of,
    case_of,
    said,
    signed_in,
)


@pytest.fixture
def objected(reviewed):
    """Give a world in which one reviewer objects to an answer."""
    item = reviewed.item("EE", "aa1")
    worlds.disagree(reviewed, item, reviewed["EE_reviewer_1"], suggests=50)
    return reviewed


# --- The return ---------------------------------------------------------------------------


def test_before_a_return_one_reads_what_the_expert_will_read(objected):
    page = said(signed_in(objected["EE_reviewer_1"]).get(RETURN))

    assert "1 answer goes back" in page
    assert "Section 5 says otherwise about aa1." in page
    assert "Suggested instead: <strong>For 50 points.</strong>" in page
    assert "You have not spoken on 1 answer" in page


def test_a_return_is_sent_once_it_is_confirmed(objected):
    client = signed_in(objected["EE_reviewer_1"])

    response = client.post(RETURN)

    assert (response.status_code, response.url) == (302, CASE)
    assert objected.case("EE", "a").state == CaseState.RETURNED
    assert ChangeRequest.objects.get().text == "Section 5 says otherwise about aa1."
    assert "The case is returned." in said(client.get(CASE))


def test_a_second_return_is_refused(objected):
    client = signed_in(objected["EE_reviewer_1"])
    client.post(RETURN)

    assert client.post(RETURN).status_code == 409
    assert "This case is back with the expert." in said(client.get(RETURN))


def test_an_objection_that_one_may_not_read_yet_is_not_on_the_page(objected):
    client = signed_in(objected["EE_reviewer_2"])

    page = said(client.get(RETURN))

    assert "Section 5 says otherwise" not in page
    assert "No objection to send" in page
    assert "you know of no objection that stands" in page
    assert client.post(RETURN).status_code == 403


@pytest.mark.parametrize("key", ["adjudicator", "coordinator", "observer"])
def test_who_looks_on_cannot_return_a_case(objected, key):
    client = signed_in(objected[key])

    assert "Return the case to the expert" not in said(client.get(RETURN))
    assert client.post(RETURN).status_code == 403


@pytest.mark.parametrize("key", ["stranger", "EE_a_1", "PT_reviewer_1"])
def test_the_return_is_closed_to_everybody_else(objected, key):
    client = signed_in(objected[key])

    assert client.get(RETURN).status_code == client.post(RETURN).status_code == 403


# --- The consent --------------------------------------------------------------------------


@pytest.fixture
def exceptional(world):
    """Give a world in which one answer has points that are no option."""
    worlds.answer(world, world.sheet("EE", "a"), "aa1", kind="exceptional", points="200/3")
    worlds.answer_all(world)
    worlds.submit_all(world)
    return world


def test_an_adjudicator_consents_to_points(exceptional):
    client = signed_in(exceptional["adjudicator"])

    page = said(client.get(CONSENT))
    response = client.post(CONSENT, {"version": 1, "text": "Both regions were checked."})

    assert "Exceptional points: 200/3" in page
    assert (response.status_code, response.url) == (302, CONSENT)
    assert Consent.objects.get().text == "Both regions were checked."
    after = said(client.get(CONSENT))
    assert "Your consent to these points is kept." in after
    assert "Consented on" in after
    assert '<form class="ruling"' not in after


def test_a_consent_without_a_reason_comes_back(exceptional):
    response = signed_in(exceptional["adjudicator"]).post(CONSENT, {"version": 1, "text": ""})

    assert response.status_code == 422
    assert "This field is required." in said(response)
    assert not Consent.objects.exists()


def test_a_consent_to_a_version_that_is_gone_is_refused(exceptional):
    client = signed_in(exceptional["adjudicator"])

    response = client.post(CONSENT, {"version": 2, "text": "Both regions were checked."})

    assert response.status_code == 409
    assert "Both regions were checked." in said(response)


def test_an_answer_without_such_points_needs_no_consent(reviewed):
    client = signed_in(reviewed["adjudicator"])

    assert "it needs no consent" in said(client.get(CONSENT))
    assert client.post(CONSENT, {"version": 1, "text": "Why not."}).status_code == 409


@pytest.mark.parametrize(
    ("key", "status"),
    [("EE_reviewer_1", 200), ("coordinator", 200), ("EE_a_1", 403), ("stranger", 403)],
)
def test_nobody_else_consents(exceptional, key, status):
    client = signed_in(exceptional[key])

    page = client.get(CONSENT)
    sent = client.post(CONSENT, {"version": 1, "text": "Both regions were checked."})

    assert page.status_code == status
    assert '<form class="ruling"' not in said(page)
    assert sent.status_code == NotAllowed.status
    assert not Consent.objects.exists()


# --- The outcome --------------------------------------------------------------------------


def test_an_expert_reads_where_each_answer_stands(reviewed):
    worlds.approve(reviewed, reviewed.item("EE", "aa1"))

    page = said(signed_in(reviewed["EE_a_1"]).get(OUTCOME))

    assert "1 of 2 answers are settled." in page
    assert "Approved" in page
    assert "Under review" in page
    assert 'href="/sheets/2019/EE/a/1/"' in page


def test_an_expert_reads_what_is_asked_and_that_it_waits(reviewed):
    worlds.return_objections(reviewed, "EE", "aa1")

    page = said(signed_in(reviewed["EE_a_1"]).get(OUTCOME))

    assert "1 answer waits for you" in page
    assert "Section 5 says otherwise about aa1." in page
    assert "Suggested instead: <strong>For 50 points.</strong>" in page


def test_an_expert_reads_the_public_reason_of_a_ruling_and_no_other(reviewed):
    worlds.rule(reviewed, worlds.split(reviewed, "EE", "aa1"))

    page = said(signed_in(reviewed["EE_a_1"]).get(OUTCOME))

    assert "The act was in force on the day." in page
    assert "The source that the expert cites decides." not in page
    assert reviewed.item("EE", "aa1").state == ItemState.RULED


def test_before_the_review_the_page_says_what_will_stand_there(world):
    page = said(signed_in(world["EE_a_1"]).get(OUTCOME))

    assert "The review has not begun" in page


def test_each_of_two_experts_reads_the_outcome_of_their_own_sheet(reviewed):
    url = "/reviews/2019/EE/b/outcome/"

    for key, coding in (("EE_b_1", 1), ("EE_b_delegate", 1), ("EE_b_2", 2)):
        response = signed_in(reviewed[key]).get(url)
        assert response.context["sheet"].coding == coding


@pytest.mark.parametrize(
    "key", ["stranger", "EE_b_1", "PT_a_1", "EE_reviewer_1", "adjudicator"]
)
def test_the_outcome_is_closed_to_everybody_else(reviewed, key):
    response = signed_in(reviewed[key]).get(OUTCOME)

    assert response.status_code == 403
    assert "This page is open to the expert of the sheet." in said(response)


def test_the_coordinator_reads_the_outcome_too(reviewed):
    assert signed_in(reviewed["coordinator"]).get(OUTCOME).status_code == 200


def test_the_outcome_of_what_is_not_asked_is_not_found(reviewed):
    client = signed_in(reviewed["EE_a_1"])

    assert client.get("/reviews/2019/EE/z/outcome/").status_code == 404


# --- Queries ------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_the_return_asks_as_much_for_three_answers_as_for_one(
    db, number, django_assert_num_queries
):
    case, reviewer = case_of(number)
    client = signed_in(reviewer)

    with django_assert_num_queries(23):
        client.get(f"{address_of(case)}return/")


@pytest.mark.parametrize("number", [1, 3])
def test_the_consent_asks_as_much_among_three_as_alone(db, number, django_assert_num_queries):
    case, reviewer = case_of(number)
    client = signed_in(reviewer)
    code = case.items.first().indicator.code

    with django_assert_num_queries(26):
        client.get(f"{address_of(case, code)}consent/")


@pytest.mark.parametrize("number", [1, 3])
def test_the_outcome_asks_as_much_for_three_answers_as_for_one(
    db, number, django_assert_num_queries
):
    case, _reviewer = case_of(0)
    for _place in range(number):
        item = CaseItemFactory(case=case)
        ChangeRequestFactory(assessment=sheet_of(case), indicator=item.indicator)
    client = signed_in(expert_of(sheet_of(case)))

    with django_assert_num_queries(23):
        response = client.get(f"{address_of(case)}outcome/")

    assert response.context["page"].waiting == number
