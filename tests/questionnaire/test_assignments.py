import pytest
from django.core.exceptions import ValidationError

from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.enums import Role, RoundState
from questionnaire.models import Assignment
from questionnaire.rules import coordinates_the_portal, may_answer
from questionnaire.selectors.pseudonyms import pseudonym_of, pseudonyms
from questionnaire.services.assignments import assign, end_assignment, first_coordinator
from questionnaire.services.naming import BIRDS, STONES, TREES, unused_name
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.questionnaire import (
    AssessmentFactory,
    AssignmentFactory,
    ParticipationFactory,
    StrandFactory,
    coordinator_of,
    head_coordinator,
)

pytestmark = pytest.mark.django_db
BLIND = (Role.EXPERT, Role.DELEGATE, Role.REVIEWER, Role.ADJUDICATOR)


@pytest.fixture
def place():
    """Give a sheet and the coordinator of its round."""
    sheet = AssessmentFactory()
    sheet.boss = coordinator_of(sheet.round)
    return sheet


def give(place, role, person=None, **scope):
    usual = {"round_": place.round, "country": place.country, "by": place.boss}
    return assign(person=person or UserFactory(), role=role, **usual | scope)


def test_an_assigned_expert_may_answer_at_once(place):
    given = give(place, Role.EXPERT, strand=place.strand)
    assert may_answer(given.person, place)
    assert given.history.get().history_user == place.boss
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.new["person"]) == ("role.assign", str(given.person.pk))


def test_an_expert_without_a_coding_gets_the_first_and_stays_blind_to_a_second(place):
    given = give(place, Role.EXPERT)
    second = AssessmentFactory(
        round=place.round, country=place.country, strand=place.strand, coding=2
    )
    assert given.coding == 1
    assert not may_answer(given.person, second)


@pytest.mark.parametrize("second", BLIND)
@pytest.mark.parametrize("first", BLIND)
def test_nobody_is_on_two_sides_of_the_blind_in_one_country(place, first, second):
    person = give(place, first).person
    same_side = {first, second} == {Role.EXPERT, Role.DELEGATE}
    if same_side:
        assert give(place, second, person).role == second
    elif first == second:
        with pytest.raises(ValidationError, match="has this role there already"):
            give(place, second, person)
    else:
        with pytest.raises(Refusal, match="different people"):
            give(place, second, person)


def test_a_side_once_taken_is_taken_for_good(place):
    given = give(place, Role.EXPERT)
    end_assignment(assignment=given, reason="Moved to another post.", by=place.boss)
    with pytest.raises(Refusal, match="is or was on another side"):
        give(place, Role.REVIEWER, given.person)


def test_an_expert_of_one_country_may_review_another(place):
    person = give(place, Role.EXPERT).person
    other = ParticipationFactory(round=place.round).country
    assert give(place, Role.REVIEWER, person, country=other).person == person


@pytest.mark.parametrize("first", [True, False])
def test_a_reviewer_of_all_countries_is_expert_of_none(place, first):
    everywhere, here = (Role.ADJUDICATOR, {"country": None}), (Role.EXPERT, {})
    one, two = (everywhere, here) if first else (here, everywhere)
    person = give(place, one[0], **one[1]).person
    with pytest.raises(Refusal, match="different people"):
        give(place, two[0], person, **two[1])


def test_two_codings_of_a_sheet_need_two_experts(place):
    person = give(place, Role.EXPERT, strand=place.strand).person
    with pytest.raises(Refusal, match="two different experts"):
        give(place, Role.EXPERT, person, coding=2)
    elsewhere = StrandFactory(framework=place.round.framework)
    assert give(place, Role.EXPERT, person, strand=elsewhere, coding=2).coding == 2


def test_the_same_assignment_is_given_once_and_again_after_its_end(place):
    given = give(place, Role.OBSERVER, country=None)
    with pytest.raises(ValidationError, match="has this role there already"):
        give(place, Role.OBSERVER, given.person, country=None)
    end_assignment(assignment=given, reason="Holiday.", by=place.boss)
    again = give(place, Role.OBSERVER, given.person, country=None)
    assert again.pseudonym == given.pseudonym


def test_nobody_gives_rights_to_themselves(place):
    with pytest.raises(NotAllowed, match="themselves"):
        give(place, Role.PUBLISHER, place.boss, country=None)


@pytest.mark.parametrize("role", [None, Role.EXPERT, Role.OBSERVER, Role.PUBLISHER])
def test_only_a_coordinator_assigns(place, role):
    person = UserFactory(is_superuser=True)
    if role:
        AssignmentFactory(person=person, role=role, round=place.round)
    with pytest.raises(NotAllowed, match="Only a coordinator of this round"):
        give(place, Role.REVIEWER, by=person)


def test_rights_over_the_portal_come_from_a_coordinator_of_the_portal(place):
    with pytest.raises(NotAllowed, match="whole portal"):
        assign(person=UserFactory(), role=Role.COORDINATOR, by=place.boss)
    given = assign(person=UserFactory(), role=Role.PUBLISHER, by=head_coordinator())
    assert given.round is None
    assert AuditEntry.objects.get().stream == "accounts"


