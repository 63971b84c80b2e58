"""Closing the review: every blocker by name, what happens then, and the act itself."""

import re

import pytest
from django.core.cache import cache

from editions.services.editions import prepare_edition
from editions.services.signing import sign_in_advance
from mipex_site.desk.selectors.closing import closing_page
from questionnaire.enums import AnswerKind, RoundState
from questionnaire.models import Round
from scoring.models import Method, ScoreRun
from tests import world as worlds

CLOSING = "/rounds/2019/closing/"


@pytest.fixture(autouse=True)
def _nobody_is_nudged(monkeypatch):
    """The row is the truth; a broker is another test's affair."""
    monkeypatch.setattr("scoring.receivers.nudge", lambda: None)
    cache.clear()


def shown(client) -> str:
    response = client.get(CLOSING)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def prepared(world):
    return prepare_edition(
        round_=world.round,
        title="An invented edition",
        licence="CC0-1.0",
        publisher="Nobody",
        by=world["coordinator"],
    )


@pytest.mark.parametrize(
    "key", ["observer", "publisher_1", "EE_a_1", "adjudicator", "stranger"]
)
def test_only_coordinators_open_the_page_or_close(world, as_person, key):
    worlds.settle_all(world)
    client = as_person(key)

    for response in (client.get(CLOSING), client.post(CLOSING, {"code": "2019"})):
        assert response.status_code == 403
        assert "Only a coordinator of this round closes its review" in response.content.decode()
    assert Round.objects.get().state == RoundState.OPEN


def test_who_is_not_signed_in_is_sent_to_the_door(client, world):
    assert client.get(CLOSING).url == f"/sign-in/?next={CLOSING}"


def test_every_blocker_is_named_with_who_moves_next_and_there_is_no_button(world, as_person):
    worlds.learn_names(world, "EE", "PT")
    page = shown(as_person("coordinator"))

    # Two countries with two strands each; the two sheets of one are one thing that counts two.
    assert "4 things stand in its way" in page
    for words in (
        "5 sheets to submit",
        "Estonia: Strand a",
        "Ottilie Quokkastein, expert",
        "Estonia: Strand b",
        "Portugal: Strand b",
        "Benvinda Kinkajouro, expert",
        "Write to Alcides Fossanova",
    ):
        assert words in page
    assert 'name="code"' not in page
    assert "The button stands here when nothing is left above." in page


def test_blockers_are_grouped_the_gravest_first(world):
    worlds.answer_all(world)
    for place in (("EE", "a"), ("PT", "a")):
        worlds.submit(world, world.sheet(*place))
    worlds.split(world, "PT", "aa1")

    groups = closing_page(world.round, world["coordinator"]).groups

    assert [group.title for group in groups] == [
        "1 dispute",
        "3 answers to read",
        "3 sheets to submit",
    ]


def test_when_nothing_blocks_the_page_says_what_will_happen(world, as_person):
    worlds.settle_all(world)
    client = as_person("coordinator")

    page = shown(client)

    assert "Nothing blocks it" in page
    assert "No answer, opinion or ruling of this round can change any more." in page
    assert "No edition is prepared yet, so none is built." in page
    assert "It is 2019." in page


@pytest.mark.parametrize(
    ("signers", "publishes_itself", "end"),
    [
        ((), False, "Then it waits for 2 signatures."),
        (("publisher_1",), False, "Then it waits for 1 signature more."),
        (("publisher_1", "publisher_2"), False, "A publisher then publishes it."),
        (("publisher_1", "publisher_2"), True, "it is published by itself"),
    ],
)
def test_what_happens_in_the_end_depends_on_the_signatures(db, signers, publishes_itself, end):
    world = worlds.build(publishes_itself=publishes_itself)
    edition = prepared(world)
    for key in signers:
        sign_in_advance(edition=edition, by=world[key])

    page = closing_page(world.round, world["coordinator"])

    assert end in page.then[-1]
    assert page.signers == tuple(world[key].name for key in signers)


def test_a_missing_method_stands_in_the_way_too(world, as_person):
    worlds.settle_all(world)
    for method in Method.objects.all():
        method.state = "draft"
        method.save()

    page = shown(as_person("coordinator"))

    assert "The review cannot close yet: no method is locked." in page
    assert 'name="code"' not in page


def test_exceptional_values_are_to_be_known_by_who_closes(world):
    worlds.answer(
        world,
        world.sheet("PT", "a"),
        "aa1",
        kind=AnswerKind.EXCEPTIONAL,
        points=75,
        rationale="Two regions differ.",
    )
    worlds.settle_all(world)

    checks = closing_page(world.round, world["coordinator"]).checks

    assert [(check.what, check.more) for check in checks if check.state == "warning"] == [
        ("1 answer is an exceptional value", "Portugal aa1")
    ]


def test_the_coordinator_closes_and_is_led_to_publishing(world, as_person):
    worlds.settle_all(world)
    client = as_person("coordinator")

    response = client.post(CLOSING, {"code": " 2019 "}, follow=True)

    assert response.redirect_chain == [("/rounds/2019/publishing/", 302)]
    assert "The review is closed. The scores are being computed now." in (
        response.content.decode()
    )
    assert Round.objects.get().state == RoundState.REVIEW_CLOSED
    assert ScoreRun.objects.count() == 1


@pytest.mark.parametrize("code", ["", "2020"])
def test_another_code_closes_nothing_and_is_kept(world, as_person, code):
    worlds.settle_all(world)

    response = as_person("coordinator").post(CLOSING, {"code": code})

    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_code"' in page
    assert f'value="{code}"' in page or not code
    assert Round.objects.get().state == RoundState.OPEN


def test_htmx_gets_the_part_with_its_errors(world, as_person):
    worlds.settle_all(world)

    response = as_person("coordinator").post(
        CLOSING, {"code": "2020"}, headers={"HX-Request": "true"}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "<html" not in page
    assert 'id="closing"' in page


def test_who_posts_while_something_blocks_is_refused_with_the_blockers(world, as_person):
    response = as_person("coordinator").post(CLOSING, {"code": "2019"})

    assert response.status_code == 409
    assert "Estonia" in response.content.decode()
    assert Round.objects.get().state == RoundState.OPEN


def test_closing_twice_closes_once(world, as_person):
    worlds.settle_all(world)
    client = as_person("coordinator")
    client.post(CLOSING, {"code": "2019"})

    assert client.post(CLOSING, {"code": "2019"}).status_code == 409
    assert ScoreRun.objects.count() == 1
    page = shown(client)
    assert "The review was closed on" in page
    assert "See where the edition stands" in page


@pytest.mark.parametrize("sheets", [1, 4])
def test_the_queries_do_not_grow_with_the_blockers(
    world, as_person, django_assert_num_queries, sheets
):
    worlds.answer_all(world)
    if sheets == 1:
        worlds.submit_all(world)
        for item in world.items("under_review")[2:]:
            worlds.approve(world, item)
    else:
        worlds.submit(world, world.sheet("PT", "a"))
    client = as_person("coordinator")

    with django_assert_num_queries(19):
        client.get(CLOSING)
