"""The pages of a reopening, without JavaScript: ask, decide, use, and what they tell."""

from datetime import timedelta

import pytest
from django.utils import timezone

from questionnaire.models import Draft, SetAside
from questionnaire.selectors.workbook import book_of
from review.enums import ItemState, ReopeningState
from review.models import Reopening
from review.selectors.reopening import late_changes, present_reopening, reopening_page
from review.services.reopening import grant
from review.tasks import end_what_is_over
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.questionnaire.viewing import send

from .clients import said, signed_in
from .windows import ask, change, open_for, pass_time

REOPEN = "/reviews/2019/PT/a/reopen/"
OUTCOME = "/reviews/2019/PT/a/outcome/"
CASE = "/reviews/2019/PT/a/"
LATE = "/reviews/2019/late-changes/"
ANSWER = "/sheets/2019/PT/a/1/aa1/"
ASKED = {
    "items": ["aa1 2019-12-31"],
    "reason": "citation",
    "text": "The article that is cited is the wrong one.",
}


def moment(days=3):
    return timezone.localtime(timezone.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize("key", ["PT_a_1", "PT_reviewer_1", "coordinator"])
def test_a_reopening_is_asked_for_on_its_page(reviewed, key):
    client = signed_in(reviewed[key])
    page = said(client.get(REOPEN))
    assert "aa1" in page
    assert "Ask for a reopening" in page

    response = client.post(REOPEN, ASKED, follow=True)

    assert "A coordinator decides." in said(response)
    assert Reopening.objects.get().asked_by == reviewed[key]


def test_the_form_leads_a_later_development_to_the_upcoming_changes(reviewed):
    page = said(signed_in(reviewed["PT_a_1"]).get(REOPEN))

    assert "is no reason" in page
    assert "/sheets/2019/PT/a/1/upcoming/" in page


@pytest.mark.parametrize(
    ("key", "offered"),
    [("PT_a_1", False), ("PT_reviewer_1", True), ("adjudicator", True), ("coordinator", True)],
)
def test_each_role_is_offered_its_own_reasons_alone(reviewed, key, offered):
    client = signed_in(reviewed[key])
    page = said(client.get(REOPEN))

    assert ("A reviewer asks for it" in page) is offered
    assert "A citation is wrong" in page
    status = client.post(REOPEN, ASKED | {"reason": "review"}).status_code
    assert status == (302 if offered else 422)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"items": []}, "Choose at least one answer."),
        ({"items": ["bb1 2019-12-31"]}, "is not one of the available choices"),
        ({"text": ""}, "Say why, in a sentence."),
        ({"text": "a" * 1_000_000}, "Shorten it"),
        ({"reason": ""}, "Choose one of the reasons."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(reviewed, wrong, words):
    response = signed_in(reviewed["PT_a_1"]).post(REOPEN, ASKED | wrong)

    assert response.status_code == 422
    assert words in said(response)
    assert not Reopening.objects.exists()


def test_a_text_that_may_name_somebody_is_held_up_and_sent_all_the_same(reviewed):
    client = signed_in(reviewed["PT_reviewer_1"])
    naming = ASKED | {"text": "As Fossanova wrote, the article is wrong."}

    held = client.post(REOPEN, naming)
    assert held.status_code == 422
    assert "may name somebody" in said(held)

    client.post(REOPEN, naming | {"overruled": "on"})
    assert Reopening.objects.get().state == ReopeningState.ASKED


@pytest.mark.parametrize("key", ["PT_b_1", "EE_a_1", "EE_reviewer_1", "stranger"])
@pytest.mark.parametrize("path", ["", "decide/", "withdraw/"])
def test_the_pages_are_shut_to_others(reviewed, key, path):
    ask(reviewed, "aa1")
    client = signed_in(reviewed[key])

    assert client.post(REOPEN + path, ASKED).status_code == 403
    assert client.get(REOPEN).status_code == 403


def test_a_superuser_is_a_stranger(reviewed):
    root = signed_in(UserFactory(is_superuser=True, is_staff=True))

    for path in (REOPEN, LATE):
        assert root.get(path).status_code == 403


def test_the_page_names_no_person(reviewed):
    ask(reviewed, "aa1", by="PT_reviewer_1")
    expert = said(signed_in(reviewed["PT_a_1"]).get(REOPEN))
    assert "Asked for by the review" in expert
    assert not [t for t in reviewed.traces_of(worlds.REVIEW_SIDE) if t in expert]

    reviewer = said(signed_in(reviewed["PT_reviewer_2"]).get(REOPEN))
    assert not [t for t in reviewed.traces_of(worlds.EXPERT_SIDE) if t in reviewer]


def test_a_coordinator_grants_until_a_moment(reviewed):
    ask(reviewed, "aa1")
    client = signed_in(reviewed["coordinator"])
    assert "What do you decide?" in said(client.get(REOPEN))

    answer = {"decision": "grant", "until": moment(), "text": "Do."}
    response = client.post(f"{REOPEN}decide/", answer, follow=True)

    assert "Your decision is kept." in said(response)
    assert Reopening.objects.get().state == ReopeningState.OPEN
    assert reviewed.item("PT", "aa1").state == ItemState.REOPENED


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"decision": "grant", "until": "", "text": "Do."}, "Until when?"),
        ({"decision": "grant", "until": "soon", "text": "Do."}, "Write a day and a time"),
        ({"decision": "grant", "until": "2001-01-01T10:00", "text": "Do."}, "still to come"),
        ({"decision": "grant", "until": "2031-01-01T10:00", "text": ""}, "Say why"),
        ({"decision": "refuse", "until": "", "text": ""}, "Say why"),
        ({"decision": "", "until": "2031-01-01T10:00", "text": "Do."}, "Choose one of the two"),
    ],
)
def test_a_decision_that_is_not_whole_is_not_kept(reviewed, answer, words):
    ask(reviewed, "aa1")

    response = signed_in(reviewed["coordinator"]).post(f"{REOPEN}decide/", answer)

    assert response.status_code == 422
    assert words in said(response)
    assert Reopening.objects.get().state == ReopeningState.ASKED


