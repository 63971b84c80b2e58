"""A page of the review asks the database as often for much as for little."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from review.enums import OpinionKind
from tests.factories.accounts import UserFactory
from tests.factories.review import (
    CaseFactory,
    CaseItemFactory,
    OpinionFactory,
    adjudicator_of,
    reviewer_of,
)

KINDS = (OpinionKind.AGREE, OpinionKind.DISAGREE, OpinionKind.AGREE_WITH_REMARK)


def case_of(answers: int):
    """Return a case of so many answers with three opinions each, one by its reviewer."""
    case = CaseFactory(round__opinions_required=5)
    people = [reviewer_of(case), reviewer_of(case), reviewer_of(case)]
    for _answer in range(answers):
        item = CaseItemFactory(case=case)
        for person, kind in zip(people, KINDS, strict=True):
            OpinionFactory(item=item, reviewer=person, kind=kind)
    return case, people[0]


def address(case) -> str:
    return f"/reviews/{case.round.code}/{case.country.code}/{case.strand.code}/"


def queries(client, person, url: str) -> int:
    client.force_login(person)
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
    assert response.status_code == 200
    return len(asked)


@pytest.mark.django_db
def test_a_case_of_forty_answers_asks_as_often_as_one_of_two(client):
    small, reader_of_small = case_of(2)
    large, reader_of_large = case_of(40)

    asked = queries(client, reader_of_large, address(large))

    assert asked == queries(client, reader_of_small, address(small))
    assert asked <= 40


@pytest.mark.django_db
def test_one_answer_among_forty_asks_as_often_as_one_among_two(client):
    counts = set()
    for number in (2, 40):
        case, reader = case_of(number)
        first = case.items.first().indicator.code
        counts.add(queries(client, reader, f"{address(case)}{first}/"))

    assert len(counts) == 1


@pytest.mark.django_db
def test_an_adjudicator_reads_forty_answers_for_the_price_of_two(client):
    counts = set()
    for number in (2, 40):
        case, _reader = case_of(number)
        counts.add(queries(client, adjudicator_of(case, UserFactory()), address(case)))

    assert len(counts) == 1
