"""Every role before every rule, the stranger and the superuser always among them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from questionnaire import rules
from questionnaire.enums import AssessmentState, RequestState, Role, RoundState
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssessmentFactory,
    AssignmentFactory,
    ChangeRequestFactory,
    CountryFactory,
    IndicatorFactory,
    RoundFactory,
    StrandFactory,
    coordinator_of,
    expert_of,
    head_coordinator,
    in_round,
    on_sheet,
)

pytestmark = pytest.mark.django_db

PEOPLE = {
    "expert": lambda sheet: on_sheet(Role.EXPERT, sheet),
    "delegate": lambda sheet: on_sheet(Role.DELEGATE, sheet),
    "reviewer": lambda sheet: on_sheet(Role.REVIEWER, sheet),
    "adjudicator": lambda sheet: on_sheet(Role.ADJUDICATOR, sheet),
    "coordinator": lambda sheet: coordinator_of(sheet.round),
    "head": lambda sheet: head_coordinator(),
    "publisher": lambda sheet: in_round(Role.PUBLISHER, sheet.round),
    "observer": lambda sheet: in_round(Role.OBSERVER, sheet.round),
    "superuser": lambda sheet: UserFactory(is_staff=True, is_superuser=True),
    "stranger": lambda sheet: UserFactory(),
}
ALLOWED = {
    rules.may_see_sheet: {"expert", "delegate", "coordinator", "head", "observer"},
    rules.may_answer: {"expert", "delegate"},
    rules.may_submit: {"expert"},
}
ALLOWED_IN_ROUND = {
    rules.may_manage_round: {"coordinator", "head"},
    rules.may_assign: {"coordinator", "head"},
}
ALLOWED_IN_PORTAL = {
    rules.may_create_rounds: {"head"},
    rules.may_import_framework: {"head"},
    rules.may_load_countries: {"head"},
}


def verdict_is_right(verdict, expected):
    """A yes has no sentence; a no ends with a full stop, as sentences do."""
    return bool(verdict) == expected and (expected or verdict.reason.endswith("."))


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("rule", ALLOWED, ids=lambda rule: rule.__name__)
def test_a_sheet_is_open_to_its_own_roles_alone(rule, who):
    sheet = AssessmentFactory()
    assert verdict_is_right(rule(PEOPLE[who](sheet), sheet), who in ALLOWED[rule])


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("rule", ALLOWED_IN_ROUND, ids=lambda rule: rule.__name__)
def test_a_round_is_run_by_its_coordinators_alone(rule, who):
    sheet = AssessmentFactory()
    assert verdict_is_right(
        rule(PEOPLE[who](sheet), sheet.round), who in ALLOWED_IN_ROUND[rule]
    )


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("rule", ALLOWED_IN_PORTAL, ids=lambda rule: rule.__name__)
def test_the_portal_is_set_up_by_its_coordinators_alone(rule, who):
    person = PEOPLE[who](AssessmentFactory())
    assert verdict_is_right(rule(person), who in ALLOWED_IN_PORTAL[rule])


def test_rights_over_the_whole_portal_are_given_by_its_coordinators_alone():
    round_ = RoundFactory()
    assert rules.may_assign(head_coordinator(), None)
    assert not rules.may_assign(coordinator_of(round_), None)


@pytest.mark.parametrize("part", ["round", "country", "strand", "coding"])
def test_an_expert_has_no_right_on_a_neighbouring_sheet(part):
    sheet = AssessmentFactory()
    expert = expert_of(sheet)
    same = {"round": sheet.round, "country": sheet.country, "strand": sheet.strand}
    other = {
        "round": lambda: {"round": RoundFactory(framework=sheet.round.framework)},
        "country": lambda: {"country": CountryFactory()},
        "strand": lambda: {"strand": StrandFactory(framework=sheet.round.framework)},
        "coding": lambda: {"coding": 2},
    }
    neighbour = AssessmentFactory(**same | other[part]())

    assert rules.may_answer(expert, sheet)
    assert not rules.may_answer(expert, neighbour)
    assert not rules.may_see_sheet(expert, neighbour)


def test_a_coordinator_of_another_round_is_a_stranger():
    sheet = AssessmentFactory()
    elsewhere = coordinator_of(RoundFactory())
    assert not rules.may_manage_round(elsewhere, sheet.round)
    assert not rules.may_see_sheet(elsewhere, sheet)


def test_a_coordinator_of_one_country_does_not_run_the_round():
    sheet = AssessmentFactory()
    person = on_sheet(Role.COORDINATOR, sheet)
    assert rules.may_see_sheet(person, sheet)
    assert not rules.may_manage_round(person, sheet.round)


def test_an_ended_assignment_gives_nothing():
    sheet = AssessmentFactory()
    ended = AssignmentFactory(
        role=Role.EXPERT, round=sheet.round, country=sheet.country, ended_at=timezone.now()
    )
    assert not rules.may_see_sheet(ended.person, sheet)
    assert not rules.may_answer(ended.person, sheet)


@pytest.mark.parametrize("state", [s for s in RoundState if s != RoundState.OPEN])
def test_nothing_is_answered_in_a_round_that_is_not_open(state):
    sheet = AssessmentFactory(round__state=state)
    expert = expert_of(sheet)
    assert "not open" in rules.may_answer(expert, sheet).reason
    assert not rules.may_submit(expert, sheet)


def test_a_submitted_sheet_is_with_the_reviewers():
    sheet = AssessmentFactory(state=AssessmentState.SUBMITTED)
    assert "with the reviewers" in rules.may_answer(expert_of(sheet), sheet).reason


@pytest.mark.parametrize(
    ("state", "allowed"), [(AssessmentState.OPEN, False), (AssessmentState.RETURNED, True)]
)
def test_entry_closes_at_the_hard_close_but_for_what_was_returned(state, allowed):
    now = timezone.now()
    sheet = AssessmentFactory(
        state=state,
        submitted_at=now,
        round__opens_at=now - timedelta(days=9),
        round__due_at=now - timedelta(days=3),
        round__grace_until=now - timedelta(days=2),
        round__hard_close_at=now - timedelta(seconds=1),
    )
    verdict = rules.may_answer(expert_of(sheet), sheet)
    assert bool(verdict) is allowed
    assert allowed or "Entry has closed" in verdict.reason


def test_in_a_returned_sheet_only_what_was_asked_about_is_open():
    sheet = AssessmentFactory(state=AssessmentState.RETURNED, submitted_at=timezone.now())
    expert = expert_of(sheet)
    untouched = IndicatorFactory(strand=sheet.strand)
    for state in (RequestState.OPEN, RequestState.CHANGED, RequestState.MAINTAINED):
        asked = ChangeRequestFactory(assessment=sheet, state=state, reply="It stands.")
        assert rules.may_answer_indicator(expert, sheet, asked.indicator)

    assert "asked nothing" in rules.may_answer_indicator(expert, sheet, untouched).reason


def test_what_an_earlier_return_asked_about_is_closed_again():
    sheet = AssessmentFactory(state=AssessmentState.RETURNED, submitted_at=timezone.now())
    earlier = ChangeRequestFactory(assessment=sheet, state=RequestState.CHANGED)
    sheet.submitted_at = timezone.now() + timedelta(seconds=1)
    sheet.save()
    assert not rules.may_answer_indicator(expert_of(sheet), sheet, earlier.indicator)


def test_a_stranger_is_told_who_can_help_rather_than_what_was_asked():
    sheet = AssessmentFactory(state=AssessmentState.RETURNED, submitted_at=timezone.now())
    asked = ChangeRequestFactory(assessment=sheet)
    verdict = rules.may_answer_indicator(UserFactory(), sheet, asked.indicator)
    assert "Ask the coordinator" in verdict.reason


def test_has_role_names_exactly_the_role_that_somebody_has():
    sheet = AssessmentFactory()
    delegate = on_sheet(Role.DELEGATE, sheet)
    assert rules.role_on(delegate, sheet, *Role.values) == Role.DELEGATE
    assert rules.has_role(delegate, sheet, Role.EXPERT, Role.DELEGATE)
    assert not rules.has_role(delegate, sheet, Role.EXPERT)
