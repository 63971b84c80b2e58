"""The case on one page, one answer of it, and the opinion: by htmx and without a script."""

import pytest

from questionnaire.enums import AnswerKind, ChangeReason, RoundState
from questionnaire.services.assignments import end_assignment
from review.enums import ItemState, OpinionKind
from review.models import Opinion
from tests import world as worlds
from tests.factories.questionnaire import AnswerFactory
from tests.factories.review import CaseItemFactory, sheet_of
from tests.review.clients import CASE, HTMX, ITEM, address_of, case_of, said, signed_in

OBJECTS = {
    "version": 1,
    "kind": OpinionKind.DISAGREE,
    "suggested_option": "1",
    "text": "Section 5 says otherwise.",
}


@pytest.fixture
def reviewer(reviewed):
    return signed_in(reviewed["EE_reviewer_1"])


# --- The whole case -----------------------------------------------------------------------


def test_the_case_shows_every_answer_and_leads_to_the_next_to_read(reviewer):
    response = reviewer.get(CASE)

    page = said(response)
    assert response.status_code == 200
    assert "What does the law say about aa1?" in page
    assert "What does the law say about aa2?" in page
    assert "For 100 points." in page
    assert "The act says so." in page
    assert "0 of 2 opinions saved" in page
    assert f'href="{ITEM}" data-key="n"' in page


def test_the_case_says_who_one_is_and_whom_one_reads(reviewed, reviewer):
    names = dict(reviewed.round.assignments.values_list("person_id", "pseudonym"))

    page = said(reviewer.get(CASE))

    assert f"You are <strong>{names[reviewed['EE_reviewer_1'].pk]}</strong>" in page
    assert f"reading <strong>{names[reviewed['EE_a_1'].pk]}</strong>" in page


def test_the_list_can_be_narrowed_to_what_is_to_be_read(reviewed, reviewer):
    worlds.agree(reviewed, reviewed.item("EE", "aa1"), reviewed["EE_reviewer_1"])

    page = said(reviewer.get(CASE, {"show": "to_read"}))

    assert "To read 1" in page
    assert "about aa2?" in page
    assert "about aa1?" not in page


def test_a_case_whose_sheets_are_not_in_says_what_will_stand_there(world):
    page = said(signed_in(world["EE_reviewer_1"]).get(CASE))

    assert "Nothing to review yet" in page
    assert "once the experts have submitted every sheet" in page


def test_a_case_that_may_be_returned_offers_it_and_another_says_why_not(reviewed, reviewer):
    assert "You know of no objection" not in said(reviewer.get(CASE))
    assert "you know of no objection that stands" in said(reviewer.get(CASE))

    worlds.disagree(reviewed, reviewed.item("EE", "aa1"), reviewed["EE_reviewer_1"])

    assert f'href="{CASE}return/"' in said(reviewer.get(CASE))


def test_the_page_of_a_demonstration_says_so(reviewed, reviewer):
    assert "DEMONSTRATION" not in said(reviewer.get(CASE))

    reviewed.round.is_demonstration = True
    reviewed.round.save()

    assert "DEMONSTRATION" in said(reviewer.get(CASE))


# --- One answer ---------------------------------------------------------------------------


def test_an_answer_stands_there_with_its_day_its_reason_and_its_source(reviewer):
    page = said(reviewer.get(ITEM))

    assert "<title>Indicator aa1" in page
    assert "The law in force on 31 December 2019" in page
    assert "The act says so." in page
    assert "Invented Act, section 4" in page
    assert "In force on 31 December 2019, since 1 January 2011" in page
    assert "Version 1, written on" in page


def test_the_keys_of_the_page_are_written_beside_what_they_do(reviewer):
    page = said(reviewer.get(ITEM))

    for key in ("1", "2", "3", "4", "n", "j"):
        assert f'data-key="{key}"' in page
    assert 'data-key="k"' in said(reviewer.get("/reviews/2019/EE/a/aa2/"))


def test_a_changed_answer_shows_what_changed_in_its_reason(reviewed, reviewer):
    worlds.return_objections(reviewed, "EE", "aa1")
    sheet = reviewed.sheet("EE", "a")
    worlds.answer(
        reviewed,
        sheet,
        "aa1",
        earns=50,
        rationale="The act says the reverse.",
        change_reason=ChangeReason.CORRECTED,
    )
    worlds.submit(reviewed, sheet)

    page = said(reviewer.get(ITEM))

    assert "Reason in version 1" in page
    assert "<del>so.</del>" in page
    assert "<ins>the reverse.</ins>" in page
    assert "Reason now: the earlier answer was wrong" in page
    assert "Asked about version 1" in page
    assert '<th scope="col">Version 1</th>' in page


def test_what_others_say_is_hidden_until_ones_own_opinion_is_saved(reviewed, reviewer):
    item = reviewed.item("EE", "aa1")
    worlds.disagree(reviewed, item, reviewed["EE_reviewer_2"])

    before = said(reviewer.get(ITEM))
    worlds.disagree(reviewed, item, reviewed["EE_reviewer_1"], suggests=50)
    after = said(reviewer.get(ITEM))

    assert "Section 5 says otherwise" not in before
    assert "You see what the others say when your own opinion is saved" in before
    assert after.count("Section 5 says otherwise about aa1.") == 2
    assert "You suggest" in after


