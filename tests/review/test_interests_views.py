"""The pages on which ties are declared and decided, and names asked for."""

import pytest

from questionnaire.models import Assignment
from review.models import Declaration, Unblinding
from tests import world as worlds
from tests.factories.accounts import UserFactory

from .clients import CASE, DISPUTE, HTMX, ITEM, said, signed_in

DECLARE = "/interests/2019/EE/"
DECIDE = "/interests/2019/EE/decide/"
NAMES = "/interests/2019/EE/names/"
LEARNED = "/interests/2019/"
JUDGE = "EE_reviewer_1"


@pytest.fixture
def world(db):
    """Give a round under review in which nobody has declared yet."""
    world = worlds.build(declares=False)
    worlds.answer_all(world)
    worlds.submit_all(world)
    return world


# --- Declaring ----------------------------------------------------------------------------


@pytest.mark.parametrize("key", [JUDGE, "adjudicator"])
@pytest.mark.parametrize("url", [CASE, ITEM, f"{CASE}return/", f"{ITEM}consent/", DISPUTE])
def test_every_page_of_a_country_leads_to_the_declaration_first(world, key, url):
    response = signed_in(world[key]).get(url)

    assert (response.status_code, response.url) == (302, DECLARE)


def test_what_is_sent_before_declaring_is_refused_and_given_back(world):
    typed = {"kind": "disagree", "text": "Section 5 says otherwise.", "version": "1"}
    client = signed_in(world[JUDGE])

    for headers in ({}, HTMX):
        response = client.post(ITEM, typed, headers=headers)
        assert response.status_code == 403
        assert "Declare your interests in Estonia first." in said(response)
        assert "Section 5 says otherwise." in said(response)


def test_before_declaring_the_page_shows_the_name_and_the_size_of_the_task_alone(world):
    page = said(signed_in(world[JUDGE]).get(DECLARE))

    assert "Your interests in Estonia" in page
    assert "Your part of it has 5 answers" in page
    for content in ("aa1", "The act says so.", "Invented Act", "Strand a"):
        assert content not in page


def test_no_tie_is_declared_and_the_work_goes_on(world):
    client = signed_in(world[JUDGE])

    response = client.post(DECLARE, {"interest": "none"})

    assert (response.status_code, response.url) == (302, DECLARE)
    assert "The country is open to you" in said(client.get(DECLARE))
    assert client.get(CASE).status_code == 200


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose one of the three."),
        ({"interest": "yes", "text": " "}, "Say it in a sentence."),
        ({"interest": "perhaps"}, "perhaps"),
        ({"interest": "possible", "text": "x" * 30_000}, "Shorten it to 20,000 characters."),
    ],
)
def test_a_wrong_declaration_comes_back_with_its_error(world, data, sentence):
    response = signed_in(world[JUDGE]).post(DECLARE, data)

    assert response.status_code == 422
    assert sentence in said(response)
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("key", ["stranger", "EE_a_1", "publisher_1", "PT_reviewer_1"])
@pytest.mark.parametrize("url", [DECLARE, DECIDE, NAMES])
def test_others_are_refused_with_a_sentence(world, key, url):
    client = signed_in(world[key])

    assert client.get(url).status_code == 403
    assert client.post(url, {"interest": "none", "reason": "So."}).status_code == 403
    assert not Declaration.objects.exists()
    assert not Unblinding.objects.exists()


def test_a_superuser_without_a_part_is_refused(world):
    client = signed_in(UserFactory(is_superuser=True, is_staff=True))

    for url in (DECLARE, DECIDE, NAMES, LEARNED):
        assert client.get(url).status_code == 403


@pytest.mark.parametrize("url", ["/interests/2019/ZZ/", "/interests/1066/EE/names/"])
def test_what_there_is_not_is_not_found(world, url):
    assert signed_in(world["coordinator"]).get(url).status_code == 404


# --- Deciding -----------------------------------------------------------------------------


