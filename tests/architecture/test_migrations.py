"""Migrations are complete, named by hand, and can be walked back."""

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader

from tests.architecture.test_house import ORDER

# What Django writes when nobody gives a name.
UNNAMED = re.compile(r"\d{4}_(initial|auto_|alter_|remove_|delete_|rename_)|_and_more$")


def ours():
    """Yield every migration of our apps."""
    loader = MigrationLoader(None)
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app in ORDER:
            yield pytest.param(migration, id=f"{app}.{name}")


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    assert connection.vendor
    call_command("makemigrations", check=True, dry_run=True)
    assert "No changes detected" in capsys.readouterr().out


@pytest.mark.parametrize("migration", list(ours()))
def test_a_migration_is_named_by_hand(migration):
    assert not UNNAMED.search(migration.name)


@pytest.mark.parametrize("migration", list(ours()))
def test_a_migration_can_be_walked_back(migration):
    """Tables reverse by themselves; work on data says its reverse, or noop with the reason."""
    work = [step for step in migration.operations if isinstance(step, RunPython | RunSQL)]
    assert [step for step in work if not step.reversible] == []
