"""Acts of two on their page, and on my work: done by another, refused in words, or taken back."""

import re

import pytest

from mipex_site.desk.selectors.work import work_page
from questionnaire.enums import JointActKind, JointActState
from questionnaire.models import JointAct, Participation
from questionnaire.services import excluding
from tests import world as worlds
from tests.factories.accounts import UserFactory

PAGE = "/rounds/2019/acts-of-two/"
TEXT = "No expert was found for this edition."


def shown(client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def act(world):
    """Give what waits: the coordinator asked to leave Portugal out."""
    return excluding.ask_to_leave_out(
        round_=world.round,
        country=world.country("PT"),
        text=TEXT,
        reason="She has left the university.",
        by=world["coordinator"],
    )


def state(act) -> str:
    return JointAct.objects.get(pk=act.pk).state


def is_left_out() -> bool:
    return Participation.objects.get(country__code="PT").excluded_because != ""


# --- Who may open it ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["stranger", "observer", "EE_a_1", "PT_reviewer_1", "adjudicator"]
)
def test_everybody_else_is_refused_with_a_sentence(as_person, act, key):
    client = as_person(key)
    data = {f"act-{act.pk}-words": "No."}

    for response in (
        client.get(PAGE),
        *(
            client.post(f"{PAGE}{act.pk}/{verb}/", data)
            for verb in ("do", "refuse", "withdraw")
        ),
    ):
        assert response.status_code == 403
        assert "open to the coordinators and publishers" in response.content.decode()
    assert state(act) == JointActState.ASKED


def test_a_superuser_without_an_assignment_gets_nothing(client, act):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}{act.pk}/do/").status_code == 403


def test_who_is_not_signed_in_is_sent_to_the_door(client, world):
    assert client.get(PAGE).url == f"/sign-in/?next={PAGE}"


def test_an_act_of_no_such_key_is_not_there(as_person, act):
    assert as_person("head").post(f"{PAGE}{act.pk + 1}/do/").status_code == 404


# --- What it shows ------------------------------------------------------------------------


def test_the_second_person_reads_what_it_does_who_asked_and_why(as_person, act):
    page = shown(as_person("head"))

    for words in (
        "Leave Portugal out of the edition",
        "nothing there blocks the closing",
        TEXT,
        "She has left the university.",
        "Corisande Axolotl-Vane",
        "Do it, as the second person",
        "Refuse it",
    ):
        assert words in page
    assert "Take it back" not in page


def test_who_asked_can_only_take_it_back(as_person, act):
    page = shown(as_person("coordinator"))

    assert "Take it back" in page
    assert "You asked for this, so somebody else decides." in page
    assert "Do it, as the second person" not in page


def test_nothing_waiting_says_what_will_be_here(as_person):
    assert "Nothing waits for a second person" in shown(as_person("publisher_1"))


@pytest.mark.parametrize("kind", JointActKind)
def test_every_kind_has_words(world, as_person, kind):
    details = {"until": "2030-01-01T12:00:00+00:00"} if kind == JointActKind.EXTEND else {}
    JointAct.objects.filter(round=world.round).delete()
    JointAct(
        round=world.round, kind=kind, details=details, asked_by=world["coordinator"]
    ).save()

    assert str(kind.label).capitalize() in shown(as_person("head"))


# --- What becomes of it -------------------------------------------------------------------


def test_the_second_person_does_it(as_person, act):
    client = as_person("publisher_1")

    response = client.post(f"{PAGE}{act.pk}/do/", follow=True)

    page = response.content.decode()
    assert response.redirect_chain == [(PAGE, 302)]
    assert "It is done, by two people." in page
    assert "decided by Perpetua Okapinska" in page
    assert (state(act), is_left_out()) == (JointActState.DONE, True)


def test_the_second_person_says_no_in_words(as_person, act):
    client = as_person("head")

    words = {f"act-{act.pk}-words": "We wait another week."}
    response = client.post(f"{PAGE}{act.pk}/refuse/", words, follow=True)

    assert "We wait another week." in response.content.decode()
    assert (state(act), is_left_out()) == (JointActState.REFUSED, False)


@pytest.mark.parametrize("words", ["", "   "])
def test_no_without_a_word_is_refused_on_the_page(as_person, act, words):
    client = as_person("head")

    response = client.post(f"{PAGE}{act.pk}/refuse/", {f"act-{act.pk}-words": words})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Say in a sentence why not." in page
    assert f'href="#id_act-{act.pk}-words"' in page
    assert state(act) == JointActState.ASKED


def test_who_asked_takes_it_back(as_person, act):
    as_person("coordinator").post(f"{PAGE}{act.pk}/withdraw/")

    assert (state(act), is_left_out()) == (JointActState.WITHDRAWN, False)


@pytest.mark.parametrize(("key", "verb"), [("coordinator", "do"), ("head", "withdraw")])
def test_nobody_plays_the_other_part(as_person, act, key, verb):
    response = as_person(key).post(f"{PAGE}{act.pk}/{verb}/")

    assert response.status_code == 403
    assert state(act) == JointActState.ASKED


def test_who_asked_does_not_refuse_it(as_person, act):
    response = as_person("coordinator").post(f"{PAGE}{act.pk}/refuse/", {})

    assert response.status_code == 403


def test_what_was_decided_meanwhile_says_so(as_person, act):
    as_person("publisher_1").post(f"{PAGE}{act.pk}/do/")

    response = as_person("head").post(f"{PAGE}{act.pk}/do/")

    assert response.status_code == 409
    assert "This waits no longer: it was decided or taken back." in response.content.decode()


def test_what_is_about_a_country_that_a_tie_keeps_is_not_there(world, as_person, act):
    worlds.declare(world, "head", "PT", interest="yes", text="I worked there.")
    client = as_person("head")

    page = shown(client)

    assert "1 act is about a country that a tie keeps from you." in page
    assert "Portugal" not in page
    assert client.post(f"{PAGE}{act.pk}/do/").status_code == 404


# --- On my work ---------------------------------------------------------------------------


def test_my_work_leads_the_second_person_to_it(world, act):
    for key in ("head", "publisher_1"):
        (item,) = [each for each in work_page(world[key]).items if each.url == PAGE]
        assert item.title == "Round 2019: Leave Portugal out of the edition"
        assert item.why == "Corisande Axolotl-Vane asks for it. Do it, or say why not."


def test_my_work_says_to_who_asked_that_it_waits(world, act):
    page = work_page(world["coordinator"])

    assert [each.url for each in page.items if each.url == PAGE] == []
    (line,) = [each for each in page.waiting if each.url == PAGE]
    assert line.why == "You asked for it. It waits for a second person; you can take it back."


@pytest.mark.parametrize("key", ["observer", "EE_a_1", "stranger"])
def test_nobody_elses_work_has_it(world, act, key):
    page = work_page(world[key])

    assert PAGE not in {each.url for each in (*page.items, *page.waiting)}


def test_the_queries_do_not_grow_with_the_acts(
    world, as_person, act, django_assert_num_queries
):
    client = as_person("head")
    with django_assert_num_queries(8):
        client.get(PAGE)
    excluding.ask_to_leave_out(
        round_=world.round, country=world.country("EE"), text=TEXT, by=world["coordinator"]
    )

    with django_assert_num_queries(8):
        client.get(PAGE)
