"""After storms: what was foretold was accepted, each move is on record, closed stays closed."""

from collections import defaultdict
from itertools import pairwise

import pytest
from django.db.models import Count
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from review import workflow
from review.enums import SETTLED, CaseState, DisputeState, ItemState
from review.models import Case, Dispute
from tests.review import test_fuzz as opinions
from tests.review import test_fuzz_moves as moves

from . import watching
from .storm import SEEN, stormed

SEEDS = (1, 2)
KINDS = {move.act: move.on for move in workflow.MOVES}
INVARIANTS = (
    moves.a_sheet_is_open_exactly_while_its_case_is_back,
    moves.who_ruled_and_who_looked_again_are_two,
    moves.nothing_is_settled_twice_or_lost,
    opinions.nobody_judged_what_they_touched,
)
OF_SHEETS = ("sheet.submit", "sheet.hand_back", "sheet.take_back")


@pytest.fixture(params=SEEDS)
def storm(db, request):
    """Give the world after a storm, and what was seen of the storm."""
    return stormed(seed=request.param), SEEN[request.param]


def test_a_storm_leaves_a_sound_world(storm):
    """In the storm itself each act is foretold by the rules, and accepted or refused as told."""
    world, _seen = storm
    for invariant in INVARIANTS:
        invariant(world)
    for case in Case.objects.filter(state=CaseState.CLEARED):
        assert not case.items.exclude(state__in=SETTLED).exists()
        assert case.last_word_given_at or case.last_word_until <= timezone.now()


def test_every_change_of_a_state_has_its_entry_and_every_entry_its_change(storm):
    """The database notes the changes by triggers of its own: it knows nothing of the audit."""
    world, seen = storm
    kinds = KINDS | dict.fromkeys(OF_SHEETS, "sheet")
    told, changed = defaultdict(list), defaultdict(list)
    written = AuditEntry.objects.filter(stream=world.round.stream, act__in=kinds)
    for entry in written.filter(number__gt=seen.began_at).order_by("number"):
        change = (entry.old["state"], entry.new["state"])
        told[kinds[entry.act], entry.subject].append(change)
    for one in seen.moved:
        changed[one.kind, one.address].append((one.was, one.now))

    assert told == changed
    assert len(seen.moved) > 30


@pytest.mark.parametrize("kind", ["dispute", "window", "sheet"])
def test_the_history_tells_the_same_changes_as_the_database(storm, kind):
    _world, seen = storm
    changed, told = defaultdict(list), {}
    for one in seen.moved:
        if one.kind == kind:
            changed[one.thing].append((one.was, one.now))
    for thing in watching.WATCHED[kind].objects.all():
        states = list(thing.history.order_by("history_id").values_list("state", flat=True))
        steps = [pair for pair in pairwise(states) if pair[0] != pair[1]]
        told[thing.pk] = steps[len(steps) - len(changed[thing.pk]) :]

    assert changed
    assert told == changed


def test_a_closed_dispute_is_as_it_was_when_it_was_closed(storm):
    """Looked at after each act of the storm; here at the end, with the answers it is about."""
    _world, seen = storm
    assert seen.closed
    for dispute in Dispute.objects.filter(pk__in=seen.closed).select_related("item"):
        assert dispute.state == DisputeState.RULED
        if dispute.item.version == dispute.version:
            assert dispute.item.state in {ItemState.RULED, ItemState.REOPENED}
    twice = Dispute.objects.values("item", "version").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()


def test_the_chain_holds_after_a_storm(storm):
    assert {walk.fault for walk in entries.walk_all()} == {""}


def test_the_storms_reach_every_move(db):
    """Otherwise the tests above would be true of less than they say."""
    for seed in SEEDS:
        if seed not in SEEN:
            stormed(seed=seed)
    reached = set().union(*(SEEN[seed].reached for seed in SEEDS))

    ends = {"round.close_review", "round.back_to_review"}
    assert set(KINDS) - reached == ends, "test_closing.py and test_taking_up.py play them"
