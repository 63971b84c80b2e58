"""Two workers who close entry, and a decision that meets another or a submission, at once."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal
from questionnaire.enums import ExtensionState
from questionnaire.models import Assessment, Extension
from questionnaire.services.assessments import submit
from questionnaire.services.closing_entry import close_what_is_due
from questionnaire.services.extending import ask_extension, deny, grant, withdraw
from tests.at_once import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

DAY = timedelta(days=1)


@pytest.fixture
def wish(lead) -> Extension:
    until = lead.sheet.round.hard_close_at + DAY
    return ask_extension(sheet=lead.sheet, until=until, reason="Why.", by=lead.expert)


def refusals(results):
    return [result for result in results if isinstance(result, Refusal)]


def test_two_workers_close_entry_once(lead):
    round_ = lead.sheet.round
    round_.due_at = round_.grace_until = round_.hard_close_at = timezone.now() - DAY
    round_.save()

    assert sorted(at_once(close_what_is_due, close_what_is_due)) == [0, 1]
    assert AuditEntry.objects.filter(act="round.close_entry").count() == 1


def test_of_three_who_decide_at_once_one_does(lead, wish):
    until = wish.wished_until
    results = at_once(
        partial(grant, extension=wish, until=until, words="Yes.", by=lead.boss),
        partial(deny, extension=wish, words="No.", by=lead.boss),
        partial(withdraw, extension=wish, by=lead.expert),
    )

    assert len(refusals(results)) == 2
    acts = ("extension.grant", "extension.deny", "extension.withdraw")
    assert AuditEntry.objects.filter(act__in=acts).count() == 1
    assert entries.walk(lead.sheet.round.stream).broken_at is None


def test_more_time_and_the_handing_in_at_once_leave_one_truth(lead, wish):
    lead.record()
    day = lead.sheet.round.cut_off
    results = at_once(
        partial(grant, extension=wish, until=wish.wished_until, words="Yes.", by=lead.boss),
        partial(submit, sheet=lead.sheet, declared_for=day, by=lead.expert),
    )

    granted = not isinstance(results[0], Refusal)
    sheet = Assessment.objects.get()
    assert sheet.first_submitted_at is not None
    assert (sheet.extended_until is not None) == granted
    assert (Extension.objects.get().state == ExtensionState.GRANTED) == granted
