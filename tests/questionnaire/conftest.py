from functools import partial
from types import SimpleNamespace

import pytest

from questionnaire.services.answers import record_answer
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssessmentFactory,
    IndicatorFactory,
    SourceFactory,
    coordinator_of,
    expert_of,
)

from .sheeting import country_to_answer
from .viewing import opened


@pytest.fixture
def desk(db):
    """Give an open sheet with one question, its expert, and a law that the sheet can cite."""
    sheet = AssessmentFactory()
    indicator = IndicatorFactory(strand=sheet.strand)
    best, half, worst = indicator.options.all()
    desk = SimpleNamespace(
        sheet=sheet,
        indicator=indicator,
        best=best,
        half=half,
        worst=worst,
        expert=expert_of(sheet),
        law=SourceFactory(sheet=sheet),
    )
    desk.record = partial(record, desk)
    return desk


@pytest.fixture
def door(desk):
    """Give the desk the address of its question's autosave and its expert's browser."""
    desk = opened(desk)
    desk.door = f"{desk.url}draft/"
    return desk


@pytest.fixture
def place(db):
    """Give a country with sheets to answer in a workbook."""
    return country_to_answer()


@pytest.fixture
def lead(desk):
    """Give the desk a colleague of its expert, and the coordinator."""
    desk.colleague = UserFactory(email="colleague@example.org")
    desk.boss = coordinator_of(desk.sheet.round)
    return desk


def record(desk, **given):
    """Record the best option with the law, or what the test says instead."""
    usual = {
        "sheet": desk.sheet,
        "indicator": desk.indicator,
        "by": desk.expert,
        "option": desk.best,
        "sources": [desk.law],
    }
    return record_answer(**usual | given)
