"""Reviewing by question: the same one in all of one's countries, and on to the next country."""

import pytest

from questionnaire.enums import Role
from questionnaire.services.assignments import end_assignment
from review.enums import Interest, OpinionKind
from review.models import CaseItem, Declaration, Opinion
from review.rules import may_adjudicate, may_review, may_see_case
from review.rules.bulk import Reach
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssignmentFactory,
    CountryFactory,
    IndicatorFactory,
    RoundFactory,
    StrandFactory,
)
from tests.factories.review import CaseFactory, CaseItemFactory, reviewer_of
from tests.review.clients import HTMX, said, signed_in

LIST = "/reviews/2019/by-indicator/"
AA1 = "/reviews/2019/by-indicator/aa1/"
ESTONIA = "/reviews/2019/EE/a/aa1/"
PORTUGAL = "/reviews/2019/PT/a/aa1/"
NEXT = {"version": 1, "kind": OpinionKind.AGREE, "then": "next"}


@pytest.fixture
def both(reviewed):
    """Let one person review both countries."""
    person = reviewed["EE_reviewer_1"]
    portugal = {"round": reviewed.round, "country": reviewed.country("PT")}
    AssignmentFactory(person=person, role=Role.REVIEWER, **portugal)
    worlds.declare(reviewed, "EE_reviewer_1", "PT")
    return reviewed


@pytest.fixture
def reviewer(both):
    return signed_in(both["EE_reviewer_1"])


def seal(country):
    CaseItem.objects.filter(case__country__code=country, indicator__code="aa1").update(
        is_coded_blind=True
    )


# --- The list -----------------------------------------------------------------------------


def test_the_list_counts_the_answers_that_wait_by_question(both, reviewer):
    worlds.agree(both, both.item("EE", "aa1"), both["EE_reviewer_1"])

    page = said(reviewer.get(LIST))

    assert "<strong>9</strong> of 10 answers wait for you." in page
    assert page.index("Indicator aa1") < page.index("Indicator aa2") < page.index("bb1")
    assert f'href="{AA1}"' in page


def test_the_list_narrows_to_what_is_to_be_read_and_keeps_that_in_the_address(both, reviewer):
    for country in ("EE", "PT"):
        worlds.agree(both, both.item(country, "aa1"), both["EE_reviewer_1"])

    page = said(reviewer.get(LIST, {"show": "to_read"}))

    assert "Indicator aa1" not in page
    assert "/reviews/2019/by-indicator/aa2/?show=to_read" in page


def test_who_reviews_one_country_sees_the_questions_of_that_one(reviewed):
    page = said(signed_in(reviewed["PT_reviewer_1"]).get(AA1))

    assert "Portugal" in page
    assert "Estonia" not in page


def test_before_a_sheet_is_in_it_is_said_what_will_stand_there(world):
    page = said(signed_in(world["EE_reviewer_1"]).get(LIST))

    assert "Nothing to review yet" in page


# --- One question -------------------------------------------------------------------------


def test_the_answers_of_all_my_countries_stand_one_under_the_other(both, reviewer):
    page = said(reviewer.get(AA1))

    assert page.index(">Estonia<") < page.index(">Portugal<")
    assert page.count("For 100 points.") == 3  # twice as an answer, once among the options
    assert page.count("The act says so.") == 2
    assert page.count("Invented Act, section 4") == 2
    assert f'href="{ESTONIA}?by=indicator"' in page
    assert f'href="{PORTUGAL}?by=indicator"' in page


def test_nobodys_opinion_shows_there_not_even_once_one_has_spoken(both, reviewer):
    item = both.item("EE", "aa1")
    worlds.agree(both, item, both["EE_reviewer_1"])
    worlds.disagree(both, item, both["EE_reviewer_2"], suggests=50)

    page = said(reviewer.get(AA1))

    assert "Section 5 says otherwise" not in page


