"""Two windows that save one coding at once, on a real PostgreSQL."""

from functools import partial

import pytest

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import WrongState
from questionnaire.enums import AnswerKind
from review.enums import OpinionKind
from review.models import BlindCoding, Opinion
from review.services.coding import save_coding
from review.services.opinions import give_opinion
from tests.at_once import at_once
from tests.factories.review import CaseItemFactory, reviewer_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 5
CODE = {"kind": AnswerKind.UNKNOWN, "text": "Nobody knows."}


@pytest.mark.parametrize("_time", range(ROUNDS))
def test_two_windows_that_save_at_once_make_one_coding(_time):
    item = CaseItemFactory(is_coded_blind=True)
    save = partial(save_coding, item=item, by=reviewer_of(item.case), **CODE)

    results = at_once(save, save)

    assert {type(result) for result in results} == {BlindCoding, WrongState}
    assert BlindCoding.objects.count() == 1
    assert AuditEntry.objects.filter(act="coding.save").count() == 1


@pytest.mark.parametrize("_time", range(ROUNDS))
def test_a_coding_and_an_opinion_at_once_leave_no_opinion_before_its_coding(_time):
    item = CaseItemFactory(is_coded_blind=True)
    by = reviewer_of(item.case)
    save = partial(save_coding, item=item, by=by, **CODE)
    agree = partial(give_opinion, item=item, version=1, kind=OpinionKind.AGREE, by=by)

    results = at_once(save, agree)

    assert BlindCoding.objects.count() == 1
    refused = [result for result in results if isinstance(result, WrongState)]
    assert len(refused) + Opinion.objects.count() == 1
