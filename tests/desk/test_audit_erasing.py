"""Who may erase a person and whom, and what the audit shows of somebody who is erased."""

import io

import pytest
from django.core.management import CommandError, call_command

from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, WrongState
from mipex_site.desk.services.erasing import erase
from questionnaire.models import Assignment
from questionnaire.services import assignments
from tests import world as worlds
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
WHY = "Asked for it in writing."


def leave(world, key):
    """End every right that the person has."""
    for held in Assignment.objects.running().of(world[key]):
        assignments.end_assignment(assignment=held, reason="Left.", by=world["head"])


def test_a_coordinator_of_the_portal_erases_who_has_left(world):
    leave(world, "observer")
    person = erase(person=world["observer"], reason=WHY, by=world["head"])
    assert person.name == "Former user 1"


@pytest.mark.parametrize("key", ["coordinator", "publisher_1", "EE_reviewer_1", "observer"])
def test_nobody_else_erases_anybody(world, key):
    with pytest.raises(NotAllowed):
        erase(person=world["stranger"], reason=WHY, by=world[key])
    with pytest.raises(NotAllowed):
        erase(person=world["stranger"], reason=WHY, by=UserFactory(is_superuser=True))
    assert not User.objects.filter(erased_as__isnull=False).exists()


def test_nobody_erases_their_own_account(world):
    with pytest.raises(NotAllowed, match="their own account"):
        erase(person=world["head"], reason=WHY, by=world["head"])


def test_who_still_has_a_right_is_not_erased(world):
    with pytest.raises(WrongState, match="End them first"):
        erase(person=world["observer"], reason=WHY, by=world["head"])
    assert User.objects.get(pk=world["observer"].pk).is_active


def test_every_chain_holds_and_the_page_shows_a_former_user(world, as_person):
    worlds.answer_all(world)
    reader = as_person("head")
    assert world["coordinator"].name in reader.get("/rounds/2019/audit/").content.decode() or (
        AuditEntry.objects.filter(actor=world["coordinator"].pk).exists()
    )
    file = as_person("coordinator").get("/rounds/2019/audit/?format=csv")
    assert list(file.streaming_content)
    leave(world, "coordinator")
    leave(world, "EE_a_1")
    for key in ("coordinator", "EE_a_1"):
        erase(person=world[key], reason=WHY, by=world["head"])

    call_command("verify_audit", stdout=io.StringIO())
    page = reader.get("/rounds/2019/audit/?act=audit.export").content.decode()
    assert "Former user 1" in page
    assert worlds.NAMES["coordinator"] not in page
    answers = reader.get("/rounds/2019/audit/?act=answer.record&country=EE").content.decode()
    assert "Former user 2" not in answers, "a number would join the pseudonyms of one person"
    portal = reader.get("/audit/?stream=accounts").content.decode()
    assert "Account of Former user 1" in portal


def test_the_command_erases_and_prints_the_number(world):
    out = io.StringIO()
    stranger, head = world["stranger"].email, world["head"].email
    call_command("erase_person", stranger, "--reason", WHY, "--as", head, stdout=out)
    assert out.getvalue() == "Former user 1\n"


@pytest.mark.parametrize(
    ("email", "by", "reason", "fault"),
    [
        ("nobody@example.org", "head", WHY, "Nobody is known by this address"),
        ("observer", "head", WHY, "End them first"),
        ("stranger", "coordinator", WHY, "whole portal"),
        ("stranger", "head", "", "without the name"),
    ],
)
def test_the_command_says_why_it_does_not(world, email, by, reason, fault):
    whom = world[email].email if email in world.people else email
    with pytest.raises(CommandError, match=fault):
        call_command("erase_person", whom, "--reason", reason, "--as", world[by].email)
