"""What keeps a review open beside its answers: conversations, reopenings, looks, last words."""

import pytest

from mipex_site.base.errors import Refusal
from questionnaire.enums import Role
from questionnaire.models import Participation
from review.enums import (
    Audience,
    BlockerKind,
    CaseState,
    DisputeState,
    Interest,
    ItemState,
    ReopeningState,
    Side,
    ThreadKind,
)
from review.models import Case, Reopening, Thread
from review.selectors import blockers
from review.services.rounds import close_review
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import AssignmentFactory
from tests.factories.review import RulingFactory


@pytest.fixture
def settled(world):
    worlds.settle_all(world)
    return world


def talk(world, *, blocks=True, turn=Side.EXPERT, number=1):
    return Thread.objects.create(
        case=world.case("EE", "a"),
        number=number,
        kind=ThreadKind.QUESTION,
        audience=Audience.EXPERT_AND_REVIEW,
        is_blocking=blocks,
        turn=turn,
        opened_by=world["EE_reviewer_1"],
    )


def window(world, state):
    return Reopening.objects.create(
        case=world.case("PT", "b"),
        state=state,
        reason="typing",
        text="A slip of the pen.",
        asked_by=world["PT_b_1"],
    )


def only_blocker(world):
    (found,) = blockers(world.round)
    return found


@pytest.mark.parametrize(
    ("turn", "key"),
    [
        (Side.EXPERT, "EE_a_1"),
        (Side.REVIEWERS, "EE_reviewer_2"),
        (Side.ADJUDICATORS, "adjudicator"),
        (Side.COORDINATOR, "coordinator"),
    ],
)
def test_a_blocking_conversation_waits_for_the_side_whose_move_it_is(settled, turn, key):
    talk(settled, turn=turn)

    found = only_blocker(settled)

    assert (found.kind, found.country, found.strand) == (BlockerKind.THREAD, "EE", "a")
    assert settled[key].pk in found.people


def test_a_conversation_that_is_closed_or_blocks_nothing_blocks_nothing(settled):
    talk(settled, blocks=False)
    closed = talk(settled, number=2)
    Thread.objects.filter(pk=closed.pk).update(closed_at=closed.created_at)

    assert blockers(settled.round) == []


def test_two_conversations_of_a_case_are_one_line_that_counts_two(settled):
    talk(settled)
    talk(settled, number=2)

    assert only_blocker(settled).count == 2


@pytest.mark.parametrize(
    ("state", "key"),
    [
        (ReopeningState.ASKED, "coordinator"),
        (ReopeningState.SECONDING, "coordinator"),
        (ReopeningState.OPEN, "PT_b_1"),
    ],
)
def test_a_reopening_blocks_until_it_is_decided_and_over(settled, state, key):
    window(settled, state)

    found = only_blocker(settled)

    assert (found.kind, found.country) == (BlockerKind.REOPENING, "PT")
    assert settled[key].pk in found.people


@pytest.mark.parametrize(
    "state", [ReopeningState.ENDED, ReopeningState.REFUSED, ReopeningState.WITHDRAWN]
)
def test_a_reopening_that_is_over_blocks_nothing(settled, state):
    window(settled, state)

    assert blockers(settled.round) == []


def test_the_last_word_blocks_and_waits_for_the_expert(settled):
    Case.objects.filter(pk=settled.case("EE", "a").pk).update(state=CaseState.LAST_WORD)

    found = only_blocker(settled)

    assert (found.kind, found.strand) == (BlockerKind.LAST_WORD, "a")
    assert found.people == (settled["EE_a_1"].pk,)


def test_a_ruling_that_waits_for_a_second_look_waits_for_another_than_its_author(settled):
    item = settled.item("EE", "aa1")
    item.state = ItemState.DISPUTED
    item.save()
    RulingFactory(
        dispute__item=item,
        dispute__state=DisputeState.SECOND_LOOK,
        adjudicator=settled["adjudicator"],
    )

    found = only_blocker(settled)

    assert found.kind == BlockerKind.SECOND_LOOK
    assert settled["adjudicator"].pk not in found.people


def test_a_review_with_any_of_them_is_not_closed_and_each_is_named(settled):
    talk(settled)
    window(settled, ReopeningState.OPEN)
    Case.objects.filter(pk=settled.case("PT", "a").pk).update(state=CaseState.LAST_WORD)

    with pytest.raises(Refusal) as refused:
        close_review(round_=settled.round, by=settled["coordinator"])

    said = refused.value.reason
    assert "3 things block it" in said
    assert "a blocking conversation is open" in said
    assert "a reopening is asked for or open" in said
    assert "with the expert for the last word" in said


