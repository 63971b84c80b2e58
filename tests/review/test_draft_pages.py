"""Drafts of the review on the pages: without a script, on my work, and the form's own words."""

import re

import pytest

from review.enums import DraftOf, OpinionKind
from review.models import Opinion, ReviewDraft, Thread
from review.services.drafts import Typed, keep_review_draft, on_item
from review.services.opinions import give_opinion
from tests import world as worlds
from tests.review.clients import CASE, DISPUTE, ITEM, OUTCOME, RETURN, said, signed_in

TYPED = {"version": 1, "draft": 0, "kind": "disagree", "suggested_option": "1"}
TYPED |= {"text": "Section 5 says otherwise."}


@pytest.fixture
def reviewer(reviewed):
    return signed_in(reviewed["EE_reviewer_1"])


def keep(world, key="EE_reviewer_1", kind=DraftOf.OPINION, code="aa1", **fields):
    item = world.item("EE", code)
    typed = Typed(fields=fields, based_on=item.version, draft=0)
    keep_review_draft(spot=on_item(item, kind), typed=typed, by=world[key])


# --- Without a script ---------------------------------------------------------------------


def test_a_draft_is_kept_by_a_button_and_stands_in_the_form_the_next_time(reviewer):
    response = reviewer.post(ITEM, TYPED | {"act": "keep"})

    assert (response.status_code, response.url) == (302, ITEM)
    page = said(reviewer.get(ITEM))
    assert "Your draft is kept. Nobody else can read it." in page
    assert "lies here. Nobody else can read it." in page
    assert "Section 5 says otherwise.</textarea>" in page
    assert re.search(r'<input[^>]*value="disagree"[^>]*checked', page)
    assert not Opinion.objects.exists()


def test_a_draft_that_lies_there_can_be_discarded(reviewed, reviewer):
    keep(reviewed, text="Section 5.")

    response = reviewer.post(ITEM, {"act": "discard"}, follow=True)

    assert "Your draft is discarded." in said(response)
    assert "lies here" not in said(response)
    assert not ReviewDraft.objects.exists()


def test_a_form_that_is_refused_is_kept_as_a_draft(reviewer):
    response = reviewer.post(ITEM, TYPED | {"kind": ""})

    assert response.status_code == 422
    assert ReviewDraft.objects.get().content["text"] == "Section 5 says otherwise."


def test_a_form_that_another_window_overtook_gives_the_text_back(reviewed, reviewer):
    keep(reviewed, text="From the other window.")

    response = reviewer.post(ITEM, TYPED | {"act": "keep"})

    assert response.status_code == 409
    assert "Section 5 says otherwise." in said(response)
    assert ReviewDraft.objects.get().content == {"text": "From the other window."}


def test_a_draft_begun_on_an_earlier_version_says_so(reviewed, reviewer):
    keep(reviewed, key="EE_reviewer_3", text="Of the first version.")
    worlds.return_objections(reviewed, "EE", "aa1")
    sheet = reviewed.sheet("EE", "a")
    worlds.answer_the_requests(reviewed, sheet)
    worlds.submit(reviewed, sheet)

    page = said(signed_in(reviewed["EE_reviewer_3"]).get(ITEM))

    assert "Of the first version.</textarea>" in page
    assert "You began it on version 1 of the answer." in page
    assert 'name="version" value="2"' in page


def test_a_ruling_is_kept_by_a_button_and_stands_in_the_form(reviewed):
    worlds.split(reviewed, "EE", "aa1")
    client = signed_in(reviewed["adjudicator"])

    client.post(DISPUTE, {"act": "keep", "version": 1, "public_rationale": "The act was"})

    page = said(client.get(DISPUTE))
    assert "The act was</textarea>" in page
    assert "lies here. Nobody else can read it." in page


def test_a_text_that_was_sent_after_the_session_ended_comes_back(reviewed, client):
    response = client.post(ITEM, TYPED)

    assert response.status_code == 401
    assert "Section 5 says otherwise." in said(response)
    assert "You were signed out meanwhile." in said(response)


