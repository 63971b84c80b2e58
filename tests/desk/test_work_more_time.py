"""My work of who runs a round, and of who rules in it: wishes for more time, and acts of two."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from mipex_site.desk.selectors.work import work_page
from mipex_site.desk.services.reminding import write_daily_letters
from mipex_site.mail.models import Notice
from questionnaire.enums import RoundState
from questionnaire.models import Extension
from questionnaire.services import deeds, excluding, joint_acts
from questionnaire.services.extending import ask_extension, grant
from review.enums import BlockerKind
from review.selectors import blockers
from tests import world as worlds
from tests.factories.questionnaire import RoundFactory, coordinator_of, in_round

ACTS = "/rounds/2019/acts-of-two/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _nobody_is_nudged(monkeypatch):
    monkeypatch.setattr("questionnaire.receivers.nudge", lambda: None)


@pytest.fixture
def wish(world) -> Extension:
    """Give what Portugal's expert asks for, so late that the review would lose days by it."""
    return ask_extension(
        sheet=world.sheet("PT", "a"),
        until=world.round.review_due_at - DAY,
        reason="The ministry is closed.",
        by=world["PT_a_1"],
    )


def lines_to(world, key: str, address: str) -> list[str]:
    return [item.title for item in work_page(world[key]).items if item.url == address]


def address_of(wish: Extension) -> str:
    return reverse("desk:extension", args=["2019", wish.pk])


def give(world, wish: Extension) -> None:
    grant(extension=wish, until=wish.wished_until, words="Yes.", by=world["coordinator"])


@pytest.mark.parametrize("key", ["coordinator", "head"])
def test_a_wish_waits_for_each_coordinator_and_says_nothing_of_who_or_why(world, wish, key):
    (item,) = [each for each in work_page(world[key]).items if each.url == address_of(wish)]

    assert item.title == "Portugal, Strand a: more time is asked for"
    assert "Grant it, give less, or say why not." in item.why
    assert "ministry" not in item.why


@pytest.mark.parametrize("key", ["publisher_1", "observer", "adjudicator", "stranger"])
def test_nobody_elses_work_has_the_wish(world, wish, key):
    assert lines_to(world, key, address_of(wish)) == []


def test_what_one_has_granted_is_an_act_of_two_and_stands_once(world, wish):
    give(world, wish)

    titles = [item.title for item in work_page(world["head"]).items if "Portugal" in item.title]
    assert titles == ["Round 2019: Give Portugal time that belongs to the review"]
    assert lines_to(world, "coordinator", address_of(wish)) == []
    kinds = [each.kind for each in blockers(world.round) if each.country == "PT"]
    assert kinds.count(BlockerKind.JOINT_ACT) == 1
    assert BlockerKind.EXTENSION not in kinds


def test_two_wishes_cost_what_one_costs(world, wish, as_person, django_assert_num_queries):
    client = as_person("coordinator")
    with django_assert_num_queries(13):
        client.get("/my-work/")
    ask_extension(
        sheet=world.sheet("EE", "a"),
        until=world.round.review_due_at - DAY,
        reason="The court is closed.",
        by=world["EE_a_1"],
    )

    with django_assert_num_queries(13):
        client.get("/my-work/")


def test_a_tie_keeps_the_wish_of_its_country_away(world, wish):
    worlds.declare(world, "coordinator", "PT", interest="yes", text="I worked there.")

    assert lines_to(world, "coordinator", address_of(wish)) == []
    assert lines_to(world, "head", address_of(wish)) != []


def test_who_rules_is_led_to_the_log_of_more_time(world, as_person):
    page = as_person("adjudicator").get("/my-work/").content.decode()
    assert 'href="/rounds/2019/extensions/">Round 2019: dates and more time</a>' in page
    assert as_person("adjudicator").get("/rounds/2019/extensions/").status_code == 200

    assert (
        "dates and more time"
        not in as_person("PT_reviewer_1").get("/my-work/").content.decode()
    )


# --- The second person --------------------------------------------------------------------


def told() -> dict[str, tuple[str, str]]:
    """Write the daily letters and return who was told of an act of two, in what words."""
    cache.clear()
    write_daily_letters()
    rows = Notice.objects.filter(key__contains="/act-of-two/", letter__isnull=False)
    return {each.person.email: (each.words, each.address) for each in rows}


def test_each_who_can_be_the_second_person_is_told_once_in_the_daily_letter(world):
    excluding.ask_to_leave_out(
        round_=world.round,
        country=world.country("PT"),
        text="No expert was found.",
        by=world["coordinator"],
    )

    words = "Round 2019, Portugal: a second person is asked for, to leave a country out."
    others = ("head", "publisher_1", "publisher_2")
    assert told() == {world[key].email: (words, ACTS) for key in others}
    lines = Notice.objects.filter(key__contains="/act-of-two/").count()
    told()
    assert Notice.objects.filter(key__contains="/act-of-two/").count() == lines


def test_what_was_decided_before_the_morning_is_told_to_nobody(world):
    act = excluding.ask_to_leave_out(
        round_=world.round,
        country=world.country("PT"),
        text="No expert was found.",
        by=world["coordinator"],
    )
    joint_acts.do(act=act, by=world["head"])

    assert told() == {}


def test_a_tie_keeps_the_telling_away_too(world):
    worlds.declare(world, "head", "PT", interest="yes", text="I worked there.")
    excluding.ask_to_leave_out(
        round_=world.round,
        country=world.country("PT"),
        text="No expert was found.",
        by=world["coordinator"],
    )

    assert world["head"].email not in told()


@pytest.mark.django_db
def test_who_locks_a_design_as_the_second_person_is_told_and_led_there():
    round_ = RoundFactory(state=RoundState.LOCKED)
    first, second = coordinator_of(round_), in_round("publisher", round_)
    deeds.ask_to_unlock(round_=round_, reason="A question is wrong.", by=first)

    address = reverse("desk:joint-acts", args=[round_.code])
    words = f"{round_}: a second person is asked for, to unlock the design."
    assert told() == {second.email: (words, address)}
    (item,) = [each for each in work_page(second).items if each.url == address]
    assert item.title == f"{round_}: Unlock the design"


@pytest.mark.django_db
def test_the_second_person_is_told_in_their_own_language():
    round_ = RoundFactory(state=RoundState.LOCKED)
    first, second = coordinator_of(round_), coordinator_of(round_)
    second.language = "fr"
    second.save()
    deeds.ask_to_unlock(round_=round_, reason="A question is wrong.", by=first)

    assert told()[second.email][0].endswith(
        "une deuxième personne est demandée pour déverrouiller la conception."
    )
