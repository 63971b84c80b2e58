"""My work: what needs each person, worst first, in their own time, and nothing of the others'."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from editions.enums import RevisionState
from mipex_site.desk.selectors.work import work_page
from questionnaire.models import Round
from questionnaire.services import drafts
from questionnaire.services.assignments import end_assignment
from scoring.enums import RunState
from tests import world as worlds
from tests.factories.editions import GREEN, RED, EditionFactory, RevisionFactory
from tests.factories.questionnaire import expert_of
from tests.factories.scoring import ScoreRunFactory

WORK = "/my-work/"


def said(client) -> str:
    response = client.get(WORK)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def titles(person) -> list[str]:
    return [item.title for item in work_page(person).items]


def test_a_stranger_to_every_round_is_told_who_changes_that(as_person):
    page = said(as_person("stranger"))

    assert "You have no role yet" in page
    assert "Once a coordinator gives you a sheet" in page


def test_an_observer_is_told_what_will_stand_here(as_person):
    assert "Nothing needs you now" in said(as_person("observer"))


# --- The expert ---------------------------------------------------------------------------


def test_an_expert_is_asked_to_begin_each_sheet_by_its_due_day(world, as_person):
    page = said(as_person("EE_a_1"))

    assert "One thing needs you" in page
    assert "Estonia: Strand a: 2 answers" in page
    assert "19 days 23 hours left" in page
    assert "/sheets/2019/EE/a/1/" in page
    assert ">Begin<" in page


def test_a_sheet_that_is_begun_says_what_is_left(world):
    sheet = world.sheet("EE", "b")
    worlds.answer(world, sheet, "bb1", earns=50)
    drafts.keep_draft(
        sheet=sheet, indicator=world.indicator("bb2"), content={}, by=world.expert(sheet)
    )

    item = work_page(world["EE_b_1"]).items[0]

    assert item.title == "Estonia: Strand b: 1 of 3 answered"
    assert item.why == "1 draft, its text is kept. About 25 minutes left: 2 questions."
    assert item.act == "Go on"


def test_a_full_sheet_is_to_be_submitted_by_its_expert_alone(world):
    worlds.answer_all(world)

    item = work_page(world["EE_b_1"]).items[0]
    delegate = work_page(world["EE_b_delegate"])

    assert item.title == "Estonia: Strand b: all 3 answered"
    assert item.url == "/sheets/2019/EE/b/1/check/"
    assert delegate.items == ()
    assert delegate.waiting[0].why.endswith("The expert of the sheet submits it.")


def test_a_second_coding_is_named_as_such(world):
    assert titles(world["EE_b_2"]) == ["Estonia: Strand b, coding 2: 3 answers"]


def test_what_came_back_stands_first_with_its_questions(world):
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.return_objections(world, "EE", "aa1")
    expert_of(world.sheet("PT", "b"), world["EE_a_1"])

    item = work_page(world["EE_a_1"]).items[0]

    assert item.title == "Estonia: Strand a: 1 answer came back"
    assert item.why == "The review asks about: Indicator aa1. About 10 minutes left."
    assert item.act == "Reply"
    assert item.due == world.round.review_due_at


def test_a_returned_sheet_whose_answers_are_met_is_to_be_submitted_again(world):
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.return_objections(world, "EE", "aa1")
    worlds.answer_the_requests(world, world.sheet("EE", "a"))

    item = work_page(world["EE_a_1"]).items[0]

    assert item.title == "Estonia: Strand a: ready to go back"
    assert item.url == "/sheets/2019/EE/a/1/check/"


def test_a_sheet_past_its_due_day_is_late_and_can_still_be_answered(world):
    now = timezone.now()
    late = Round.objects.get(pk=world.round.pk)
    late.opens_at, late.due_at = now - timedelta(days=9), now - timedelta(days=3)
    late.save()

    item = work_page(world["EE_a_1"]).items[0]

    assert item.state == "late"
    assert item.why.startswith("It was due. You can still answer until")


def test_a_sheet_past_the_hard_close_says_who_helps(world):
    now, day = timezone.now(), timedelta(days=1)
    over = Round.objects.get(pk=world.round.pk)
    over.opens_at, over.due_at = now - 9 * day, now - 3 * day
    over.grace_until, over.hard_close_at = now - 2 * day, now - day
    over.save()

    assert work_page(world["EE_a_1"]).items[0].why == (
        "Entry has closed. What you typed is kept; ask the coordinator for more time."
    )


def test_a_submitted_sheet_waits_for_others_and_a_cleared_one_says_so(world):
    worlds.answer_all(world)
    worlds.submit_all(world)
    before = work_page(world["EE_a_1"])
    worlds.approve_all(world)
    after = work_page(world["EE_a_1"])

    assert (before.items, after.items) == ((), ())
    assert before.waiting[0].state == "in_review"
    assert "With the reviewers since" in before.waiting[0].why
    assert (after.waiting[0].state, after.sheets[0].state) == ("cleared", "cleared")


def test_a_first_coding_waits_for_the_second(world):
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("EE", "b", 1))

    assert work_page(world["EE_b_1"]).waiting[0].state == "submitted"


def test_counts_of_all_sheets_dates_and_helpers_stand_beside_the_list(world, as_person):
    page = said(as_person("PT_b_1"))

    assert "<strong>0 of 3</strong>" in page
    assert "Sheets are due." in page
    assert "Corisande Axolotl-Vane, coordinator." in page


# --- The review side ----------------------------------------------------------------------


def test_a_reviewer_is_asked_to_read_each_case_as_the_pseudonym_there(world):
    worlds.answer_all(world)
    worlds.submit_all(world)

    items = work_page(world["PT_reviewer_1"]).items

    assert [item.title for item in items] == [
        "Portugal: Strand a: 2 answers to read",
        "Portugal: Strand b: 3 answers to read",
    ]
    assert "as Reviewer " in items[0].why
    assert items[0].url == "/reviews/2019/PT/a/"


def test_an_objection_that_is_not_sent_is_to_be_sent_back(world):
    worlds.answer_all(world)
    worlds.submit_all(world)
    reviewer = world["PT_reviewer_1"]
    for code in ("aa1", "aa2"):
        worlds.disagree(world, world.item("PT", code), reviewer)

    item = work_page(reviewer).items[0]

    assert item.act == "Return it"
    assert item.url == "/reviews/2019/PT/a/return/"


def test_a_case_on_which_everything_is_said_waits_for_others(world):
    worlds.answer_all(world)
    worlds.submit_all(world)
    for code in ("aa1", "aa2"):
        worlds.agree(world, world.item("PT", code), world["PT_reviewer_1"])

    waiting = work_page(world["PT_reviewer_1"]).waiting

    assert [line.title for line in waiting] == ["Portugal: Strand a"]
    assert "others move next" in waiting[0].why


def test_an_adjudicator_is_asked_to_rule_before_anything_else(world):
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.split(world, "PT", "aa1")

    item = work_page(world["adjudicator"]).items[0]

    assert item.title == "Portugal: Strand a: Indicator aa1"
    assert item.why.startswith("The reviewers differ. Open since")
    assert item.url == "/disputes/2019/PT/a/aa1/"


def test_the_review_side_reads_no_name_of_the_other_side(world, as_person):
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.split(world, "PT", "aa1")
    for key in worlds.REVIEW_SIDE:
        page = as_person(key).get(WORK).content.decode()
        others = [each for each in (*worlds.EXPERT_SIDE, *worlds.REVIEW_SIDE) if each != key]
        assert not {trace for trace in world.traces_of(others) if trace in page}


def test_the_expert_side_reads_no_name_of_the_review_side(world, as_person):
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.return_objections(world, "EE", "aa1")
    for key in worlds.EXPERT_SIDE:
        page = as_person(key).get(WORK).content.decode()
        assert not {trace for trace in world.traces_of(worlds.REVIEW_SIDE) if trace in page}


# --- Who runs the round -------------------------------------------------------------------


def test_a_coordinator_reads_how_much_others_hold_and_is_asked_to_prepare(world):
    page = work_page(world["coordinator"])

    assert [item.title for item in page.items] == ["Round 2019: prepare its edition"]
    assert page.waiting[0].title == "Round 2019: 4 blockers"
    assert page.helpers == ()


def test_a_sheet_without_an_expert_and_a_case_without_reviewers_are_the_coordinators(world):
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("PT", "a"))
    for key in ("PT_reviewer_1", "PT_reviewer_2", "EE_a_1"):
        for held in _held(world, key):
            end_assignment(assignment=held, reason="Left.", by=world["head"])

    found = titles(world["coordinator"])

    assert found[:2] == ["1 case has too few reviewers", "1 sheet has no expert"]


def _held(world, key):
    return world.round.assignments.filter(person=world[key])


def test_a_round_that_nothing_blocks_is_to_be_closed(world):
    worlds.settle_all(world)

    item = work_page(world["coordinator"]).items[0]

    assert (item.act, item.url) == ("Close review", "/rounds/2019/closing/")


def test_failed_scores_stand_first_for_the_coordinator_alone(world):
    ScoreRunFactory(round=world.round, state=RunState.FAILED, error="ValueError: a reason")

    assert titles(world["coordinator"])[0] == "Round 2019: the scores could not be computed"
    assert titles(world["publisher_1"]) == []


@pytest.mark.parametrize(
    ("state", "checks", "key", "title"),
    [
        (RevisionState.FAILED, [], "coordinator", "the edition could not be built"),
        (RevisionState.CANDIDATE, RED, "publisher_1", "a check is red"),
        (RevisionState.CANDIDATE, GREEN, "publisher_1", "sign the candidate"),
        (RevisionState.SIGNED, GREEN, "publisher_1", "signed by two, to be published"),
    ],
)
def test_an_edition_asks_for_what_its_state_needs(world, state, checks, key, title):
    edition = EditionFactory(round=world.round)
    RevisionFactory(edition=edition, number=1, state=state, checks=checks)

    assert titles(world[key]) == [f"{edition.code}.1: {title}"]


@pytest.mark.parametrize(
    ("hours", "title"), [(-1, "and its time has come"), (30, "appears on"), (None, "to be pub")]
)
def test_a_signed_edition_says_when_it_appears(world, hours, title):
    instant = None if hours is None else timezone.now() + timedelta(hours=hours)
    edition = EditionFactory(round=world.round)
    RevisionFactory(
        edition=edition, number=1, state=RevisionState.SIGNED, checks=GREEN, publish_at=instant
    )

    [said] = titles(world["publisher_1"])

    assert title in said


def test_an_edition_that_is_not_built_can_be_signed_in_advance(world):
    edition = EditionFactory(round=world.round)

    assert titles(world["publisher_1"]) == [f"{edition}: can be signed in advance"]
    assert titles(world["EE_a_1"]) == ["Estonia: Strand a: 2 answers"]


@pytest.mark.parametrize("sheets", [1, 3])
def test_the_queries_of_an_experts_page_do_not_grow(
    world, as_person, django_assert_num_queries, sheets
):
    """The session, the person and the person's rights; then the sheets, their cases,
    conversations and who helps."""
    for country in ("EE", "PT")[: sheets - 1]:
        expert_of(world.sheet(country, "b"), world["EE_a_1"])
    client = as_person("EE_a_1")

    with django_assert_num_queries(7):
        page = client.get(WORK).content.decode()

    assert page.count('class="work__item"') == sheets


@pytest.mark.parametrize("answers_under_review", [2, 10])
def test_the_queries_of_a_reviewers_page_do_not_grow(
    world, as_person, django_assert_num_queries, answers_under_review
):
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("PT", "a"))
    if answers_under_review > 2:
        worlds.submit_all(world)
    client = as_person("PT_reviewer_1")

    with django_assert_num_queries(9):
        client.get(WORK)


@pytest.mark.parametrize("cases", [1, 4])
def test_the_queries_of_a_coordinators_page_do_not_grow(
    world, as_person, django_assert_num_queries, cases
):
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("PT", "a"))
    if cases > 1:
        worlds.submit_all(world)
    client = as_person("coordinator")

    with django_assert_num_queries(12):
        client.get(WORK)