# --- My work ------------------------------------------------------------------------------


def test_my_work_leads_to_an_unfinished_opinion_and_an_unfinished_ruling(reviewed):
    worlds.split(reviewed, "EE", "aa2")
    keep(reviewed, text="Section 5.")
    keep(reviewed, key="adjudicator", kind=DraftOf.RULING, code="aa2", public_rationale="It")

    of_reviewer = said(signed_in(reviewed["EE_reviewer_1"]).get("/my-work/"))
    of_adjudicator = said(signed_in(reviewed["adjudicator"]).get("/my-work/"))

    assert "You have an unfinished opinion on “Indicator aa1”." in of_reviewer
    assert f'href="{ITEM}"' in of_reviewer
    assert "You have an unfinished ruling on “Indicator aa2”." in of_adjudicator
    assert "unfinished opinion" not in of_adjudicator


def test_my_work_does_not_lead_to_a_draft_that_can_no_longer_be_sent(reviewed):
    keep(reviewed, key="EE_reviewer_3", text="Section 5.")
    worlds.approve(reviewed, reviewed.item("EE", "aa1"))

    page = said(signed_in(reviewed["EE_reviewer_3"]).get("/my-work/"))

    assert "unfinished" not in page


# --- The form -----------------------------------------------------------------------------


def test_nothing_is_picked_by_itself(reviewer):
    form = (
        said(reviewer.get(ITEM)).partition('<form class="opinion"')[2].partition("</form>")[0]
    )
    assert 'type="radio"' in form
    assert " checked" not in form


def test_who_is_not_of_the_field_need_not_say_why(reviewer):
    reviewer.post(ITEM, {"version": 1, "kind": OpinionKind.NOT_QUALIFIED})
    assert Opinion.objects.get().text == ""


def test_cannot_say_suggests_nothing(reviewer):
    reviewer.post(ITEM, TYPED | {"suggested_option": "cannot_say"})
    assert Opinion.objects.get().suggested_option is None


