"""The board of cells that are back with the expert, who has not declared, and one number."""

import re

import pytest

from mipex_site.desk.selectors.board import board_page
from mipex_site.desk.selectors.board.asking import Asked
from mipex_site.desk.selectors.closing import closing_page
from review.selectors import blockers
from review.services.moving import verdict_on
from review.workflow import CLOSE_REVIEW
from tests import world as worlds
from tests.review.windows import open_for

BOARD = "/rounds/2019/board/"


@pytest.fixture
def reviewed(world):
    worlds.answer_all(world)
    worlds.submit_all(world)
    return world


def page_of(world, **asked):
    return board_page(world.round, world["coordinator"], Asked(**asked))


def row_of(world, country, **asked):
    return next(row for row in page_of(world, **asked).rows if row.code == country)


def cell(world, country, strand):
    return next(each for each in row_of(world, country).cells if each.strand == strand)


def said(client, query=""):
    return re.sub(r"\s+", " ", client.get(BOARD + query).content.decode())


def test_a_case_that_is_open_again_reads_reopened(reviewed, as_person):
    open_for(reviewed, "aa1")

    found = cell(reviewed, "PT", "a")

    assert (found.state, found.count, found.kind) == ("reopened", "today", "warn")
    assert page_of(reviewed).counts["reopened"] == 1
    page = said(as_person("coordinator"))
    assert "1 reopened" in page
    assert "Returned</span>" not in page
    assert [row.code for row in page_of(reviewed, state="reopened").rows] == ["PT"]


def test_a_returned_case_still_reads_returned(reviewed):
    worlds.return_objections(reviewed, "PT", "aa1")

    assert cell(reviewed, "PT", "a").state == "returned"
    assert page_of(reviewed, state="reopened").rows == ()


@pytest.mark.parametrize("state", ["reopened", "returned"])
def test_an_open_dispute_still_shows_while_the_sheet_is_with_the_expert(reviewed, state):
    worlds.split(reviewed, "PT", "aa2")
    if state == "reopened":
        open_for(reviewed, "aa1")
    else:
        worlds.return_objections(reviewed, "PT", "aa1")

    found = cell(reviewed, "PT", "a")

    assert (found.state, found.count, found.kind) == (state, "1 dispute, today", "stop")
    assert [row.code for row in page_of(reviewed, state="disputed").rows] == ["PT"]
    assert [row.code for row in page_of(reviewed, state=state).rows] == ["PT"]
    assert page_of(reviewed).rows[0].code == "PT"


def test_after_a_reopening_the_dispute_is_the_cell_again(reviewed):
    worlds.split(reviewed, "PT", "aa2")
    open_for(reviewed, "aa1")
    worlds.submit(reviewed, reviewed.sheet("PT", "a"))

    found = cell(reviewed, "PT", "a")

    assert (found.state, found.count) == ("disputed", "1, today")


def test_who_has_not_declared_is_named_by_pseudonym_as_the_one_to_move(db):
    world = worlds.build(declares=False)
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.declare(world, "PT_reviewer_1", "PT")
    assignment = world.round.assignments.get(person=world["PT_reviewer_2"])

    move = row_of(world, "PT").move

    assert move.who == assignment.pseudonym
    assert move.why == "2 reviewers have not declared, today"
    assert cell(world, "PT", "a").count == "interests not declared"


@pytest.mark.parametrize("is_reviewed", [False, True])
def test_board_closing_page_and_refusal_give_one_number_of_blockers(world, is_reviewed):
    worlds.answer_all(world)
    if is_reviewed:
        worlds.submit_all(world)
        worlds.split(world, "PT", "aa1")
    head = world["coordinator"]

    number = page_of(world).blockers

    assert number == len(blockers(world.round)) == (5 if is_reviewed else 4)
    assert closing_page(world.round, head).blockers == number
    verdict = verdict_on(move=CLOSE_REVIEW, thing=world.round, by=head)
    assert f"{number} things block it" in verdict.reason
