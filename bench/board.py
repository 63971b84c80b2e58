"""The board of two hundred countries and ten strands, beside its rows in raw SQL.

The baseline is in board_rows.py: a signed-in view that prints a line for each cell.
"""

from django.urls import reverse

from bench.case import Case, Side
from bench.load import Request
from bench.people import headers_of, somebody
from questionnaire.enums import Role
from questionnaire.models import Round
from tests.desk.large import large_round
from tests.factories.questionnaire import AssignmentFactory

COUNTRIES = 200


def a_board() -> Case:
    """What states, ages, movers, warnings and two thousand cells in words cost."""
    round_: Round = large_round(COUNTRIES)
    person = somebody("Bench Coordinator")
    AssignmentFactory(person=person, role=Role.COORDINATOR, round=round_)
    headers = headers_of(person)
    board = reverse("desk:board", args=[round_.code])
    beside = reverse("bench-board-rows", args=[round_.pk])
    return Case(
        name="a board of 200 countries",
        baseline_name="its rows in raw SQL",
        measured=Side(lambda _number: Request(board, headers=headers)),
        baseline=Side(lambda _number: Request(beside, headers=headers)),
        goal=60.0,
        count=4,
    )
