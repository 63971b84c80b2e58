"""The triggers are there after every migration, also where a table was made anew."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries, triggers

BEFORE, AFTER = [("audit", "0002_entries_are_never_changed")], [
    ("audit", "0003_filter_by_place")
]  # fmt: skip


def write(subject, **values):
    with transaction.atomic():
        return entries.write(stream="round/2019", act="a.b", subject=subject, by=None, **values)


@pytest.mark.django_db
def test_no_trigger_is_missing():
    assert triggers.missing() == []


@pytest.mark.django_db
def test_the_end_of_a_migration_makes_a_missing_trigger_again():
    triggers.drop()
    assert len(triggers.missing()) == 2
    config = apps.get_app_config("audit")
    post_migrate.send(config, app_config=config, using="default", verbosity=0)
    assert triggers.missing() == []


@pytest.mark.django_db(transaction=True)
def test_the_table_is_guarded_again_after_the_tests_have_emptied_it():
    write("a")
    triggers.drop()
    call_command("flush", verbosity=0, interactive=False)
    assert AuditEntry.objects.count() == 0
    write("b")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditentry")


@pytest.mark.django_db(transaction=True)
def test_the_migration_files_what_is_there_already_and_can_be_taken_back():
    write("item/2019/EE/b/bb1")
    write("round/2019")
    write("assignment/7", new={"country": "PT"})

    MigrationExecutor(connection).migrate(BEFORE)
    names = {column.name for column in _columns()}
    assert not names & {"country", "indicator"}
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditentry SET act = 'x'")
    MigrationExecutor(connection).migrate(AFTER)

    rows = AuditEntry.objects.order_by("number").values_list("country", "indicator")
    assert list(rows) == [("EE", "bb1"), (None, None), ("PT", None)]
    assert entries.walk("round/2019").fault == ""
    assert triggers.missing() == []


def _columns():
    with connection.cursor() as cursor:
        return connection.introspection.get_table_description(cursor, triggers.TABLE)
