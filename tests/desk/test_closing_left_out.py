"""Closing with countries that are left out, and the page where that is asked for."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from mipex_site.desk.selectors.closing import closing_page
from questionnaire.enums import JointActState, RoundState
from questionnaire.models import Extension, JointAct, Participation, Round
from questionnaire.services import excluding, joint_acts
from tests import world as worlds
from tests.at_once import at_once
from tests.factories.accounts import UserFactory

CLOSING, LEFT_OUT = "/rounds/2019/closing/", "/rounds/2019/left-out/"
TEXT = "No expert was found for this edition."


@pytest.fixture(autouse=True)
def _nobody_is_nudged(monkeypatch):
    """The row is the truth; a broker is another test's affair."""
    monkeypatch.setattr("scoring.receivers.nudge", lambda: None)


def shown(client, address: str = LEFT_OUT) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def asked(world, country="PT", **said):
    return excluding.ask_to_leave_out(
        round_=world.round,
        country=world.country(country),
        **{"text": TEXT, "by": world["coordinator"]} | said,
    )


def left_out(world, **said):
    return joint_acts.do(act=asked(world, **said), by=world["head"])


def form(**said) -> dict[str, str]:
    return {"country": "PT", "way": "exclude", "text": TEXT, "reason": ""} | said


def acts():
    return JointAct.objects.filter(kind__in=excluding.KINDS)


def settle_estonia(world):
    """Take Estonia to its end, and leave Portugal as blank as it is."""
    for sheet in world.sheets():
        if sheet.country.code == "EE":
            for indicator in worlds.STRANDS[sheet.strand.code]:
                worlds.answer(world, sheet, indicator, earns=100)
            worlds.submit(world, sheet)
    worlds.approve_all(world)


# --- Closing without a country ------------------------------------------------------------


def test_what_a_country_lacks_blocks_nothing_once_it_is_left_out(world, as_person):
    settle_estonia(world)
    assert closing_page(world.round, world["coordinator"]).blockers == 2

    left_out(world)

    page = closing_page(world.round, world["coordinator"])
    assert (page.blockers, page.countries, page.can_close) == (0, 1, True)
    client = as_person("coordinator")
    assert client.post(CLOSING, {"code": "2019"}).status_code == 302
    assert Round.objects.get().state == RoundState.REVIEW_CLOSED


@pytest.mark.parametrize(
    ("follows", "words"),
    [
        (False, "Portugal is not assessed in this edition"),
        (True, "Portugal follows later"),
    ],
)
def test_who_closes_reads_what_is_left_out_with_its_public_text(world, follows, words):
    left_out(world, follows_later=follows)

    checks = closing_page(world.round, world["coordinator"]).checks

    assert ("warning", words, TEXT) in {(each.state, each.what, each.more) for each in checks}


@pytest.mark.parametrize("end", ["do", "refuse", "withdraw"])
def test_an_act_that_waits_blocks_the_closing_until_it_is_decided(world, as_person, end):
    worlds.settle_all(world)
    act = asked(world)

    refused = as_person("coordinator").post(CLOSING, {"code": "2019"})

    assert refused.status_code == 409
    assert (
        "Portugal: an act that waits for a second person (leave a country out)."
        in refused.content.decode()
    )
    {
        "do": lambda: joint_acts.do(act=act, by=world["head"]),
        "refuse": lambda: joint_acts.refuse(act=act, words="No.", by=world["head"]),
        "withdraw": lambda: joint_acts.withdraw(act=act, by=world["coordinator"]),
    }[end]()
    assert closing_page(world.round, world["coordinator"]).can_close


def test_an_act_about_the_whole_round_blocks_it_too(world, as_person):
    worlds.settle_all(world)
    JointAct(
        round=world.round, kind="cancel", reason="No money.", asked_by=world["head"]
    ).save()

    page = shown(as_person("coordinator"), CLOSING)
    refused = as_person("coordinator").post(CLOSING, {"code": "2019"}).content.decode()

    assert "1 thing stands in its way" in page
    assert 'href="/rounds/2019/acts-of-two/">The whole round</a>' in page
    assert (
        "The whole round: an act that waits for a second person (cancel the round)." in refused
    )


def wish(world, country="PT"):
    Extension(
        round=world.round,
        country=world.country(country),
        strand=world.strand("a"),
        asked_by=world["PT_a_1"],
        reason="The ministry is closed.",
        wished_until=timezone.now(),
    ).save()


def test_a_wish_for_more_time_blocks_the_closing_unless_its_country_is_left_out(
    world, as_person
):
    worlds.settle_all(world)
    wish(world)
    refused = as_person("coordinator").post(CLOSING, {"code": "2019"})
    assert "Portugal, Strand a: more time is asked for (1)." in refused.content.decode()

    left_out(world)

    assert closing_page(world.round, world["coordinator"]).blockers == 0


def test_what_to_do_next_stands_first_and_ones_own_before_all(world):
    worlds.answer_all(world)
    for place in (("EE", "a"), ("PT", "a")):
        worlds.submit(world, world.sheet(*place))
    worlds.split(world, "PT", "aa1")
    asked(world, "EE", by=world["head"])

    own, gravest, *_more = closing_page(world.round, world["coordinator"]).next

    assert (own.who, own.place) == ("You", "Estonia")
    assert gravest.kind == "disputed"


