"""What the portal answers to a form, a script or a refused act has no name in it, either.

The pages that are read are crawled in tests/desk/test_leaks.py; here is what is sent back.
"""

import pytest
from django.test import Client

from tests import world as worlds
from tests.desk.crawling import read

from .grounds import one_of_each
from .storm import stormed
from .test_after_the_review import EVERYTHING

pytestmark = pytest.mark.crawl

BOTH_SIDES = {*worlds.EXPERT_SIDE, *worlds.REVIEW_SIDE}
READERS = ("EE_reviewer_1", "adjudicator", "EE_b_2", "EE_a_1", "stranger", "observer")


@pytest.mark.parametrize("key", READERS)
def test_no_reply_to_anything_that_is_sent_has_a_name_of_the_other_side(db, key):
    world = stormed(seed=1)
    client = Client()
    client.force_login(world[key])
    traces = {one.lower() for one in world.traces_of(BOTH_SIDES - {key})}

    for url in one_of_each(world, world.sheet("EE", "b")):
        for headers in ({}, {"HX-Request": "true"}):
            response = client.post(url, EVERYTHING, headers=headers)
            assert response.status_code < 500
            assert read(url, response).traces(traces) == [], url
