"""The letters of a round for its coordinators: reading, writing, and looking after them."""

import pytest

from mipex_site.audit.models import AuditEntry
from mipex_site.desk.selectors.mail.recipients import Chosen, recipients
from mipex_site.desk.services.erasing import erase
from mipex_site.mail.enums import LetterKind, LetterState
from mipex_site.mail.services.folder import FolderBackend
from mipex_site.mail.tasks import send_letters
from questionnaire.enums import Role
from review.enums import Interest
from review.models import Declaration
from tests import world as worlds
from tests.desk.letters import MAIL, WRITE, letter_to, text_of
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import RoundFactory, in_round

# --- Who may ------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["coordinator", "head"])
def test_who_coordinates_reads_and_writes_letters(as_person, key):
    assert as_person(key).get(MAIL).status_code == 200
    assert as_person(key).get(WRITE).status_code == 200


@pytest.mark.parametrize(
    "key", ["EE_a_1", "EE_reviewer_1", "adjudicator", "observer", "publisher_1", "stranger"]
)
def test_nobody_else_does(world, as_person, key):
    letter = letter_to(world, "EE_a_1")
    client = as_person(key)

    for address in (MAIL, WRITE, f"{MAIL}{letter.pk}/"):
        assert client.get(address).status_code == 403
    for act in ("withdraw", "send-again", "lay-aside"):
        assert client.post(f"{MAIL}{letter.pk}/{act}/").status_code == 403


def test_a_superuser_without_a_part_does_not(client, world):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    assert client.get(MAIL).status_code == 403


# --- Reading ------------------------------------------------------------------------------


def test_people_go_by_pseudonyms_until_names_are_asked_for(world, as_person):
    expert = world["EE_a_1"]
    letter = letter_to(world, "EE_a_1", text=f"Good day, {expert.name}.", error=expert.email)
    pseudonym = world.round.assignments.get(person=expert).pseudonym
    client = as_person("coordinator")

    for address in (MAIL, f"{MAIL}{letter.pk}/"):
        page = text_of(client.get(address))
        assert f"{pseudonym}, Estonia" in page
        assert not [trace for trace in world.traces_of({"EE_a_1"}) if trace in page]

    worlds.learn_names(world, "EE")
    page = text_of(client.get(f"{MAIL}{letter.pk}/"))
    assert expert.name in page
    assert expert.email in page


def test_who_has_a_part_in_several_countries_is_told_by_role_and_without_the_text(
    world, as_person
):
    """Two pseudonyms in one line would tell that they are one person."""
    person = world["EE_reviewer_1"]
    letter = letter_to(world, "EE_reviewer_1", text="Estonia and Portugal wait.")
    world.round.assignments.model(
        person=person,
        role=Role.REVIEWER,
        round=world.round,
        country=world.country("PT"),
        pseudonym="Reviewer 9",
    ).save()
    worlds.learn_names(world, "EE")

    page = text_of(as_person("coordinator").get(f"{MAIL}{letter.pk}/"))

    assert "Reviewer in several places" in page
    assert "wait." not in page
    assert person.name not in page


def test_a_letter_about_several_rounds_does_not_tie_their_pseudonyms_together(world, as_person):
    letter = letter_to(world, "EE_a_1", round_code="", text="Of 2019 and of another year.")
    worlds.learn_names(world, "EE")
    client = as_person("coordinator")
    assert world["EE_a_1"].name in text_of(client.get(f"{MAIL}{letter.pk}/"))

    in_round(Role.EXPERT, RoundFactory(), person=world["EE_a_1"])

    page = text_of(client.get(f"{MAIL}{letter.pk}/"))
    assert "Expert in several places" in page
    assert "another year" not in page
    assert world["EE_a_1"].name not in page


def test_a_tie_keeps_the_letters_of_a_country_away_and_out_of_the_counts(world, as_person):
    letter = letter_to(world, "EE_a_1")
    Declaration.objects.create(
        person=world["coordinator"],
        round=world.round,
        country=world.country("EE"),
        interest=Interest.YES,
        text="A tie.",
        is_cleared=False,
    )
    client = as_person("coordinator")

    assert "Waiting (0)" in text_of(client.get(MAIL))
    assert client.get(f"{MAIL}{letter.pk}/").status_code == 404
    assert client.post(f"{MAIL}{letter.pk}/withdraw/").status_code == 404
    chosen = Chosen(role=Role.EXPERT)
    found = recipients(world.round, world["coordinator"], chosen)
    assert {one.countries[0] for one in found} == {"Portugal"}


