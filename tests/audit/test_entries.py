"""The chain: what is written stays, and what was tampered with is found."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from mipex_site.audit.models import AuditEntry, Chain, Channel
from mipex_site.audit.services import entries, triggers
from mipex_site.audit.services.acting import acting

pytestmark = pytest.mark.django_db


def write(number=1, *, stream="round/2019"):
    for _ in range(number):
        entry = entries.write(
            stream=stream,
            act="answer.record",
            subject="answer/2019/EE/b/1/bb1",
            by=None,
            new={"points": "50"},
        )
    return entry


def tamper(statement, *values):
    """Do what only the owner of the database can: drop the triggers, then write past them."""
    triggers.drop()
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def verified(*arguments):
    out = io.StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue()


def test_each_entry_follows_the_one_before():
    first, second = write(), write()
    assert (first.number, first.previous_hash) == (1, "")
    assert (second.number, second.previous_hash) == (2, first.hash)
    assert entries.head_of("round/2019") == (2, second.hash)


def test_the_acts_of_one_transaction_follow_each_other_with_one_lock(
    django_assert_num_queries,
):
    write()
    acts = [{"act": "a.b", "subject": str(number)} for number in range(5)]

    with django_assert_num_queries(3):
        written = entries.write_all(stream="round/2019", acts=acts, by=None, role="expert")

    assert [entry.number for entry in written] == [2, 3, 4, 5, 6]
    walk = entries.walk("round/2019")
    assert (walk.length, walk.head, walk.broken_at) == (6, written[-1].hash, None)


def test_each_stream_has_a_chain_of_its_own():
    write(2)
    assert write(stream="accounts").number == 1
    assert [(walk.stream, walk.length) for walk in entries.walk_all()] == [
        ("accounts", 1),
        ("round/2019", 2),
    ]
    assert entries.head_of("round/none") == (0, "")


def test_an_entry_says_by_which_door_the_act_came():
    assert write().channel == Channel.COMMAND
    with acting(Channel.WEB, request="r1"):
        entry = write()
    assert (entry.channel, entry.request) == (Channel.WEB, "r1")
    assert write().channel == Channel.COMMAND


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_a_mistake_of_the_program():
    with pytest.raises(RuntimeError, match="one transaction"):
        write()


def test_an_untouched_chain_is_intact():
    write(3)
    assert "round/2019: 3 entries, intact" in verified()
    assert verified("round/2019").endswith(f"head {entries.head_of('round/2019')[1]}\n")


TAMPERED = {
    "a changed value": (
        "UPDATE audit_auditentry SET act = 'x' WHERE number = %s",
        2,
        "changed",
    ),
    "a changed number": (
        "UPDATE audit_auditentry SET number = 9 WHERE number = %s",
        2,
        "missing",
    ),
    "another country": (
        "UPDATE audit_auditentry SET country = 'PT' WHERE number = %s",
        2,
        "filed under another country",
    ),
    "no indicator": (
        "UPDATE audit_auditentry SET indicator = NULL WHERE number = %s",
        2,
        "filed under another country",
    ),
    "a deleted entry": ("DELETE FROM audit_auditentry WHERE number = %s", 2, "missing"),
    "a deleted end": ("DELETE FROM audit_auditentry WHERE number = %s", 3, "end is missing"),
}


@pytest.mark.parametrize(("statement", "number", "fault"), TAMPERED.values(), ids=TAMPERED)
def test_tampering_behind_the_triggers_back_is_found(statement, number, fault):
    write(3)
    write(stream="accounts")
    tamper(statement, number)

    walk = entries.walk("round/2019")
    assert walk.broken_at == number
    assert fault in walk.fault
    assert entries.walk("accounts").broken_at is None
    with pytest.raises(CommandError, match="1 of 2 audit chains are broken"):
        verified()


def test_an_entry_without_its_chain_is_found():
    write()
    Chain.objects.all().delete()
    with pytest.raises(CommandError, match="1 of 1 audit chains are broken"):
        verified()


def test_a_hash_made_to_fit_breaks_the_next_link():
    first, _second = write(), write()
    first.act = "something.else"
    tamper(
        "UPDATE audit_auditentry SET act = %s, hash = %s WHERE number = 1",
        first.act,
        entries.hash_of(first),
    )
    assert entries.walk("round/2019").broken_at == 2


def test_the_database_itself_refuses_to_change_an_entry():
    write()
    with (
        pytest.raises(IntegrityError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE audit_auditentry SET act = 'x'")
    assert AuditEntry.objects.get().act == "answer.record"


def test_the_database_itself_refuses_to_delete_an_entry():
    write()
    with (
        pytest.raises(IntegrityError, match="never"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM audit_auditentry")
    assert AuditEntry.objects.count() == 1


@pytest.mark.postgres
def test_postgresql_refuses_to_empty_the_table():
    write()
    with (
        pytest.raises(IntegrityError, match="emptied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE audit_auditentry")
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda: AuditEntry.objects.update(act="x"),
        lambda: AuditEntry.objects.bulk_update([], ["act"]),
        lambda: AuditEntry.objects.all().delete(),
    ],
    ids=["update", "bulk update", "delete"],
)
def test_the_program_itself_offers_no_way_to_change_an_entry(change):
    write()
    with pytest.raises(TypeError, match="append-only"):
        change()
