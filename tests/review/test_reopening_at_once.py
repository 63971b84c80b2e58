"""Two who decide, and an end that meets a submission, at the same moment."""

from functools import partial

import pytest
from django.utils import timezone

from mipex_site.accounts.services.people import portal_robot
from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal
from questionnaire.enums import AssessmentState
from review.enums import CaseState, ReopeningState
from review.models import Reopening
from review.services.last_word import give_last_word, let_last_word_pass
from review.services.reopening import end_reopening, grant, refuse
from tests import world as worlds
from tests.at_once import at_once

from .windows import SOON, ask, open_for, pass_time

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def refusals(results):
    return [result for result in results if isinstance(result, Refusal)]


def test_two_who_decide_at_once_make_one_decision(reviewed):
    asked = ask(reviewed, "aa1")
    until = timezone.now() + SOON

    results = at_once(
        partial(grant, reopening=asked, until=until, text="A.", by=reviewed["coordinator"]),
        partial(grant, reopening=asked, until=until, text="B.", by=reviewed["head"]),
        partial(refuse, reopening=asked, text="C.", by=reviewed["head"]),
    )

    assert len(refusals(results)) == 2
    decided = AuditEntry.objects.filter(act__in=("window.grant", "window.refuse"))
    assert decided.count() == 1
    assert entries.walk(reviewed.round.stream).broken_at is None


def test_two_who_grant_a_cleared_sheet_at_once_are_two(reviewed):
    for code in ("aa1", "aa2"):
        worlds.approve(reviewed, reviewed.item("PT", code))
    asked = ask(reviewed, "aa1")
    until = timezone.now() + SOON

    results = at_once(
        partial(grant, reopening=asked, until=until, text="A.", by=reviewed["coordinator"]),
        partial(grant, reopening=asked, until=until, text="B.", by=reviewed["head"]),
    )

    assert refusals(results) == []
    window = Reopening.objects.get()
    assert window.state == ReopeningState.OPEN
    assert {window.granted_by, window.seconded_by} == {
        reviewed["coordinator"],
        reviewed["head"],
    }


def test_a_window_ends_once_whoever_ends_it(reviewed):
    window = open_for(reviewed, "aa1")
    pass_time()
    end = partial(end_reopening, reopening=window, by=portal_robot())

    results = at_once(end, end, partial(worlds.submit, reviewed, reviewed.sheet("PT", "a")))

    assert len(refusals(results)) == 2
    assert AuditEntry.objects.filter(act="window.end").count() == 1
    assert reviewed.sheet("PT", "a").state == AssessmentState.SUBMITTED
    assert reviewed.case("PT", "a").state == CaseState.IN_REVIEW


def test_a_last_word_that_comes_with_its_end_clears_the_case_once(db):
    world = worlds.build(last_word_days=5)
    worlds.answer_all(world)
    worlds.submit_all(world)
    for code in ("aa1", "aa2"):
        worlds.approve(world, world.item("PT", code))
    case = world.case("PT", "a")
    case.last_word_until = timezone.now()
    case.save()
    give = partial(give_last_word, case=case, is_named=True, by=world["PT_a_1"])
    lapse = partial(let_last_word_pass, case=case, by=portal_robot())

    results = at_once(give, lapse, lapse)

    assert len(refusals(results)) == 2
    assert AuditEntry.objects.filter(act="case.clear").count() == 1