def test_what_waits_in_an_excluded_country_blocks_nothing(settled):
    talk(settled)
    window(settled, ReopeningState.OPEN)
    excluded = "The expert fell ill."
    for participation in Participation.objects.filter(round=settled.round):
        participation.excluded_because = excluded
        participation.save()

    assert blockers(settled.round) == []


# --- Who has not declared ----------------------------------------------------------------


@pytest.fixture
def undeclared(db):
    """Give the round in review, with nobody who has declared their interests yet."""
    world = worlds.build(declares=False)
    worlds.answer_all(world)
    worlds.submit_all(world)
    return world


def in_a(world, country):
    found = [b for b in blockers(world.round) if (b.country, b.strand) == (country, "a")]
    return {(b.kind, b.count, b.next_role, b.people) for b in found}


def heads(world):
    return tuple(sorted((world["coordinator"].pk, world["head"].pk)))


def test_reviewers_who_have_not_declared_are_missed_as_that_and_not_as_opinions(undeclared):
    both = tuple(sorted(person.pk for person in undeclared.reviewers("PT")))

    assert in_a(undeclared, "PT") == {(BlockerKind.UNDECLARED, 2, Role.REVIEWER, both)}


def test_who_has_declared_owes_opinions_and_who_has_not_a_declaration(undeclared):
    worlds.declare(undeclared, "PT_reviewer_1", "PT")
    first, second = (person.pk for person in undeclared.reviewers("PT"))

    assert in_a(undeclared, "PT") == {
        (BlockerKind.UNDECLARED, 1, Role.REVIEWER, (second,)),
        (BlockerKind.OPINIONS, 2, Role.REVIEWER, (first,)),
    }


def test_a_declaration_that_waits_for_a_decision_waits_for_the_coordinator(undeclared):
    worlds.declare(undeclared, "PT_reviewer_1", "PT")
    may_be = {"interest": Interest.POSSIBLE, "text": "We met once."}
    worlds.declare(undeclared, "PT_reviewer_2", "PT", **may_be)
    first = undeclared["PT_reviewer_1"].pk

    assert in_a(undeclared, "PT") == {
        (BlockerKind.DECLARATION, 1, Role.COORDINATOR, heads(undeclared)),
        (BlockerKind.OPINIONS, 2, Role.REVIEWER, (first,)),
    }


def test_a_reviewer_with_a_tie_counts_as_none(undeclared):
    worlds.declare(undeclared, "PT_reviewer_1", "PT")
    tied = {"interest": Interest.YES, "text": "A cousin answers."}
    worlds.declare(undeclared, "PT_reviewer_2", "PT", **tied)

    assert in_a(undeclared, "PT") == {
        (BlockerKind.NO_REVIEWER, 2, Role.COORDINATOR, heads(undeclared))
    }


def test_one_more_reviewer_than_it_takes_need_not_declare(undeclared):
    worlds.declare(undeclared, "EE_reviewer_1", "EE")
    worlds.declare(undeclared, "EE_reviewer_2", "EE")
    ready = tuple(sorted(undeclared[f"EE_reviewer_{n}"].pk for n in (1, 2)))

    assert in_a(undeclared, "EE") == {(BlockerKind.OPINIONS, 2, Role.REVIEWER, ready)}


def test_a_dispute_waits_for_who_may_rule_before_who_has_yet_to_declare(undeclared):
    for key in ("PT_reviewer_1", "PT_reviewer_2"):
        worlds.declare(undeclared, key, "PT")
    worlds.split(undeclared, "PT", "aa1")
    another = UserFactory()
    AssignmentFactory(person=another, role=Role.ADJUDICATOR, round=undeclared.round)
    either = tuple(sorted((another.pk, undeclared["adjudicator"].pk)))
    assert (BlockerKind.DISPUTED, 1, Role.ADJUDICATOR, either) in in_a(undeclared, "PT")

    worlds.declare(undeclared, "adjudicator", "PT")

    ready = (undeclared["adjudicator"].pk,)
    assert (BlockerKind.DISPUTED, 1, Role.ADJUDICATOR, ready) in in_a(undeclared, "PT")
