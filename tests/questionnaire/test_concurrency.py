"""Two at once on one row: nothing is lost, nothing slips in. Only PostgreSQL has two at once."""

from threading import Barrier

import pytest
from django.db import connection, transaction

from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal, Stale
from questionnaire.enums import AssessmentState, Role, RoundState
from questionnaire.models import Answer, Assessment, Assignment
from questionnaire.services import naming
from questionnaire.services.answers import record_answer
from questionnaire.services.assignments import assign, first_coordinator
from questionnaire.services.locking import hold_round, hold_sheets
from tests.at_once import at_once
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.questionnaire import (
    AssessmentFactory,
    coordinator_of,
)

from .crowd import crowded_sheet

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sheet():
    return crowded_sheet()


def recording(sheet, person, text, **more):
    return lambda: record_answer(
        sheet=sheet,
        indicator=sheet.indicator,
        by=person,
        option=sheet.indicator.options.first(),
        rationale=text,
        sources=[sheet.law],
        **more,
    )


def test_writers_of_one_answer_lose_no_version(sheet):
    at_once(
        *(recording(sheet, person, f"Text {at}.") for at, person in enumerate(sheet.people))
    )

    answer = Answer.objects.get()
    rows = answer.history.order_by("version").values_list("version", "rationale")
    assert [version for version, _text in rows] == [1, 2, 3, 4]
    assert {text for _version, text in rows} == {f"Text {at}." for at in range(4)}
    assert answer.version == 4
    assert entries.walk(sheet.round.stream).length == 4


def test_of_writers_who_read_the_same_version_one_wins_and_the_others_hear_of_it(sheet):
    came = at_once(
        *(
            recording(sheet, person, f"Text {at}.", expected_version=0)
            for at, person in enumerate(sheet.people)
        )
    )
    assert sum(isinstance(outcome, Stale) for outcome in came) == 3
    assert Answer.objects.get().version == 1


def test_a_write_that_waits_for_the_closing_finds_the_round_closed(sheet):
    """The sheet's lock is had only when the round is over; its state must be read after that."""
    closing, waiting = Barrier(2), Barrier(2)

    def close():
        with transaction.atomic():
            round_ = hold_round(sheet.round)
            hold_sheets(round=round_)
            closing.wait(10)
            waiting.wait(10)
            let_the_other_reach_the_lock()
            round_.state = RoundState.REVIEW_CLOSED
            round_.save()

    def write():
        closing.wait(10)
        waiting.wait(10)
        return recording(sheet, sheet.people[0], "Too late.")()

    outcome = at_once(close, write)[1]
    assert isinstance(outcome, Refusal)
    assert "not open" in outcome.reason
    assert not Answer.objects.exists()


def let_the_other_reach_the_lock():
    """Wait until PostgreSQL says that somebody waits for a lock."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02), count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[1]:
                return
    pytest.fail("Nobody waited for the lock.")


def test_a_person_assigned_to_two_sides_at_once_gets_one(sheet):
    boss, person = coordinator_of(sheet.round), UserFactory()

    def give(role):
        return lambda: assign(
            person=person, role=role, round_=sheet.round, country=sheet.country, by=boss
        )

    came = at_once(give(Role.REVIEWER), give(Role.ADJUDICATOR), give(Role.EXPERT))
    assert sum(isinstance(outcome, Assignment) for outcome in came) == 1
    assert Assignment.objects.filter(person=person).count() == 1


def test_people_assigned_at_once_have_different_pseudonyms(sheet, monkeypatch):
    monkeypatch.setitem(naming.KINDS, Role.REVIEWER, ("Reviewer", naming.BIRDS[:4]))
    boss, people = coordinator_of(sheet.round), UserFactory.create_batch(4)

    def give(person):
        return lambda: assign(
            person=person,
            role=Role.REVIEWER,
            round_=sheet.round,
            country=sheet.country,
            by=boss,
        )

    given = at_once(*map(give, people))
    assert len({assignment.pseudonym for assignment in given}) == 4


def test_of_two_first_coordinators_one_is_the_first():
    came = at_once(
        *(
            lambda email=email: first_coordinator(email=email, name="Ada", password=PASSWORD)
            for email in ("a@example.org", "b@example.org")
        )
    )
    assert sum(isinstance(outcome, Refusal) for outcome in came) == 1
    assert Assignment.objects.count() == 1


def test_sheets_are_locked_in_the_order_of_their_keys(sheet):
    for _ in range(3):
        AssessmentFactory(round=sheet.round, state=AssessmentState.SUBMITTED)
    with transaction.atomic():
        keys = [held.pk for held in hold_sheets(round=sheet.round)]
    assert keys == sorted(Assessment.objects.values_list("pk", flat=True))
