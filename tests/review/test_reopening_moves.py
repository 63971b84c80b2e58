"""Every state of a reopening meets every move on it, read from the table itself."""

import pytest
from django.db import transaction

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, WrongState
from questionnaire.enums import RoundState
from review import workflow
from review.enums import CaseState, ItemState, ReopeningState
from review.models import CaseItem
from review.services.moving import Diary, carry_out
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import coordinator_of
from tests.factories.review import CaseItemFactory, ReopeningFactory, adjudicator_of

MOVES = [move for move in workflow.MOVES if move.on == "window"]
BY_HAND = [move for move in MOVES if move.rule]
MEETINGS = [
    pytest.param(state, move, id=f"{state}-{move.name}")
    for move in MOVES
    for state in ReopeningState
]
KEPT = (
    workflow.KEEP_APPROVAL,
    workflow.KEEP_RULING,
    workflow.KEEP_REVIEW,
    workflow.VOID,
)


def window_in(move, state):
    """Return a reopening in that state, which the move finds ready: of two where it takes two."""
    return ReopeningFactory(state=state, needs_two=move is workflow.GRANT_FIRST)


def person_for(move, window):
    if move is workflow.WITHDRAW:
        return window.asked_by
    return (
        adjudicator_of(window.case)
        if move is workflow.SECOND
        else coordinator_of(window.case.round)
    )


@pytest.mark.parametrize(("state", "move"), MEETINGS)
def test_a_move_starts_exactly_from_its_sources(db, state, move):
    window = window_in(move, state)
    diary = Diary(by=UserFactory(), role=move.role, stream=window.case.round.stream)

    if state in move.sources:
        with transaction.atomic():
            carry_out(move, window, diary=diary)
            diary.write()
        window.refresh_from_db()
        assert window.state == move.target
        entry = AuditEntry.objects.get(act=move.act)
        assert (entry.old["state"], entry.new["state"]) == (state, move.target)
    else:
        with pytest.raises(WrongState), transaction.atomic():
            carry_out(move, window, diary=diary)
        window.refresh_from_db()
        assert window.state == state


@pytest.mark.parametrize("move", BY_HAND, ids=lambda move: move.name)
def test_who_may_make_a_move_makes_it_and_is_told_so_before(db, move):
    window = window_in(move, min(move.sources))
    by = person_for(move, window)

    assert dict(workflow.verdicts_for(by, window))[move]
    moved = workflow.make(move, window, by=by, reason="A reason.")

    assert moved.state == move.target
    assert AuditEntry.objects.get(act=move.act).actor == by.pk


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.name)
@pytest.mark.parametrize("is_superuser", [False, True])
def test_a_stranger_makes_no_move_and_a_superuser_is_one(db, move, is_superuser):
    window = window_in(move, min(move.sources))

    with pytest.raises(NotAllowed):
        workflow.make(move, window, by=UserFactory(is_superuser=is_superuser))

    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("move", BY_HAND, ids=lambda move: move.name)
def test_nothing_moves_in_a_round_that_is_over(db, move):
    window = window_in(move, min(move.sources))
    by = person_for(move, window)
    window.case.round.state = RoundState.REVIEW_CLOSED
    window.case.round.save()

    with pytest.raises(WrongState, match="closed"):
        workflow.make(move, window, by=by)


@pytest.mark.parametrize("move", [workflow.GRANT, workflow.SECOND], ids=lambda move: move.name)
def test_opening_takes_the_case_and_its_listed_answers_alone(db, move):
    window = window_in(move, min(move.sources))
    other = CaseItemFactory(case=window.case)

    workflow.make(move, window, by=person_for(move, window))

    window.case.refresh_from_db()
    other.refresh_from_db()
    listed = CaseItem.objects.get(reopened__reopening=window)
    assert window.case.state == CaseState.RETURNED
    assert (listed.state, other.state) == (ItemState.REOPENED, ItemState.UNDER_REVIEW)


@pytest.mark.parametrize("move", [workflow.REOPEN, *KEPT], ids=lambda move: move.name)
@pytest.mark.parametrize("state", ItemState)
def test_answers_are_opened_and_shut_from_their_sources_alone(db, state, move):
    item = CaseItemFactory(state=state)
    diary = Diary(by=UserFactory(), role="", stream=item.case.round.stream)

    if state in move.sources:
        carry_out(move, item, diary=diary)
        assert CaseItem.objects.get().state == move.target
    else:
        with pytest.raises(WrongState):
            carry_out(move, item, diary=diary)
        assert CaseItem.objects.get().state == state
