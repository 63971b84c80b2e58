"""The pages of conversations, without a script: read, begin, answer, close, remove."""

import re

import pytest

from questionnaire.enums import RoundState
from review.enums import Side
from review.models import Message, Thread
from review.services import threads
from tests import world as worlds
from tests.review.clients import CASE, DISPUTE, ITEM, OUTCOME, said, signed_in
from tests.review.talk import AMONG_REVIEWERS, CONSORTIUM, WITH_EXPERT, begin, say

NEW = f"{CASE}conversations/new/"
PAGES = {"EE_a_1": OUTCOME, "EE_reviewer_1": ITEM, "adjudicator": CASE, "coordinator": CASE}


@pytest.fixture
def review(reviewed):
    """Give the small world in review."""
    return reviewed


def page_of(thread):
    return f"{CASE}conversations/{thread.number}/"


def filled_in(**content):
    return {
        "kind": "question",
        "audience": "expert_and_review",
        "text": "Which section is it?",
        "turn": "expert",
    } | content


@pytest.mark.parametrize("who", PAGES)
def test_a_conversation_is_led_to_from_the_page_where_one_works(review, who):
    thread = begin(review, "EE_reviewer_2", item="aa1", text="Which section, please?")
    page = said(signed_in(review[who]).get(PAGES[who]))

    assert page_of(thread) in page
    assert "Which section, please?" in page


@pytest.mark.parametrize("who", ["EE_a_1", "EE_reviewer_1"])
def test_what_is_not_ones_own_is_on_no_page_and_at_no_address(review, who):
    hidden = [begin(review, "adjudicator", CONSORTIUM)]
    if who == "EE_a_1":
        hidden.append(begin(review, "adjudicator", AMONG_REVIEWERS))
    client = signed_in(review[who])
    for thread in hidden:
        assert page_of(thread) not in said(client.get(PAGES[who]))
        for ask in (client.get, client.post):
            assert ask(page_of(thread)).status_code == 404
        assert client.post(f"{page_of(thread)}close/").status_code == 404
        assert client.get(f"{page_of(thread)}messages/1/remove/").status_code == 404
    assert Message.objects.count() == len(hidden)


@pytest.mark.parametrize("who", ["stranger", "PT_a_1", "EE_b_2", "publisher_1"])
def test_a_stranger_is_refused_whether_there_is_a_conversation_or_not(review, who):
    thread = begin(review, "adjudicator")
    client = signed_in(review[who])
    for path in (page_of(thread), f"{CASE}conversations/1/", NEW):
        assert client.get(path).status_code == 403
        assert client.post(path, filled_in()).status_code == 403
    assert Message.objects.count() == 1


def test_the_dispute_file_has_the_talk_about_its_answer(review):
    from_file = begin(review, "EE_reviewer_1", item="aa1")
    item = review.item("EE", "aa1")
    first, second = review.reviewers("EE")[:2]
    worlds.agree(review, item, first)
    worlds.disagree(review, item, second, suggests=50)
    assert page_of(from_file) in said(signed_in(review["adjudicator"]).get(DISPUTE))


def test_one_begins_a_conversation_and_the_other_side_answers_it(review):
    client = signed_in(review["EE_reviewer_1"])
    form = said(client.get(f"{NEW}?about=aa1"))
    assert "About aa1" in form
    assert "Send it all the same" not in form
    response = client.post(f"{NEW}?about=aa1", filled_in(is_blocking="on"))
    thread = Thread.objects.get()
    assert response["Location"] == page_of(thread)
    assert (thread.is_blocking, thread.item.indicator.code) == (True, "aa1")

    expert = signed_in(review["EE_a_1"])
    assert "Which section is it?" in said(expert.get(page_of(thread)))
    answer = {"text": "Section 5.", "turn": "reviewers"}
    assert expert.post(page_of(thread), answer)["Location"] == page_of(thread)
    assert "Section 5." in said(client.get(page_of(thread)))
    assert "You are <strong>Reviewer" in said(client.get(page_of(thread)))


def test_a_held_text_comes_back_with_the_warning_and_a_box(review):
    client = signed_in(review["EE_reviewer_1"])
    text = "Ask Wombatsky about it."
    response = client.post(NEW, filled_in(text=text))
    page = said(response)
    assert response.status_code == 422
    assert f">\n{text}".replace("\n", " ") in page
    assert "This may name somebody: “Wombatsky”" in page
    assert "Send it all the same" in page
    assert not Thread.objects.exists()

    assert client.post(NEW, filled_in(text=text, overruled="on")).status_code == 302
    assert Thread.objects.get().messages.get().text == text


def test_a_held_opinion_comes_back_on_the_desk(review):
    client = signed_in(review["EE_reviewer_1"])
    opinion = {"version": 1, "kind": "disagree", "suggested_option": "cannot_say"}
    response = client.post(ITEM, opinion | {"text": "Wombatsky wrote otherwise."})
    assert response.status_code == 422
    assert "Send it all the same" in said(response)
    assert "Wombatsky wrote otherwise." in said(response)

    passed = opinion | {"text": "Wombatsky wrote otherwise.", "overruled": "on"}
    assert client.post(ITEM, passed).status_code == 302