@pytest.mark.parametrize(
    ("kind", "sent", "words"),
    [
        ("agree", TYPED, "You agree, so suggest no other option: choose “Cannot say”."),
        ("not_qualified", TYPED, "It is not your field, so suggest no option"),
        ("agree_with_remark", {"version": 1}, "Write the remark, or agree without one."),
        ("disagree", {"version": 1}, "Say why, in a sentence."),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_what_was_chosen(reviewer, kind, sent, words):
    response = reviewer.post(ITEM, sent | {"kind": kind})

    assert response.status_code == 422
    assert words in said(response)
    assert not Opinion.objects.exists()


def test_a_text_above_the_limit_is_refused_at_its_field(reviewer):
    response = reviewer.post(ITEM, TYPED | {"text": "x" * 20_001})

    assert response.status_code == 422
    assert "This text has 20,001 characters. Shorten it to 20,000." in said(response)


def test_the_comment_has_a_key_and_the_list_stays_narrow_while_one_goes_on(reviewer):
    url = f"{ITEM}?show=to_read"
    page = said(reviewer.get(url))

    assert 'data-key="c"' in page
    assert 'href="/reviews/2019/EE/a/aa2/?show=to_read" data-key="j"' in page
    answer = reviewer.post(url, TYPED | {"then": "next"})
    assert answer.url == "/reviews/2019/EE/a/aa2/?show=to_read"
    links = re.findall(r'href="([^"]*)"', said(reviewer.get(f"{CASE}?show=nonsense")))
    assert ITEM in links
    assert not [link for link in links if "nonsense" in link]


# --- Remarks ------------------------------------------------------------------------------

REMARK = "The second paragraph says it better."


def remark(world, code="aa1", key="EE_reviewer_1", text=REMARK):
    item = world.item("EE", code)
    kind = OpinionKind.AGREE_WITH_REMARK
    give_opinion(item=item, version=item.version, kind=kind, text=text, by=world[key])


def test_remarks_go_with_the_return_under_no_name_and_owe_no_reply(reviewed, reviewer):
    remark(reviewed)
    worlds.disagree(reviewed, reviewed.item("EE", "aa2"), reviewed["EE_reviewer_1"])
    expert = signed_in(reviewed["EE_a_1"])
    assert REMARK not in said(expert.get(OUTCOME))

    page = said(reviewer.get(RETURN))
    assert "Remarks on 1 answer go with it" in page
    assert REMARK in page
    reviewer.post(RETURN)

    page = said(expert.get(OUTCOME))
    assert REMARK in page
    assert "You need not reply." in page
    assert "1 answer waits for you" in page
    assert not reviewed.traces_of(["EE_reviewer_1"]) & set(page.split())


def test_a_remark_made_after_the_return_waits_for_the_next(reviewed):
    worlds.return_objections(reviewed, "EE", "aa2")
    sheet = reviewed.sheet("EE", "a")
    worlds.answer_the_requests(reviewed, sheet)
    worlds.submit(reviewed, sheet)
    remark(reviewed)

    assert REMARK not in said(signed_in(reviewed["EE_a_1"]).get(OUTCOME))


def test_without_a_return_remarks_are_read_once_every_answer_is_settled(reviewed):
    remark(reviewed, text="Zeta.")
    remark(reviewed, key="EE_reviewer_2", text="Alpha.")
    expert = signed_in(reviewed["EE_a_1"])
    before = said(expert.get(OUTCOME))
    worlds.approve(reviewed, reviewed.item("EE", "aa2"))

    page = said(expert.get(OUTCOME))

    assert "Zeta." not in before
    assert page.index("Alpha.") < page.index("Zeta.")


# --- Conversations ------------------------------------------------------------------------

NEW = f"{CASE}conversations/new/"
BEGUN = {"kind": "question", "audience": "expert_and_review", "turn": "expert"}


def test_a_conversation_that_is_not_begun_is_kept_and_gone_once_it_is(reviewed, reviewer):
    typed = BEGUN | {"text": "Which section is meant?"}
    reviewer.post(f"{NEW}?about=aa1", typed | {"act": "keep"})

    page = said(reviewer.get(f"{NEW}?about=aa1"))
    assert "Which section is meant?</textarea>" in page
    assert "Which section is meant?" not in said(reviewer.get(NEW))
    assert "unfinished message about “Indicator aa1”" in said(reviewer.get("/my-work/"))
    reviewer.post(f"{NEW}?about=aa1", typed)

    assert Thread.objects.get().messages.get().text == "Which section is meant?"
    assert not ReviewDraft.objects.exists()


def test_a_message_is_kept_for_its_writer_alone_and_gone_once_it_is_sent(reviewed, reviewer):
    reviewer.post(NEW, BEGUN | {"text": "Which section is meant?"})
    thread = Thread.objects.get()
    url = f"{CASE}conversations/{thread.number}/"
    expert = signed_in(reviewed["EE_a_1"])
    expert.post(url, {"text": "The fourth, I", "turn": "reviewers", "act": "keep"})

    assert "The fourth, I</textarea>" in said(expert.get(url))
    assert "The fourth, I" not in said(reviewer.get(url))
    assert thread.messages.count() == 1
    expert.post(url, {"text": "The fourth, I think.", "turn": "reviewers"})

    assert thread.messages.count() == 2
    assert not ReviewDraft.objects.exists()


def test_a_closed_conversation_takes_no_draft(reviewed, reviewer):
    reviewer.post(NEW, BEGUN | {"text": "Which section is meant?"})
    thread = Thread.objects.get()
    url = f"{CASE}conversations/{thread.number}/"
    reviewer.post(f"{url}close/")

    response = reviewer.post(url, {"text": "One more.", "turn": "expert", "act": "keep"})

    assert response.status_code == 423
    assert "One more." in said(response)
    assert not ReviewDraft.objects.exists()