def test_what_runs_by_itself_is_said_before_anything_is_closed(world, as_person):
    page = shown(as_person("coordinator"), CLOSING)

    assert "Nobody has signed in advance." in page
    assert "No edition is prepared yet, so none is built." in page


# --- Asking for it ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["observer", "publisher_1", "EE_a_1", "PT_reviewer_1", "adjudicator", "stranger"]
)
def test_only_coordinators_open_the_page_or_ask(world, as_person, key):
    client = as_person(key)

    for response in (
        client.get(LEFT_OUT),
        client.post(LEFT_OUT, form()),
        client.post(f"{LEFT_OUT}take-in/", {"country": "PT"}),
    ):
        assert response.status_code == 403
    assert not acts().exists()


def test_a_superuser_without_an_assignment_gets_nothing(client, world):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    assert client.post(LEFT_OUT, form()).status_code == 403


@pytest.mark.parametrize(("way", "kind"), [("exclude", "exclude"), ("later", "follow_later")])
def test_a_coordinator_asks_on_the_page(as_person, world, way, kind):
    client = as_person("coordinator")

    response = client.post(LEFT_OUT, form(way=way, reason="Two declined."), follow=True)

    page = response.content.decode()
    assert "It is asked for. It is so once a second person does it." in page
    assert "Waits for a second person" in page
    (act,) = acts()
    assert (act.kind, act.reason, act.details) == (
        kind,
        "Two declined.",
        {"country": "PT", "text": TEXT},
    )


@pytest.mark.parametrize(
    "said",
    [
        {"text": ""},
        {"text": "   "},
        {"text": "x" * 501},
        {"country": ""},
        {"country": "ZZ"},
        {"way": "for ever"},
    ],
)
def test_what_is_amiss_is_said_on_the_page_and_what_was_typed_is_kept(as_person, world, said):
    response = as_person("coordinator").post(LEFT_OUT, form(reason="Two declined.", **said))

    assert response.status_code == 422
    assert "Nothing was asked for" in response.content.decode()
    assert "Two declined." in response.content.decode()
    assert not acts().exists()


def test_a_refusal_keeps_what_was_typed(as_person, world):
    asked(world)

    response = as_person("head").post(LEFT_OUT, form(reason="Two declined."))

    page = response.content.decode()
    assert response.status_code == 409
    assert "This is asked for already; it waits for a second person." in page
    assert "Two declined." in page


def test_a_country_that_is_left_out_is_asked_to_be_taken_in(world, as_person):
    left_out(world)
    client = as_person("coordinator")
    assert f"Not assessed in this edition: {TEXT}" in shown(client)

    client.post(f"{LEFT_OUT}take-in/", {"country": "PT", "reason": "One was found."})

    (act,) = acts().filter(state=JointActState.ASKED)
    assert (act.kind, act.reason) == ("include", "One was found.")
    assert "Ask to take it in again" not in shown(client)


@pytest.mark.parametrize("country", ["", "ZZ", "PTPT"])
def test_a_country_that_is_none_is_not_there(as_person, world, country):
    response = as_person("coordinator").post(f"{LEFT_OUT}take-in/", {"country": country})

    assert response.status_code == 404


def test_who_takes_part_is_not_taken_in(as_person, world):
    response = as_person("coordinator").post(f"{LEFT_OUT}take-in/", {"country": "PT"})

    assert response.status_code == 409


def test_a_country_that_a_tie_keeps_is_nowhere_on_the_page(world, as_person):
    left_out(world)
    worlds.declare(world, "coordinator", "PT", interest="yes", text="I worked there.")
    client = as_person("coordinator")

    page = shown(client)

    assert "Portugal" not in page
    assert "A tie keeps 1 country from you." in page
    assert client.post(LEFT_OUT, form(way="later")).status_code == 422


def test_after_the_closing_the_page_says_why_nothing_is_asked(world, as_person):
    world.round.state = RoundState.REVIEW_CLOSED
    world.round.save()
    client = as_person("coordinator")

    assert "so its countries stay as they are" in shown(client)
    assert client.post(LEFT_OUT, form()).status_code == 409


# --- At the same moment -------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def signed_in(self, world, key):
        client = Client()
        client.force_login(world[key])
        return client

    def test_of_two_coordinators_who_close_one_does_and_the_other_reads_why(self):
        world = worlds.build()
        worlds.settle_all(world)
        clients = [self.signed_in(world, key) for key in ("coordinator", "head")]

        answers = at_once(
            *(
                lambda client=client: client.post(CLOSING, {"code": "2019"})
                for client in clients
            )
        )

        done, late = sorted(answers, key=lambda answer: answer.status_code)
        assert (done.status_code, late.status_code) == (302, 409)
        assert "The review of this round is closed" in late.content.decode()

    def test_closing_and_leaving_out_at_once_leave_one_truth(self):
        """Either the closing came first, and the act waits no longer; or it was refused."""
        world = worlds.build()
        worlds.settle_all(world)
        act = asked(world)

        closed, done = at_once(
            lambda: self.signed_in(world, "coordinator").post(CLOSING, {"code": "2019"}),
            lambda: joint_acts.do(act=act, by=world["head"]),
        )

        assert isinstance(done, JointAct)
        is_closed = Round.objects.get().state == RoundState.REVIEW_CLOSED
        assert is_closed == (closed.status_code == 302)
        assert Participation.objects.get(country__code="PT").excluded_because == TEXT
