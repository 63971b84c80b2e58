"""Once the review is closed no row of the questionnaire or the review changes, whoever tries.

A round in the middle of everything is closed past its blockers, so that each act would be
accepted if it were not over. Then everybody goes on as before, by services and by pages.
"""

import random

import pytest
from django.apps import apps
from django.db.models import QuerySet
from django.test import Client

from mipex_site.base.errors import Refusal
from questionnaire.enums import JointActKind, JointActState, RoundState
from questionnaire.models import Draft, JointAct, Round, SetAside, WorkbookUpload
from questionnaire.tasks import record_quiet_drafts
from review.models import Declaration, NamingConsent, Redaction, ReviewDraft, Unblinding
from review.tasks import end_what_is_over
from tests import world as worlds
from tests.review.windows import pass_time

from .channels import SEVEN, beside
from .grounds import changed, one_of_each, rows_of
from .storm import Storm, stormed, undone

MAY_CHANGE = (
    # What is typed too late is kept aside for its author, and is no part of the review.
    *(Draft, SetAside, WorkbookUpload, ReviewDraft),
    # Of persons, not of answers: ties, names that were learned, and who may be named.
    *(Declaration, Declaration.history.model, Unblinding),
    *(NamingConsent, NamingConsent.history.model),
    # A message that names somebody can be hidden at any time; the message itself stays.
    Redaction,
)
TABLES = [
    model
    for app in ("questionnaire", "review")
    for model in apps.get_app_config(app).get_models(include_auto_created=True)
    if model not in MAY_CHANGE
]
EVERYTHING = {
    "act": "stay", "version": "1", "draft": "0", "option": "2", "rationale": "Otherwise.",
    "kind": "agree", "text": "Section 5.", "reason": "typing", "items": "1", "decision": "grant",
    "until": "2030-01-01T12:00", "verdict": "expert_upheld", "public_rationale": "It was.",
    "internal_rationale": "It is.", "concurs": "True", "ruling": "1", "reply": "It stands.",
    "audience": "review", "turn": "reviewers", "is_named": "True", "declared": "on",
    "title": "An Act", "article": "1", "overruled": "on", "person": "", "strands": "1",
    "to": "stranger@example.org", "declaration": "1", "is_cleared": "True", "interest": "none",
}  # fmt: skip
"""What fills the forms of the portal well enough to be read."""
ACTS = (
    "speak", "code", "move_a_dispute", "move_a_window", "ask", "talk", "close", "comment",
    "finish", "consent", "write", "send_back",
)  # fmt: skip
WHO = ("EE_b_1", "EE_reviewer_1", "adjudicator", "coordinator")


class AfterTheEnd(Storm):
    """The same storm, in which everything must be refused."""

    def attempt(self, name, foretold, act):
        with pytest.raises(Refusal):
            act()
        self.played[name] += 1

    def answer(self, person):
        with pytest.raises(Refusal):
            super().answer(person)


def closed(seed=1):
    world = stormed(seed=seed)
    QuerySet(Round).update(state=RoundState.REVIEW_CLOSED)
    world.round.refresh_from_db()
    return world


@pytest.mark.parametrize("seed", [1, 2])
def test_no_act_of_a_storm_and_no_clock_changes_a_row(db, seed):
    world = closed(seed)
    pass_time()
    before = rows_of(TABLES)
    storm = AfterTheEnd(world, seed)

    for _step in range(60):
        act = storm.dice.choice([getattr(storm, name) for name in ACTS])
        act(storm.person(act.__name__))
    assert record_quiet_drafts() == end_what_is_over() == 0

    assert changed(before, rows_of(TABLES)) == set()
    assert len(storm.played) > 4


def test_no_channel_of_a_sheet_changes_a_row(db):
    world = closed()
    before = rows_of(TABLES)

    for sheet in world.sheets():
        code = worlds.STRANDS[sheet.strand.code][0]
        for channel in (*SEVEN, beside):
            with undone():
                channel(world, sheet, code, world.expert(sheet))
                assert changed(before, rows_of(TABLES)) == set(), channel.__name__


ASKED = {"questionnaire.JointAct", "questionnaire.HistoricalJointAct"}


@pytest.mark.crawl
@pytest.mark.parametrize("key", WHO)
def test_no_form_of_the_site_map_changes_a_row(db, key):
    world, dice = closed(), random.Random(key)
    before = rows_of(TABLES)
    client = Client()
    client.force_login(world[key])

    for url in one_of_each(world, dice.choice(world.sheets()[:2])):
        if "/pulse/" not in url:
            client.post(url, EVERYTHING)

    # That the review goes on may be asked for; a second person, whom nobody here is, does it.
    assert changed(before, rows_of(TABLES)) <= ASKED
    waiting = JointAct.objects.filter(state=JointActState.ASKED)
    assert {act.kind for act in waiting} <= {JointActKind.BACK_TO_REVIEW}


def test_the_same_storm_before_the_end_changes_rows(db):
    """The test of the tests above: it is the end that refuses."""
    world = stormed(seed=1)
    before = rows_of(TABLES)
    storm = Storm(world, 7)

    for _step in range(20):
        storm.step()

    assert len(changed(before, rows_of(TABLES))) > 1
