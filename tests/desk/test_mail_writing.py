"""Writing to people of a round: chosen, looked at, and sent to each alone, once."""

import re
from uuid import uuid4

import pytest

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Stale
from mipex_site.desk.selectors.mail.recipients import Chosen, fingerprint, recipients
from mipex_site.desk.services import mailing
from mipex_site.mail.enums import LetterState
from mipex_site.mail.models import Letter
from mipex_site.mail.tasks import send_letters
from questionnaire.enums import Role
from tests import world as worlds
from tests.desk.letters import MAIL, WRITE, text_of

WORDS = {"subject": "About {country}", "text": "Good day, {name},\n\n{due}\n{portal}"}


def preview(client, **asked: object):
    return client.post(WRITE, {"act": "look", **WORDS, **asked})


def hidden(response) -> dict[str, str]:
    """Return the hidden values of the form that sends."""
    form = text_of(response).split('id="preview"')[1].split("</form>")[0]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def send(client, response):
    return client.post(WRITE, hidden(response) | {"act": "send"})


def test_a_preview_says_to_how_many_and_how_it_reads_and_sends_nothing(world, as_person):
    response = preview(as_person("coordinator"), role="expert", country="EE")

    page = text_of(response)
    assert response.status_code == 200
    assert "3 people get this" in page
    assert "About Estonia" in page
    assert "Good day, [name]," in page
    assert not [trace for trace in world.traces_of(worlds.EXPERT_SIDE) if trace in page]
    assert not Letter.objects.exists()


def test_what_was_looked_at_is_sent_to_each_alone_and_written_down(
    world, as_person, mailoutbox
):
    client = as_person("coordinator")

    answer = send(client, preview(client, role="expert", country="EE"))

    assert answer.status_code == 302
    assert send_letters() == 3
    assert sorted(each.to[0] for each in mailoutbox) == sorted(
        world[key].email for key in ("EE_a_1", "EE_b_1", "EE_b_2")
    )
    assert all(len(each.recipients()) == 1 for each in mailoutbox)
    first = next(each for each in mailoutbox if each.to == [world["EE_a_1"].email])
    assert first.body.startswith(f"Good day, {world['EE_a_1'].name},")
    entry = AuditEntry.objects.get(act="mail.write")
    assert (entry.stream, entry.new["letters"], entry.country) == ("round/2019", 3, "EE")


def test_a_second_click_sends_no_second_letter(world, as_person):
    client = as_person("coordinator")
    looked = preview(client, role="expert")

    send(client, looked)
    send(client, looked)

    assert Letter.objects.count() == len(worlds.EXPERTS)
    assert AuditEntry.objects.filter(act="mail.write").count() == 1


def test_where_others_fit_by_now_nothing_is_sent(world, as_person):
    client = as_person("coordinator")
    looked = preview(client, role="expert")
    held = world.round.assignments.get(person=world["EE_a_1"])
    held.ended_at = held.created_at
    held.save()

    assert send(client, looked).status_code == 409
    assert not Letter.objects.exists()


def test_the_service_compares_who_was_seen(world):
    seen = fingerprint(recipients(world.round, world["head"], Chosen(role=Role.REVIEWER)))

    with pytest.raises(Stale):
        mailing.write(
            round_=world.round,
            chosen=Chosen(role=Role.EXPERT),
            subject="S",
            text="T",
            batch=uuid4(),
            seen=seen,
            by=world["head"],
        )


def test_the_board_leads_to_a_letter_to_one_person(world, as_person):
    held = world.round.assignments.get(person=world["EE_a_1"])
    client = as_person("coordinator")

    assert f"Write to {held.pseudonym}, Estonia" in text_of(client.get(f"{WRITE}?to={held.pk}"))
    send(client, preview(client, to=held.pk))
    assert [letter.person for letter in Letter.objects.all()] == [world["EE_a_1"]]


@pytest.mark.parametrize("key", ["0", "999999", "x"])
def test_nobody_is_written_to_by_a_made_up_key(as_person, key):
    client = as_person("coordinator")

    assert client.get(f"{WRITE}?to={key}").status_code == 404
    assert preview(client, to=key).status_code == 422


@pytest.mark.parametrize(
    "bad",
    [
        {"subject": ""},
        {"text": ""},
        {"text": "Dear {nmae},"},
        {"text": "{link}"},
        {"role": "king"},
        {"country": "XX"},
        {"sheet": "lost"},
        {"subject": "x" * 151},
        {"role": "delegate", "country": "PT"},
    ],
)
def test_what_makes_no_sense_is_said_and_kept(as_person, bad):
    response = preview(as_person("coordinator"), **bad)

    assert response.status_code == 422
    assert "Nothing was sent" in text_of(response)


def test_experts_are_chosen_by_the_state_of_their_sheet(world):
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("EE", "a"))

    def who(sheet: str) -> set[str]:
        found = recipients(world.round, world["head"], Chosen(sheet=sheet))
        return {one.person.name for one in found}

    assert who("submitted") == {world["EE_a_1"].name}
    assert world["EE_a_1"].name not in who("open")
    assert who("late") == set()
    world.round.due_at = world.round.opens_at + (world.round.due_at - world.round.opens_at) / 9
    world.round.save()
    assert who("late") == who("open")


def test_the_service_asks_for_itself(world):
    with pytest.raises(NotAllowed):
        mailing.write(
            round_=world.round,
            chosen=Chosen(role=Role.EXPERT),
            subject="S",
            text="T",
            batch=uuid4(),
            seen="",
            by=world["observer"],
        )


def test_what_has_not_left_of_a_batch_is_withdrawn_whole(world, as_person):
    client = as_person("coordinator")
    send(client, preview(client, role="expert"))
    one = Letter.objects.first()
    Letter.objects.filter(pk=one.pk).update(state=LetterState.SENT)

    page = client.get(f"{MAIL}?batch={one.batch}")
    assert "Withdraw the" in text_of(page)
    client.post(f"{MAIL}batches/{one.batch}/withdraw/")

    states = set(Letter.objects.values_list("state", flat=True))
    assert sorted(states) == [LetterState.SENT, LetterState.WITHDRAWN]
    assert client.post(f"{MAIL}batches/{one.batch}/withdraw/").status_code == 409
