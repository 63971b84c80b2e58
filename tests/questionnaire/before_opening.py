"""A round that is about to open, each of its countries with an answer of the last edition."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from editions.models import FrozenAnswer
from questionnaire.enums import RoundState
from questionnaire.models import Round
from tests.factories.editions import EditionFactory, RevisionFactory
from tests.factories.questionnaire import (
    FrameworkFactory,
    IndicatorFactory,
    ParticipationFactory,
    RoundFactory,
    StrandFactory,
)


def locked_round(
    countries: int, *, questions: Iterable[str] = ("q1",), **answered: object
) -> Round:
    """Make a locked round, each question in a strand; q1 was ANSWERED so in each country."""
    framework = FrameworkFactory()
    for code in questions:
        IndicatorFactory(strand=StrandFactory(framework=framework), code=code)
    round_ = RoundFactory(
        state=RoundState.LOCKED, framework=framework, cut_off=date(2023, 1, 1)
    )
    revision = RevisionFactory(
        edition=EditionFactory(run__round__framework=framework),
        number=1,
        state="published",
        cut_off=date(2019, 12, 31),
        published_at=timezone.now(),
    )
    for row in ParticipationFactory.create_batch(countries, round=round_, is_pending=True):
        FrozenAnswer.objects.create(
            revision=revision,
            country=row.country.code,
            indicator="q1",
            reference_date=revision.cut_off,
            status="ok",
            option=1,
            points=100,
            **answered,
        )
    return round_