def test_a_question_to_be_coded_first_shows_its_country_and_nothing_else(both, reviewer):
    seal("EE")

    page = said(reviewer.get(AA1))
    estonia = page.partition(">Estonia<")[2].partition("</article>")[0]

    assert "You code this question for this country before you see its answer." in estonia
    assert "To code" in page
    for hidden in ("For 100 points.", "The act says so.", "Invented Act", "ersion 1"):
        assert hidden not in estonia
    assert f'href="{ESTONIA}?by=indicator"' in page


def test_what_is_read_already_can_be_left_out(both, reviewer):
    worlds.agree(both, both.item("EE", "aa1"), both["EE_reviewer_1"])

    page = said(reviewer.get(AA1, {"show": "to_read"}))

    assert ">Portugal<" in page
    assert ">Estonia<" not in page
    assert "All 2" in page
    assert "To read 1" in page


def test_the_keys_lead_to_the_questions_beside_it(reviewer):
    page = said(reviewer.get("/reviews/2019/by-indicator/aa2/"))

    assert f'href="{AA1}" data-key="k"' in page
    assert 'href="/reviews/2019/by-indicator/bb1/" data-key="j"' in page


def test_a_country_without_a_declaration_is_not_shown(both, reviewer):
    Declaration.objects.filter(person=both["EE_reviewer_1"], country__code="PT").delete()

    page = said(reviewer.get(AA1))

    assert ">Estonia<" in page
    assert "Portugal" not in page


def test_a_question_that_is_not_asked_and_a_round_that_is_not_are_not_found(reviewer):
    assert reviewer.get("/reviews/2019/by-indicator/zz9/").status_code == 404
    assert reviewer.get("/reviews/1999/by-indicator/").status_code == 404


@pytest.mark.parametrize("url", [LIST, AA1])
@pytest.mark.parametrize(
    "who", ["stranger", "EE_a_1", "coordinator", "observer", "adjudicator", "publisher_1"]
)
def test_who_reviews_nothing_in_the_round_is_told_so(reviewed, who, url):
    assert signed_in(reviewed[who]).get(url).status_code == 403


@pytest.mark.parametrize("url", [LIST, AA1])
def test_a_superuser_without_a_part_is_told_so_too(reviewed, url):
    root = UserFactory(is_superuser=True, is_staff=True)
    assert signed_in(root).get(url).status_code == 403


def test_a_reviewer_whose_part_was_ended_is_told_so(both, reviewer):
    for held in both.round.assignments.filter(person=both["EE_reviewer_1"]):
        end_assignment(assignment=held, by=both["head"], reason="Ill.")

    assert reviewer.get(AA1).status_code == 403


def test_the_pages_betray_nobody(both, reviewer):
    traces = both.traces_of([*worlds.EXPERT_SIDE, "EE_reviewer_2", "PT_reviewer_1"])
    for url in (LIST, AA1):
        response = reviewer.get(url)
        everything = f"{response.headers} {response.content.decode()}"
        assert not {trace for trace in traces if trace in everything}


# --- On to the next country ---------------------------------------------------------------


def test_saving_an_opinion_leads_to_the_same_question_in_the_next_country(reviewer):
    response = reviewer.post(f"{ESTONIA}?by=indicator", NEXT)

    assert response.status_code == 302
    assert response.url == f"{PORTUGAL}?by=indicator"


def test_with_htmx_the_next_country_is_a_page_of_its_own(reviewer):
    response = reviewer.post(f"{ESTONIA}?by=indicator", NEXT, headers=HTMX)

    assert response.headers["HX-Redirect"] == f"{PORTUGAL}?by=indicator"


def test_after_the_last_country_the_question_says_that_it_is_done(both, reviewer):
    reviewer.post(f"{ESTONIA}?by=indicator", NEXT)
    response = reviewer.post(f"{PORTUGAL}?by=indicator", NEXT)

    assert response.url == AA1
    assert Opinion.objects.filter(reviewer=both["EE_reviewer_1"]).count() == 2


