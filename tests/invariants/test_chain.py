"""Whatever one field, row or head of the record is made to say, the walk finds where."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import Max, QuerySet
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mipex_site.audit.models import AuditEntry, Chain
from mipex_site.audit.services import entries, triggers

from .storm import calm, undone

TEXTS = ("role", "channel", "act", "subject", "reason", "request", "previous_hash", "hash")
KEYS = ("actor", "on_behalf_of", "batch")
FIELDS = (*TEXTS, *KEYS, "stream", "at", "old", "new", "number", "country", "indicator")
LONGEST = 10
"""Characters: PostgreSQL takes no more of the shortest of these columns."""
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=LONGEST)


@pytest.fixture
def unguarded(db):
    """Give a round's record without its triggers, as only the database's owner can make it."""
    world = calm()
    triggers.drop()
    return world.round.stream


def test_the_table_below_knows_every_column():
    columns = {field.name for field in AuditEntry._meta.concrete_fields}
    assert columns == {*FIELDS, "id"}, "the row's own key says nothing and nothing hangs on it"


def other(entry, name, data):
    """Draw another value for one field of an entry."""
    if name in {"old", "new"}:
        return other_values(getattr(entry, name), data)
    if name in {*TEXTS, "stream", "country", "indicator"}:
        return data.draw(WORDS.map(lambda text: text[:2] if name == "country" else text))
    if name in KEYS:
        return data.draw(st.sampled_from([None, uuid4()]))
    if name == "at":
        moment = st.integers(-(10**9), 10**9).map(lambda n: timedelta(microseconds=n))
        return entry.at + data.draw(moment)
    last = AuditEntry.objects.filter(stream=entry.stream).aggregate(last=Max("number"))["last"]
    return data.draw(st.one_of(st.just(0), st.integers(last + 1, last + 9)))


def other_values(values, data):
    """Draw the old or new values with one of them changed, gone or added."""
    if not values or data.draw(st.booleans()):
        return {**(values or {}), data.draw(WORDS): data.draw(WORDS)}
    name = data.draw(st.sampled_from(sorted(values)))
    if data.draw(st.booleans()):
        return {key: value for key, value in values.items() if key != name}
    return values | {name: data.draw(st.one_of(st.none(), st.integers(0, 99), WORDS))}


def limits(examples):
    slow = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow)


@limits(60)
@given(data=st.data())
def test_one_changed_field_is_found_at_its_entry(unguarded, data):
    length, _head = entries.head_of(unguarded)
    number = data.draw(st.integers(1, length), label="number")
    entry = AuditEntry.objects.get(stream=unguarded, number=number)
    name = data.draw(st.sampled_from(FIELDS), label="field")
    value = other(entry, name, data)
    assume(value != getattr(entry, name))
    with undone():
        assert QuerySet(AuditEntry).filter(pk=entry.pk).update(**{name: value}) == 1
        assert entries.walk(unguarded).broken_at == number


@limits(15)
@given(data=st.data())
def test_a_row_that_is_gone_doubled_or_exchanged_is_found_at_its_place(unguarded, data):
    length, head = entries.head_of(unguarded)
    first = data.draw(st.integers(1, length - 1), label="first")
    second = data.draw(st.integers(first + 1, length), label="second")
    rows = QuerySet(AuditEntry).filter(stream=unguarded)
    with undone():
        rows.filter(number__gte=first, number__lt=second).delete()
        assert entries.walk(unguarded).broken_at == first
    with undone():
        rows.filter(number__gte=second).delete()
        assert entries.walk(unguarded).broken_at == second
    with undone():
        exchange(rows, first, second)
        assert entries.walk(unguarded).broken_at == first
    with undone():
        forged = rows.get(number=first)
        forged.pk, forged.number = None, length + 1
        forged.previous_hash = head
        forged.hash = entries.hash_of(forged)
        QuerySet(AuditEntry).bulk_create([forged])
        assert entries.walk(unguarded).broken_at == length + 1
    assert entries.walk(unguarded).fault == ""


def exchange(rows, first, second):
    """Let two entries change their places and nothing else."""
    one, other_one = rows.get(number=first), rows.get(number=second)
    rows.filter(pk=one.pk).update(number=0)
    rows.filter(pk=other_one.pk).update(number=first)
    rows.filter(pk=one.pk).update(number=second)


@limits(15)
@given(length=st.integers(0, 200), head=WORDS)
def test_another_head_is_found(unguarded, length, head):
    right = entries.head_of(unguarded)
    assume(length != right[0] or head != right[1])
    with undone():
        Chain.objects.filter(stream=unguarded).update(length=length)
        assert (entries.walk(unguarded).broken_at is None) == (length == right[0])
    with undone():
        Chain.objects.filter(stream=unguarded).update(head=head)
        assert entries.walk(unguarded).broken_at is not None
