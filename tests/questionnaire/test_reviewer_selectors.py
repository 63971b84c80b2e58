"""What crosses to the review side: content, and nobody's name."""

from dataclasses import asdict, fields, is_dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from uuid import UUID

import pytest

from questionnaire.enums import AnswerKind, ChangeReason, Role, SourceKind
from questionnaire.models import Option
from questionnaire.selectors.reviewer import (
    BlindReading,
    BlindSource,
    blind_reading,
    blind_readings,
)
from questionnaire.services.answers import record_answer
from questionnaire.services.sources import add_source
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import SourceFactory, on_sheet

HARMLESS = (str, int, Fraction, date, Option, BlindSource, tuple, type(None))


@pytest.fixture
def named(desk):
    """Give a desk whose answer was written by people with unmistakable names, in two versions."""
    desk.quokka = UserFactory(name="Quokkastein", email="quokkastein@example.org")
    on_sheet(Role.DELEGATE, desk.sheet, desk.quokka)
    source = add_source(
        sheet=desk.sheet,
        by=desk.quokka,
        kind=SourceKind.LAW,
        title="Act on Residence",
        article="section 7",
    )
    same = {"sheet": desk.sheet, "indicator": desk.indicator, "by": desk.quokka}
    desk.answer = record_answer(**same, option=desk.best, sources=[source], rationale="First.")
    record_answer(
        **same,
        option=desk.half,
        sources=[source, desk.law],
        rationale="Second.",
        note="For you.",
        change_reason=ChangeReason.CORRECTED,
    )
    return desk


def test_a_reading_is_of_the_version_that_was_asked_for(named):
    first, second = (blind_reading(named.answer.pk, version) for version in (1, 2))
    assert (first.option, first.points, first.rationale) == (named.best, 100, "First.")
    assert (second.option, second.points, second.rationale) == (named.half, 50, "Second.")
    assert (second.note, second.change_label) == ("For you.", "the earlier answer was wrong")
    assert {source.title for source in first.sources} == {"Act on Residence"}
    assert {source.title for source in second.sources} == {"Act on Residence", named.law.title}


def test_a_reading_holds_no_person_in_any_of_its_fields(named):
    reading = blind_reading(named.answer.pk, 2)
    told = repr(asdict(reading)).lower()
    for secret in (named.quokka.name, named.quokka.email, str(named.quokka.pk)):
        assert secret.lower() not in told
    values = list(asdict(reading).values())
    values += [value for source in reading.sources for value in asdict(source).values()]
    assert not [value for value in values if isinstance(value, (UUID, datetime))]


@pytest.mark.parametrize("shape", [BlindReading, BlindSource])
def test_a_reading_has_no_field_in_which_a_person_could_stand(shape, named):
    reading = blind_reading(named.answer.pk, 2)
    thing = reading if shape is BlindReading else reading.sources[0]
    assert is_dataclass(thing)
    for field in fields(shape):
        assert not {"by", "author", "person", "user", "name"} & set(field.name.split("_"))
        assert isinstance(getattr(thing, field.name), HARMLESS), field.name


def test_the_time_of_an_answer_is_a_day_across_the_line(desk, time_machine):
    time_machine.move_to(datetime(2026, 3, 4, 22, 15, 7, tzinfo=UTC), tick=False)
    answer = record_answer(
        sheet=desk.sheet,
        indicator=desk.indicator,
        by=desk.expert,
        option=desk.best,
        sources=[SourceFactory(sheet=desk.sheet)],
    )
    reading = blind_reading(answer.pk, 1)
    assert (reading.day, reading.reference_date) == (date(2026, 3, 4), date(2019, 12, 31))
    assert type(reading.day) is date


def test_exceptional_points_cross_exactly(desk):
    answer = record_answer(
        sheet=desk.sheet,
        indicator=desk.indicator,
        by=desk.expert,
        kind=AnswerKind.EXCEPTIONAL,
        points=Fraction(200, 3),
        rationale="The mean of three regions.",
        sources=[desk.law],
    )
    reading = blind_reading(answer.pk, 1)
    assert (reading.option, reading.points) == (None, Fraction(200, 3))
    assert reading.kind_label == "exceptional points"


def test_a_version_that_does_not_exist_is_no_reading(named):
    with pytest.raises(KeyError):
        blind_reading(named.answer.pk, 3)
    assert blind_readings([(named.answer.pk, 9), (10**6, 1)]) == {}


def test_only_the_asked_versions_come_back(named):
    assert set(blind_readings([(named.answer.pk, 2)])) == {(named.answer.pk, 2)}


def test_many_readings_cost_four_queries_like_one(named, django_assert_num_queries):
    for versions in ([1], [1, 2]):
        with django_assert_num_queries(4):
            readings = blind_readings((named.answer.pk, version) for version in versions)
        assert len(readings) == len(versions)