def test_staying_stays_and_without_the_question_one_goes_on_in_the_case(reviewer):
    stay = NEXT | {"then": "stay"}
    assert reviewer.post(f"{ESTONIA}?by=indicator", stay).url == f"{ESTONIA}?by=indicator"
    assert reviewer.post(PORTUGAL, NEXT).url == "/reviews/2019/PT/a/aa2/"


def test_an_opinion_that_was_refused_keeps_the_way_by_question(reviewer):
    wrong = NEXT | {"kind": OpinionKind.DISAGREE}
    response = reviewer.post(f"{ESTONIA}?by=indicator", wrong)

    assert response.status_code == 422
    assert f'action="{ESTONIA}?by=indicator"' in said(response)


# --- The rules of one case, of a whole round ----------------------------------------------


def test_the_reach_says_of_every_case_and_person_what_the_rules_say(both):
    worlds.agree(both, both.item("EE", "aa1"), both["EE_reviewer_2"])
    portugal = {"round": both.round, "country": both.country("PT")}
    estonia = {"round": both.round, "country": both.country("EE")}
    for key, role, place in (
        ("EE_a_1", Role.REVIEWER, portugal),
        ("EE_a_1", Role.ADJUDICATOR, estonia),
        ("EE_reviewer_2", Role.ADJUDICATOR, {"round": both.round}),
        ("coordinator", Role.REVIEWER, estonia),
        ("observer", Role.REVIEWER, portugal),
        ("publisher_1", Role.ADJUDICATOR, estonia | {"strand": both.strand("a")}),
    ):
        AssignmentFactory(person=both[key], role=role, **place)
    for key in ("EE_a_1", "EE_reviewer_2", "publisher_1", "coordinator"):
        worlds.declare(both, key, "EE")
    worlds.declare(both, "EE_reviewer_3", "EE", interest=Interest.POSSIBLE, text="A cousin.")
    worlds.declare(both, "PT_reviewer_2", "PT", interest=Interest.YES, text="My employer.")
    ended = both.round.assignments.get(person=both["PT_reviewer_1"])
    end_assignment(assignment=ended, by=both["head"], reason="Ill.")
    cases = [both.case(country, strand) for country in ("EE", "PT") for strand in "ab"]
    seen = set()

    for key, person in both.people.items():
        reach = Reach(person, both.round)
        for case in cases:
            place = (case.country_id, case.strand_id)
            reviews, rules = reach.reviews(*place), reach.adjudicates(*place)
            looks = reach.looks_on(*place)
            assert reviews == bool(may_review(person, case)), (key, str(case))
            assert rules == bool(may_adjudicate(person, case)), (key, str(case))
            # Who judges with a tie of another kind may see a case, and do nothing in it.
            acts = reviews or rules or looks
            if acts or key not in {"EE_reviewer_2", "coordinator"}:
                assert bool(may_see_case(person, case)) == acts, (key, str(case))
            seen |= {("reviews", reviews), ("rules", rules), ("looks", looks)}

    assert len(seen) == 6


# --- What it costs ------------------------------------------------------------------------


def countries(number):
    """Return a round with one question answered in so many countries, and their reviewer."""
    round_ = RoundFactory()
    strand = StrandFactory(framework=round_.framework)
    indicator = IndicatorFactory(strand=strand)
    person = UserFactory()
    for _place in range(number):
        case = CaseFactory(round=round_, strand=strand, country=CountryFactory())
        CaseItemFactory(case=case, indicator=indicator)
        reviewer_of(case, person)
    return round_, indicator, person


@pytest.mark.parametrize("number", [5, 20])
def test_the_pages_ask_as_much_for_twenty_countries_as_for_five(
    db, number, django_assert_num_queries
):
    round_, indicator, person = countries(number)
    client = signed_in(person)
    with django_assert_num_queries(11):
        client.get(f"/reviews/{round_.code}/by-indicator/")
    with django_assert_num_queries(19):
        page = said(client.get(f"/reviews/{round_.code}/by-indicator/{indicator.code}/"))
    assert page.count("Give an opinion") == number
