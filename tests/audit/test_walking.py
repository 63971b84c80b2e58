"""Walking a chain: where it begins, what it says on the way, and in how little memory."""

import gc
import io
import tracemalloc
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from mipex_site.audit.models import AuditEntry, Chain, ChainCheck
from mipex_site.audit.services import checking, entries, triggers, walking
from mipex_site.audit.services.hashing import hash_of
from mipex_site.audit.services.places import place_of
from mipex_site.audit.tasks import check_new_entries, check_whole_chains

pytestmark = pytest.mark.django_db
STREAM = "round/2019"


def grown(number, *, stream=STREAM):
    """Write many entries at once, each with its right hash, as if one after the other."""
    length, previous = entries.head_of(stream)
    at, rows = timezone.now(), []
    for one in range(length + 1, length + number + 1):
        subject = f"answer/2019/EE/b/1/bb{one % 9}"
        country, indicator = place_of(subject, None, None)
        row = AuditEntry(
            stream=stream, number=one, at=at + timedelta(seconds=one), channel="web",
            act="answer.record", subject=subject, new={"points": "50"}, country=country,
            indicator=indicator, previous_hash=previous,
        )  # fmt: skip
        row.hash = previous = hash_of(row)
        rows.append(row)
    AuditEntry.objects.bulk_create(rows, batch_size=500)
    Chain.objects.update_or_create(
        stream=stream, defaults={"length": length + number, "head": previous}
    )


def tampered(number):
    triggers.drop()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_auditentry SET reason = 'x' WHERE number = %s AND stream = %s",
            [number, STREAM],
        )
    triggers.make()


def peak_of_a_walk():
    """Return the most bytes that Python holds at once while the chain is walked."""
    gc.collect()
    tracemalloc.start()
    assert entries.walk(STREAM).fault == ""
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_a_chain_ten_times_as_long_is_walked_in_the_same_memory(monkeypatch):
    monkeypatch.setattr(walking, "CHUNK", 500)
    grown(1500)
    entries.walk(STREAM)  # What is loaded once is not counted.
    short = peak_of_a_walk()
    grown(13_500)
    assert peak_of_a_walk() <= 1.2 * short


def test_a_walk_says_how_far_it_is(monkeypatch):
    monkeypatch.setattr(walking, "CHUNK", 2)
    grown(5)
    news = []
    walking.walk(STREAM, told=lambda done, until: news.append((done, until)))
    assert news == [(2, 5), (4, 5), (5, 5)]


def test_the_command_tells_its_progress_and_the_first_fault(monkeypatch):
    grown(3)
    grown(2, stream="round/2020")
    tampered(2)
    monkeypatch.setattr("mipex_site.audit.management.commands.verify_audit.NEWS_EVERY", 1)
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="first fault is in round/2019: entry 2 was changed"):
        call_command("verify_audit", stdout=out, stderr=err)
    assert err.getvalue().split() == "2 of 2 entries".split()
    assert "round/2019: 3 entries, broken at 2: entry 2 was changed" in out.getvalue()


def test_the_command_walks_one_chain_when_one_is_named():
    grown(3)
    grown(3, stream="accounts")
    out = io.StringIO()
    call_command("verify_audit", "accounts", stdout=out)
    assert out.getvalue().splitlines() == [
        f"accounts: 3 entries, intact, head {entries.head_of('accounts')[1]}"
    ]


def test_an_act_that_is_written_during_a_walk_is_no_fault():
    grown(3)
    walk = walking.walk(STREAM, told=lambda done, until: grown(1) if done == 3 else None)
    assert (walk.length, walk.fault) == (3, "")


def test_an_entry_beyond_the_end_of_its_chain_is_found():
    grown(3)
    Chain.objects.filter(stream=STREAM).update(
        length=2, head=AuditEntry.objects.get(number=2).hash
    )
    assert walking.walk(STREAM).fault == "entry 3 is in no chain"


def test_each_night_only_what_is_new_is_walked(monkeypatch):
    grown(4)
    assert check_new_entries() == 0
    grown(2)
    walked = []
    monkeypatch.setattr(
        checking, "walk", lambda s, **start: walked.append(start) or walking.walk(s, **start)
    )
    assert check_new_entries() == 0
    assert [start["after"] for start in walked] == [4]
    check = ChainCheck.objects.get(stream=STREAM)
    assert (check.number, check.hash, check.fault) == (6, entries.head_of(STREAM)[1], "")


def test_a_fault_before_the_last_check_is_found_by_the_whole_walk_and_stays_on_record():
    grown(4)
    check_new_entries()
    tampered(2)
    assert check_new_entries() == 0
    assert check_whole_chains() == 1
    check = ChainCheck.objects.get(stream=STREAM)
    assert (check.number, check.fault) == (4, "entry 2 was changed")


def test_a_fault_behind_the_last_check_stays_until_a_walk_finds_none():
    grown(4)
    check_new_entries()
    grown(3)
    tampered(6)
    assert (check_new_entries(), check_new_entries()) == (1, 1)
    check = ChainCheck.objects.get(stream=STREAM)
    assert (check.number, check.fault) == (4, "entry 6 was changed")


def test_a_chain_cut_shorter_than_its_last_check_is_a_fault():
    grown(4)
    check_new_entries()
    second = AuditEntry.objects.get(number=2)
    Chain.objects.filter(stream=STREAM).update(length=2, head=second.hash)
    assert check_new_entries() == 1
