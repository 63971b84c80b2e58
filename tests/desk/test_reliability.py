"""The page on how far a round's codings agree so far: who reads it, and what it never tells."""

import re

import pytest

from questionnaire.enums import Role
from questionnaire.models import Round
from scoring.models import Method
from tests import world as worlds
from tests.codings import code_once, code_twice
from tests.factories.questionnaire import coordinator_of
from tests.factories.scoring import EE_AND_PT, MethodFactory, closed_round

pytestmark = pytest.mark.django_db

PAGE = "/rounds/2019/reliability/"
FOUR = (*EE_AND_PT, ("ES", "ESP", "Spain"), ("FI", "FIN", "Finland"))


@pytest.fixture
def coded(db) -> Round:
    """Give a round of four countries where everything was coded twice, once otherwise."""
    round_ = closed_round(countries=FOUR)
    MethodFactory()
    code_once(round_, said={("EE", "a1"): 50})
    code_twice(round_, said={("ES", "a1"): 50})
    return round_


def said(response) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def read(client, coded):
    """Give `read()`: what a coordinator of the round reads."""
    client.force_login(coordinator_of(coded))
    return lambda: said(client.get(f"/rounds/{coded.code}/reliability/"))


def test_who_is_not_signed_in_is_sent_to_the_door(client, world):
    assert client.get(PAGE).url == f"/sign-in/?next={PAGE}"


@pytest.mark.parametrize(
    "key", ["EE_a_1", "EE_b_2", "PT_reviewer_1", "adjudicator", "publisher_1", "stranger"]
)
def test_it_is_closed_to_both_sides_of_the_blind_and_to_strangers(as_person, key):
    response = as_person(key).get(PAGE)

    assert response.status_code == 403
    assert "Reliability is open to those who run or observe the round" in (
        response.content.decode()
    )


@pytest.mark.parametrize("key", ["coordinator", "observer", "head"])
def test_who_runs_or_observes_the_round_reads_it(as_person, key):
    assert "No question was coded by two people" in said(as_person(key).get(PAGE))


def test_two_countries_are_too_few_to_tell_anything(world, as_person):
    worlds.answer_all(world)
    worlds.submit_all(world)

    page = said(as_person("coordinator").get(PAGE))

    assert "in fewer than 3 countries" in page
    assert "fewer than three countries" not in page.partition("What is not shown")[0]


def test_the_figures_stand_by_policy_area_and_question(read):
    shown = read()

    assert "16 answers were coded by more than one person; 88% of pairs agree" in shown
    assert "firm" in shown
    assert "The review changed 1 of 16 first answers, 6%" in shown
    assert "1 of 8, 13%" in shown


def test_no_name_and_no_pseudonym_stands_on_it(read, coded):
    shown = read()
    coders = coded.assignments.filter(role=Role.REVIEWER)
    names = coders.values_list("pseudonym", "person__name")
    assert len(names) == 4
    told = {each for pair in names for each in pair if each}

    assert [each for each in told if each in shown] == []


def test_without_a_method_there_is_no_tree_to_report_on(read):
    Method.objects.all().delete()

    assert "once a method is locked" in read()


def test_the_page_costs_the_same_number_of_queries_for_any_number_of_codings(
    client, django_assert_num_queries
):
    counts = []
    for countries in (EE_AND_PT, FOUR):
        round_ = closed_round(countries=countries)
        MethodFactory()
        code_once(round_)
        code_twice(round_)
        client.force_login(coordinator_of(round_))
        with django_assert_num_queries(22) as asked:
            client.get(f"/rounds/{round_.code}/reliability/")
        counts.append(len(asked))
    assert len(set(counts)) == 1


def test_the_page_before_the_closing_leads_here(as_person):
    assert (
        f'href="{PAGE}"'
        in as_person("coordinator").get("/rounds/2019/closing/").content.decode()
    )
    assert f'href="{PAGE}"' in as_person("observer").get("/rounds/2019/board/").content.decode()
