"""Leaving a country out, letting it follow later, and taking it in again: two people each time."""

import pytest
from django.core.exceptions import ValidationError

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.enums import JointActState, Role, RoundState
from questionnaire.models import JointAct, Participation
from questionnaire.services import excluding, joint_acts
from questionnaire.services.assignments import assign
from review.enums import Interest
from tests import world as worlds
from tests.at_once import at_once
from tests.factories.accounts import UserFactory

TEXT = "No expert was found for this edition."


@pytest.fixture
def world(db):
    return worlds.build()


def portugal(world):
    return Participation.objects.get(round=world.round, country__code="PT")


def about_countries():
    return JointAct.objects.filter(kind__in=excluding.KINDS)


def ask(world, *, by="coordinator", country="PT", **asked):
    return excluding.ask_to_leave_out(
        round_=world.round,
        country=world.country(country),
        **{"text": TEXT, "by": world[by]} | asked,
    )


def take_in(world, by="coordinator"):
    place = {"round_": world.round, "country": world.country("PT")}
    return excluding.ask_to_take_in(**place, by=world[by])


def leave_out(world, **asked):
    joint_acts.do(act=ask(world, **asked), by=world["head"])
    return portugal(world)


def test_a_country_is_left_out_by_the_second_person_and_not_before(world):
    act = ask(world)
    assert portugal(world).excluded_because == ""

    joint_acts.do(act=act, by=world["head"])

    found = portugal(world)
    assert (found.excluded_because, found.follows_later) == (TEXT, False)
    assert found.history.latest().history_user == world["head"]


def test_each_step_is_in_the_audit_with_the_country_and_the_public_text(world):
    joint_acts.do(act=ask(world, reason="She left."), by=world["head"])

    asked, done = AuditEntry.objects.filter(act__startswith="exclude.").order_by("number")

    assert [asked.act, done.act] == ["exclude.ask", "exclude.do"]
    assert (asked.country, done.country) == ("PT", "PT")
    assert (asked.actor, done.actor) == (world["coordinator"].pk, world["head"].pk)
    assert asked.reason == "She left."
    assert done.new == {"country": "PT", "text": TEXT}
    assert done.old == {"asked_by": str(world["coordinator"].pk)}


def test_a_publisher_is_a_second_person_too(world):
    joint_acts.do(act=ask(world), by=world["publisher_1"])

    assert portugal(world).excluded_because == TEXT


def test_a_country_that_follows_later_is_left_out_now_and_marked(world):
    found = leave_out(world, follows_later=True)

    assert (found.excluded_because, found.follows_later) == (TEXT, True)


def test_a_country_changes_from_the_one_way_to_the_other(world):
    leave_out(world, follows_later=True)

    found = leave_out(world, text="It withdrew.")

    assert (found.excluded_because, found.follows_later) == ("It withdrew.", False)


def test_a_country_is_taken_in_again_by_two(world):
    leave_out(world, follows_later=True)

    joint_acts.do(act=take_in(world), by=world["head"])

    found = portugal(world)
    assert (found.excluded_because, found.follows_later) == ("", False)


def test_the_public_text_becomes_one_paragraph(world):
    assert leave_out(world, text="  No expert\n\n was found. ").excluded_because == (
        "No expert was found."
    )


# --- Who may ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["stranger", "observer", "publisher_1", "EE_a_1", "PT_reviewer_1", "adjudicator"]
)
def test_only_coordinators_ask(world, key):
    with pytest.raises(NotAllowed, match="Only a coordinator of this round"):
        ask(world, by=key)
    with pytest.raises(NotAllowed, match="Only a coordinator of this round"):
        take_in(world, by=key)

    assert not about_countries().exists()


def test_a_superuser_without_a_role_neither_asks_nor_decides(world):
    world.people["root"] = UserFactory(is_superuser=True, is_staff=True)
    with pytest.raises(NotAllowed):
        ask(world, by="root")
    act = ask(world)
    with pytest.raises(NotAllowed):
        joint_acts.do(act=act, by=world["root"])