WRONG = {
    "an expert for no country": (Role.EXPERT, lambda p: {"country": None}, "Name the country"),
    "a reviewer for no country": (
        Role.REVIEWER,
        lambda p: {"country": None},
        "who has no country sees none",
    ),
    "a reviewer in no round": (
        Role.REVIEWER,
        lambda p: {"round_": None, "country": None, "by": head_coordinator()},
        "Name the round",
    ),
    "a country in no round": (
        Role.PUBLISHER,
        lambda p: {"round_": None, "by": head_coordinator()},
        "Name the round",
    ),
    "a country that takes no part": (
        Role.EXPERT,
        lambda p: {"country": ParticipationFactory().country},
        "takes no part",
    ),
    "another framework's strand": (
        Role.EXPERT,
        lambda p: {"strand": StrandFactory()},
        "is no strand of this round",
    ),
}


@pytest.mark.parametrize(("role", "scope", "message"), WRONG.values(), ids=WRONG)
def test_a_scope_that_makes_no_sense_is_refused(place, role, scope, message):
    with pytest.raises(Refusal, match=message):
        give(place, role, **scope(place))


@pytest.mark.parametrize("state", [RoundState.REVIEW_CLOSED, RoundState.CANCELLED])
def test_a_round_that_is_over_gets_no_expert_but_may_get_a_publisher(place, state):
    place.round.state = state
    place.round.save()
    with pytest.raises(WrongState, match="is over"):
        give(place, Role.EXPERT)
    assert give(place, Role.PUBLISHER, country=None).role == Role.PUBLISHER


def test_an_unknown_role_is_refused(place):
    with pytest.raises(ValidationError, match="no such role"):
        give(place, "king")


def test_a_pseudonym_is_one_per_person_and_country_and_unlike_its_neighbours(place):
    strands = [StrandFactory(framework=place.round.framework) for _ in range(3)]
    person = UserFactory()
    names = {give(place, Role.EXPERT, person, strand=strand).pseudonym for strand in strands}
    everybody = [give(place, Role.ADJUDICATOR, country=None).pseudonym for _ in range(3)]
    everybody += [give(place, Role.REVIEWER).pseudonym for _ in range(3)]

    assert len(names) == 1
    assert len(set(everybody)) == 6
    assert all(name.startswith("Consortium reviewer ") for name in everybody[:3])
    assert all(name.startswith("Reviewer ") for name in everybody[3:])
    assert pseudonym_of(person.pk, place.round, place.country) == names.pop()


def test_pseudonyms_keep_who_has_left_and_leave_out_who_is_on_no_side(place):
    left = give(place, Role.EXPERT)
    end_assignment(assignment=left, reason="Ill.", by=place.boss)
    give(place, Role.OBSERVER, country=None)
    everywhere = give(place, Role.ADJUDICATOR, country=None)
    give(place, Role.REVIEWER, country=ParticipationFactory(round=place.round).country)

    assert pseudonyms(place.round, place.country) == {
        left.person.pk: left.pseudonym,
        everywhere.person.pk: everywhere.pseudonym,
    }
    assert pseudonym_of(UserFactory().pk, place.round, place.country) == ""


def test_pseudonyms_cost_one_query(place, django_assert_num_queries):
    for _ in range(3):
        give(place, Role.REVIEWER)
    with django_assert_num_queries(1):
        assert len(pseudonyms(place.round, place.country)) == 3


def test_pseudonyms_never_run_out(place):
    taken = {f"Reviewer {bird}" for bird in BIRDS}
    name = unused_name(Role.REVIEWER, taken=taken)
    assert name.endswith(" 2")
    assert name not in taken


@pytest.mark.parametrize("words", [TREES, BIRDS, STONES])
def test_no_two_pseudonyms_are_the_same_word(words):
    assert len(words) == len(set(words)) >= 25


def test_an_end_needs_a_reason_and_comes_once(place):
    given = give(place, Role.EXPERT)
    with pytest.raises(Refusal, match="why the assignment ends"):
        end_assignment(assignment=given, reason="  ", by=place.boss)
    ended = end_assignment(assignment=given, reason="Conflict of interest.", by=place.boss)
    assert not may_answer(given.person, place)
    assert AuditEntry.objects.last().reason == "Conflict of interest."
    with pytest.raises(WrongState, match="already ended"):
        end_assignment(assignment=ended, reason="Again.", by=place.boss)


def test_the_last_coordinator_of_the_portal_stays():
    head = head_coordinator()
    own = Assignment.objects.get(person=head)
    with pytest.raises(Refusal, match="only coordinator"):
        end_assignment(assignment=own, reason="Enough.", by=head)
    other = head_coordinator()
    assert end_assignment(assignment=own, reason="Enough.", by=other).ended_at


def test_the_first_coordinator_runs_the_portal_and_there_is_no_second_first():
    person = first_coordinator(email="Ada@example.org", name="Invented Ada", password=PASSWORD)
    assert coordinates_the_portal(person)
    assert (person.email, person.is_staff, person.is_superuser) == (
        "ada@example.org",
        True,
        False,
    )
    acts = AuditEntry.objects.order_by("number").values_list("act", flat=True)
    assert list(acts) == ["person.create", "role.assign"]

    with pytest.raises(Refusal, match="There is a coordinator already"):
        first_coordinator(email="b@example.org", name="Invented Bo", password=PASSWORD)
    assert not User.objects.filter(email="b@example.org").exists()


def test_the_first_coordinator_has_a_strong_password():
    with pytest.raises(ValidationError, match="too short"):
        first_coordinator(email="a@example.org", name="Invented Ada", password="short")
    assert not User.objects.exists()
