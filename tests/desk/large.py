"""The largest round that is planned for: two hundred countries, ten strands, all in review."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from questionnaire.enums import AssessmentState, JointActKind
from questionnaire.models import (
    Answer,
    Assessment,
    Extension,
    JointAct,
    Participation,
)
from review.enums import CaseState, ItemState, OpinionKind
from review.models import Case, CaseItem, Opinion
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    CountryFactory,
    IndicatorFactory,
    RoundFactory,
    StrandFactory,
)

STRANDS = 10


def put(rows: list) -> list:
    """Insert rows past the managers that would write history: here only their number counts."""
    return QuerySet(type(rows[0])).bulk_create(rows)


def large_round(countries: int):
    """Make a round with so many countries, each with ten cases of two answers, read by one.

    In each somebody wishes for more time, and in one an act waits for a second person.
    """
    round_ = RoundFactory(code=f"of-{countries}")
    strands = [StrandFactory(framework=round_.framework, order=n) for n in range(STRANDS)]
    asked = {
        strand.pk: [IndicatorFactory(strand=strand, order=2 * n + k) for k in (0, 1)]
        for n, strand in enumerate(strands)
    }
    known = put(CountryFactory.build_batch(countries))
    put([Participation(round=round_, country=country) for country in known])
    place = [{"round": round_, "country": c, "strand": s} for c in known for s in strands]
    handed_in = {"state": AssessmentState.SUBMITTED, "submitted_at": timezone.now()}
    sheets = put([Assessment(**at, **handed_in) for at in place])
    cases = put([Case(**at, state=CaseState.IN_REVIEW) for at in place])
    _review(round_, sheets, cases, asked)
    _ask(round_, known)
    return round_


def _ask(round_, known):
    until, who = timezone.now() + timedelta(days=9), UserFactory()
    said = {"asked_by": who, "reason": "The ministry is closed.", "wished_until": until}
    put([Extension(round=round_, country=country, **said) for country in known])
    subject = f"country/{known[0].code}"
    put([JointAct(round=round_, kind=JointActKind.EXCLUDE, subject=subject, asked_by=who)])


def _review(round_, sheets, cases, asked):
    writer, reviewer = UserFactory(), UserFactory()
    first = {i.pk: i.options.first() for several in asked.values() for i in several}
    answers, items = [], []
    for sheet, case in zip(sheets, cases, strict=True):
        for indicator in asked[sheet.strand_id]:
            cell = {"indicator": indicator, "reference_date": round_.cut_off}
            said = {"option": first[indicator.pk], "answered_by": writer}
            answers.append(Answer(assessment=sheet, **said, **cell))
            items.append(CaseItem(case=case, version=1, **cell))
    put(answers)
    for number, (item, answer) in enumerate(zip(items, answers, strict=True)):
        item.answer = answer
        item.state = (ItemState.UNDER_REVIEW, ItemState.DISPUTED)[number % 2]
    put(items)
    put([Opinion(item=i, version=1, reviewer=reviewer, kind=OpinionKind.AGREE) for i in items])
