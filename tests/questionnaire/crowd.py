"""Several people at one sheet at the same moment."""

from questionnaire.enums import Role
from tests.factories.questionnaire import (
    AssessmentFactory,
    IndicatorFactory,
    SourceFactory,
    expert_of,
    on_sheet,
)


def crowded_sheet():
    """Give a sheet with a question, a law, its expert and three delegates."""
    sheet = AssessmentFactory()
    sheet.indicator = IndicatorFactory(strand=sheet.strand)
    sheet.people = [expert_of(sheet), *(on_sheet(Role.DELEGATE, sheet) for _ in range(3))]
    sheet.law = SourceFactory(sheet=sheet)
    return sheet
