import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from mipex_site.accounts.models import User
from questionnaire.models import Country, Framework, GroupMembership
from questionnaire.rules import coordinates_the_portal
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import head_coordinator

pytestmark = pytest.mark.django_db
MIPEX = Path(settings.BASE_DIR) / "data" / "mipex"


def run(*arguments):
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def typed(monkeypatch):
    """Give a function that puts a password on the standard input."""

    def put(password):
        monkeypatch.setattr("os.isatty", lambda descriptor: False)
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))

    return put


def test_a_framework_is_loaded_and_locked_in_a_persons_name():
    head = head_coordinator()
    told = run("import_framework", MIPEX / "core.yaml", "--as", head.email.upper(), "--lock")
    framework = Framework.objects.get()
    assert told == f"framework {framework}: locked\n"
    assert framework.history.first().history_user == head


def test_a_bad_file_ends_the_command_with_its_lines(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("framework: [", encoding="utf-8")
    with pytest.raises(CommandError, match=r"bad.yaml, line 1: This is no YAML"):
        run("import_framework", path, "--as", head_coordinator().email)


def test_a_command_has_no_more_rights_than_the_person_it_acts_as():
    person = UserFactory(is_superuser=True)
    with pytest.raises(CommandError, match="Only a coordinator of the whole portal"):
        run("import_framework", MIPEX / "core.yaml", "--as", person.email)


@pytest.mark.parametrize("active", [True, False])
def test_a_command_acts_as_somebody_who_can_sign_in(active):
    head = head_coordinator()
    head.is_active = active
    head.save()
    email = "nobody@example.org" if active else head.email
    with pytest.raises(CommandError, match=f"Nobody signs in with the address {email}"):
        run("import_framework", MIPEX / "core.yaml", "--as", email)


def test_countries_and_groups_are_loaded():
    head = head_coordinator()
    files = (MIPEX / "countries.csv", "--groups", MIPEX / "groups.csv")
    told = run("import_countries", *files, "--as", head.email)
    members = GroupMembership.objects.count()
    assert told == f"{Country.objects.count()} countries and {members} memberships changed\n"
    assert {"EE", "GB"} <= set(Country.objects.values_list("code", flat=True))


def test_the_first_coordinator_is_made_once(typed):
    typed("an invented password")
    assert run("create_coordinator", "ada@example.org", "Invented Ada") == (
        "coordinator ada@example.org\n"
    )
    person = User.objects.get()
    assert coordinates_the_portal(person)
    assert person.check_password("an invented password")

    typed("an invented password")
    with pytest.raises(CommandError, match="There is a coordinator already"):
        run("create_coordinator", "bo@example.org", "Invented Bo")


def test_a_weak_password_makes_no_coordinator(typed):
    typed("short")
    with pytest.raises(CommandError, match="too short"):
        run("create_coordinator", "ada@example.org", "Invented Ada")


def test_at_a_terminal_the_password_is_asked_for_unseen(monkeypatch):
    monkeypatch.setattr("os.isatty", lambda descriptor: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt: "an invented password")
    run("create_coordinator", "ada@example.org", "Invented Ada")
    assert User.objects.get().check_password("an invented password")
