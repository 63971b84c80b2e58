"""How a colleague's right ends, and who reads what was lent."""

import pytest
from django.core.exceptions import ValidationError

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, WrongState
from questionnaire.enums import Role
from questionnaire.models import Assignment
from questionnaire.rules import may_answer
from questionnaire.selectors.delegations import delegations_page, number_who_help
from questionnaire.services.assignments import end_assignment
from questionnaire.services.delegating import delegate, end_delegation
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import on_sheet

from .lending import further_sheet, lend, today

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["expert", "boss"])
def test_the_expert_or_the_coordinator_ends_it_at_once(lead, who):
    given = lend(lead)

    end_delegation(delegation=given, reason="Enough.", by=getattr(lead, who))

    assert not may_answer(lead.colleague, lead.sheet)
    with pytest.raises(WrongState, match="already ended"):
        end_delegation(delegation=given, reason="Enough.", by=lead.expert)


def test_nobody_else_ends_it_and_nobody_without_a_reason(lead):
    given = lend(lead)
    for person in (lead.colleague, on_sheet(Role.EXPERT, lead.sheet), UserFactory()):
        with pytest.raises(NotAllowed, match="Ask one of them"):
            end_delegation(delegation=given, reason="Enough.", by=person)
    with pytest.raises(ValidationError, match="why it ends"):
        end_delegation(delegation=given, reason=" ", by=lead.expert)


def test_with_the_expert_goes_who_acts_for_the_expert(lead):
    """A delegate acts for somebody who has the right; one's other strands stay lent."""
    other = further_sheet(lead)
    on_sheet(Role.EXPERT, other, lead.expert)
    lend(lead)
    lend(lead, strands=[other.strand])
    own = Assignment.objects.get(person=lead.expert, strand=lead.sheet.strand)

    end_assignment(assignment=own, reason="Moved abroad.", by=lead.boss)

    assert not may_answer(lead.colleague, lead.sheet)
    assert may_answer(lead.colleague, other)
    ended = AuditEntry.objects.filter(act="role.end", reason="Moved abroad.")
    assert ended.count() == 2


def test_what_a_colleague_wrote_stays_when_the_right_ends(lead):
    given = lend(lead)
    answer = lead.record(by=lead.colleague)
    end_delegation(delegation=given, reason="Thank you.", by=lead.expert)

    answer.refresh_from_db()
    assert answer.answered_by == lead.colleague
    assert lead.record(rationale="Better said.").version == 2


def test_an_expert_reads_what_was_lent_on_the_own_sheets_and_the_coordinator_all(lead):
    other = further_sheet(lead)
    neighbour = on_sheet(Role.EXPERT, other)
    lend(lead)
    delegate(
        sheet=other,
        to=UserFactory(),
        strands=[other.strand],
        until=today(),
        reason="Illness.",
        by=neighbour,
    )

    def lines(user):
        return [one.strand for one in delegations_page(lead.sheet, user).running]

    assert lines(lead.expert) == [lead.sheet.strand.title]
    assert sorted(lines(lead.boss)) == sorted([lead.sheet.strand.title, other.strand.title])


def test_who_helps_is_counted_per_strand_and_only_while_it_lasts(lead):
    assert number_who_help(lead.sheet) == 0
    given = lend(lead)
    assert number_who_help(lead.sheet) == 1
    assert number_who_help(further_sheet(lead)) == 0
    end_delegation(delegation=given, reason="Done.", by=lead.expert)
    assert number_who_help(lead.sheet) == 0


def test_the_page_takes_one_number_of_queries(lead, django_assert_num_queries):
    lend(lead)
    with django_assert_num_queries(5):
        delegations_page(lead.sheet, lead.expert)
    for _number in range(3):
        lend(lead, to=UserFactory())
    with django_assert_num_queries(5):
        page = delegations_page(lead.sheet, lead.expert)
    assert len(page.running) == 4
