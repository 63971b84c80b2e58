"""A prepared query answers as the same query of the ORM does, however often it is asked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.transaction import TransactionManagementError

from mipex_site.base.prepared import SHAPES, Prepared
from questionnaire.models import Assessment, Assignment, Participation, Source
from tests.factories.questionnaire import (
    AssessmentFactory,
    AssignmentFactory,
    ParticipationFactory,
    SourceFactory,
)

SHEET = Prepared(lambda *codes: Assessment.objects.at(*codes).for_page())
HELD = Prepared(lambda sheet: Assessment.objects.select_for_update().filter(pk=sheet))
SOURCES = Prepared(lambda *keys: Source.objects.filter(key__in=keys).order_by("pk"))
RUNNING = Prepared(lambda person, now: Assignment.objects.running(now).filter(person=person))
DAYS = Prepared(lambda day: Participation.objects.filter(own_cut_off=day).values_list("pk"))


def codes_of(sheet):
    return sheet.round.code, sheet.country.code, sheet.strand.code, sheet.coding


def fields_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.django_db
def test_rows_are_whole_objects_with_those_asked_for_beside_them(django_assert_num_queries):
    sheets = [AssessmentFactory(), AssessmentFactory()]
    for sheet in sheets:
        with django_assert_num_queries(1):
            found = SHEET.get(*codes_of(sheet))
            beside = (found.round.framework, found.country, found.strand)
        assert fields_of(found) == fields_of(Assessment.objects.get(pk=sheet.pk))
        assert beside == (sheet.round.framework, sheet.country, sheet.strand)
        assert (found._state.db, found._state.adding) == ("default", False)


@pytest.mark.django_db
def test_what_is_not_there_is_none_or_an_error():
    assert SHEET.first("nowhere", "AA", "a", 1) is None
    assert SHEET.first("nowhere", "AA", "a", 10**40) is None
    with pytest.raises(ObjectDoesNotExist):
        SHEET.get("nowhere", "AA", "a", 1)


@pytest.mark.django_db
def test_each_number_of_values_has_its_own_statement():
    rows = [SourceFactory() for _ in range(3)]
    keys = [row.key for row in rows]

    assert SOURCES.rows() == []
    assert SOURCES.rows(*keys[:1]) == rows[:1]
    assert SOURCES.rows(*keys) == rows
    assert SOURCES.rows(*keys[1:], *keys * SHAPES) == rows
    assert fields_of(SOURCES.first(keys[0])) == fields_of(Source.objects.get(key=keys[0]))


@pytest.mark.django_db
def test_the_present_moment_is_a_value_and_not_kept():
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    right = AssignmentFactory(ends_at=now)

    assert RUNNING.rows(right.person_id, now - timedelta(seconds=1)) == [right]
    assert RUNNING.rows(right.person_id, now) == []


@pytest.mark.django_db
def test_columns_come_as_tuples_and_a_day_is_found_as_a_day():
    day = date(2018, 5, 17)
    row = ParticipationFactory(own_cut_off=day)
    ParticipationFactory()

    assert DAYS.rows(day) == [(row.pk,)]
    assert DAYS.rows(date(2018, 5, 18)) == []


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_of_a_transaction_is_refused_also_the_second_time():
    sheet = AssessmentFactory()
    for _time in range(2):
        with pytest.raises(TransactionManagementError):
            HELD.get(sheet.pk)
    assert not connection.in_atomic_block
