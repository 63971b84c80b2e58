"""The board of the largest round that is planned for: two hundred countries, eight strands."""

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaire.enums import AssessmentState
from questionnaire.models import Answer, Assessment, Country, Participation
from review.enums import CaseState, ItemState, OpinionKind
from review.models import Case, CaseItem, Opinion
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    IndicatorFactory,
    RoundFactory,
    StrandFactory,
    coordinator_of,
)

STRANDS, MOST = 8, 12
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def put(rows: list) -> list:
    """Insert rows past the managers that would write history: here only their number counts."""
    return QuerySet(type(rows[0])).bulk_create(rows)


def codes(number: int) -> list[str]:
    return [f"{a}{b}" for a in LETTERS for b in LETTERS][:number]


def fill(countries: int):
    """Make a round with so many countries, each with eight cases of two answers, read by one."""
    round_ = RoundFactory(code=f"of-{countries}")
    strands = [StrandFactory(framework=round_.framework, order=n) for n in range(STRANDS)]
    asked = {
        strand.pk: [IndicatorFactory(strand=strand, order=2 * n + k) for k in (0, 1)]
        for n, strand in enumerate(strands)
    }
    known = [
        Country(code=c, alpha3=f"{c}{c[0]}", name=f"Country {c}") for c in codes(countries)
    ]
    put(known)
    put([Participation(round=round_, country=country) for country in known])
    place = [{"round": round_, "country": c, "strand": s} for c in known for s in strands]
    handed_in = {"state": AssessmentState.SUBMITTED, "submitted_at": timezone.now()}
    sheets = put([Assessment(**at, **handed_in) for at in place])
    cases = put([Case(**at, state=CaseState.IN_REVIEW) for at in place])
    _review(round_, sheets, cases, asked)
    return round_


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


def queries(client, round_) -> int:
    client.force_login(coordinator_of(round_))
    url = f"/rounds/{round_.code}/board/"
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
    assert response.context["page"].cells == round_.assessments.count()
    return len(asked)


@pytest.mark.parametrize("countries", [2, 200])
@pytest.mark.django_db
def test_the_board_asks_twelve_times_at_most_however_many_countries_there_are(
    client, countries
):
    assert queries(client, fill(countries)) <= MOST
