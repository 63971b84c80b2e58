"""A change of any content, by any channel, leaves an approved answer unapproved."""

import pytest
from django.db.models import F

from questionnaire.enums import AssessmentState
from questionnaire.models import Answer, Citation
from questionnaire.services import answers
from review.enums import AGREEING, SETTLED, CaseState, ItemState
from review.models import Case, CaseItem, SettledAnswer
from review.selectors import blockers
from review.tasks import end_what_is_over
from tests import world as worlds
from tests.review.windows import open_for, pass_time

from .channels import SEVEN
from .grounds import cleared
from .storm import stormed, undone

FIELDS = {
    "option": {"option": "2"},
    "kind": {"option": "unknown", "rationale": "No text of the act is to be had."},
    "points": {"option": "exceptional", "points": "75", "rationale": "Two regions differ."},
    "rationale": {"rationale": "Section 5 says it in other words."},
    "note": {"note": "See the second paragraph."},
    "sources": {"sources": []},
    "change_reason": {"change_reason": "reinterpreted"},
}
"""One change of each field of an answer's content, as a browser sends it."""
NOT_TYPED = {"confirms"}
"""Set by leaving the last edition's answer as it was, which is no change of the answer."""


def opened():
    """Return the cleared sheet with each of its answers open again, and two sources to cite."""
    world = cleared()
    open_for(world, *worlds.STRANDS["b"], by="PT_b_1")
    sheet = world.sheet("PT", "b")
    second = worlds.sources.add_source(
        sheet=sheet, by=world["PT_b_1"], kind="law", title="A later act", article="1"
    )
    FIELDS["sources"]["sources"] = [str(second.key)]
    return world


def test_the_fields_that_are_changed_here_are_all_that_an_answer_says():
    assert set(FIELDS) == {*answers.CONTENT, "sources"} - NOT_TYPED


WRITING = [channel for channel in SEVEN if channel.__name__ != "admin"]


@pytest.mark.parametrize("channel", WRITING, ids=lambda channel: channel.__name__)
def test_whatever_is_changed_by_whatever_channel_the_approval_is_gone(db, channel):
    world = opened()
    sheet = world.sheet("PT", "b")

    for number, (field, change) in enumerate(FIELDS.items()):
        with undone():
            channel(world, sheet, "bb1", world["PT_b_1"], **change)
            item = world.item("PT", "bb1")
            assert item.answer.version == item.version + 1, field
            assert item.state not in SETTLED
            end(world, early=number % 2 == 0)
            demand_unapproved(world, field)


def end(world, *, early):
    """Let the expert submit, or the time pass."""
    if early:
        worlds.submit(world, world.sheet("PT", "b"))
    else:
        pass_time()
        assert end_what_is_over() == 1


def demand_unapproved(world, field):
    """The changed answer is judged anew; the two that were not touched keep their approval."""
    item = world.item("PT", "bb1")
    assert (item.state, item.version) == (ItemState.UNDER_REVIEW, 2), field
    assert not SettledAnswer.objects.filter(item=item).exists()
    assert not item.opinions.filter(version=2, kind__in=AGREEING).exists()
    assert world.case("PT", "b").state == CaseState.IN_REVIEW
    assert {world.item("PT", code).state for code in ("bb2", "bb3")} == {ItemState.APPROVED}
    assert world.sheet("PT", "b").state == AssessmentState.SUBMITTED
    assert blockers(world.round)


def test_the_same_content_again_leaves_the_approval(db):
    """The test of the test above: it is the change that takes it away, not the saving."""
    world = opened()
    sheet = world.sheet("PT", "b")
    held = Answer.objects.get(assessment=sheet, indicator__code="bb1")
    cited = [one.source for one in Citation.objects.filter(answer=held, version=1)]

    same = {name: getattr(held, name) for name in answers.CONTENT}
    answers.record_answer(
        sheet=sheet, indicator=held.indicator, by=world["PT_b_1"], sources=cited, **same
    )
    end(world, early=True)

    assert world.item("PT", "bb1").state == ItemState.APPROVED


@pytest.mark.parametrize("seed", [1, 2])
def test_after_a_storm_no_answer_is_settled_in_a_version_that_is_not_the_present_one(db, seed):
    stormed(seed=seed)
    settled = CaseItem.objects.filter(state__in=SETTLED)

    assert settled.exists()
    assert not settled.exclude(version=F("answer__version")).exists()
    handed_in = Case.objects.exclude(state__in=(CaseState.RETURNED, CaseState.WAITING))
    items = CaseItem.objects.filter(case__in=handed_in)
    assert not items.exclude(version=F("answer__version")).exists()
