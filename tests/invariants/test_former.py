"""Whose right has ended reads at once, at every address, what a stranger reads: nothing.

Rights are the only keys of the portal: it gives out no token. A right ends by a coordinator,
by its own time, with the right of who lent it, or with the account.
"""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from questionnaire.models import Assignment
from questionnaire.services.assignments import end_assignment
from questionnaire.services.delegating import end_delegation
from tests import world as worlds

from .grounds import one_of_each
from .storm import stormed, undone

READ = {
    "EE_b_1": ("/sheets/2019/EE/b/1/", "/sheets/2019/EE/b/1/bb1/draft/"),
    "EE_b_delegate": ("/sheets/2019/EE/b/1/bb1/", "/sheets/2019/EE/b/1/pulse/"),
    "EE_reviewer_1": ("/reviews/2019/EE/b/", "/reviews/2019/by-indicator/"),
    "adjudicator": ("/reviews/2019/EE/b/", "/consistency/2019/"),
    "observer": ("/rounds/2019/board/", "/sheets/2019/EE/b/1/"),
    "coordinator": ("/rounds/2019/board/", "/rounds/2019/audit/"),
    "publisher_1": ("/rounds/2019/publishing/",),
}
"""Pages that each reads while the right lasts."""
OWN = {
    "/reviews/2019/certificate/",
    "/reviews/2019/certificate/pdf/",
    "/interests/2019/EE/",
}
"""What one has done, and what one said of oneself: nothing that anybody else wrote."""
CLOSED = {302, 403, 404, 405}


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def statuses(person, urls) -> dict[str, int]:
    client = client_of(person)
    return {url: client.get(url).status_code for url in urls}


def end_by_a_coordinator(world, person):
    for held in Assignment.objects.running().filter(person=person):
        end_assignment(assignment=held, reason="Has left.", by=world["head"])


def end_by_its_time(world, person):
    """What is lent has an end of its own; a right that was brought in may have one."""
    now = timezone.now() - timedelta(seconds=1)
    QuerySet(Assignment).filter(person=person).update(ends_at=now)


def end_the_account(world, person):
    person.is_active = False
    person.save()


def end_with_the_lender(world, person):
    """Whatever the expert lent ends with the expert's own right."""
    lent = QuerySet(Assignment).filter(person=person)
    lent.update(granted_by=world["EE_b_1"])
    end_by_a_coordinator(world, world["EE_b_1"])


def end_by_the_lender(world, person):
    lent = QuerySet(Assignment).filter(person=person)
    lent.update(granted_by=world["EE_b_1"])
    end_delegation(delegation=lent.get(), reason="Done.", by=world["EE_b_1"])


WAYS = [
    *((key, end_by_a_coordinator) for key in READ),
    ("EE_b_delegate", end_by_its_time),
    ("EE_reviewer_1", end_by_its_time),
    ("EE_b_delegate", end_with_the_lender),
    ("EE_b_delegate", end_by_the_lender),
]


@pytest.fixture
def world(db):
    return stormed(seed=1)


@pytest.mark.crawl
@pytest.mark.parametrize(("key", "end"), WAYS, ids=lambda one: getattr(one, "__name__", one))
def test_at_once_no_address_of_the_site_map_tells_anything(world, key, end):
    sheet = world.sheet("EE", "b")
    urls = one_of_each(world, sheet)
    opened = client_of(world[key])
    for url in READ[key]:
        assert opened.get(url).status_code == 200, url
    stranger = statuses(worlds.UserFactory(), urls)

    end(world, world[key])

    for url in {*urls, *READ[key]} - OWN:
        status = opened.get(url).status_code
        assert status in CLOSED or status == stranger.get(url), (url, status)
    for url in READ[key]:
        assert opened.get(url).status_code in {403, 404}, url


@pytest.mark.parametrize("key", READ)
def test_with_the_account_ends_the_session_that_is_open(world, key):
    opened = client_of(world[key])
    assert opened.get("/my-work/").status_code == 200

    with undone():
        end_the_account(world, world[key])
        for url in ("/my-work/", *READ[key]):
            response = opened.get(url)
            assert response.status_code in {302, 401, 403}, url
            assert response.status_code != 302 or "/sign-in/" in response.url