def test_a_refusal_is_read_by_who_asked(reviewed):
    ask(reviewed, "aa1")
    client = signed_in(reviewed["coordinator"])
    client.post(f"{REOPEN}decide/", {"decision": "refuse", "text": "The source stands."})

    assert "The source stands." in said(signed_in(reviewed["PT_a_1"]).get(REOPEN))


def test_who_asked_withdraws_by_a_button(reviewed):
    ask(reviewed, "aa1")
    client = signed_in(reviewed["PT_a_1"])
    assert "Withdraw the request" in said(client.get(REOPEN))

    client.post(f"{REOPEN}withdraw/")

    assert Reopening.objects.get().state == ReopeningState.WITHDRAWN
    assert client.post(f"{REOPEN}withdraw/").status_code == 409


def test_the_expert_reads_on_the_outcome_and_the_sheet_until_when_it_is_open(reviewed):
    open_for(reviewed, "aa1")
    client = signed_in(reviewed["PT_a_1"])

    assert "Some answers are open again until" in said(client.get(OUTCOME))
    check = said(client.get("/sheets/2019/PT/a/1/check/"))
    assert "Change it, or say why it stands." not in check
    client.post("/sheets/2019/PT/a/1/check/", {"declared_for": "2019-12-31", "declared": "on"})


def test_a_void_approval_is_said_on_the_reviewers_and_the_experts_page(reviewed):
    for code in ("aa1", "aa2"):
        worlds.approve(reviewed, reviewed.item("PT", code))
    open_for(reviewed, "aa1")
    change(reviewed, "aa1")
    worlds.submit(reviewed, reviewed.sheet("PT", "a"))

    words = "The approval of version 1 is void, because the content changed"
    reviewer = signed_in(reviewed["PT_reviewer_1"])
    assert words in said(reviewer.get(CASE))
    assert words in said(reviewer.get(f"{CASE}aa1/"))
    assert words not in said(reviewer.get(f"{CASE}aa2/"))
    assert words in said(signed_in(reviewed["PT_a_1"]).get(OUTCOME))

    worlds.approve(reviewed, reviewed.item("PT", "aa1"))
    assert words not in said(reviewer.get(f"{CASE}aa1/"))


def test_a_void_ruling_is_not_shown_as_if_it_stood(reviewed):
    worlds.approve(reviewed, reviewed.item("PT", "aa1"))
    worlds.rule(reviewed, worlds.split(reviewed, "PT", "aa2"))
    open_for(reviewed, "aa2")
    change(reviewed, "aa2")
    worlds.submit(reviewed, reviewed.sheet("PT", "a"))

    for key, path in (("PT_reviewer_1", f"{CASE}aa2/"), ("PT_a_1", OUTCOME)):
        page = said(signed_in(reviewed[key]).get(path))
        assert "The ruling on version 1 is void" in page
        assert "The act was in force on the day." not in page


