"""The door of what is typed in the review: kept, merged, its person's alone, gone when sent."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from questionnaire.enums import RoundState
from review.enums import DraftOf, OpinionKind, VerdictCode
from review.models import Dispute, Opinion, ReviewDraft
from review.services.drafts import Typed, drop_draft, keep_review_draft, on_item
from review.services.opinions import give_opinion
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.review.clients import signed_in

DOOR = "/reviews/2019/EE/a/drafts/opinion/aa1/2019-12-31/"
RULING = "/reviews/2019/EE/a/drafts/ruling/aa1/2019-12-31/"
MESSAGE = "/reviews/2019/EE/a/drafts/message/thread/new/"


def send(client: Client, fields: dict, *, url: str = DOOR, **body):
    sent = {"key": "k1", "based_on": 1, "draft": 0, "fields": fields} | body
    return client.post(url, json.dumps(sent), content_type="application/json")


@pytest.fixture
def reviewer(reviewed):
    return signed_in(reviewed["EE_reviewer_1"])


def only():
    return ReviewDraft.objects.get()


# --- Keeping ------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_the_moment_said(reviewer, reviewed):
    response = send(reviewer, {"text": "Section 5 sa"})

    said = response.json()
    assert (response.status_code, said["state"]) == (200, "kept")
    assert (said["version"], said["draft"], said["merged"]) == (1, 1, [])
    assert said["words"] == f"Saved at {said['shown']}."
    draft = only()
    assert (draft.person, draft.kind) == (reviewed["EE_reviewer_1"], DraftOf.OPINION)
    assert (draft.place, draft.based_on) == ("aa1/2019-12-31", 1)
    assert draft.content == {"text": "Section 5 sa"}
    assert not Opinion.objects.exists()


def test_a_draft_is_in_no_audit(reviewer, acts):
    before = len(acts())
    send(reviewer, {"text": "Section 5 sa"})
    assert len(acts()) == before


def test_only_what_changed_is_sent_and_the_rest_stays(reviewer):
    send(reviewer, {"text": "One.", "kind": "disagree"})
    said = send(reviewer, {"text": "One. Two."}, key="k2", draft=1).json()

    assert said["draft"] == 2
    assert only().content == {"text": "One. Two.", "kind": "disagree"}


def test_the_same_key_again_changes_nothing(reviewer):
    first = send(reviewer, {"text": "One."}).json()
    second = send(reviewer, {"text": "Sent again by a bad line."}).json()

    assert [said["draft"] for said in (first, second)] == [1, 1]
    assert only().content == {"text": "One."}


def test_the_draft_that_lies_there_is_told(reviewer):
    assert reviewer.get(DOOR).json()["state"] == "blank"
    send(reviewer, {"text": "Typed."})
    there = reviewer.get(DOOR).json()

    assert (there["state"], there["draft"], there["fields"]) == ("kept", 1, {"text": "Typed."})


def test_a_draft_can_be_discarded(reviewer):
    send(reviewer, {"text": "Typed."})

    said = send(reviewer, {}, act="discard").json()

    assert said["state"] == "blank"
    assert not ReviewDraft.objects.exists()


def test_the_pulse_says_who_is_signed_in_with_a_fresh_token(reviewer, reviewed):
    said = reviewer.get("/reviews/pulse/").json()

    assert said["person"] == reviewed["EE_reviewer_1"].browser_key
    assert said["csrf"]
    assert Client().get("/reviews/pulse/").status_code == 401


# --- Two windows --------------------------------------------------------------------------


def test_two_windows_on_different_fields_are_merged(reviewer):
    send(reviewer, {"text": "One."})
    said = send(reviewer, {"kind": "agree"}, key="k2", base={"kind": "", "text": ""}).json()

    assert said["merged"] == ["text"]
    assert "both are kept: Why, and what would settle it." in said["words"]
    assert only().content == {"text": "One.", "kind": "agree"}


def test_two_texts_of_one_field_go_back_and_nothing_is_written(reviewer):
    send(reviewer, {"text": "From the other window."})
    response = send(reviewer, {"text": "From here."}, key="k2", base={"text": ""})

    said = response.json()
    assert (response.status_code, said["state"], said["who"]) == (409, "clash", "you")
    assert said["clashes"] == [
        {
            "field": "text",
            "label": "Why, and what would settle it",
            "base": "",
            "yours": "From here.",
            "theirs": "From the other window.",
        }
    ]
    assert said["draft"] == 1
    assert only().content == {"text": "From the other window."}


def test_the_text_that_was_not_taken_stays_with_the_draft_and_is_no_field_of_it(reviewer):
    send(reviewer, {"text": "Other."})
    lost = {"set_aside": {"text": "Other."}}
    said = send(reviewer, {"text": "Mine."}, key="k2", draft=1, **lost).json()
    send(reviewer, {"kind": "agree"}, key="k3", draft=2)

    assert said["fields"] == {"text": "Mine."}
    page = reviewer.get("/reviews/2019/EE/a/aa1/").content.decode()
    assert "that you did not take" in page
    assert '<p class="as-typed">Other.</p>' in page
    assert [one["texts"] for one in only().content["_aside"]] == [{"text": "Other."}]


def test_what_was_sent_from_another_window_comes_back_whole_with_what_was_typed_since(reviewer):
    base = {"text": "One.", "kind": "agree"}
    send(reviewer, {"text": "One. Two."}, draft=3, base=base)

    assert only().content == {"text": "One. Two.", "kind": "agree"}


# --- Whose it is --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    ["stranger", "EE_a_1", "PT_reviewer_1", "observer", "coordinator", "head", "adjudicator"],
)
def test_who_does_not_review_here_finds_nothing_and_keeps_nothing(reviewed, reviewer, key):
    send(reviewer, {"text": "Mine alone."})
    client = signed_in(reviewed[key])

    for response in (client.get(DOOR), send(client, {"text": "Theirs."})):
        assert response.status_code == 404
        assert "Mine alone." not in response.content.decode()
    assert ReviewDraft.objects.count() == 1


def test_a_superuser_without_an_assignment_finds_nothing(reviewer, reviewed):
    send(reviewer, {"text": "Mine alone."})
    client = signed_in(UserFactory(is_superuser=True, is_staff=True))

    assert client.get(DOOR).status_code == 404
    assert send(client, {"text": "Theirs."}).status_code == 404


def test_another_reviewer_of_the_case_reads_only_their_own(reviewer, reviewed):
    send(reviewer, {"text": "Mine alone."})
    other = signed_in(reviewed["EE_reviewer_2"])

    assert other.get(DOOR).json()["state"] == "blank"
    assert "Mine alone." not in other.get("/reviews/2019/EE/a/aa1/").content.decode()
    send(other, {"text": "Theirs."})
    assert ReviewDraft.objects.count() == 2
    assert reviewer.get(DOOR).json()["fields"] == {"text": "Mine alone."}


def test_nothing_is_taken_in_the_name_of_another_person(reviewer, reviewed):
    other = reviewed["EE_reviewer_2"].browser_key
    response = send(reviewer, {"text": "Theirs."}, person=other)

    assert (response.status_code, response.json()["state"]) == (401, "another_person")
    assert not ReviewDraft.objects.exists()


def test_who_is_not_signed_in_hears_it_as_data(reviewed):
    response = send(Client(), {"text": "One."})
    assert (response.status_code, response.json()["state"]) == (401, "signed_out")


# --- Bad input ----------------------------------------------------------------------------


def test_a_text_above_the_limit_is_refused_and_a_megabyte_before_it_is_read(reviewer):
    long = send(reviewer, {"text": "x" * 20_001})
    huge = send(reviewer, {"text": "x" * 1024 * 1024})

    assert (long.status_code, huge.status_code) == (413, 413)
    assert "Shorten it to 20,000." in long.json()["errors"]["text"][0]
    assert send(reviewer, {"text": "x" * 20_000}).status_code == 200
    assert len(only().content["text"]) == 20_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": ""},
        {"draft": -1},
        {"draft": True},
        {"fields": ["text"]},
        {"fields": {"text": 5}},
        {"fields": {"_aside": "x"}},
        {"fields": {"version": "3"}},
        {"act": "give"},
    ],
    ids=str,
)
def test_what_is_not_understood_is_refused(reviewer, wrong):
    body = {"fields": {"text": "One."}} | wrong
    response = send(reviewer, body.pop("fields"), **body)

    assert response.status_code == 400
    assert not ReviewDraft.objects.exists()


@pytest.mark.parametrize(
    "place",
    [
        "opinion/zz9/2019-12-31",
        "opinion/aa1/2014-12-31",
        "opinion/aa1/soon",
        "opinion/aa1",
        "poem/aa1/2019-12-31",
        "ruling/aa1/2019-12-31",
        "message/thread/4711",
        "message/thread/x",
    ],
)
def test_a_place_that_is_not_in_the_case_is_not_found(reviewer, place):
    url = f"/reviews/2019/EE/a/drafts/{place}/"

    assert reviewer.get(url).status_code == 404
    assert send(reviewer, {"text": "One."}, url=url).status_code == 404


# --- Too late -----------------------------------------------------------------------------


def test_an_answer_that_is_settled_takes_nothing_and_gives_the_text_back(reviewed, reviewer):
    worlds.approve_all(reviewed)
    item = reviewed.item("EE", "aa1")
    assert item.state == "approved"

    response = send(signed_in(reviewed["EE_reviewer_3"]), {"text": "Too late."})

    said = response.json()
    assert (response.status_code, said["state"]) == (423, "closed")
    assert said["fields"] == {"text": "Too late."}
    assert not ReviewDraft.objects.exists()


def test_after_the_review_is_closed_nothing_is_kept(reviewed, reviewer):
    reviewed.round.state = RoundState.REVIEW_CLOSED
    reviewed.round.save()

    response = send(reviewer, {"text": "Too late."})

    assert response.status_code == 423
    assert "The review of this round is closed" in response.json()["words"]


def test_who_has_spoken_types_no_other_opinion_on_that_version(reviewed, reviewer):
    worlds.agree(reviewed, reviewed.item("EE", "aa1"), reviewed["EE_reviewer_1"])
    assert send(reviewer, {"text": "Once more."}).status_code == 423


# --- Gone when it is sent -----------------------------------------------------------------


def keep(world, key, item, kind, **fields):
    typed = Typed(fields=fields, based_on=item.version, draft=0, key="k1")
    return keep_review_draft(spot=on_item(item, kind), typed=typed, by=world[key])


def test_an_opinion_takes_its_own_draft_with_it_and_nobody_elses(reviewed):
    item = reviewed.item("EE", "aa1")
    for key in ("EE_reviewer_1", "EE_reviewer_2"):
        keep(reviewed, key, item, DraftOf.OPINION, text="Typed.")
    keep(reviewed, "EE_reviewer_1", reviewed.item("EE", "aa2"), DraftOf.OPINION, text="Two.")

    give_opinion(
        item=item, version=1, kind=OpinionKind.AGREE, by=reviewed["EE_reviewer_1"], text=""
    )

    left = ReviewDraft.objects.values_list("person__name", "place")
    assert sorted(left) == sorted(
        [
            (reviewed["EE_reviewer_2"].name, "aa1/2019-12-31"),
            (reviewed["EE_reviewer_1"].name, "aa2/2019-12-31"),
        ]
    )


def test_an_opinion_that_is_refused_leaves_the_draft(reviewed):
    item = reviewed.item("EE", "aa1")
    keep(reviewed, "EE_reviewer_1", item, DraftOf.OPINION, text="Typed.")

    with pytest.raises(ValidationError, match="Say why"):
        give_opinion(
            item=item, version=1, kind=OpinionKind.DISAGREE, by=reviewed["EE_reviewer_1"]
        )

    assert only().content == {"text": "Typed."}


def test_a_ruling_takes_its_draft_with_it(reviewed):
    dispute = worlds.split(reviewed, "EE", "aa1")
    client = signed_in(reviewed["adjudicator"])
    assert send(client, {"public_rationale": "The act"}, url=RULING).status_code == 200

    worlds.rule(reviewed, dispute, verdict=VerdictCode.EXPERT_UPHELD)

    assert not ReviewDraft.objects.exists()
    assert send(client, {"public_rationale": "More."}, url=RULING).status_code == 423
    assert Dispute.objects.get().ruling is not None


def test_a_reviewer_types_no_ruling(reviewed, reviewer):
    worlds.split(reviewed, "EE", "aa1")
    assert send(reviewer, {"public_rationale": "The act"}, url=RULING).status_code == 404


def test_a_message_that_is_not_begun_has_a_draft_too_and_a_stranger_has_none(
    reviewed, reviewer
):
    assert send(reviewer, {"text": "A question."}, url=MESSAGE).status_code == 200
    expert = signed_in(reviewed["EE_a_1"])
    assert send(expert, {"text": "A question, too."}, url=MESSAGE).status_code == 200
    assert send(signed_in(reviewed["stranger"]), {"text": "?"}, url=MESSAGE).status_code == 404

    spot = only_of(reviewed["EE_a_1"])
    assert spot.place == "thread/new"
    drop_draft(case=spot.case, kind=spot.kind, place=spot.place, by=reviewed["EE_a_1"])
    assert ReviewDraft.objects.get().person == reviewed["EE_reviewer_1"]


def only_of(person):
    return ReviewDraft.objects.get(person=person)
