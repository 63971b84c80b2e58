"""First codings as rows for the figures of reliability, and who may read these figures."""

from fractions import Fraction

import pytest

from questionnaire.enums import AnswerKind, Role
from review.rules import may_read_reliability
from review.selectors.reliability import independent_codings
from review.services.coding import save_coding
from tests import world as worlds
from tests.codings import code_once, code_twice
from tests.factories.questionnaire import AssignmentFactory
from tests.factories.scoring import closed_round

from .drawn import build_drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(db):
    """Give the small round with every sheet submitted and every question drawn."""
    return build_drawn()


@pytest.fixture
def round_(db):
    return closed_round()


def said(rows, **cell):
    return [
        (row.coder, row.kind, row.points)
        for row in rows
        if all(getattr(row, name) == value for name, value in cell.items())
    ]


def test_a_question_coded_by_two_has_the_sheet_s_own_coding_first(drawn):
    save_coding(
        item=drawn.item("PT", "aa1"),
        by=drawn["PT_reviewer_1"],
        kind=AnswerKind.UNKNOWN,
        text="Nobody knows.",
    )

    rows = said(independent_codings(drawn.round), country="PT", indicator="aa1")

    assert rows == [(1, "chosen", 100), (2, "unknown", None)]


def test_two_sheets_of_one_strand_are_two_codings(drawn):
    rows = said(independent_codings(drawn.round), country="EE", indicator="bb1")

    assert [coder for coder, _kind, _points in rows] == [1, 2]


def test_no_row_says_who_coded(drawn):
    save_coding(
        item=drawn.item("PT", "aa1"),
        by=drawn["PT_reviewer_1"],
        kind=AnswerKind.UNKNOWN,
        text="Nobody knows.",
    )
    names = set(drawn.round.assignments.values_list("pseudonym", flat=True))

    told = " ".join(map(repr, independent_codings(drawn.round)))

    assert [name for name in names if name in told] == []


def test_what_the_review_changed_counts_as_what_was_said_first(reviewed):
    worlds.return_objections(reviewed, "PT", "bb1")
    [sheet] = [one for one in reviewed.sheets() if one.state == "returned"]
    worlds.answer_the_requests(reviewed, sheet)
    assert sheet.answers.get(indicator__code="bb1").version == 2

    rows = said(independent_codings(reviewed.round), country="PT", indicator="bb1")

    assert rows == [(1, "chosen", 100)]


def test_a_country_that_is_left_out_counts_nowhere(round_):
    code_once(round_)
    code_twice(round_)
    part = round_.participations.get(country__code="EE")
    part.excluded_because = "It came too late."
    part.save()

    assert {row.country for row in independent_codings(round_)} == {"PT"}


def test_only_the_sheet_s_own_coding_is_what_the_review_may_change(round_):
    code_once(round_, said={("EE", "a1"): 50})
    code_twice(round_)

    rows = [r for r in independent_codings(round_) if (r.country, r.indicator) == ("EE", "a1")]

    assert [(row.points, row.is_under_review) for row in rows] == [(50, True), (100, False)]


def test_points_are_exact(round_):
    code_once(round_)

    assert all(isinstance(row.points, Fraction) for row in independent_codings(round_))


def test_the_rows_cost_the_same_number_of_queries_for_any_number(
    round_, django_assert_num_queries
):
    code_once(round_)
    code_twice(round_)

    with django_assert_num_queries(4):
        assert len(list(independent_codings(round_))) == 16


@pytest.mark.parametrize("key", ["head", "coordinator", "observer"])
def test_who_runs_or_observes_the_round_reads_its_reliability(world, key):
    assert may_read_reliability(world[key], world.round)


@pytest.mark.parametrize(
    "key",
    ["EE_a_1", "EE_b_delegate", "PT_reviewer_1", "adjudicator", "publisher_1", "stranger"],
)
def test_nobody_else_does(world, key):
    assert not may_read_reliability(world[key], world.round)


def test_a_coordinator_who_reviews_in_the_round_does_not(world):
    person = world["coordinator"]
    country = world.country("PT")
    AssignmentFactory(person=person, role=Role.REVIEWER, round=world.round, country=country)

    assert "closed to you" in may_read_reliability(person, world.round).reason


def test_who_coordinates_one_country_does_not(world):
    person = world["stranger"]
    country = world.country("PT")
    AssignmentFactory(person=person, role=Role.COORDINATOR, round=world.round, country=country)

    assert not may_read_reliability(person, world.round)
