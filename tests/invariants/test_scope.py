"""Outside what is open, returned or reopened every write is refused, on each channel."""

from datetime import timedelta

import pytest
from django.core.management import get_commands
from django.db.models import QuerySet
from django.utils import timezone

from questionnaire.enums import RoundState
from questionnaire.models import (
    Answer,
    Assessment,
    ChangeRequest,
    Citation,
    Round,
    Source,
    SourceFile,
    UpcomingChange,
)
from review.models import CaseItem
from tests import world as worlds
from tests.architecture.source import files, name_of
from tests.review.windows import open_for, pass_time

from .channels import SEVEN, beside
from .grounds import changed, cleared, reviewed, rows_of
from .storm import undone

ANSWERS = (Answer, Answer.history.model, Citation, CaseItem)
SHEETS = (
    *ANSWERS,
    Assessment,
    Assessment.history.model,
    ChangeRequest,
    ChangeRequest.history.model,
    Source,
    Source.history.model,
    SourceFile,
    UpcomingChange,
)
PLACE = ("PT", "b")


def begun():
    world = worlds.build()
    worlds.answer_all(world)
    return world


def with_the_review():
    return reviewed()


def entry_has_closed():
    world = begun()
    days = ("hard_close_at", "grace_until", "due_at", "opens_at")
    now = timezone.now()
    gone = {name: now - timedelta(hours=n) for n, name in enumerate(days, start=1)}
    QuerySet(Round).update(**gone)
    return world


def in_state(state):
    def round_is():
        world = begun()
        QuerySet(Round).update(state=state)
        return world

    round_is.__name__ = f"the round is {state}"
    return round_is


def reopened_until_now():
    world = cleared()
    open_for(world, "bb1", by="PT_b_1")
    pass_time()
    return world


def returned_but_closed():
    world = reviewed()
    worlds.return_objections(world, "PT", "bb1")
    QuerySet(Round).update(state=RoundState.REVIEW_CLOSED)
    return world


CLOSED = (
    with_the_review,
    cleared,
    entry_has_closed,
    reopened_until_now,
    returned_but_closed,
    in_state(RoundState.LOCKED),
    in_state(RoundState.CANCELLED),
    in_state(RoundState.REVIEW_CLOSED),
)


def returned_for_another():
    world = reviewed()
    worlds.return_objections(world, "PT", "bb1")
    return world


def reopened_for_another():
    world = cleared()
    open_for(world, "bb1", by="PT_b_1")
    return world


@pytest.mark.parametrize("ground", CLOSED, ids=lambda ground: ground.__name__)
def test_a_sheet_that_is_closed_takes_nothing_by_any_channel(db, ground):
    world = ground()
    sheet = world.sheet(*PLACE)
    before = rows_of(SHEETS)

    for key in ("PT_b_1", "coordinator"):
        for channel in SEVEN if key == "PT_b_1" else SEVEN[:3]:
            with undone():
                channel(world, sheet, "bb1", world[key])
                assert changed(before, rows_of(SHEETS)) == set(), (channel.__name__, key)
        with undone():
            beside(world, sheet, "bb1", world[key])
            assert changed(before, rows_of(SHEETS)) == set(), ("beside", key)


@pytest.mark.parametrize("ground", [returned_for_another, reopened_for_another])
def test_what_is_not_in_the_scope_takes_nothing_by_any_channel(db, ground):
    """The sheet is back with its expert, and yet only what is asked about is open."""
    world = ground()
    sheet = world.sheet(*PLACE)
    before = rows_of(ANSWERS)

    for code in ("bb2", "bb3"):
        for channel in SEVEN:
            with undone():
                channel(world, sheet, code, world.expert(sheet))
                assert changed(before, rows_of(ANSWERS)) == set(), channel.__name__


WRITING = [channel for channel in SEVEN if channel.__name__ != "admin"]


@pytest.mark.parametrize("ground", [returned_for_another, reopened_for_another, begun])
def test_within_the_scope_each_channel_writes_but_for_the_administration(db, ground):
    """The test of the tests above: what they send is refused for the scope alone."""
    world = ground()
    sheet = world.sheet(*PLACE)
    before = rows_of(ANSWERS)

    for channel in SEVEN:
        with undone():
            channel(world, sheet, "bb1", world.expert(sheet))
            tables = changed(before, rows_of(ANSWERS))
            assert ("questionnaire.Answer" in tables) == (channel in WRITING), channel


def test_no_command_of_the_portal_writes_an_answer():
    """So the channel of commands is the service itself; the demonstration plays by services."""
    ours = {name for name, app in get_commands().items() if not app.startswith("django.")}
    commands = [
        path for path in files(".py") if path.parts[-3:-1] == ("management", "commands")
    ]
    named = {path.stem for path in commands if not path.stem.startswith("__")}
    assert named <= ours
    for path in commands:
        text = path.read_text(encoding="utf-8")
        assert "record_answer" not in text, name_of(path)
        assert "Answer.objects" not in text, name_of(path)
