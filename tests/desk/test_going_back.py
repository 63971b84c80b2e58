"""Back to the review on the desk: asked for on the closing page, done by a second person."""

import re

import pytest
from django.utils import timezone

from editions.enums import RevisionState
from editions.models import Revision
from mipex_site.desk.selectors.publishing import publishing_page
from mipex_site.desk.selectors.work import work_page
from questionnaire.enums import JointActState, RoundState
from questionnaire.models import JointAct, Round
from scoring.enums import RunState
from tests.factories.editions import EditionFactory, RevisionFactory
from tests.factories.scoring import ScoreRunFactory

CLOSING, BACK = "/rounds/2019/closing/", "/rounds/2019/closing/back/"
PUBLISHING, ACTS = "/rounds/2019/publishing/", "/rounds/2019/acts-of-two/"
WHY = "A source of Portugal is the wrong one."
RED = [
    {
        "name": "sources",
        "ok": False,
        "text": "Answers have sources.",
        "faults": [{"country": "PT", "indicator": "aa1", "words": "Portugal, aa1: no source."}],
    }
]


@pytest.fixture
def closed(world):
    """Give the world with its review closed and a candidate that stopped at a red check."""
    world.round.state, world.round.closed_at = RoundState.REVIEW_CLOSED, timezone.now()
    world.round.save()
    edition = EditionFactory(round=world.round)
    run = ScoreRunFactory(round=world.round, state=RunState.DONE)
    RevisionFactory(
        edition=edition, run=run, number=1, state=RevisionState.CANDIDATE, checks=RED
    )
    return world


def shown(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def ask(client) -> None:
    assert client.post(BACK, {"reason": WHY}).url == CLOSING


def test_a_red_check_leads_to_the_way_back(closed, as_person):
    page = shown(as_person("coordinator"), f"{PUBLISHING}1/checks/sources/")

    assert "It is mended in the review: two people take the round back to it" in page
    assert f'href="{CLOSING}#back"' in page


def test_a_publisher_reads_how_it_is_mended_and_is_led_nowhere(closed, as_person):
    page = shown(as_person("publisher_1"), f"{PUBLISHING}1/checks/sources/")

    assert "It is mended in the review" in page
    assert f'href="{CLOSING}#back"' not in page


def test_one_asks_on_the_page_and_another_one_does_it(closed, as_person):
    first, second = as_person("coordinator"), as_person("publisher_1")
    assert f'href="{CLOSING}#back"' in shown(first, PUBLISHING)
    assert "Ask to go back to the review" in shown(first, CLOSING)
    ask(first)
    assert "It waits for a second person" in shown(first, CLOSING)
    assert WHY in shown(second, ACTS)

    act = JointAct.objects.get(kind="back_to_review")
    assert second.post(f"{ACTS}{act.pk}/do/").url == ACTS

    assert Round.objects.get(code="2019").state == RoundState.OPEN
    assert "Going back" in shown(first, CLOSING)
    page = shown(first, PUBLISHING)
    assert "Set aside" in page
    assert "A coordinator closes it when nothing blocks it." in page
    assert "Starts by itself when the review is closed." in page


def test_my_work_of_the_second_person_leads_to_it(closed, as_person):
    ask(as_person("coordinator"))

    titles = [item.title for item in work_page(closed["publisher_1"]).items]

    assert any(title.endswith("Take the round back to its review") for title in titles)


def test_without_a_reason_the_page_says_so_and_nothing_waits(closed, as_person):
    response = as_person("coordinator").post(BACK, {"reason": " "})

    assert response.status_code == 422
    assert "Say in a sentence why." in response.content.decode()
    assert not JointAct.objects.filter(state=JointActState.ASKED).exists()


def test_what_is_asked_twice_waits_once(closed, as_person):
    ask(as_person("coordinator"))
    assert as_person("head").post(BACK, {"reason": WHY}).status_code == 409
    assert JointAct.objects.filter(state=JointActState.ASKED).count() == 1


def test_once_an_edition_was_published_the_page_says_that_the_way_is_closed(closed, as_person):
    Revision.objects.update(state=RevisionState.PUBLISHED, published_at=timezone.now())
    client = as_person("coordinator")

    assert "so its review is not taken up again" in shown(client, CLOSING)
    assert f'href="{CLOSING}#back"' not in shown(client, PUBLISHING)
    assert client.post(BACK, {"reason": WHY}).status_code == 409


@pytest.mark.parametrize(
    "key", ["observer", "publisher_1", "EE_a_1", "PT_reviewer_1", "adjudicator", "stranger"]
)
def test_nobody_else_asks(closed, as_person, key):
    assert as_person(key).post(BACK, {"reason": WHY}).status_code == 403
    assert not JointAct.objects.filter(state=JointActState.ASKED).exists()


def test_while_the_review_goes_on_nothing_leads_back(world, as_person):
    assert "Ask to go back" not in shown(as_person("coordinator"), CLOSING)
    assert as_person("coordinator").post(BACK, {"reason": WHY}).status_code == 409


def test_after_going_back_the_edition_can_be_signed_in_advance_again(closed, as_person):
    ask(as_person("coordinator"))
    act = JointAct.objects.get(kind="back_to_review")
    as_person("head").post(f"{ACTS}{act.pk}/do/")

    page = publishing_page(Round.objects.get(code="2019"), closed["publisher_2"])

    assert (page.revision, page.run) == (None, None)
    assert [each.state for each in page.older] == [RevisionState.SET_ASIDE]
    assert page.may["sign_in_advance"]
    titles = [item.title for item in work_page(closed["publisher_2"]).items]
    assert any("can be signed in advance" in title for title in titles)
