"""A colleague helps: who may lend what to whom, until when, and what each side learns."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal
from questionnaire.enums import Role, RoundState
from questionnaire.models import Assignment
from questionnaire.rules import may_answer, may_submit
from questionnaire.selectors.expert import my_sheets
from questionnaire.services.answers import record_answer
from questionnaire.services.assignments import assign, end_assignment
from questionnaire.services.delegating import delegate, end_delegation, last_day_of
from questionnaire.services.drafts import keep_draft
from questionnaire.services.sources import add_source
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssessmentFactory,
    IndicatorFactory,
    coordinator_of,
    head_coordinator,
    in_round,
    on_sheet,
)

from .lending import expire, further_sheet, lend, today

pytestmark = pytest.mark.django_db


def wrong(lead, field: str, **given) -> str:
    """Return what is said beside a field when lending is refused."""
    with pytest.raises(ValidationError, match=field) as caught:
        lend(lead, **given)
    assert list(caught.value.message_dict) == [field]
    return caught.value.message_dict[field][0]


def close_entry(round_) -> None:
    passed = timezone.now() - timedelta(minutes=1)
    for name in ("due_at", "grace_until", "hard_close_at"):
        setattr(round_, name, passed)
    round_.save()


def test_a_colleague_answers_drafts_and_adds_sources_on_behalf_of_the_expert(lead):
    given = lend(lead)
    known = {"sheet": lead.sheet, "by": lead.colleague}
    law = add_source(**known, kind="law", title="An Act", article="1", year=2001)
    keep_draft(**known, indicator=lead.indicator, content={"note": "So far."})
    record_answer(**known, indicator=lead.indicator, option=lead.best, sources=[law])

    acts = AuditEntry.objects.filter(act__in=["source.add", "answer.record"])
    who = {(entry.actor, entry.role, entry.on_behalf_of) for entry in acts}
    assert acts.count() == 2
    assert who == {(lead.colleague.pk, Role.DELEGATE, lead.expert.pk)}
    assert given.pseudonym.startswith("Delegate ")


def test_a_colleague_never_submits(lead):
    lend(lead)

    verdict = may_submit(lead.colleague, lead.sheet)

    assert (bool(verdict), verdict.reason) == (
        False,
        "Only the expert of this sheet can submit it. Ask the expert.",
    )


def test_lending_and_ending_are_in_the_audit_with_their_reasons(lead):
    given = lend(lead)
    end_delegation(delegation=given, reason="I am back.", by=lead.expert)

    lent, ended = AuditEntry.objects.filter(act__startswith="role.").order_by("number")
    assert (lent.act, lent.actor, lent.role) == ("role.delegate", lead.expert.pk, Role.EXPERT)
    assert lent.reason == "I am in court next week."
    assert lent.new["person"] == str(lead.colleague.pk)
    assert lent.new["granted_by"] == str(lead.expert.pk)
    assert (lent.new["strand"], lent.new["coding"]) == (lead.sheet.strand.code, 1)
    assert (ended.act, ended.reason) == ("role.end", "I am back.")
    assert lent.subject == ended.subject


def test_an_address_is_read_whatever_its_capitals(lead):
    assert lend(lead, to=" COLLEAGUE@example.org ").person == lead.colleague


def test_the_right_ends_by_itself_at_the_end_of_its_day(lead):
    given = lend(lead)
    assert may_answer(lead.colleague, lead.sheet)

    expire(given)

    assert not may_answer(lead.colleague, lead.sheet)
    assert my_sheets(lead.colleague) == []
    with pytest.raises(NotAllowed):
        lead.record(by=lead.colleague)


def test_the_last_day_counts_to_its_end_where_the_round_is(lead):
    until = today() + timedelta(days=7)

    given = lend(lead, until=until)

    local = given.ends_at.astimezone(ZoneInfo(lead.sheet.round.zone))
    assert (local.date(), local.strftime("%H:%M")) == (until, "23:59")


def test_on_the_day_of_the_hard_close_it_ends_with_it(lead):
    given = lend(lead, until=last_day_of(lead.sheet))
    assert given.ends_at == lead.sheet.round.hard_close_at


def test_nothing_is_lent_beyond_the_hard_close_or_for_a_day_that_has_passed(lead):
    last = last_day_of(lead.sheet)
    assert "closes for good" in wrong(lead, "until", until=last + timedelta(days=1))
    assert "has passed" in wrong(lead, "until", until=today() - timedelta(days=2))


def test_after_the_hard_close_nothing_is_lent(lead):
    close_entry(lead.sheet.round)
    with pytest.raises(NotAllowed, match="Entry has closed"):
        lend(lead)


def test_what_expired_can_be_lent_again_and_is_then_marked_as_ended(lead):
    first = lend(lead)
    over = expire(first)

    second = lend(lead)

    first.refresh_from_db()
    assert first.ended_at == over
    assert second.pseudonym == first.pseudonym
    assert may_answer(lead.colleague, lead.sheet)


def test_a_coordinator_too_can_give_again_what_expired(lead):
    first = lend(lead)
    expire(first)
    scope = {"country": lead.sheet.country, "strand": lead.sheet.strand}

    given = assign(
        person=lead.colleague,
        role=Role.DELEGATE,
        round_=lead.sheet.round,
        by=lead.boss,
        **scope,
    )

    assert (given.granted_by, given.ends_at) == (None, None)


def test_the_same_strand_is_not_lent_twice_to_one_colleague(lead):
    lend(lead)
    assert "already helps you" in wrong(lead, "strands")


def test_several_strands_are_lent_as_one_row_each_under_one_pseudonym(lead):
    other = further_sheet(lead)
    on_sheet(Role.EXPERT, other, lead.expert)

    given = delegate(
        sheet=lead.sheet,
        to=lead.colleague,
        strands=[lead.sheet.strand, other.strand],
        until=today(),
        reason="So many.",
        by=lead.expert,
    )

    assert [row.strand for row in given] == [lead.sheet.strand, other.strand]
    assert len({row.pseudonym for row in given}) == 1
    assert may_answer(lead.colleague, other)


def test_nobody_lends_more_than_they_have(lead):
    """Another expert's strand, another country's, and one that is asked nowhere."""
    elsewhere = AssessmentFactory(round=lead.sheet.round)
    for strand in (further_sheet(lead).strand, elsewhere.strand):
        with pytest.raises(NotAllowed, match="not the expert of"):
            lend(lead, strands=[lead.sheet.strand, strand])
    assert not Assignment.objects.filter(role=Role.DELEGATE).exists()


def test_an_expert_of_the_whole_country_lends_the_strands_that_have_a_sheet(lead):
    whole = UserFactory()
    assign(
        person=whole,
        role=Role.EXPERT,
        round_=lead.sheet.round,
        country=lead.sheet.country,
        by=lead.boss,
    )
    asked_nowhere = IndicatorFactory(strand__framework=lead.sheet.round.framework).strand

    assert lend(lead, by=whole)
    with pytest.raises(NotAllowed, match="not the expert of"):
        lend(lead, by=whole, strands=[asked_nowhere])


@pytest.mark.parametrize("role", [Role.DELEGATE, Role.REVIEWER, Role.COORDINATOR, None])
def test_only_the_expert_lends(lead, role):
    person = on_sheet(role, lead.sheet) if role else UserFactory(is_superuser=True)
    with pytest.raises(NotAllowed, match="Only the expert of this sheet"):
        lend(lead, by=person)


def test_a_colleague_passes_nothing_on(lead):
    lend(lead)
    with pytest.raises(NotAllowed, match="Only the expert of this sheet"):
        lend(lead, to=UserFactory(), by=lead.colleague)


def test_a_colleague_is_somebody_else(lead):
    assert "This is you" in wrong(lead, "to", to=lead.expert.email)


def test_a_strand_a_reason_and_an_open_round_are_needed(lead):
    assert "at least one strand" in wrong(lead, "strands", strands=[])
    assert "Say in a sentence" in wrong(lead, "reason", reason="  ")
    lead.sheet.round.state = RoundState.REVIEW_CLOSED
    lead.sheet.round.save()
    with pytest.raises(NotAllowed, match="not open for answers"):
        lend(lead)


def has_reviewed(lead, person):
    given = assign(
        person=person,
        role=Role.REVIEWER,
        round_=lead.sheet.round,
        country=lead.sheet.country,
        by=lead.boss,
    )
    end_assignment(assignment=given, reason="Too busy.", by=lead.boss)


def answers_the_second_coding(lead, person):
    second = further_sheet(lead, strand=lead.sheet.strand, coding=2)
    on_sheet(Role.EXPERT, second, person)


def helps_another_expert_here(lead, person):
    other = on_sheet(Role.EXPERT, lead.sheet)
    lend(lead, to=person, by=other)


def may_not_sign_in(lead, person):
    person.is_active = False
    person.save()


STANDS_ELSEWHERE = {
    "reviewer": lambda lead, person: on_sheet(Role.REVIEWER, lead.sheet, person),
    "reviewer once": has_reviewed,
    "adjudicator": lambda lead, person: in_round(Role.ADJUDICATOR, lead.sheet.round, person),
    "expert of the other coding": answers_the_second_coding,
    "colleague of another expert": helps_another_expert_here,
    "coordinator": lambda lead, person: coordinator_of(lead.sheet.round, person),
    "coordinator of all": lambda lead, person: head_coordinator(person),
    "publisher": lambda lead, person: in_round(Role.PUBLISHER, lead.sheet.round, person),
    "somebody who left": may_not_sign_in,
    "nobody": lambda lead, person: person.delete(),
}


@pytest.mark.parametrize("case", STANDS_ELSEWHERE)
def test_one_sentence_for_all_who_cannot_help_tells_the_expert_nothing(lead, case):
    """Not who reviews, not who codes a second time, not who is in the portal at all."""
    address = lead.colleague.email
    STANDS_ELSEWHERE[case](lead, lead.colleague)

    said = wrong(lead, "to", to=address)

    assert said == (
        "Nobody was given anything. Either no one signs in to the portal with this address,"
        " or this person cannot help you here. Ask the coordinator."
    )


def test_who_reviews_another_country_may_help_here(lead):
    on_sheet(Role.REVIEWER, AssessmentFactory(round=lead.sheet.round), lead.colleague)
    assert lend(lead)


def test_who_helped_once_reviews_nothing_in_this_country(lead):
    given = lend(lead)
    end_delegation(delegation=given, reason="Done.", by=lead.expert)
    with pytest.raises(Refusal, match="different people"):
        assign(
            person=lead.colleague,
            role=Role.REVIEWER,
            round_=lead.sheet.round,
            country=lead.sheet.country,
            by=lead.boss,
        )
