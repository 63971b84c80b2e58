"""Somebody is erased after a storm: no page breaks, no name is left, every chain holds."""

import random

import pytest
from django.db.models import ProtectedError, QuerySet
from django.test import Client

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.desk.services.erasing import erase
from questionnaire.models import Assignment
from questionnaire.services import assignments
from tests import world as worlds
from tests.desk.crawling import ANSWERS, addresses, read
from tests.remembering import models

from .storm import stormed, undone

READERS = ("head", "observer", "adjudicator", "EE_reviewer_2", "PT_b_1")
GOERS = tuple(key for key in worlds.NAMES if key not in READERS)
PAGES = 8
"""Addresses of the site map that each reader is sent to, besides those that are always asked."""
ALWAYS = (
    "/my-work/",
    "/rounds/2019/audit/",
    "/rounds/2019/audit/?format=csv",
    "/rounds/2019/audit/?format=json",
    "/rounds/2019/",
)


def leave(world, person):
    for held in Assignment.objects.running().of(person):
        assignments.end_assignment(assignment=held, reason="Left.", by=world["head"])


def traces_of(person):
    return {trace.casefold() for trace in (person.email, *person.name.split())}


def rows_that_name(traces):
    """Return the tables in which a row holds one of these texts, the history's among them."""
    return {
        model.__name__
        for model in models()
        for row in QuerySet(model).values()
        if any(trace in str(list(row.values())).casefold() for trace in traces)
    }


@pytest.mark.parametrize("seed", range(2))
def test_a_person_who_is_erased_after_a_storm_leaves_no_name_and_breaks_no_page(db, seed):
    world, dice = stormed(seed=seed + 1), random.Random(seed)
    gone = [world[key] for key in dice.sample(GOERS, 3)]
    traces = set().union(*map(traces_of, gone))
    assert rows_that_name(traces)
    for person in gone:
        leave(world, person)
        erase(person=person, reason="Asked for it in writing.", by=world["head"])

    assert rows_that_name(traces) == set()
    for key in READERS:
        client = Client()
        client.force_login(world[key])
        for url in (*ALWAYS, *dice.sample(addresses(world), PAGES)):
            response = client.get(url)
            assert response.status_code in ANSWERS, f"{key} {url}: {response.status_code}"
            assert read(url, response).traces(traces) == [], f"{key} {url}"
    assert {walk.fault for walk in entries.walk_all()} == {""}


def test_nobody_who_did_something_can_be_deleted(db):
    """Every person of the storm has acts on record or rights: the database keeps the row."""
    world = stormed(seed=1)
    actors = set(AuditEntry.objects.values_list("actor", flat=True))
    for key, person in world.people.items():
        with undone(), pytest.raises(ProtectedError):
            person.delete()
        assert person.pk in actors or Assignment.objects.of(person).exists(), key
    assert {walk.fault for walk in entries.walk_all()} == {""}
