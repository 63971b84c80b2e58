"""Copies of the audit: the same entries as the page finds, as a stream, safe for a spreadsheet."""

import csv
import io
import json
import tracemalloc

import pytest
from django.db import transaction
from django.test import Client
from django.utils.translation import gettext as _
from django.utils.translation import override

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.desk.selectors.audit import Asked, reading, round_ledger

pytestmark = pytest.mark.django_db
PAGE = "/rounds/2019/audit/"


def write(world, number, **values):
    """Write many acts on one answer of Estonia."""
    acts = [{"act": "a.b", "subject": "item/2019/EE/b/bb1"} | values for _ in range(number)]
    with transaction.atomic():
        return entries.write_all(stream=world.round.stream, acts=acts, by=None)


def taken(client: Client, query: str):
    response = client.get(f"{PAGE}?{query}")
    assert response.status_code == 200
    return response, b"".join(response.streaming_content).decode()


def as_rows(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_both_kinds_hold_every_entry_that_the_filter_finds_the_newest_first(
    world, as_person, monkeypatch
):
    monkeypatch.setattr(reading, "CHUNK", 7)
    write(world, 20)
    client = as_person("observer")
    expected = AuditEntry.objects.filter(stream=world.round.stream, country="EE")
    numbers = list(expected.order_by("-number").values_list("number", flat=True))
    assert len(numbers) > 20
    _response, text = taken(client, "format=csv&country=EE")
    assert [int(row["number"]) for row in as_rows(text)] == numbers
    _response, text = taken(client, "format=json&country=EE")
    found = json.loads(text)
    assert [record["number"] for record in found] == numbers
    assert found[0]["subject"] == "item/2019/EE/b/bb1"
    assert found[0]["who"] == "The portal"
    assert found[0]["hash"] == expected.get(number=numbers[0]).hash


def test_the_page_in_sight_does_not_narrow_the_copy(world, as_person):
    write(world, 3)
    _response, text = taken(as_person("observer"), "format=json&act=a.b&older=1")
    assert len(json.loads(text)) == 3


def test_a_copy_of_nothing_is_a_whole_file(world, as_person):
    client = as_person("observer")
    assert json.loads(taken(client, "format=json&act=no.such")[1]) == []
    assert as_rows(taken(client, "format=csv&act=no.such")[1]) == []


def test_taking_a_copy_is_written_down_with_its_filter(world, as_person):
    response, _text = taken(as_person("observer"), "format=csv&country=EE&act=role.")
    entry = AuditEntry.objects.get(act="audit.export")
    assert (entry.actor, entry.stream) == (world["observer"].pk, world.round.stream)
    assert entry.new == {"kind": "csv", "filter": {"country": "EE", "act": "role."}}
    assert entry.country is None
    assert response["Content-Disposition"].startswith('attachment; filename="audit-round-2019-')
    assert response["Content-Type"].startswith("text/csv")
    assert entries.walk(world.round.stream).fault == ""


def test_looking_at_the_page_is_not_written_down(world, as_person):
    before = AuditEntry.objects.count()
    as_person("observer").get(PAGE)
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_text_of_a_table_is_run_as_a_formula(world, as_person, text):
    write(world, 1, reason=text)
    (row,) = as_rows(taken(as_person("observer"), "format=csv&act=a.b")[1])
    assert row["reason"] == f"'{text}"


def test_values_are_given_whole(world, as_person):
    old, new = {"option": 1, "text": 'Ünser, "so"\nand so'}, {"option": None}
    write(world, 1, old=old, new=new)
    client = as_person("observer")
    (row,) = as_rows(taken(client, "format=csv&act=a.b")[1])
    assert (json.loads(row["old"]), json.loads(row["new"])) == (old, new)
    (record,) = json.loads(taken(client, "format=json&act=a.b")[1])
    assert (record["old"], record["new"]) == (old, new)


def test_an_export_of_many_is_made_in_the_memory_of_a_chunk(world, as_person, monkeypatch):
    """Half as much and all of it need about the same, chunk after chunk."""
    monkeypatch.setattr(reading, "CHUNK", 200)
    client = as_person("observer")

    def peak() -> int:
        response = client.get(f"{PAGE}?format=csv&act=a.b")
        tracemalloc.start()
        assert sum(len(chunk) for chunk in response.streaming_content)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    write(world, 600)
    peak()
    short = peak()
    write(world, 3000)
    assert peak() <= 1.3 * short


def test_the_first_entries_are_sent_before_the_last_are_read(
    world, as_person, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(reading, "CHUNK", 10)
    write(world, 100)
    response = as_person("observer").get(f"{PAGE}?format=csv&act=a.b")
    chunks = iter(response.streaming_content)
    with django_assert_max_num_queries(2):
        head, first = next(chunks), next(chunks)
    assert head.decode().removeprefix("\ufeff").startswith("number,at,who")
    assert first.count(b"\r\n") == 10


def test_a_copy_speaks_the_readers_language_to_its_end(world, as_person, monkeypatch):
    """The request's own setting is gone by the time that the stream is read."""
    spoken = []
    monkeypatch.setattr(reading, "act_words", lambda act: spoken.append(_("Yes")) or "words")
    write(world, 2)
    client = as_person("observer")
    response = client.get(f"{PAGE}?format=json&act=a.b", headers={"Accept-Language": "fr"})
    with override("en"):
        b"".join(response.streaming_content)
    assert spoken == ["Oui", "Oui"]


def test_the_entries_of_the_ledger_are_those_of_the_reader(world):
    write(world, 1)
    ledger = round_ledger(world.round, world["observer"])
    chunks = reading.records(ledger.entries(Asked(act="a.b")), ledger, until=10**6)
    assert [set(record) for record in next(chunks)] == [set(reading.COLUMNS)]
