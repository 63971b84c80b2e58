from functools import partial
from types import SimpleNamespace

import pytest

from questionnaire.services.answers import record_answer
from tests.factories.questionnaire import (
    AssessmentFactory,
    IndicatorFactory,
    SourceFactory,
    expert_of,
)


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
