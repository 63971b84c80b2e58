from types import SimpleNamespace

import pytest

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
    return SimpleNamespace(
        sheet=sheet,
        indicator=indicator,
        best=best,
        half=half,
        worst=worst,
        expert=expert_of(sheet),
        law=SourceFactory(sheet=sheet),
    )