@pytest.mark.parametrize("key", ["coordinator", "observer", "EE_a_1", "stranger"])
def test_neither_who_asked_nor_who_runs_nothing_does_it(world, key):
    act = ask(world)

    with pytest.raises(NotAllowed):
        joint_acts.do(act=act, by=world[key])

    assert portugal(world).excluded_because == ""


def test_whom_a_tie_keeps_from_a_country_has_no_say_about_it(world):
    worlds.declare(world, "head", "PT", interest=Interest.YES, text="I worked there.")
    with pytest.raises(NotAllowed, match="Portugal"):
        ask(world, by="head")
    act = ask(world)

    for decide in (
        lambda: joint_acts.do(act=act, by=world["head"]),
        lambda: joint_acts.refuse(act=act, words="No.", by=world["head"]),
    ):
        with pytest.raises(NotAllowed, match="Portugal"):
            decide()

    joint_acts.do(act=act, by=world["publisher_1"])


# --- What is refused ----------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 501])
def test_without_a_public_text_of_a_fit_length_nothing_is_asked(world, text):
    with pytest.raises(ValidationError, match="text") as refused:
        ask(world, text=text)

    assert set(refused.value.message_dict) == {"text"}
    assert not about_countries().exists()


def test_one_thing_at_a_time_waits_about_a_country(world):
    ask(world)

    for again in ({}, {"follows_later": True}, {"by": "head"}):
        with pytest.raises(Refusal, match=r"waits for a second person"):
            ask(world, **again)

    assert about_countries().count() == 1


def test_who_is_left_out_already_is_not_left_out_in_the_same_way_again(world):
    leave_out(world)

    with pytest.raises(Refusal, match="Portugal is left out in this way already"):
        ask(world)


def test_who_takes_part_is_not_taken_in(world):
    with pytest.raises(Refusal, match="Portugal is not left out"):
        take_in(world)


def test_the_last_country_stays(world):
    estonia = ask(world, country="EE")
    leave_out(world)

    with pytest.raises(Refusal, match="Estonia is the last country"):
        joint_acts.do(act=estonia, by=world["head"])

    assert JointAct.objects.get(pk=estonia.pk).state == JointActState.ASKED


def test_a_country_of_another_round_is_refused(world):
    Participation.objects.filter(country__code="PT").delete()

    with pytest.raises(Refusal, match="takes no part"):
        ask(world)


def test_once_the_review_is_closed_the_countries_stay_as_they_are(world):
    leave_out(world)
    world.round.state = RoundState.REVIEW_CLOSED
    world.round.save()

    for late in (lambda: ask(world, country="EE"), lambda: take_in(world)):
        with pytest.raises(WrongState, match="countries of its edition stay"):
            late()


# --- What becomes of it -------------------------------------------------------------------


def test_what_is_refused_or_taken_back_changes_nothing_and_can_be_asked_anew(world):
    joint_acts.refuse(act=ask(world), words="We wait another week.", by=world["head"])
    joint_acts.withdraw(act=ask(world), by=world["coordinator"])
    again = ask(world)

    states = list(about_countries().order_by("pk").values_list("state", flat=True))
    assert states == [JointActState.REFUSED, JointActState.WITHDRAWN, JointActState.ASKED]
    assert portugal(world).excluded_because == ""
    with pytest.raises(WrongState, match="waits no longer"):
        joint_acts.do(act=about_countries().earliest("pk"), by=world["publisher_1"])
    joint_acts.do(act=again, by=world["head"])


def test_a_refusal_says_why(world):
    with pytest.raises(Refusal, match="Say in a sentence why not"):
        joint_acts.refuse(act=ask(world), words="  ", by=world["head"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_two_seconds_at_once_one_does_it():
    world = worlds.build()
    assign(
        person=world["stranger"], role=Role.COORDINATOR, round_=world.round, by=world["head"]
    )
    act = ask(world)

    results = at_once(
        *[lambda key=key: joint_acts.do(act=act, by=world[key]) for key in ("head", "stranger")]
    )

    refused = [each for each in results if isinstance(each, Refusal)]
    assert [str(each) for each in refused] == [
        "This waits no longer: it was decided or taken back."
    ]
    assert AuditEntry.objects.filter(act="exclude.do").count() == 1
