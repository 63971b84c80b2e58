"""Nothing of a country is shown before its judge has declared; ties are found and decided on."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, WrongState
from questionnaire.enums import OrganisationKind, Role
from questionnaire.models import Affiliation, Assignment, Organisation
from review import rules
from review.enums import Interest
from review.models import Declaration
from review.selectors.interests import to_decide, to_declare
from review.selectors.lists import workbench
from review.services.interests import decide_interest, declare_interest, recheck_ties
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssignmentFactory,
    RoundFactory,
    SourceFactory,
)

JUDGE = "EE_reviewer_1"


@pytest.fixture
def world(db):
    """Give a round under review in which nobody has declared yet."""
    world = worlds.build(declares=False)
    worlds.answer_all(world)
    worlds.submit_all(world)
    return world


def declare(world, key=JUDGE, interest=Interest.NONE, text="", code="EE"):
    return declare_interest(
        round_=world.round,
        country=world.country(code),
        interest=interest,
        text=text,
        by=world[key],
    )


def decide(world, declaration, *, is_cleared, by="coordinator"):
    return decide_interest(
        declaration=declaration, is_cleared=is_cleared, text="Long ago.", by=world[by]
    )


def works_at(world, *keys, name="An invented institute"):
    organisation = Organisation.objects.create(
        code=f"o{Organisation.objects.count()}", name=name, kind=OrganisationKind.values[0]
    )
    for key in keys:
        Affiliation.objects.create(person=world[key], organisation=organisation)


def sees(world, key=JUDGE, code="EE"):
    return rules.may_see_case(world[key], world.case(code, "a"))


def acts(world):
    rows = AuditEntry.objects.filter(stream=world.round.stream, act__startswith="interests")
    return list(rows.order_by("number").values_list("act", flat=True))


# --- What is declared ---------------------------------------------------------------------


def test_a_judge_sees_and_judges_nothing_before_declaring(world):
    reviewer, adjudicator = world[JUDGE], world["adjudicator"]
    case = world.case("EE", "a")

    for verdict in (
        rules.may_see_case(reviewer, case),
        rules.may_review(reviewer, case),
        rules.may_see_case(adjudicator, case),
        rules.may_adjudicate(adjudicator, case),
    ):
        assert not verdict
        assert verdict.reason == (
            "Declare your interests in Estonia first. Its answers are shown then."
        )


def test_no_tie_opens_the_country_at_once_and_no_other(world):
    declare(world, "adjudicator")

    assert sees(world, "adjudicator")
    assert not sees(world, "adjudicator", "PT")
    assert acts(world) == ["interests.declare"]


def test_a_possible_tie_waits_for_a_coordinator(world):
    declared = declare(world, interest=Interest.POSSIBLE, text="I was born there.")

    assert declared.is_cleared is None
    assert "A coordinator looks at your declaration" in sees(world).reason
    decide(world, declared, is_cleared=True)
    assert sees(world)


def test_a_tie_that_is_held_to_matter_ends_what_the_person_judges_there(world):
    declared = declare(world, interest=Interest.POSSIBLE, text="I advise its ministry.")

    decide(world, declared, is_cleared=False)

    held = Assignment.objects.get(person=world[JUDGE], role=Role.REVIEWER)
    assert held.ended_at
    assert not sees(world)
    assert acts(world) == ["interests.declare", "interests.decide"]


def test_a_tie_ends_the_assignment_with_its_reason_on_record(world):
    declare(world, interest=Interest.YES, text="My sister answers for it.")

    held = Assignment.objects.get(person=world[JUDGE], role=Role.REVIEWER)
    entry = AuditEntry.objects.get(act="role.end")
    assert held.ended_at
    assert (entry.actor, entry.reason) == (world[JUDGE].pk, "My sister answers for it.")
    assert not sees(world)


def test_who_rules_in_the_whole_round_keeps_the_other_countries(world):
    declare(world, "adjudicator", code="PT")

    declare(world, "adjudicator", Interest.YES, "I worked there.")

    assert Assignment.objects.running().of(world["adjudicator"], Role.ADJUDICATOR).exists()
    assert sees(world, "adjudicator", "PT")
    assert "Your tie to Estonia" in sees(world, "adjudicator").reason


def test_a_tie_that_arises_later_shuts_the_country_at_once(world):
    declare(world)
    assert sees(world)

    declare(world, interest=Interest.POSSIBLE, text="I was offered a post there.")

    assert not sees(world)


def test_taking_a_tie_back_opens_nothing_by_itself(world):
    declare(world, interest=Interest.POSSIBLE, text="Perhaps.")

    assert declare(world).is_cleared is None
    assert not sees(world)


def test_to_declare_the_same_again_keeps_what_was_decided(world):
    decide(world, declare(world, interest=Interest.POSSIBLE, text="A."), is_cleared=True)

    again = declare(world)

    assert (again.is_cleared, again.decision) == (True, "Long ago.")
    assert Declaration.objects.count() == 1
    assert Declaration.history.count() == 3


@pytest.mark.parametrize("interest", [Interest.POSSIBLE, Interest.YES])
@pytest.mark.parametrize("text", ["", "  \n", "x" * 20_001])
def test_a_tie_is_described_in_words_that_can_be_read(world, interest, text):
    with pytest.raises(ValidationError, match=r"Say it|Shorten"):
        declare(world, interest=interest, text=text)
    assert not Declaration.objects.exists()


def test_a_word_that_is_no_answer_is_refused(world):
    with pytest.raises(ValidationError, match="Choose one"):
        declare(world, interest="perhaps")


@pytest.mark.parametrize("key", ["stranger", "publisher_1", "EE_a_1", "PT_reviewer_1"])
def test_who_neither_judges_nor_looks_declares_nothing(world, key):
    with pytest.raises(NotAllowed):
        declare(world, key)


def test_a_superuser_without_a_part_declares_nothing(world):
    world.people["root"] = UserFactory(is_superuser=True)

    with pytest.raises(NotAllowed):
        declare(world, "root")


# --- What is found without asking ---------------------------------------------------------


def test_who_works_where_an_expert_works_waits_for_a_coordinator(world):
    works_at(world, JUDGE, "EE_b_delegate")

    declared = declare(world)

    assert (declared.flags, declared.is_cleared) == (["organisation"], None)
    assert not sees(world)


def test_an_organisation_without_an_expert_of_the_country_is_no_tie(world):
    works_at(world, JUDGE, "PT_a_1", "EE_reviewer_2")

    assert declare(world).flags == []


@pytest.mark.parametrize(("rounds_ago", "found"), [(1, True), (2, True), (3, False)])
def test_an_expert_of_the_last_two_rounds_is_found(world, rounds_ago, found):
    for ago in range(1, 4):
        cut_off = world.round.cut_off - timedelta(days=400 * ago)
        before = RoundFactory(cut_off=cut_off)
        if ago == rounds_ago:
            AssignmentFactory(
                person=world[JUDGE],
                role=Role.EXPERT,
                round=before,
                country=world.country("EE"),
                ended_at=timezone.now(),
            )

    assert ("expert_side" in declare(world).flags) is found


@pytest.mark.parametrize(
    ("title", "publisher", "found"),
    [
        ("Integration in practice, by R. Aardwolfsén", "", True),
        ("A study", "Reinhilde Aardwolfsen", True),
        ("The Reinhilde Act", "", False),
        ("Aardwolfsenian studies", "", False),
    ],
)
def test_the_author_of_a_cited_source_is_found_by_name(world, title, publisher, found):
    SourceFactory(sheet=world.sheet("EE", "a"), title=title, publisher=publisher)

    assert ("source" in declare(world).flags) is found


def test_the_publisher_of_a_cited_source_is_found_by_its_whole_name(world):
    works_at(world, JUDGE, name="Institute of Mobility")
    SourceFactory(sheet=world.sheet("EE", "a"), publisher="Mobility Watch")
    assert declare(world).flags == []

    SourceFactory(sheet=world.sheet("EE", "a"), publisher="The Institute of Mobility, Tartu")
    assert declare(world).flags == ["source"]


def test_a_tie_found_later_shuts_the_country_until_it_is_decided(world):
    declared = declare(world)
    SourceFactory(sheet=world.sheet("EE", "a"), publisher=world[JUDGE].name)
    place = {"round_": world.round, "country": world.country("EE"), "by": world["coordinator"]}
    assert sees(world)

    assert recheck_ties(**place) == [declared]
    assert not sees(world)
    decide(world, declared, is_cleared=True)
    assert recheck_ties(**place) == []
    assert sees(world)


# --- Who decides --------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["stranger", "observer", "publisher_1", JUDGE, "EE_a_1"])
def test_nobody_but_a_coordinator_decides(world, key):
    declared = declare(world, interest=Interest.POSSIBLE, text="Perhaps.")

    with pytest.raises(NotAllowed):
        decide(world, declared, is_cleared=True, by=key)


def test_nobody_decides_on_their_own_declaration(world):
    declared = declare(world, "coordinator", Interest.POSSIBLE, "I was born there.")

    with pytest.raises(NotAllowed):
        decide(world, declared, is_cleared=True)
    assert decide(world, declared, is_cleared=True, by="head").is_cleared


def test_a_coordinator_with_a_tie_decides_nothing_about_that_country(world):
    declared = declare(world, interest=Interest.POSSIBLE, text="Perhaps.")
    declare(world, "coordinator", Interest.POSSIBLE, "I was born there.")

    with pytest.raises(NotAllowed):
        decide(world, declared, is_cleared=True)
    assert to_decide(world["coordinator"], [world.round]) == ()
    assert to_decide(world["head"], [world.round])[0].number == 2


def test_where_there_is_no_tie_nothing_is_decided(world):
    declared = declare(world)

    with pytest.raises(WrongState):
        decide(world, declared, is_cleared=False)


def test_a_decision_has_a_reason(world):
    declared = declare(world, interest=Interest.POSSIBLE, text="Perhaps.")

    with pytest.raises(ValidationError, match="Say it"):
        decide_interest(
            declaration=declared, is_cleared=True, text=" ", by=world["coordinator"]
        )


# --- What is listed -----------------------------------------------------------------------


def test_the_workbench_is_empty_until_the_interests_are_declared(world):
    worlds_bench = workbench(world[JUDGE])
    assert worlds_bench.cases == ()

    declare(world)

    assert len(workbench(world[JUDGE]).cases) == 2


def test_what_is_to_be_declared_is_listed_with_the_size_of_the_task(world):
    (line,) = to_declare(world[JUDGE])
    assert (line.country_name, line.answers, line.is_waiting) == ("Estonia", 5, False)

    declare(world, interest=Interest.POSSIBLE, text="Perhaps.")
    assert to_declare(world[JUDGE])[0].is_waiting

    declare(world, interest=Interest.YES, text="Yes.")
    assert to_declare(world[JUDGE]) == ()


def test_who_rules_in_the_whole_round_declares_where_something_waits(world):
    assert to_declare(world["adjudicator"]) == ()
    worlds.declare(world, "PT_reviewer_1", "PT")
    worlds.declare(world, "PT_reviewer_2", "PT")
    worlds.split(world, "PT", "aa1")

    (line,) = to_declare(world["adjudicator"])

    assert (line.country_name, line.answers) == ("Portugal", 1)