def test_a_coordinator_decides_under_the_pseudonym_and_reads_no_name(world):
    worlds.declare(world, JUDGE, "EE", interest="possible", text="I was born there.")
    declared = Declaration.objects.get()
    client = signed_in(world["coordinator"])
    page = said(client.get(DECIDE))
    pseudonym = Assignment.objects.get(person=world[JUDGE]).pseudonym

    assert pseudonym in page
    assert "I was born there." in page
    assert "Aardwolfsen" not in page
    sent = {"declaration": declared.pk, "is_cleared": "yes", "text": "Long ago."}
    assert client.post(DECIDE, sent).status_code == 302
    assert signed_in(world[JUDGE]).get(CASE).status_code == 200


def test_a_decision_without_a_reason_comes_back(world):
    worlds.declare(world, JUDGE, "EE", interest="possible", text="I was born there.")
    sent = {"declaration": Declaration.objects.get().pk, "is_cleared": "no"}

    response = signed_in(world["coordinator"]).post(DECIDE, sent)

    assert response.status_code == 422
    assert Declaration.objects.get().is_cleared is None


def test_a_declaration_about_another_country_is_not_decided_here(world):
    worlds.declare(world, "PT_reviewer_1", "PT", interest="possible", text="Perhaps.")
    sent = {"declaration": Declaration.objects.get().pk, "is_cleared": "yes", "text": "So."}

    assert signed_in(world["coordinator"]).post(DECIDE, sent).status_code == 404


def test_the_standing_rules_are_asked_again_by_a_button(world):
    worlds.declare(world, JUDGE, "EE")
    client = signed_in(world["coordinator"])

    response = client.post(DECIDE, {"act": "recheck"}, follow=True)

    assert "Nothing new was found." in said(response)


# --- Names --------------------------------------------------------------------------------


def test_names_stand_there_once_a_reason_is_given_and_for_that_country(world):
    client = signed_in(world["coordinator"])
    assert "Aardwolfsen" not in said(client.get(NAMES))
    assert client.post(NAMES, {"reason": " "}).status_code == 422

    assert client.post(NAMES, {"reason": "To call the reviewer."}).status_code == 302

    page = said(client.get(NAMES))
    assert "Reinhilde Aardwolfsen" in page
    assert "mailto:reinhilde.aardwolfsen@example.org" in page
    assert "Thylacinek" not in page
    assert "Thylacinek" not in said(client.get("/interests/2019/PT/names/"))
    assert "Aardwolfsen" not in said(signed_in(world["head"]).get(NAMES))


@pytest.mark.parametrize("key", ["coordinator", "observer", "head"])
def test_who_runs_or_observes_the_round_reads_who_learned_names(world, key):
    worlds.learn_names(world, "EE")

    page = said(signed_in(world[key]).get(LEARNED))

    assert "Estonia: Corisande Axolotl-Vane" in page
    assert "To call." in page


@pytest.mark.parametrize("key", ["stranger", "EE_a_1", JUDGE, "publisher_1"])
def test_nobody_else_reads_who_learned_names(world, key):
    assert signed_in(world[key]).get(LEARNED).status_code == 403


# --- A lost country on the pages of who runs the round ------------------------------------


def test_a_lost_country_is_in_no_row_count_or_file_of_the_board(world):
    client = signed_in(world["coordinator"])
    assert "Estonia" in said(client.get("/rounds/2019/board/"))
    worlds.declare(world, "coordinator", "EE", interest="yes", text="I was born there.")

    page = said(client.get("/rounds/2019/board/"))

    assert "Estonia" not in page
    assert "A tie keeps 1 country from you." in page
    assert b"Estonia" not in client.get("/rounds/2019/board/?format=csv").content
    assert client.get(CASE).status_code == 403
    assert client.get("/sheets/2019/EE/a/1/").status_code == 404
    assert client.get(NAMES).status_code == 403


def test_closing_names_a_lost_country_and_says_that_another_must_look(world):
    worlds.declare_all(world)
    for item in world.items("under_review"):
        if item.case.country.code == "PT":
            worlds.approve(world, item)
    worlds.declare(world, "coordinator", "EE", interest="yes", text="I was born there.")
    client = signed_in(world["coordinator"])

    page = said(client.get("/rounds/2019/closing/"))

    assert "Something blocks Estonia that another coordinator must look at" in page
    assert "Strand a" not in page
    refused = client.post("/rounds/2019/closing/", {"code": "2019"})
    assert "Another coordinator must look at Estonia first." in said(refused)
    assert "Strand" not in said(refused)
    world.round.refresh_from_db()
    assert world.round.state == "open"