def test_the_other_sheet_is_read_only_when_ones_own_opinion_is_saved(reviewed, reviewer):
    url = "/reviews/2019/EE/b/bb1/"
    second = reviewed.round.assignments.get(person=reviewed["EE_b_2"]).pseudonym

    assert second not in said(reviewer.get(url))

    worlds.agree(reviewed, reviewed.item("EE", "bb1"), reviewed["EE_reviewer_1"])

    assert f'<th scope="col">{second}</th>' in said(reviewer.get(url))


def test_an_answer_that_is_no_option_has_a_line_of_its_own(world):
    worlds.answer(world, world.sheet("EE", "a"), "aa1", kind=AnswerKind.UNKNOWN)
    worlds.answer(world, world.sheet("EE", "a"), "aa2", kind="exceptional", points="125/2")
    worlds.answer_all(world)
    worlds.submit_all(world)
    client = signed_in(world["EE_reviewer_1"])

    assert "<strong>Cannot be known</strong>" in said(client.get(ITEM))
    second = said(client.get("/reviews/2019/EE/a/aa2/"))
    assert "<strong>Exceptional points: 62.5</strong>" in second
    assert "a consortium reviewer has to consent to them" in second


def test_an_answer_for_another_day_has_an_address_of_its_own(db):
    case, reviewer = case_of(1)
    item = case.items.get()
    earlier = case.round.cut_off.replace(year=2014)
    answer = AnswerFactory(
        assessment=sheet_of(case), indicator=item.indicator, reference_date=earlier
    )
    CaseItemFactory(case=case, indicator=item.indicator, reference_date=earlier, answer=answer)
    client, url = signed_in(reviewer), address_of(case, item.indicator.code)

    assert "The law in force on 31 December 2019" in said(client.get(url))
    assert "The law in force on 31 December 2014" in said(client.get(f"{url}?day=2014-12-31"))
    assert f"{url}?day=2014-12-31" in said(client.get(address_of(case)))
    for wrong in ("2014-02-30", "2013-12-31"):
        assert client.get(url, {"day": wrong}).status_code == 404


# --- The opinion --------------------------------------------------------------------------


def test_without_a_script_an_opinion_is_kept_and_the_next_answer_opens(reviewed, reviewer):
    response = reviewer.post(ITEM, OBJECTS | {"then": "next"})

    assert (response.status_code, response.url) == (302, "/reviews/2019/EE/a/aa2/")
    opinion = Opinion.objects.get()
    assert (opinion.kind, opinion.text) == (OpinionKind.DISAGREE, "Section 5 says otherwise.")
    assert opinion.suggested_option == reviewed.option("aa1", 50)
    assert "Your opinion on “Indicator aa1” is kept." in said(reviewer.get(response.url))


def test_an_opinion_can_be_kept_without_going_on(reviewer):
    response = reviewer.post(ITEM, OBJECTS | {"then": "stay"}, follow=True)

    assert response.redirect_chain == [(ITEM, 302)]
    assert "Kept as your position on version 1" in said(response)


def test_after_the_last_opinion_the_whole_case_opens(reviewed, reviewer):
    worlds.agree(reviewed, reviewed.item("EE", "aa2"), reviewed["EE_reviewer_1"])

    plain = reviewer.post(ITEM, OBJECTS | {"then": "next"})
    other = signed_in(reviewed["EE_reviewer_2"])
    worlds.agree(reviewed, reviewed.item("EE", "aa2"), reviewed["EE_reviewer_2"])
    by_htmx = other.post(ITEM, OBJECTS | {"then": "next"}, headers=HTMX)

    assert plain.url == CASE
    assert by_htmx.headers["HX-Redirect"] == CASE


def test_htmx_gets_the_desk_of_the_next_answer_and_its_address(reviewer):
    response = reviewer.post(ITEM, OBJECTS | {"then": "next"}, headers=HTMX, follow=True)

    part = said(response)
    assert response.headers["HX-Push-Url"] == "/reviews/2019/EE/a/aa2/"
    assert "<html" not in part
    assert part.count('id="desk"') == 1
    assert "about aa2?" in part
    assert "Your opinion on “Indicator aa1” is kept." in part


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without a script", "htmx"])
def test_a_wrong_opinion_comes_back_with_what_was_typed(reviewer, headers):
    typed = {"version": 1, "text": "Paragraph four, and nothing else."}

    response = reviewer.post(ITEM, typed, headers=headers)

    assert response.status_code == 422
    assert "Choose one of the four." in said(response)
    assert "Paragraph four, and nothing else.</textarea>" in said(response)
    assert ("<html" in said(response)) is not bool(headers)
    assert not Opinion.objects.exists()


