"""Methods, runs, and a small round whose review is closed: two countries, two strands."""

from fractions import Fraction
from uuid import uuid4

import factory
from django.utils import timezone

from questionnaire.enums import RoundState
from questionnaire.models import Citation, Index, IndexPart
from review.enums import Basis, CaseState, ItemState
from review.models import Case, CaseItem, SettledAnswer
from scoring import models
from scoring.enums import MethodState, RankOn

from .questionnaire import (
    AnswerFactory,
    AssessmentFactory,
    CountryFactory,
    FrameworkFactory,
    IndicatorFactory,
    RoundFactory,
    SourceFactory,
    StrandFactory,
)

BLOCK = {
    "code": "invented",
    "version": "1.0.0",
    "title": "An invented method",
    "rank_on": "shown",
    "rounding": "half_up",
    "coverage": {
        "composite": "any",
        "dimension": "any",
        "strand": "any",
        "index": "every",
        "group": "2/3",
    },
    "bands": [
        {"code": "low", "from": 0, "to": 49, "title": "Low"},
        {"code": "high", "from": 50, "to": 100, "title": "High"},
    ],
}


class MethodFactory(factory.django.DjangoModelFactory):
    """A locked method with two bands, ranked on the shown score."""

    class Meta:
        model = models.Method

    code = factory.Sequence(lambda n: f"method-{n}")
    version = "1.0.0"
    title = "An invented method"
    state = MethodState.LOCKED
    rank_on = RankOn.SHOWN
    settings = factory.LazyAttribute(lambda o: BLOCK | {"code": o.code, "version": o.version})
    checksum = "0" * 64


class ScoreRunFactory(factory.django.DjangoModelFactory):
    """A queued run."""

    class Meta:
        model = models.ScoreRun

    round = factory.SubFactory(RoundFactory, state=RoundState.REVIEW_CLOSED)
    method = factory.SubFactory(MethodFactory)
    input_hash = factory.Sequence(lambda n: f"{n:064x}")
    requested_by = factory.LazyFunction(uuid4)


def settled(answer, **said):
    """Make the settled answer of an approved answer, with the case and the item around it."""
    sheet = answer.assessment
    case, _made = Case.objects.get_or_create(
        round=sheet.round,
        country=sheet.country,
        strand=sheet.strand,
        defaults={"state": CaseState.CLEARED},
    )
    same = {"indicator": answer.indicator, "reference_date": answer.reference_date}
    pinned = {"answer": answer, "version": answer.version}
    item = CaseItem.objects.create(case=case, state=ItemState.APPROVED, **same, **pinned)
    values = {
        "basis": Basis.APPROVED,
        "kind": answer.kind,
        "option": answer.option,
        "points": Fraction(answer.option.points) if answer.option else answer.points,
        "rationale": answer.rationale,
    }
    return SettledAnswer.objects.create(
        item=item,
        round=sheet.round,
        country=sheet.country,
        **same,
        **pinned,
        **values | said,
    )


def small_framework():
    """Return a locked framework: strands a and b of two questions each, and their index."""
    framework = FrameworkFactory(licence="CC0-1.0")
    index = Index.objects.create(
        framework=framework, code="overall", title="Overall", order=0, is_headline=True
    )
    for place, code in enumerate("ab"):
        strand = StrandFactory(framework=framework, code=code, order=place)
        IndexPart.objects.create(index=index, strand=strand, order=place)
        for number in (1, 2):
            IndicatorFactory(strand=strand, code=f"{code}{number}", order=2 * place + number)
    return framework


EE_AND_PT = (("EE", "EST", "Estonia"), ("PT", "PRT", "Portugal"))


def closed_round(framework=None, countries=EE_AND_PT, **said):
    """Return a round whose review is closed: EE and PT, every question settled, with a source.

    EE earns 100 for everything but b2, which earns 0; PT 50 for everything. Other COUNTRIES earn
    what EE does.
    """
    framework = framework or small_framework()
    closed = {"state": RoundState.REVIEW_CLOSED, "closed_at": timezone.now()}
    round_ = RoundFactory(framework=framework, **closed | said)
    for code, alpha3, name in countries:
        country = CountryFactory(code=code, alpha3=alpha3, name=name)
        for strand in framework.aggregates.order_by("order"):
            sheet = AssessmentFactory(round=round_, country=country, strand=strand)
            law = SourceFactory(sheet=sheet, title=f"Invented Act of {name}")
            for indicator in strand.indicators_below.order_by("order"):
                points = 50 if code == "PT" else 0 if indicator.code == "b2" else 100
                answer = AnswerFactory(
                    assessment=sheet,
                    indicator=indicator,
                    option=indicator.options.get(points=points),
                )
                Citation.objects.create(answer=answer, version=1, source=law)
                settled(answer)
    return round_
