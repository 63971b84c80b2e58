"""A review is closed exactly while nothing is left undone, and a refusal names where it is."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mipex_site.base.errors import Refusal
from questionnaire.enums import AnswerKind, AssessmentState, RoundState
from questionnaire.models import Assessment, Assignment, Participation, Round
from questionnaire.services import assignments
from review import workflow
from review.enums import Audience, CaseState, ReopeningState, ThreadKind
from review.models import Case, CaseItem, Reopening, SettledAnswer, Thread
from review.selectors import blockers
from review.services import last_word, threads
from review.services.rounds import close_review
from tests import world as worlds
from tests.remembering import built_once
from tests.review.windows import ask, open_for

from .storm import stormed, undone

LEFT = ("aa1", "aa2", "bb1", "bb2", "bb3")
"""Answers of Portugal: their second reviewer has yet to speak, so each can go any way."""
UNDER_WAY = (ReopeningState.ASKED, ReopeningState.SECONDING, ReopeningState.OPEN)


@built_once
def nearly_done():
    """Return a world where Estonia is cleared and Portugal's answers lack one opinion each."""
    world = worlds.build(last_word_days=5)
    points = {"kind": AnswerKind.EXCEPTIONAL, "points": 75}
    worlds.answer(world, world.sheet("PT", "b"), "bb3", **points)
    worlds.answer_all(world)
    worlds.submit_all(world)
    for item in world.items("under_review"):
        if item.case.country.code == "EE":
            worlds.approve(world, world.item("EE", item.indicator.code))
        else:
            worlds.agree(world, item, world["PT_reviewer_1"])
    for strand in worlds.STRANDS:
        give_last_word(world, "EE", strand)
    return world


def give_last_word(world, country, strand):
    case = world.case(country, strand)
    if case.state == CaseState.LAST_WORD:
        expert = world.expert(world.sheet(country, strand))
        last_word.give_last_word(case=case, is_named=True, by=expert)


# --- What is done at random --------------------------------------------------------------


def agree(world, code):
    worlds.agree(world, world.item("PT", code), world["PT_reviewer_2"])


def agree_and_consent(world, code):
    agree(world, code)
    if code == "bb3":
        worlds.consent_all(world)


def dispute(world, code):
    item = world.item("PT", code)
    worlds.disagree(world, item, world["PT_reviewer_2"], suggests=50)


def dispute_and_rule(world, code):
    dispute(world, code)
    worlds.rule(world, world.dispute("PT", code))


def leave(world, code):
    """Nobody says more."""


def talk(world, strand):
    threads.open_thread(
        case=world.case("PT", strand),
        kind=ThreadKind.QUESTION,
        audience=Audience.CONSORTIUM,
        is_blocking=True,
        text="Which section is meant?",
        turn="adjudicators",
        by=world["adjudicator"],
    )


def hear(world, strand):
    give_last_word(world, "PT", strand)


def ask_to_reopen(world, strand):
    ask(world, f"{strand}{strand}1", by=f"PT_{strand}_1")


def reopen(world, strand):
    open_for(world, f"{strand}{strand}1", by=f"PT_{strand}_1")


def lose_a_reviewer(world, _strand):
    held = world.round.assignments.running().get(person=world["PT_reviewer_1"])
    assignments.end_assignment(assignment=held, reason="Moved.", by=world["head"])


def exclude(world, _strand):
    there = Participation.objects.get(round=world.round, country__code="PT")
    there.excluded_because = "Not assessed in this edition."
    there.save()


FATES = (agree, agree_and_consent, dispute, dispute_and_rule, leave)
TROUBLES = (talk, ask_to_reopen, reopen, lose_a_reviewer, exclude, hear)
WEEKS = st.fixed_dictionaries(
    {
        "fates": st.one_of(
            st.just((agree_and_consent,) * len(LEFT)),
            st.tuples(*[st.sampled_from((agree_and_consent, *FATES))] * len(LEFT)),
        ),
        "heard": st.booleans(),
        "troubles": st.lists(
            st.tuples(st.sampled_from(TROUBLES), st.sampled_from("ab")), max_size=2
        ),
    }
)


def live(world, fates, heard, troubles):
    for code, fate in zip(LEFT, fates, strict=True):
        fate(world, code)
    for strand in worlds.STRANDS if heard else ():
        hear(world, strand)
    for trouble, strand in troubles:
        with suppress(Refusal, Assignment.DoesNotExist):
            trouble(world, strand)


# --- What is undone, told without the selector -------------------------------------------


def undone_places(world):
    """Return where something is left, read from the tables one by one."""
    left = {place(sheet) for sheet in Assessment.objects.exclude(state="submitted")}
    left |= {place(case) for case in Case.objects.exclude(state=CaseState.CLEARED)}
    settled = SettledAnswer.objects.values("item")
    left |= {place(item.case) for item in CaseItem.objects.exclude(pk__in=settled)}
    blocking = Thread.objects.filter(is_blocking=True, closed_at=None)
    left |= {place(thread.case) for thread in blocking}
    windows = Reopening.objects.filter(state__in=UNDER_WAY)
    left |= {place(window.case) for window in windows}
    out = Participation.objects.exclude(excluded_because="")
    gone = set(out.values_list("country__name", flat=True))
    return {(country, strand) for country, strand in left if country not in gone}


def place(thing):
    return thing.country.name, thing.strand.title


def demand_closing_is_told(world):
    """The list of blockers, the button's verdict, the act and the tables all say one thing."""
    left = undone_places(world)
    found = blockers(world.round)
    by = world["coordinator"]
    assert {(one.country_name, one.strand_title) for one in found} == left
    assert bool(dict(workflow.verdicts_for(by, world.round))[workflow.CLOSE_REVIEW]) == (
        not left
    )
    with undone():
        if not left:
            close_review(round_=world.round, by=by)
            assert Round.objects.get().state == RoundState.REVIEW_CLOSED
            return
        with pytest.raises(Refusal) as refused:
            close_review(round_=world.round, by=by)
    _heading, *lines = refused.value.reason.splitlines()
    assert len(lines) == len(found)
    for country, strand in left:
        assert any(line.startswith(f"{country}, {strand}: ") for line in lines)
    assert Round.objects.get().state == RoundState.OPEN


@pytest.fixture
def ending(db):
    return nearly_done()


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(week=WEEKS)
def test_a_review_is_closed_exactly_when_nothing_is_left(ending, week):
    with undone():
        live(ending, **week)
        demand_closing_is_told(ending)


def test_after_a_storm_the_refusal_names_each_place_that_is_left(db):
    demand_closing_is_told(stormed(seed=1))


def test_the_weeks_above_end_both_ways(ending):
    """Otherwise the property would be true of one side only."""
    well = (agree_and_consent,) * len(LEFT)
    with undone():
        live(ending, well, heard=True, troubles=[])
        assert undone_places(ending) == set()
        demand_closing_is_told(ending)
    for trouble in (talk, ask_to_reopen, reopen):
        with undone():
            live(ending, well, heard=trouble is ask_to_reopen, troubles=[(trouble, "a")])
            assert undone_places(ending)
            demand_closing_is_told(ending)
    assert ending.sheet("PT", "a").state == AssessmentState.SUBMITTED