def test_an_objection_without_a_reason_is_refused_at_its_field(reviewer):
    response = reviewer.post(ITEM, OBJECTS | {"text": "  "})

    assert response.status_code == 422
    assert 'id="id_text_error"' in said(response)
    assert "Say why, in a sentence." in said(response)


def test_the_option_of_the_expert_cannot_be_suggested(reviewer):
    response = reviewer.post(ITEM, OBJECTS | {"suggested_option": "0"})

    assert response.status_code == 422
    assert not Opinion.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without a script", "htmx"])
def test_an_opinion_on_a_version_that_is_gone_is_refused_and_its_text_given_back(
    reviewer, headers
):
    response = reviewer.post(ITEM, OBJECTS | {"version": 7}, headers=headers)

    assert response.status_code == 409
    assert "The expert has sent a new version of this answer." in said(response)
    assert "Section 5 says otherwise." in said(response)
    assert not Opinion.objects.exists()


def test_a_second_opinion_on_one_version_is_refused(reviewed, reviewer):
    worlds.agree(reviewed, reviewed.item("EE", "aa1"), reviewed["EE_reviewer_1"])

    assert '<form class="opinion"' not in said(reviewer.get(ITEM))
    assert reviewer.post(ITEM, OBJECTS).status_code == 409


def test_once_the_review_is_closed_the_page_can_only_be_read(reviewed, reviewer):
    reviewed.round.state = RoundState.REVIEW_CLOSED
    reviewed.round.save()

    page = said(reviewer.get(ITEM))

    assert '<form class="opinion"' not in page
    assert "The review of this round is closed: nothing in it changes." in page
    assert reviewer.post(ITEM, OBJECTS).status_code == 409


def test_an_opinion_that_is_enough_approves_the_answer(reviewed, reviewer):
    worlds.agree(reviewed, reviewed.item("EE", "aa1"), reviewed["EE_reviewer_2"])

    reviewer.post(ITEM, {"version": 1, "kind": OpinionKind.AGREE})

    assert reviewed.item("EE", "aa1").state == ItemState.APPROVED


# --- Who may come in ----------------------------------------------------------------------

CLOSED_TO = ("stranger", "EE_a_1", "EE_b_2", "EE_b_delegate", "PT_a_1", "publisher_1")
CLOSED_TO += ("PT_reviewer_1",)


@pytest.mark.parametrize("key", CLOSED_TO)
@pytest.mark.parametrize("url", [CASE, ITEM])
def test_who_does_not_review_a_country_cannot_open_its_case(reviewed, key, url):
    response = signed_in(reviewed[key]).get(url)

    assert response.status_code == 403
    assert "This case is open to its reviewers." in said(response)
    assert "The act says so." not in said(response)
    assert signed_in(reviewed[key]).post(ITEM, OBJECTS).status_code == 403


@pytest.mark.parametrize("url", [CASE, ITEM])
def test_who_may_not_see_a_case_does_not_learn_whether_there_is_one(world, url):
    """Before the first sheet is in, the refusal is the same word for word."""
    assert signed_in(world["EE_a_1"]).get(url).status_code == 403


@pytest.mark.parametrize("key", ["coordinator", "observer", "head", "adjudicator"])
def test_who_looks_on_reads_the_case_and_is_told_why_nothing_can_be_said(reviewed, key):
    client = signed_in(reviewed[key])

    page = said(client.get(ITEM))

    assert '<form class="opinion"' not in page
    assert "Only a reviewer of this case can do that." in page
    assert client.post(ITEM, OBJECTS).status_code == 403


def test_an_ended_reviewer_is_shown_out(reviewed):
    held = reviewed.round.assignments.get(person=reviewed["EE_reviewer_1"])
    end_assignment(assignment=held, reason="Moved on.", by=reviewed["coordinator"])

    assert signed_in(reviewed["EE_reviewer_1"]).get(ITEM).status_code == 403


@pytest.mark.parametrize(
    "url", ["/reviews/2018/EE/a/", "/reviews/2019/XX/a/", "/reviews/2019/EE/z/", f"{CASE}zz9/"]
)
def test_what_is_not_asked_is_not_found(reviewer, url):
    assert reviewer.get(url).status_code == 404


def test_somebody_who_is_not_signed_in_is_sent_to_the_door(client, reviewed):
    assert client.get(ITEM).url == f"/sign-in/?next={ITEM}"


# --- Queries ------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_the_case_asks_as_much_for_three_answers_as_for_one(
    db, number, django_assert_num_queries
):
    case, reviewer = case_of(number)
    client = signed_in(reviewer)

    with django_assert_num_queries(32):
        response = client.get(address_of(case))

    assert said(response).count('class="whole"') == number


@pytest.mark.parametrize("number", [1, 3])
def test_an_answer_asks_as_much_among_three_as_alone(db, number, django_assert_num_queries):
    case, reviewer = case_of(number)
    client = signed_in(reviewer)
    url = address_of(case, case.items.first().indicator.code)

    with django_assert_num_queries(37):
        response = client.get(url)

    assert said(response).count('class="toc__link"') == number
