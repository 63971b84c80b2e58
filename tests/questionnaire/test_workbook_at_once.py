"""Two who press at once: one upload is applied once, and a page's text is never overwritten."""

import pytest

from mipex_site.audit.services import entries
from mipex_site.base.errors import Stale, WrongState
from questionnaire.models import Answer
from questionnaire.services.answers import record_answer
from questionnaire.services.workbooks.applying import apply_upload

from .sheeting import best, country_to_answer, uploaded, written
from .test_concurrency import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def place():
    place = country_to_answer()
    content = best(written(place), place, place.one)
    place.upload = uploaded(place, best(content, place, place.three))
    return place


def pressing(place):
    return lambda: apply_upload(upload=place.upload, choices={}, by=place.expert)


def test_of_two_presses_one_applies_it_and_the_other_is_told(place):
    came = at_once(pressing(place), pressing(place))

    assert sum(isinstance(outcome, WrongState) for outcome in came) == 1
    assert list(Answer.objects.values_list("version", flat=True)) == [1, 1]
    assert entries.walk(place.sheet.round.stream).length == 2


def test_a_page_and_a_workbook_at_once_lose_no_text(place):
    def on_the_page():
        return record_answer(
            sheet=place.sheet,
            indicator=place.one,
            by=place.expert,
            option=place.one.options.last(),
            rationale="From the page.",
            sources=[place.law],
            expected_version=0,
        )

    came = at_once(pressing(place), on_the_page)

    assert sum(isinstance(outcome, Stale) for outcome in came) == 1
    answer = Answer.objects.get(indicator=place.one)
    assert answer.version == 1
    assert Answer.objects.filter(indicator=place.three).exists() == (
        answer.rationale == "As the act says."
    )
