"""Every state meets every move, read from the table itself."""

import itertools

import pytest
from django.db import transaction

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.enums import AssessmentState, RoundState
from questionnaire.models import Assessment
from review import workflow
from review.enums import CaseState, DisputeState, ItemState, OpinionKind, ReopeningState
from review.models import Dispute, SettledAnswer
from review.services.addresses import case_of
from review.services.moving import Diary, carry_out, round_of
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import RoundFactory, coordinator_of
from tests.factories.review import (
    CaseFactory,
    CaseItemFactory,
    DisputeFactory,
    OpinionFactory,
    ReopeningFactory,
    RulingFactory,
    adjudicator_of,
    reviewer_of,
)
from tests.factories.scoring import MethodFactory

STATES = {
    "item": ItemState,
    "dispute": DisputeState,
    "case": CaseState,
    "window": ReopeningState,
    "round": RoundState,
}
ENDS = {"approved", "ruled", "cleared", "review_closed", "ended", "refused", "withdrawn"}
MEETINGS = [
    pytest.param(state, move, id=f"{move.on}-{state}-{move.name}")
    for move in workflow.MOVES
    for state in STATES[move.on]
]
BY_HAND = [move for move in workflow.MOVES if move.rule]
BY_ITSELF = [move for move in workflow.MOVES if not move.rule and not move.takes_two]
BY_TWO = [move for move in workflow.MOVES if move.takes_two]


def item_in(state):
    """Return an item in that state, with a ruling on it for the move that needs one."""
    item = CaseItemFactory(state=state)
    ruled = DisputeFactory(item=item, state=DisputeState.RULED)
    RulingFactory(dispute=ruled)
    return item


def dispute_in(state):
    item_state = ItemState.RULED if state == DisputeState.RULED else ItemState.DISPUTED
    return RulingFactory(dispute__state=state, dispute__item__state=item_state).dispute


def window_in(state, *, of_two):
    return ReopeningFactory(state=state, needs_two=of_two)


def case_in(state):
    """Return a case in that state with one objection and one answer that is settled."""
    case = CaseFactory(state=state)
    OpinionFactory(item__case=case, kind=OpinionKind.DISAGREE)
    CaseItemFactory(case=case, state=ItemState.APPROVED)
    return case


def thing_in(move, state):
    makers = {"item": item_in, "dispute": dispute_in, "case": case_in}
    if move.on == "window":
        return window_in(state, of_two=move is workflow.GRANT_FIRST)
    if move.on == "round":
        MethodFactory()
        return RoundFactory(state=state)
    return makers[move.on](state)


def person_for(move, thing):
    """Return who may make it: the reviewer who objected, an adjudicator, a coordinator."""
    if move is workflow.RETURN:
        objection = thing.items.first().opinions.get()
        return reviewer_of(thing, objection.reviewer)
    if move is workflow.WITHDRAW:
        return thing.asked_by
    if move.on == "dispute" or move in {workflow.RULE, workflow.SECOND}:
        return adjudicator_of(case_of(thing))
    return coordinator_of(round_of(thing))


def acts_of(move):
    return AuditEntry.objects.filter(act=move.act)


@pytest.mark.parametrize(("state", "move"), MEETINGS)
def test_a_move_starts_exactly_from_its_sources(db, state, move):
    thing = thing_in(move, state)
    by = coordinator_of(thing) if move.on == "round" else UserFactory()
    diary = Diary(by=by, role=move.role, stream=round_of(thing).stream)

    if state in move.sources:
        with transaction.atomic():
            carry_out(move, thing, diary=diary, reason="A reason.")
            diary.write()
        thing.refresh_from_db()
        assert thing.state == move.target
        entry = acts_of(move).get()
        assert (entry.old["state"], entry.new["state"]) == (state, move.target)
        assert (entry.actor, entry.stream) == (by.pk, round_of(thing).stream)
    else:
        with pytest.raises(WrongState), transaction.atomic():
            carry_out(move, thing, diary=diary)
        thing.refresh_from_db()
        assert thing.state == state
        assert not acts_of(move).exists()


@pytest.mark.parametrize("move", BY_HAND, ids=lambda move: f"{move.on}-{move.name}")
def test_who_may_make_a_move_makes_it_and_it_is_on_record(db, move):
    state = min(move.sources)
    thing = thing_in(move, state)
    by = person_for(move, thing)

    moved = workflow.make(move, thing, by=by, reason="A reason.")

    assert moved.state == move.target
    entry = acts_of(move).get()
    assert (entry.actor, entry.role, entry.reason) == (by.pk, move.role, "A reason.")


