"""The cases, in the order of the table. Each is made when the database is ready."""

from collections.abc import Callable

from bench.answering import Sheets
from bench.case import Case, Side
from bench.load import Request
from bench.people import headers_of, somebody


def a_signed_in_request() -> Case:
    """What it costs to know who asks: session and person, on PostgreSQL."""
    headers = headers_of(somebody("Bench Reader"))
    return Case(
        name="a signed-in request",
        baseline_name="an empty one",
        measured=Side(lambda _number: Request("/bench/who/", headers=headers)),
        baseline=Side(lambda _number: Request("/bench/empty/")),
        goal=6.0,
    )


def a_recorded_answer() -> Case:
    """What rights, locks, evidence, history, citation and audit cost, in one whole request."""
    count = 400
    sheets = Sheets(count=count)
    return Case(
        name="a recorded answer",
        baseline_name="its two rows in raw SQL",
        measured=Side(sheets.save, expected=302),
        baseline=Side(sheets.save_raw, expected=302),
        goal=4.0,
        count=count,
    )


CASES: tuple[Callable[[], Case], ...] = (a_signed_in_request, a_recorded_answer)
