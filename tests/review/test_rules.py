import pytest
from django.utils import timezone

from questionnaire.enums import Role
from review import rules
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AnswerFactory,
    AssignmentFactory,
    SourceFactory,
    in_round,
    on_sheet,
)
from tests.factories.review import (
    CaseFactory,
    CaseItemFactory,
    DisputeFactory,
    OpinionFactory,
    adjudicator_of,
    reviewer_of,
    sheet_of,
    without_tie,
)


@pytest.fixture
def case(db):
    return CaseFactory()


SEES = {Role.REVIEWER, Role.ADJUDICATOR, Role.COORDINATOR, Role.OBSERVER}


@pytest.mark.parametrize("role", Role)
def test_who_may_see_a_case(case, role):
    person = without_tie(on_sheet(role, sheet_of(case)), case)
    verdict = rules.may_see_case(person, case)

    assert verdict.allowed == (role in SEES)
    assert bool(verdict.reason) != verdict.allowed


@pytest.mark.parametrize("role", Role)
def test_who_may_review(case, role):
    person = without_tie(on_sheet(role, sheet_of(case)), case)

    assert rules.may_review(person, case).allowed == (role == Role.REVIEWER)


@pytest.mark.parametrize("role", Role)
def test_who_may_rule_and_consent(db, role):
    dispute = DisputeFactory()
    case = dispute.item.case
    person = without_tie(on_sheet(role, sheet_of(case)), case)

    assert rules.may_rule(person, dispute).allowed == (role == Role.ADJUDICATOR)
    assert rules.may_consent(person, dispute.item).allowed == (role == Role.ADJUDICATOR)


@pytest.mark.parametrize("role", Role)
def test_who_may_close_a_review(case, role):
    verdict = rules.may_close(in_round(role, case.round), case.round)

    assert verdict.allowed == (role == Role.COORDINATOR)


@pytest.mark.parametrize("is_superuser", [False, True])
def test_without_an_assignment_nobody_may_do_anything(db, is_superuser):
    nobody = UserFactory(is_superuser=is_superuser)
    dispute = DisputeFactory()
    case = dispute.item.case

    assert not rules.may_see_case(nobody, case)
    assert not rules.may_review(nobody, case)
    assert not rules.may_return(nobody, case)
    assert not rules.may_rule(nobody, dispute)
    assert not rules.may_consent(nobody, dispute.item)
    assert not rules.may_close(nobody, case.round)


@pytest.mark.parametrize("scope", ["round", "country", "strand"])
def test_an_assignment_reaches_as_far_as_its_scope(case, scope):
    wide = {"round": case.round}
    if scope != "round":
        wide["country"] = case.country
    if scope == "strand":
        wide["strand"] = case.strand
    reviewer = UserFactory()
    AssignmentFactory(person=reviewer, role=Role.REVIEWER, **wide)
    other_country = CaseFactory(round=case.round)
    for place in (case, other_country):
        without_tie(reviewer, place)

    assert rules.may_review(reviewer, case)
    same_country = CaseFactory(round=case.round, country=case.country)
    assert rules.may_review(reviewer, same_country).allowed == (scope != "strand")
    assert rules.may_review(reviewer, other_country).allowed == (scope == "round")
    assert not rules.may_review(reviewer, CaseFactory())


def test_an_ended_assignment_gives_nothing(case):
    reviewer = UserFactory()
    ended = {"round": case.round, "ended_at": timezone.now()}
    AssignmentFactory(person=reviewer, role=Role.REVIEWER, **ended)

    assert not rules.may_see_case(reviewer, case)
    assert not rules.may_review(reviewer, case)


@pytest.mark.parametrize("role", [Role.EXPERT, Role.DELEGATE])
@pytest.mark.parametrize("ended_at", [None, timezone.now()])
@pytest.mark.parametrize("make", [reviewer_of, adjudicator_of])
def test_the_expert_side_of_a_country_judges_nothing_there_for_good(case, role, ended_at, make):
    """Another strand of the country is enough, and so is an assignment that has ended."""
    sheet = sheet_of(CaseFactory(round=case.round, country=case.country))
    person = on_sheet(role, sheet)
    assignment = case.round.assignments.get(person=person)
    assignment.ended_at = ended_at
    assignment.save()
    make(case, person)

    assert not rules.may_review(person, case)
    assert not rules.may_adjudicate(person, case)
    assert not rules.may_see_case(person, case)


def test_who_wrote_an_older_version_judges_nothing_there(case):
    answer = AnswerFactory(assessment=sheet_of(case))
    author = answer.answered_by
    answer.answered_by, answer.version = UserFactory(), 2
    answer.save()

    assert rules.writers(case) == {author.pk, answer.answered_by.pk}
    assert not rules.may_review(reviewer_of(case, author), case)


def lent_a_right(case):
    person = UserFactory()
    AssignmentFactory(
        role=Role.DELEGATE,
        round=case.round,
        country=case.country,
        granted_by=person,
        ended_at=timezone.now(),
    )
    return person


def brought_answers_in(case):
    answer, person = AnswerFactory(assessment=sheet_of(case)), UserFactory()
    answer._history_user = person
    answer.save()
    return person


def entered_a_source(case):
    return SourceFactory(sheet=sheet_of(case)).entered_by


@pytest.mark.parametrize("deed", [lent_a_right, brought_answers_in, entered_a_source])
@pytest.mark.parametrize("is_superuser", [False, True])
def test_who_had_a_hand_in_the_answers_judges_nothing_there(case, deed, is_superuser):
    person = deed(case)
    person.is_superuser = is_superuser
    person.save()

    assert not rules.may_review(reviewer_of(case, person), case)
    assert not rules.may_adjudicate(adjudicator_of(case, person), case)
    assert not rules.may_see_case(person, case)


def test_an_expert_of_one_country_may_review_another(case):
    elsewhere = CaseFactory(round=case.round)
    expert = on_sheet(Role.EXPERT, sheet_of(elsewhere))
    AnswerFactory(assessment=sheet_of(elsewhere), answered_by=expert)

    assert rules.may_review(reviewer_of(case, expert), case)


def test_a_coordinator_of_the_round_does_not_judge_in_it(case):
    """Coordinators know who is who; the blind would not hold."""
    person = in_round(Role.COORDINATOR, case.round)

    assert not rules.may_review(reviewer_of(case, person), case)
    assert not rules.may_adjudicate(adjudicator_of(case, person), case)
    assert rules.may_see_case(person, case)


@pytest.mark.parametrize("ended_at", [None, timezone.now()])
def test_a_reviewer_of_the_country_never_rules_there(db, ended_at):
    dispute = DisputeFactory()
    case = dispute.item.case
    person = adjudicator_of(case)
    AssignmentFactory(
        person=person,
        role=Role.REVIEWER,
        round=case.round,
        country=case.country,
        ended_at=ended_at,
    )

    assert not rules.may_rule(person, dispute)


def test_a_reviewer_of_another_country_may_rule(case):
    person = adjudicator_of(case)
    reviewer_of(CaseFactory(round=case.round), person)

    assert rules.may_adjudicate(person, case)


def test_who_gave_an_opinion_in_the_country_never_rules_there(db):
    dispute = DisputeFactory()
    case = dispute.item.case
    person = adjudicator_of(case)
    beside = CaseFactory(round=case.round, country=case.country)
    OpinionFactory(item=CaseItemFactory(case=beside), reviewer=person)

    assert not rules.may_rule(person, dispute)