def test_the_filter_is_in_the_address(world, as_person):
    letter_to(world, "EE_a_1", subject="One that waits")
    letter_to(world, "PT_a_1", subject="One that came back", state=LetterState.BOUNCED)
    client = as_person("coordinator")

    page = text_of(client.get(f"{MAIL}?state=bounced"))
    assert "One that came back" in page
    assert "One that waits" not in page
    assert "One that" not in text_of(client.get(f"{MAIL}?kind=digest"))
    assert client.get(f"{MAIL}?state=x&kind=y&batch=z&page=w").status_code == 200


def test_letters_of_another_round_are_not_shown_here(world, as_person):
    letter = letter_to(world, "EE_a_1", round_code="1999", subject="Of 1999")
    client = as_person("coordinator")

    assert "Of 1999" not in text_of(client.get(MAIL))
    assert client.get(f"{MAIL}{letter.pk}/").status_code == 404


@pytest.mark.parametrize("letters", [1, 3])
def test_the_queries_of_the_list_do_not_grow(
    world, as_person, django_assert_num_queries, letters
):
    for key in ("EE_a_1", "PT_a_1", "EE_reviewer_1")[:letters]:
        letter_to(world, key)
    client = as_person("coordinator")

    with django_assert_num_queries(12):
        client.get(MAIL)


# --- Looking after ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        ("withdraw", LetterState.QUEUED, LetterState.WITHDRAWN),
        ("send-again", LetterState.FAILED, LetterState.QUEUED),
        ("send-again", LetterState.BOUNCED, LetterState.QUEUED),
        ("lay-aside", LetterState.FAILED, LetterState.WITHDRAWN),
    ],
)
def test_a_letter_is_looked_after_and_it_is_written_down(world, as_person, act, before, after):
    letter = letter_to(world, "EE_a_1", state=before)

    answer = as_person("coordinator").post(f"{MAIL}{letter.pk}/{act}/")

    assert answer.status_code == 302
    letter.refresh_from_db()
    assert letter.state == after
    entry = AuditEntry.objects.get(act=f"mail.{act.replace('-', '_')}")
    assert entry.new == {"letter": letter.pk}


def test_a_letter_that_may_have_left_says_so_before_it_is_sent_again(world, as_person):
    letter = letter_to(world, "EE_a_1", state=LetterState.FAILED, error="unsure: silence")

    page = text_of(as_person("coordinator").get(f"{MAIL}{letter.pk}/"))

    assert "Nobody knows whether this letter left" in page


def test_the_history_shows_a_mark_where_the_secret_link_was(world, as_person):
    letter = letter_to(
        world, "EE_a_1", text="Open {link}.", secret="https://portal.example.org/s/1"
    )

    page = text_of(as_person("coordinator").get(f"{MAIL}{letter.pk}/"))

    assert "Open [link]." in page
    assert "/s/1" not in page


def test_my_work_raises_the_alarm_for_who_looks_after_it_and_nobody_else(world, as_person):
    letter_to(world, "EE_a_1", state=LetterState.BOUNCED, kind=LetterKind.DIGEST)
    words = "Letters do not get where they should."

    assert words in text_of(as_person("coordinator").get("/my-work/"))
    assert words in text_of(as_person("coordinator").get(MAIL))
    for key in ("EE_a_1", "observer", "publisher_1"):
        assert words not in text_of(as_person(key).get("/my-work/"))


def test_who_is_erased_is_in_no_letter_any_more(world):
    expert = world["EE_a_1"]
    letter = letter_to(world, "EE_a_1", text=f"Good day, {expert.name}.")
    held = world.round.assignments.get(person=expert)
    held.ended_at = held.created_at
    held.save()

    erase(person=expert, reason="They asked for it.", by=world["head"])

    letter.refresh_from_db()
    assert (letter.text, letter.subject, letter.state) == ("", "", LetterState.WITHDRAWN)
    assert letter.address != world["EE_a_1"].email


# --- The demonstration --------------------------------------------------------------------


@pytest.fixture
def in_a_folder(settings, tmp_path):
    settings.DEMONSTRATION = True
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EMAIL_BACKEND = f"{FolderBackend.__module__}.FolderBackend"
    return settings.EMAIL_FILE_PATH


def test_a_demonstration_shows_its_coordinators_what_it_would_have_sent(
    world, as_person, in_a_folder
):
    letter_to(
        world, "EE_a_1", subject="Žinia", text="Open {link}.", secret="http://x.example.org/1"
    )
    send_letters()
    client = as_person("coordinator")

    page = text_of(client.get("/mail/sent/"))
    assert "Žinia" in page
    (path,) = in_a_folder.iterdir()
    assert "http://x.example.org/1" in text_of(client.get(f"/mail/sent/{path.stem}/"))
    assert client.get("/mail/sent/999/").status_code == 404
    assert as_person("EE_a_1").get("/mail/sent/").status_code == 403


def test_no_other_portal_shows_it(as_person, in_a_folder, settings):
    settings.DEMONSTRATION = False

    assert as_person("coordinator").get("/mail/sent/").status_code == 404
