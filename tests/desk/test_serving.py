"""`make run`: an embedded portal that begins with its first coordinator."""

import io

import pytest
from django.core.management.base import CommandError

from mipex_site.desk.management.commands import serve_portal
from questionnaire.enums import Role
from questionnaire.models import Assignment
from questionnaire.services.assignments import first_coordinator

PASSPHRASE = "a long invented phrase"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def ask(monkeypatch, *answers, passphrase=PASSPHRASE):
    """Let a person sit at the terminal and give these answers."""
    given = iter(answers)
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("os.isatty", lambda descriptor: True)
    monkeypatch.setattr("builtins.input", lambda prompt="": next(given))
    monkeypatch.setattr("getpass.getpass", lambda prompt="": passphrase)


def begin():
    said = io.StringIO()
    serve_portal.Command(stdout=said).make_first_coordinator()
    return said.getvalue()


def coordinators():
    held = Assignment.objects.filter(role=Role.COORDINATOR).select_related("person")
    return [assignment.person.email for assignment in held]


def test_the_first_start_asks_for_the_first_coordinator(db, monkeypatch):
    ask(monkeypatch, "ada@example.org", "Invented Ada")

    assert "no coordinator yet" in begin()

    assert coordinators() == ["ada@example.org"]


def test_a_weak_passphrase_makes_nobody(db, monkeypatch):
    ask(monkeypatch, "ada@example.org", "Invented Ada", passphrase="short")

    with pytest.raises(CommandError, match="too short"):
        begin()

    assert coordinators() == []


def test_a_later_start_asks_nothing(db, monkeypatch):
    first_coordinator(email="ada@example.org", name="Invented Ada", password=PASSPHRASE)
    ask(monkeypatch)

    assert begin() == ""


def test_without_a_terminal_it_says_which_command_makes_the_first_coordinator(db, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())

    assert "manage.py create_coordinator EMAIL NAME" in begin()
    assert coordinators() == []
