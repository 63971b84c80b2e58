"""The environment is read loudly: what is missing or misspelt stops the start."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from mipex_site import env


def test_a_value_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("PORTAL_THING", "here")
    assert env.text("PORTAL_THING", "default") == "here"


def test_a_value_may_come_from_a_file(monkeypatch, tmp_path: Path):
    (tmp_path / "secret").write_text("whispered\n", encoding="utf-8")
    monkeypatch.setenv("PORTAL_THING_FILE", str(tmp_path / "secret"))
    assert env.text("PORTAL_THING") == "whispered"


def test_a_missing_value_is_told_by_its_name():
    with pytest.raises(
        ImproperlyConfigured, match=r"Set PORTAL_THING \(or PORTAL_THING_FILE\)"
    ):
        env.text("PORTAL_THING")


@pytest.mark.parametrize(("written", "meant"), [("yes", True), ("No", False)])
def test_a_flag_is_yes_or_no(monkeypatch, written: str, meant: bool):
    monkeypatch.setenv("PORTAL_THING", written)
    assert env.flag("PORTAL_THING", default=not meant) is meant


@pytest.mark.parametrize("written", ["1", "true", "on", ""])
def test_a_flag_is_nothing_else(monkeypatch, written: str):
    monkeypatch.setenv("PORTAL_THING", written)
    with pytest.raises(ImproperlyConfigured, match="write yes or no"):
        env.flag("PORTAL_THING", default=True)


def test_a_number_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("PORTAL_THING", "12 s")
    with pytest.raises(ImproperlyConfigured, match="write a whole number"):
        env.number("PORTAL_THING")


def test_words_are_split_at_commas(monkeypatch):
    monkeypatch.setenv("PORTAL_THING", "a.example.org, b.example.org,")
    assert env.words("PORTAL_THING") == ["a.example.org", "b.example.org"]


def test_a_word_outside_the_list_is_refused(monkeypatch):
    monkeypatch.setenv("PORTAL_THING", "oracle")
    with pytest.raises(ImproperlyConfigured, match="one of: memory, file"):
        env.one_of("PORTAL_THING", "memory", "file")


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path):
    first = env.kept_secret(tmp_path / "secret-key")

    assert env.kept_secret(tmp_path / "secret-key") == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_the_embedded_database_is_set_as_measured(tmp_path: Path):
    options = env.sqlite(tmp_path / "portal.sqlite3")["OPTIONS"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert "PRAGMA journal_mode=WAL;" in options["init_command"]
    assert "PRAGMA synchronous=FULL;" in options["init_command"]


@pytest.mark.django_db
def test_the_suite_runs_on_the_database_it_was_asked_for():
    asked = os.environ.get("TEST_DATABASE", "memory")
    assert connection.vendor == ("postgresql" if asked == "postgres" else "sqlite")


def start_production(tmp_path: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Ask a production deployment with these settings whether it is well."""
    known = {"PATH", "PYTHONPATH", "VIRTUAL_ENV"}
    around = {name: os.environ[name] for name in known & os.environ.keys()}
    around |= {
        "DJANGO_SETTINGS_MODULE": "mipex_site.settings.prod",
        "PORTAL_VAR": str(tmp_path),
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env=around | given,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "SECRET_KEY"),
        ({"SECRET_KEY": "x" * 60}, "ALLOWED_HOSTS"),
        ({"USE_REDIS": "yes"}, "REDIS_URL"),
        ({"USE_POSTGRES": "yes"}, "PGHOST"),
        ({"USE_SMTP": "yes"}, "SMTP_HOST"),
    ],
)
def test_production_refuses_to_start_without_what_it_needs(tmp_path, given, missing):
    answer = start_production(tmp_path, **given)

    assert answer.returncode == 1
    assert f"Set {missing} (or {missing}_FILE) in the environment." in answer.stderr


def test_production_passes_the_deployment_check(tmp_path):
    key = "".join(chr(33 + number) for number in range(60))

    mail = {"USE_SMTP": "yes", "SMTP_HOST": "localhost"}
    given = {"SECRET_KEY": key, "ALLOWED_HOSTS": "portal.example.org"}
    answer = start_production(tmp_path, **given, **mail)

    assert answer.returncode == 0, answer.stderr


def test_production_does_not_start_without_a_way_for_its_letters(tmp_path):
    given = {"SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "portal.example.org"}

    answer = start_production(tmp_path, **given)

    assert answer.returncode == 1
    assert "Set USE_SMTP to yes" in answer.stderr
