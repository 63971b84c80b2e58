"""The frame of every page: the pages a person can use, and who is signed in."""

import re

import pytest
from django.test import RequestFactory

from mipex_site.desk.context import navigation
from questionnaire.enums import Role
from tests import world as worlds
from tests.factories.questionnaire import RoundFactory, coordinator_of, in_round


def nav_of(client) -> list[str]:
    page = client.get("/my-work/").content.decode()
    return re.findall(r'class="masthead__link" href="[^"]*"[^>]*>([^<]+)<', page)


@pytest.mark.parametrize(
    ("key", "pages"),
    [
        ("stranger", []),
        ("EE_a_1", []),
        ("PT_reviewer_1", []),
        ("adjudicator", ["Method"]),
        ("observer", ["Board", "Audit"]),
        ("publisher_1", ["Publishing", "Rounds"]),
        ("coordinator", ["Board", "People", "Closing", "Publishing", "Rounds"]),
        ("head", ["Board", "People", "Closing", "Publishing", "Rounds"]),
    ],
)
def test_everybody_is_offered_only_the_pages_they_can_use(as_person, key, pages):
    assert nav_of(as_person(key)) == ["My work", *pages]


@pytest.mark.parametrize("key", ["observer", "adjudicator", "publisher_1", "coordinator"])
def test_every_page_that_is_offered_opens(as_person, key):
    client = as_person(key)
    page = client.get("/my-work/").content.decode()
    for address in re.findall(r'class="masthead__link" href="([^"]*)"', page):
        response = client.get(address)
        assert response.status_code == 200, address
        assert f'href="{address}" aria-current="page"' in response.content.decode()


def test_closing_is_not_offered_once_the_review_is_closed(world, as_person):
    worlds.settle_all(world)
    worlds.close(world)

    left = ["My work", "Board", "People", "Publishing", "Rounds"]
    assert nav_of(as_person("coordinator")) == left


def test_a_right_in_one_country_gives_no_page_of_the_round(world, as_person):
    held = world.round.assignments.get(person=world["observer"])
    held.country = world.country("EE")
    held.save()

    assert nav_of(as_person("observer")) == ["My work"]


@pytest.mark.django_db
def test_the_round_whose_page_is_open_is_the_one_that_is_linked(client):
    near, far = RoundFactory(code="near"), RoundFactory(code="far")
    person = coordinator_of(near)
    coordinator_of(far, person)
    client.force_login(person)

    page = client.get("/rounds/near/publishing/").content.decode()

    assert "/rounds/near/board/" in page
    assert "/rounds/far/" not in page


def test_the_leading_role_is_named_beside_the_person(world, as_person):
    in_round(Role.OBSERVER, RoundFactory(), world["EE_a_1"])

    assert (
        "Ottilie Quokkastein, observer" in as_person("EE_a_1").get("/my-work/").content.decode()
    )


def test_nobody_is_named_on_the_page_of_who_is_not_signed_in(client, db):
    page = client.get("/sign-in/").content.decode()

    assert "My work" not in page
    assert "Sign out" not in page


def test_the_frame_asks_nothing_where_no_frame_is_drawn(world, django_assert_num_queries):
    request = RequestFactory().get("/my-work/")
    request.user, request.resolver_match = world["coordinator"], None

    with django_assert_num_queries(0):
        navigation(request)


@pytest.mark.parametrize("rounds", [1, 3])
def test_the_frame_costs_two_queries_however_many_rounds_there_are(
    world, django_assert_num_queries, rounds
):
    RoundFactory.create_batch(rounds)
    request = RequestFactory().get("/my-work/")
    request.user, request.resolver_match = world["head"], None

    with django_assert_num_queries(2):
        given = navigation(request)
        assert len(given["nav"]) == 6
        assert given["who"]["role"] == "coordinator"


def test_a_reader_finds_the_editions_and_the_way_in(client, db):
    page = client.get("/editions/").content.decode()

    assert 'href="/editions/" aria-current="page"' in page
    assert 'href="/sign-in/"' in page
