"""What the tests of colleagues share: a strand that is lent, a right that has ended by itself."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from questionnaire.models import Assignment
from questionnaire.services.delegating import delegate
from tests.factories.questionnaire import AssessmentFactory


def today() -> date:
    return timezone.localdate()


def lend(lead, **given) -> Assignment:
    """Lend the desk's strand to the colleague for a week, or what the test says."""
    usual = {
        "sheet": lead.sheet,
        "to": lead.colleague,
        "strands": [lead.sheet.strand],
        "until": today() + timedelta(days=7),
        "reason": "I am in court next week.",
        "by": lead.expert,
    }
    return delegate(**usual | given)[0]


def expire(given: Assignment) -> datetime:
    """Let a right have ended by itself an hour ago."""
    given.ends_at = timezone.now() - timedelta(hours=1)
    given.save()
    return given.ends_at


def further_sheet(lead, **given):
    """Give another strand of the same country and round."""
    usual = {"round": lead.sheet.round, "country": lead.sheet.country}
    return AssessmentFactory(**usual | given)
