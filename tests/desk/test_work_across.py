"""My work leads to what stands across countries: by question, and the consistency check."""

import pytest

from questionnaire.enums import Role
from tests import world as worlds
from tests.factories.questionnaire import AssignmentFactory

WORK = "/my-work/"
BY_QUESTION = "/reviews/2019/by-indicator/"
CONSISTENCY = "/consistency/2019/"


@pytest.fixture
def reviewed(world):
    worlds.answer_all(world)
    worlds.submit_all(world)
    return world


def work_of(client):
    return client.get(WORK).content.decode()


def test_who_reviews_two_countries_that_wait_is_led_to_work_by_question(reviewed, as_person):
    assert BY_QUESTION not in work_of(as_person("EE_reviewer_1"))

    AssignmentFactory(
        person=reviewed["EE_reviewer_1"],
        role=Role.REVIEWER,
        round=reviewed.round,
        country=reviewed.country("PT"),
    )
    worlds.declare(reviewed, "EE_reviewer_1", "PT")

    page = work_of(as_person("EE_reviewer_1"))
    assert f'href="{BY_QUESTION}"' in page
    assert "The same question in the 2 countries that wait for you." in page


def test_who_has_a_dispute_to_rule_on_is_led_to_the_consistency_check(reviewed, as_person):
    assert CONSISTENCY not in work_of(as_person("adjudicator"))

    worlds.split(reviewed, "EE", "aa1")

    assert f'href="{CONSISTENCY}"' in work_of(as_person("adjudicator"))
    assert CONSISTENCY not in work_of(as_person("EE_reviewer_1"))