@pytest.mark.parametrize("key", ["coordinator", "observer", "publisher_1"])
def test_the_late_changes_show_before_and_after(reviewed, key):
    for code in ("aa1", "aa2"):
        worlds.approve(reviewed, reviewed.item("PT", code))
    open_for(reviewed, "aa1", "aa2")
    change(reviewed, "aa1", earns=0)
    client = signed_in(reviewed[key])
    assert "With the expert" in said(client.get(LATE))
    worlds.submit(reviewed, reviewed.sheet("PT", "a"))

    page = said(client.get(LATE))

    assert "2 handed-in answers were opened again." in page
    assert "Before, version 1" in page
    assert "Now, version 2" in page
    assert not [t for t in reviewed.traces_of(worlds.EXPERT_SIDE) if t in page]


@pytest.mark.parametrize("key", ["PT_a_1", "PT_reviewer_1", "adjudicator", "stranger"])
def test_the_late_changes_are_shut_to_the_sides(reviewed, key):
    assert signed_in(reviewed[key]).get(LATE).status_code == 403


def test_the_late_changes_cost_a_fixed_number_of_queries(reviewed, django_assert_num_queries):
    open_for(reviewed, "aa1")
    with django_assert_num_queries(6):
        late_changes(reviewed.round, reviewed["coordinator"])
    worlds.submit(reviewed, reviewed.sheet("PT", "a"))
    open_for(reviewed, "bb1", "bb2", "bb3", by="PT_b_1")
    with django_assert_num_queries(6):
        assert len(late_changes(reviewed.round, reviewed["coordinator"])) == 4
    with django_assert_num_queries(8):
        reopening_page(reviewed.case("PT", "b"), reviewed["PT_b_1"])


# --- Writing after the end ---------------------------------------------------------------


def test_the_form_is_refused_after_the_end_and_the_text_is_kept(reviewed):
    open_for(reviewed, "aa1")
    pass_time()
    client = signed_in(reviewed["PT_a_1"])

    response = client.post(ANSWER, {"kind": "chosen", "rationale": "Typed a blink too late."})

    assert response.status_code in {403, 423}
    assert "Typed a blink too late." in said(response)
    assert reviewed.sheet("PT", "a").answers.get(indicator__code="aa1").version == 1


def test_autosave_is_refused_after_the_end_with_423_and_the_text_is_kept(reviewed):
    open_for(reviewed, "aa1")
    client = signed_in(reviewed["PT_a_1"])
    in_time = send(client, f"{ANSWER}draft/", {"rationale": "In time."}, based_on=1)
    pass_time()

    late = send(client, f"{ANSWER}draft/", {"note": "Too late."}, based_on=1, draft=1)

    assert in_time.status_code == 200
    assert (late.status_code, late.json()["kept"]) == (423, True)
    assert "were open again until" in late.json()["words"]
    assert SetAside.objects.get().content == {"note": "Too late."}
    end_what_is_over()
    assert Draft.objects.get().content["rationale"] == "In time."
    assert reviewed.item("PT", "aa1").version == 1


def test_the_workbook_is_read_only_after_the_end(reviewed):
    open_for(reviewed, "aa1")
    place = {"round_code": "2019", "country": "PT", "coding": 1}
    book = book_of(**place, user=reviewed["PT_a_1"])
    before = [row.indicator.code for one in book.sheets for row in one.rows if row.may_answer]
    pass_time()

    after = book_of(**place, user=reviewed["PT_a_1"])

    assert before == ["aa1"]
    assert not any(one.may_answer for one in after.sheets)
    assert "were open again until" in after.sheets[0].may_answer.reason


def test_my_work_lists_what_is_open_again_and_what_is_to_be_decided(reviewed):
    ask(reviewed, "aa1")
    coordinator = said(signed_in(reviewed["coordinator"]).get("/my-work/"))
    assert "1 answer is to be opened again" in coordinator

    window = present_reopening(reviewed.case("PT", "a"))
    until = timezone.now() + timedelta(days=3)
    grant(reopening=window, until=until, text="Do.", by=reviewed["coordinator"])

    expert = said(signed_in(reviewed["PT_a_1"]).get("/my-work/"))
    assert "1 answer is open again" in expert
    assert "came back" not in expert
    coordinator = said(signed_in(reviewed["coordinator"]).get("/my-work/"))
    assert "is to be opened again" not in coordinator


def test_my_work_asks_a_consortium_reviewer_for_the_second_decision(reviewed):
    for code in ("aa1", "aa2"):
        worlds.approve(reviewed, reviewed.item("PT", code))
    asked = ask(reviewed, "aa1")
    adjudicator = signed_in(reviewed["adjudicator"])
    assert "to be opened again" not in said(adjudicator.get("/my-work/"))

    until = timezone.now() + timedelta(days=3)
    grant(reopening=asked, until=until, text="Do.", by=reviewed["coordinator"])

    assert "A second person decides." in said(adjudicator.get("/my-work/"))
