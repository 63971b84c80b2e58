"""My work asks the database at most twelve times in any one role, for much as for little."""

import pytest

from mipex_site.desk.selectors.work import work_page
from questionnaire.enums import Role
from review.enums import Audience, DraftOf, Interest, Side, ThreadKind
from review.models import Declaration
from review.services import threads
from review.services.drafts import Typed, keep_review_draft, on_item
from tests import world as worlds
from tests.factories.questionnaire import AssignmentFactory

WORK = "/my-work/"
ITEM = 'class="work__item"'


@pytest.fixture
def reviewed(world):
    worlds.answer_all(world)
    worlds.submit_all(world)
    return world


def ask_the_reviewers(world, country, code):
    threads.open_thread(
        case=world.case(country, code[0]),
        item=world.item(country, code),
        kind=ThreadKind.QUESTION,
        audience=Audience.EXPERT_AND_REVIEW,
        is_blocking=False,
        text="Which section is it?",
        turn=Side.REVIEWERS,
        by=world.expert(world.sheet(country, code[0])),
    )


def begin_an_opinion(world, country, code, person):
    spot = on_item(world.item(country, code), DraftOf.OPINION)
    typed = Typed({"text": "The section says more."}, based_on=1, draft=0)
    keep_review_draft(spot=spot, typed=typed, by=person)


@pytest.mark.parametrize("codes", [("aa1",), ("aa1", "aa2", "bb1")])
def test_conversations_and_drafts_cost_a_reviewer_no_more_for_being_many(
    reviewed, as_person, django_assert_num_queries, codes
):
    """Beside a quiet page: what ties the person, for the sides, and the drafts' answers."""
    for code in codes:
        ask_the_reviewers(reviewed, "EE", code)
        begin_an_opinion(reviewed, "EE", code, reviewed["EE_reviewer_1"])
    client = as_person("EE_reviewer_1")

    with django_assert_num_queries(10):
        page = client.get(WORK).content.decode()

    assert page.count("unfinished opinion") == len(codes)
    assert page.count(">Reply") == len(codes)


@pytest.mark.parametrize("codes", [("aa1",), ("aa1", "aa2", "bb1")])
def test_disputes_cost_a_consortium_reviewer_no_more_for_being_many(
    reviewed, as_person, django_assert_num_queries, codes
):
    for code in codes:
        worlds.split(reviewed, "EE", code)
    client = as_person("adjudicator")

    with django_assert_num_queries(11):
        page = client.get(WORK).content.decode()

    assert page.count(">Rule<") == len(codes)


def test_who_has_yet_to_declare_asks_two_queries_more(
    reviewed, as_person, django_assert_num_queries
):
    newcomer = reviewed["stranger"]
    for country in ("EE", "PT"):
        AssignmentFactory(
            person=newcomer,
            role=Role.REVIEWER,
            round=reviewed.round,
            country=reviewed.country(country),
        )
    client = as_person("stranger")

    with django_assert_num_queries(11):
        page = client.get(WORK).content.decode()

    assert page.count(ITEM) == 2


@pytest.mark.parametrize("countries", [("EE",), ("EE", "PT")])
def test_declarations_to_decide_cost_a_coordinator_no_more_for_being_many(
    reviewed, as_person, django_assert_max_num_queries, countries
):
    for country in countries:
        judge = reviewed.reviewers(country)[0]
        Declaration.objects.filter(person=judge).update(is_cleared=None)
    client = as_person("coordinator")

    with django_assert_max_num_queries(14):
        client.get(WORK)

    titles = [item.title for item in work_page(reviewed["coordinator"]).items]
    assert sum("to decide on" in title for title in titles) == len(countries)


@pytest.mark.parametrize("codes", [("aa1",), ("aa1", "aa2")])
def test_an_expert_who_reviews_another_country_asks_for_both_once(
    reviewed, as_person, django_assert_num_queries, codes
):
    person = reviewed["EE_a_1"]
    portugal = {"round": reviewed.round, "country": reviewed.country("PT")}
    AssignmentFactory(person=person, role=Role.REVIEWER, **portugal)
    Declaration.objects.create(
        person=person, interest=Interest.NONE, is_cleared=True, **portugal
    )
    for code in codes:
        begin_an_opinion(reviewed, "PT", code, person)
    client = as_person("EE_a_1")

    with django_assert_num_queries(12):
        page = client.get(WORK).content.decode()

    assert page.count("unfinished opinion") == len(codes)