@pytest.mark.parametrize("move", BY_HAND, ids=lambda move: f"{move.on}-{move.name}")
@pytest.mark.parametrize("is_superuser", [False, True])
def test_a_stranger_makes_no_move_and_a_superuser_is_one(db, move, is_superuser):
    state = min(move.sources)
    thing = thing_in(move, state)

    with pytest.raises(NotAllowed):
        workflow.make(move, thing, by=UserFactory(is_superuser=is_superuser))

    thing.refresh_from_db()
    assert thing.state == state
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("move", BY_ITSELF, ids=lambda move: f"{move.on}-{move.name}")
def test_what_follows_by_itself_is_made_by_nobody(db, move):
    state = min(move.sources)
    thing = thing_in(move, state)
    case = case_of(thing)

    for by in (reviewer_of(case), adjudicator_of(case), coordinator_of(case.round)):
        with pytest.raises(NotAllowed, match=str(move.when)[:30]):
            workflow.make(move, thing, by=by)

    thing.refresh_from_db()
    assert thing.state == state


@pytest.mark.parametrize("move", BY_TWO, ids=lambda move: f"{move.on}-{move.name}")
@pytest.mark.parametrize("state", RoundState)
def test_what_takes_two_is_made_by_nobody_alone(db, move, state):
    thing = thing_in(move, state)

    for by in (coordinator_of(thing), UserFactory(is_superuser=True)):
        with pytest.raises((NotAllowed, WrongState)):
            workflow.make(move, thing, by=by)

    thing.refresh_from_db()
    assert thing.state == state


@pytest.mark.parametrize("on", STATES)
def test_each_thing_is_told_every_move_on_its_kind_once(db, on):
    moves = [move for move in workflow.MOVES if move.on == on]
    state = min(moves[0].sources)
    thing = thing_in(moves[0], state)

    told = workflow.verdicts_for(UserFactory(), thing)

    assert [move for move, _verdict in told] == moves
    assert all(verdict.reason for _move, verdict in told if not verdict)


def test_every_move_has_a_name_of_its_own_and_a_known_target():
    assert len({move.act for move in workflow.MOVES}) == len(workflow.MOVES)
    for move in workflow.MOVES:
        assert move.sources | {move.target} <= set(STATES[move.on])
        assert str(move.when).endswith(".")


def test_every_state_can_be_reached_and_only_ends_have_no_way_on():
    for on, begins in workflow.BEGINNINGS.items():
        moves = [move for move in workflow.MOVES if move.on == on]
        reached = {begins, *(move.target for move in moves)}
        ends = reached - set(itertools.chain.from_iterable(m.sources for m in moves))
        if on != "round":
            assert reached == set(STATES[on])
        assert ends <= ENDS


@pytest.mark.parametrize("move", BY_HAND, ids=lambda move: f"{move.on}-{move.name}")
@pytest.mark.parametrize("state", [RoundState.REVIEW_CLOSED, RoundState.CANCELLED])
def test_nothing_moves_in_a_round_that_is_over(db, move, state):
    source = min(move.sources)
    thing = thing_in(move, source)
    by = person_for(move, thing)
    round_ = round_of(thing)
    round_.state = state
    round_.save()

    with pytest.raises(WrongState, match="closed"):
        workflow.make(move, thing, by=by)

    assert not any(verdict for _move, verdict in workflow.verdicts_for(by, thing))


def test_a_ruling_without_reasons_is_refused_whole(db):
    dispute = DisputeFactory()

    with pytest.raises(Refusal, match="needs its reasons"):
        workflow.make(workflow.CLOSE, dispute, by=adjudicator_of(dispute.item.case))

    assert Dispute.objects.get().state == DisputeState.OPEN
    assert not SettledAnswer.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_late_move_says_where_the_thing_stands_and_what_it_waits_for(db):
    item = item_in(ItemState.APPROVED)

    with pytest.raises(WrongState, match=r"already approved\. A consortium reviewer rules"):
        workflow.make(workflow.RULE, item, by=adjudicator_of(item.case))


def test_returning_hands_the_sheet_back_and_counts(db):
    case = case_in(CaseState.IN_REVIEW)

    returned = workflow.make(workflow.RETURN, case, by=person_for(workflow.RETURN, case))

    assert returned.times_returned == 1
    assert Assessment.objects.get(round=case.round).state == AssessmentState.RETURNED
