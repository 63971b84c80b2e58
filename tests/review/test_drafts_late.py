"""A draft that arrives after the act it became is told so; a text that says more is given back."""

import pytest

from review.models import ReviewDraft, Ruling
from tests import world as worlds
from tests.review.clients import signed_in
from tests.review.test_drafts import RULING, send


@pytest.fixture
def reviewer(reviewed):
    return signed_in(reviewed["EE_reviewer_1"])


WHY = "Section 5 says otherwise about aa1."


@pytest.mark.parametrize(
    "fields", [{"kind": "disagree"}, {"text": WHY}, {"text": f" {WHY}\n"}, {"text": ""}]
)
def test_a_draft_that_arrives_after_the_opinion_it_became_is_told_so(
    reviewed, reviewer, fields
):
    worlds.disagree(reviewed, reviewed.item("EE", "aa1"), reviewed["EE_reviewer_1"])

    late = send(reviewer, fields)

    assert (late.status_code, late.json()["state"]) == (423, "said")
    assert not ReviewDraft.objects.exists()


def test_a_late_text_that_says_something_else_is_given_back(reviewed, reviewer):
    worlds.disagree(reviewed, reviewed.item("EE", "aa1"), reviewed["EE_reviewer_1"])

    late = send(reviewer, {"text": f"{WHY} And section 6."})

    assert (late.status_code, late.json()["state"]) == (423, "closed")
    assert late.json()["fields"] == {"text": f"{WHY} And section 6."}


def test_what_another_has_said_is_not_ones_own_word(reviewed):
    worlds.approve(reviewed, reviewed.item("EE", "aa1"))
    client = signed_in(reviewed["EE_reviewer_3"])

    assert send(client, {"text": ""}).json()["state"] == "closed"


def test_a_draft_of_a_ruling_that_arrives_after_it_is_told_so(reviewed):
    worlds.rule(reviewed, worlds.split(reviewed, "EE", "aa1"))
    client = signed_in(reviewed["adjudicator"])
    said = Ruling.objects.get()

    same = {"public_rationale": said.public_rationale, "verdict": said.verdict}
    assert send(client, same, url=RULING).json()["state"] == "said"
    other = {"public_rationale": "Another reason.", "verdict": said.verdict}
    assert send(client, other, url=RULING, key="k2").json()["state"] == "closed"
