"""The log of wishes for more time in a round, and the decision of a coordinator."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from mipex_site.audit.models import AuditEntry
from questionnaire.enums import ExtensionState, JointActKind, JointActState, Role
from questionnaire.models import Extension, JointAct
from questionnaire.services.assignments import assign
from questionnaire.services.extending import ask_extension, grant
from review.enums import Interest
from tests.ties import declare

LOG = "/rounds/2019/extensions/"
DAY = timedelta(days=1)
WHY = "The ministry answers next week."


def shown(client, url: str = LOG) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def asked(world, key="EE_a_1", place=("EE", "a"), **given) -> Extension:
    usual = {"until": world.round.hard_close_at + DAY, "reason": WHY}
    return ask_extension(sheet=world.sheet(*place), by=world[key], **usual | given)


def typed(moment) -> str:
    return moment.astimezone(ZoneInfo("Europe/Brussels")).strftime("%Y-%m-%dT%H:%M")


def decide(client, wish: Extension, **fields):
    usual = {
        "act": "decide",
        "decision": "grant",
        "until": typed(wish.wished_until),
        "words": "Yes.",
    }
    return client.post(f"{LOG}{wish.pk}/", usual | fields)


def said(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# --- The log ------------------------------------------------------------------------------


def test_a_coordinator_reads_pseudonyms_and_reasons(world, as_person):
    asked(world)
    page = shown(as_person("coordinator"))

    assert "Expert " in page
    assert WHY in page
    assert "1 wish waits" in page
    assert not [trace for trace in world.traces_of(["EE_a_1"]) if trace in page]
    assert f'datetime="{world.round.hard_close_at.isoformat()}"' in page


@pytest.mark.parametrize("key", ["observer", "adjudicator"])
def test_who_observes_or_rules_reads_countries_and_dates_alone(world, as_person, key):
    grant(extension=asked(world), until=world.round.due_at + DAY, words="So be it.",
          by=world["coordinator"])  # fmt: skip
    page = shown(as_person(key))

    assert "Estonia: Strand a" in page
    assert "Granted, and running" in page
    for kept in (WHY, "So be it.", "Expert ", f"{LOG}1/"):
        assert kept not in page


@pytest.mark.parametrize(
    "key", ["stranger", "publisher_1", "EE_a_1", "EE_b_delegate", "EE_reviewer_1"]
)
def test_the_log_is_closed_to_everybody_else(world, as_person, key):
    wish = asked(world)
    client = as_person(key)
    for response in (client.get(LOG), client.get(f"{LOG}{wish.pk}/"), decide(client, wish)):
        assert response.status_code == 403
        assert "More time is told to who runs" in said(response)
    assert AuditEntry.objects.filter(act="attempt.refuse", actor=world[key].pk).exists()


def test_who_is_not_signed_in_is_sent_to_the_door(client, world):
    assert client.get(LOG).url == f"/sign-in/?next={LOG}"


def test_a_superuser_without_a_part_reads_nothing(world, as_person):
    world["stranger"].is_superuser = True
    world["stranger"].save()
    assert as_person("stranger").get(LOG).status_code == 403


def test_a_country_that_a_tie_keeps_away_is_in_no_log(world, as_person):
    wish = asked(world)
    declare(world, "coordinator", "EE", interest=Interest.YES, text="A cousin.")

    assert "Estonia" not in shown(as_person("coordinator"))
    assert as_person("coordinator").get(f"{LOG}{wish.pk}/").status_code == 404


def test_who_rules_for_one_country_reads_of_that_one(world, as_person):
    asked(world)
    asked(world, "PT_a_1", ("PT", "a"))
    assign(
        person=world["stranger"],
        role=Role.ADJUDICATOR,
        round_=world.round,
        country=world.country("PT"),
        by=world["head"],
    )

    page = shown(as_person("stranger"))

    assert "Portugal: Strand a" in page
    assert "Estonia" not in page


def test_an_unknown_number_is_not_found(world, as_person):
    assert as_person("coordinator").get(f"{LOG}999/").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_log_costs_the_same_for_one_wish_and_three(
    world, as_person, django_assert_num_queries, number
):
    places = (("EE_a_1", ("EE", "a")), ("PT_a_1", ("PT", "a")), ("PT_b_1", ("PT", "b")))
    for key, place in places[:number]:
        asked(world, key, place)
    client = as_person("coordinator")
    with django_assert_num_queries(11):
        client.get(LOG)


# --- The decision -------------------------------------------------------------------------


def test_a_coordinator_grants_trims_and_denies(world, as_person):
    first, second = asked(world), asked(world, "PT_a_1", ("PT", "a"))
    third = asked(world, "PT_b_1", ("PT", "b"))
    client, less = as_person("coordinator"), world.round.due_at + DAY

    assert decide(client, first).status_code == 302
    assert decide(client, second, until=typed(less)).status_code == 302
    assert decide(client, third, decision="deny", until="", words="No.").status_code == 302

    states = {one.pk: one for one in Extension.objects.all()}
    assert states[first.pk].granted_until == first.wished_until.replace(second=0, microsecond=0)
    assert states[second.pk].granted_until < second.wished_until
    assert states[third.pk].state == ExtensionState.DENIED
    assert world.sheet("PT", "a").extended_until == states[second.pk].granted_until
    page = shown(client)
    assert "Nothing waits" in page
    assert page.count("Granted, and running") == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"decision": ""}, "Choose one of the two."),
        ({"decision": "later"}, "not one of the available choices"),
        ({"until": ""}, "Until when? Choose a day and a time."),
        ({"until": "soon"}, "Write a day and a time, such as"),
        ({"until": "2020-01-01T00:00"}, "still to come"),
        ({"until": "2027-03-28T02:30"}, "The clocks skip 02:30"),
        ({"until": "9999-12-31T00:00"}, "too far away"),
        ({"words": " "}, "Say in a sentence why."),
        ({"words": "a" * 1_000_000}, "This is too long"),
    ],
)
def test_a_bad_decision_is_refused_with_a_sentence(world, as_person, fields, words):
    wish = asked(world)
    sent = decide(as_person("coordinator"), wish, **fields)

    assert (sent.status_code, words in said(sent)) == (422, True)
    assert Extension.objects.get().state == ExtensionState.ASKED


def test_what_is_decided_already_is_not_decided_again(world, as_person):
    wish = asked(world)
    client = as_person("coordinator")
    decide(client, wish)

    again = decide(client, wish, decision="deny", words="No.")

    assert again.status_code == 409
    assert "decided, or taken back" in said(again)
    assert Extension.objects.get().state == ExtensionState.GRANTED


def test_who_observes_reads_one_wish_and_decides_nothing(world, as_person):
    wish = asked(world)
    page = shown(as_person("observer"), f"{LOG}{wish.pk}/")
    assert "Only a coordinator of this round" in page
    assert WHY not in page
    assert decide(as_person("observer"), wish).status_code == 403


def test_days_of_the_review_take_a_second_coordinator(world, as_person):
    late = world.round.review_due_at - 2 * DAY
    wish = asked(world, until=late)
    first, second = as_person("coordinator"), as_person("head")
    url = f"{LOG}{wish.pk}/"

    decide(first, wish)

    assert "Take it back" in shown(first, url)
    assert "Confirm it" not in shown(first, url)
    assert first.post(url, {"act": "do"}).status_code == 403
    assert second.post(url, {"act": "refuse", "words": ""}).status_code == 422
    assert "Confirm it" in shown(second, url)
    assert second.post(url, {"act": "do"}).status_code == 302
    assert Extension.objects.get().decided_by == world["head"]
    assert world.sheet("EE", "a").extended_until is not None


@pytest.mark.parametrize(
    ("act", "who", "state"),
    [
        ({"act": "refuse", "words": "Too long."}, "head", JointActState.REFUSED),
        ({"act": "take-back"}, "coordinator", JointActState.WITHDRAWN),
    ],
)
def test_the_second_refuses_or_the_first_takes_it_back(world, as_person, act, who, state):
    wish = asked(world, until=world.round.review_due_at - 2 * DAY)
    decide(as_person("coordinator"), wish)

    sent = as_person(who).post(f"{LOG}{wish.pk}/", act)

    assert (sent.status_code, JointAct.objects.get(kind=JointActKind.EXTEND).state) == (
        302,
        state,
    )
    assert "Grant more time" in shown(as_person("head"), f"{LOG}{wish.pk}/")
