"""No state is reached but by a move: the code has one door to each, the record tells them all."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import QuerySet

from mipex_site.audit.models import AuditEntry
from questionnaire.enums import AssessmentState
from review import workflow
from review.enums import ItemState
from review.models import Case, CaseItem, Dispute, Reopening
from review.services.addresses import address_of
from tests.architecture.source import functions, modules, name_of

from .storm import stormed

SHEET = {
    "sheet.submit": ({"open", "returned"}, AssessmentState.SUBMITTED),
    "sheet.hand_back": ({"submitted"}, AssessmentState.RETURNED),
    "sheet.take_back": ({"returned"}, AssessmentState.SUBMITTED),
}
MOVES = SHEET | {move.act: (move.sources, move.target) for move in workflow.MOVES}
BEGINNINGS = workflow.BEGINNINGS | {"sheet": AssessmentState.OPEN}
OVER = {"dispute": {"ruled"}, "window": {"ended", "refused", "withdrawn"}}
"""Where a dispute or a reopening ends; the next one at the same place begins anew."""

DOORS = {
    "review/services/moving.py": {"_put"},
    "questionnaire/services/assessments.py": {"submit", "hand_back", "take_back", "_request"},
    "questionnaire/services/rounds.py": {"move"},
    # These have states of their own, none of them a thing of the review's table.
    "questionnaire/services/extending.py": {"_decide", "_let_go_of_act"},
    "review/services/taking_up.py": {"perform"},
    # The round's row is questionnaire's to save; here it is read again after.
    "review/services/moves/rounds.py": {"_end_the_review", "_take_up_again"},
    # What is asked about one answer is no thing of the table: it is met by the answer itself.
    "questionnaire/services/answers.py": {"maintain_answer", "_mark_changed"},
    "questionnaire/services/reopened.py": {"end_window"},
    "questionnaire/services/framework/locking.py": {"lock_framework"},
    "questionnaire/services/links.py": {"put_back_old"},
    "questionnaire/services/joint_acts.py": {"_end"},
}
"""Which functions give a row another state, in the two apps that have the things of the table."""
WRITERS = {"update", "create", "bulk_create", "get_or_create", "update_or_create"}


# --- The code ----------------------------------------------------------------------------


def sets_a_state(node: ast.AST) -> bool:
    """Whether a statement sets `.state`, or hands a state to what writes rows."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        parts = [part for target in targets for part in ast.walk(target)]
        return any(isinstance(part, ast.Attribute) and part.attr == "state" for part in parts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        given = {word.arg for word in node.keywords}
        return node.func.attr in WRITERS and "state" in given
    return False


def who_sets_states(path: Path) -> set[str]:
    return {
        function.name
        for function in functions(path)
        if any(sets_a_state(node) for node in ast.walk(function))
    }


def test_a_state_is_set_in_few_functions_and_those_of_the_review_in_one():
    found = {
        name_of(path): who_sets_states(path)
        for path in modules("questionnaire", "review")
        if "demo" not in path.parts
    }

    assert {name: set_by for name, set_by in found.items() if set_by} == DOORS


@pytest.mark.parametrize(
    "line",
    ["item.state = x", "a.b, item.state = x", "rows.update(state=x)", "R.create(state=x)"],
)
def test_a_second_door_would_be_seen(line):
    assert any(sets_a_state(node) for node in ast.walk(ast.parse(line)))


# --- The record --------------------------------------------------------------------------


def told() -> dict[tuple[str, str], list[str]]:
    """Replay the record: the states of each thing, of one place one after the other."""
    found = defaultdict(list)
    for entry in AuditEntry.objects.filter(act__in=MOVES).order_by("number"):
        kind = entry.act.partition(".")[0]
        sources, target = MOVES[entry.act]
        states, old, new = found[kind, entry.subject], entry.old["state"], entry.new["state"]
        if not states or states[-1] in OVER.get(kind, ()):
            states.append(BEGINNINGS[kind])
        assert old in sources
        assert new == target
        assert states[-1] == old, f"{entry.act} on {entry.subject} begins elsewhere"
        states[-1] = str(new)
    return found


def stored(world) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each kind and place with the states of what lies there, the oldest first."""
    place = "case__round", "case__country", "case__strand"
    for case in Case.objects.for_page():
        yield "case", address_of(case), [case.state]
        windows = Reopening.objects.filter(case=case).order_by("pk")
        yield "window", address_of(case), list(windows.values_list("state", flat=True))
    for item in CaseItem.objects.select_related(*place, "indicator"):
        yield "item", address_of(item), [item.state]
        disputes = Dispute.objects.filter(item=item).order_by("pk")
        yield "dispute", address_of(item), list(disputes.values_list("state", flat=True))
    for sheet in world.sheets():
        codes = (world.round.code, sheet.country.code, sheet.strand.code, sheet.coding)
        yield "sheet", f"sheet/{'/'.join(map(str, codes))}", [sheet.state]


def what_no_move_explains(world) -> list[str]:
    """Return every place whose stored states are not those that the record's moves lead to."""
    replayed, wrong = told(), []
    for kind, place, states in stored(world):
        known = replayed.pop((kind, place), [])
        still = [BEGINNINGS[kind]] * (len(states) - len(known))
        if states != known + still:
            wrong.append(f"{kind} {place}")
    return wrong + [f"{kind} {place}, which is nowhere" for kind, place in replayed]


def test_after_a_storm_each_state_is_what_the_moves_on_record_lead_to(db):
    world = stormed(seed=1)

    assert what_no_move_explains(world) == []
    kinds = {kind for kind, _place in told()}
    assert kinds == {"item", "case", "dispute", "window", "sheet"}


def test_a_state_that_no_move_led_to_would_be_found(db):
    world = stormed(seed=1)
    for row, state in (
        (CaseItem.objects.filter(state=ItemState.UNDER_REVIEW).first(), ItemState.APPROVED),
        (Case.objects.exclude(state="cleared").first(), "cleared"),
        (world.sheet("PT", "a"), "open"),
    ):
        before = row.state
        QuerySet(type(row)).filter(pk=row.pk).update(state=state)
        assert len(what_no_move_explains(world)) == 1
        QuerySet(type(row)).filter(pk=row.pk).update(state=before)