def test_a_megabyte_is_refused_with_a_sentence(review):
    client = signed_in(review["EE_reviewer_1"])
    response = client.post(NEW, filled_in(text="x" * 1_000_000))
    assert response.status_code == 422
    assert "Shorten it to 20,000" in said(response)
    assert not Thread.objects.exists()


def test_a_conversation_is_closed_on_its_page_and_says_so(review):
    thread = begin(review, "EE_reviewer_1")
    client = signed_in(review["EE_reviewer_1"])
    assert "Close this conversation" in said(client.get(page_of(thread)))
    assert client.post(f"{page_of(thread)}close/").status_code == 302
    assert "This conversation was closed on" in said(client.get(page_of(thread)))
    expert = said(signed_in(review["EE_a_1"]).get(page_of(thread)))
    assert "Close this conversation" not in expert


def test_a_removed_message_leaves_its_day_and_reason(review):
    thread = begin(review, "EE_reviewer_1", text="A slip of the pen.")
    path = f"{page_of(thread)}messages/1/remove/"
    assert signed_in(review["EE_a_1"]).get(path).status_code == 403
    client = signed_in(review["coordinator"])
    assert "A slip of the pen." in said(client.get(path))
    assert client.post(path, {"reason": ""}).status_code == 422
    assert client.post(path, {"reason": "It told a place."}).status_code == 302

    page = said(signed_in(review["EE_a_1"]).get(page_of(thread)))
    assert "A slip of the pen." not in page
    assert "It told a place." in page
    assert client.get(path).status_code == 404


HELD_UP = r"Held up until it is closed:(.*?)</span>"


def held_up_by(response):
    """Return what the page says is held up, and by what, or None where nothing is."""
    found = re.search(HELD_UP, said(response), re.DOTALL)
    return found and found[1]


@pytest.mark.parametrize("who", ["EE_reviewer_1", "adjudicator", "coordinator", "observer"])
@pytest.mark.parametrize(("path", "about"), [(ITEM, "aa1"), (CASE, "aa1"), (CASE, None)])
def test_what_is_held_up_names_the_conversation_and_leads_to_it(review, who, path, about):
    client = signed_in(review[who])
    assert held_up_by(client.get(path)) is None
    thread = begin(review, "EE_reviewer_1", item=about, is_blocking=True)

    told = held_up_by(client.get(path))

    subject = review.indicator("aa1").title if about else "about the whole case"
    assert f"Question {thread.number}" in told
    assert subject in told
    assert f'href="{page_of(thread)}"' in told
    threads.close_thread(thread=thread, by=review["EE_reviewer_1"])
    assert held_up_by(client.get(path)) is None


def test_of_a_conversation_that_one_does_not_read_one_is_not_told_that_it_blocks(review):
    begin(review, "adjudicator", CONSORTIUM, item="aa1", is_blocking=True)

    assert held_up_by(signed_in(review["EE_reviewer_1"]).get(ITEM)) is None
    assert held_up_by(signed_in(review["coordinator"]).get(ITEM))


def test_the_closing_page_leads_to_what_blocks(review):
    thread = begin(review, "EE_reviewer_1", item="aa1", is_blocking=True)

    page = said(signed_in(review["coordinator"]).get("/rounds/2019/closing/"))

    assert f'href="{page_of(thread)}"' in page
    assert f"Question {thread.number}: {review.indicator('aa1').title}" in page


@pytest.mark.parametrize("who", ["coordinator", "observer", "adjudicator"])
def test_who_cannot_give_an_opinion_has_no_box_for_one(review, who):
    page = said(signed_in(review[who]).get(ITEM))

    assert "Your opinion" not in page
    assert "Only a reviewer of this case can do that." in page


def test_nobody_is_told_to_ask_themselves(review):
    asked = "Ask the coordinator"

    assert asked not in said(signed_in(review["coordinator"]).get(ITEM))
    assert asked in said(signed_in(review["observer"]).get(ITEM))


def test_a_message_can_be_removed_on_the_page_of_a_closed_round(review):
    thread = begin(review, "EE_reviewer_1", text="A slip of the pen.")
    review.round.state = RoundState.REVIEW_CLOSED
    review.round.save()
    path = f"{page_of(thread)}messages/1/remove/"
    client = signed_in(review["coordinator"])

    assert path in said(client.get(page_of(thread)))
    assert path not in said(signed_in(review["EE_reviewer_2"]).get(page_of(thread)))
    assert client.post(path, {"reason": "It told a place."}).status_code == 302

    page = said(signed_in(review["EE_a_1"]).get(page_of(thread)))
    assert "A slip of the pen." not in page
    assert "It told a place." in page


def test_my_work_lists_what_waits_for_me_and_nobody_else_s(review):
    thread = begin(review, "EE_reviewer_1", WITH_EXPERT, item="aa1")
    assert page_of(thread) in said(signed_in(review["EE_a_1"]).get("/my-work/"))
    assert page_of(thread) not in said(signed_in(review["EE_reviewer_1"]).get("/my-work/"))
    say(review, thread, "EE_a_1", turn=Side.ADJUDICATORS)
    assert page_of(thread) not in said(signed_in(review["EE_a_1"]).get("/my-work/"))
    assert page_of(thread) in said(signed_in(review["adjudicator"]).get("/my-work/"))
    threads.close_thread(thread=thread, by=review["adjudicator"])
    assert page_of(thread) not in said(signed_in(review["adjudicator"]).get("/my-work/"))
