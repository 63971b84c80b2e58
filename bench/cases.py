"""The cases, in the order of the table. Each is made when the database is ready."""

from collections.abc import Callable

from bench.answering import Sheets
from bench.autosaving import SPOTS, Drafts
from bench.board import a_board
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
        baseline_name="its rows in raw SQL",
        measured=Side(sheets.save, expected=302),
        baseline=Side(sheets.save_all_rows, expected=302),
        goal=4.0,
        count=count,
        beside=(("two of its rows", Side(sheets.save_two_rows, expected=302)),),
    )


def an_autosave() -> Case:
    """What rights, version and clashes cost, in one whole request of somebody who types."""
    drafts = Drafts()
    return Case(
        name="an autosave",
        baseline_name="its row in raw SQL",
        measured=Side(drafts.keep),
        baseline=Side(drafts.keep_raw),
        goal=2.0,
        count=12 * SPOTS,
    )


CASES: tuple[Callable[[], Case], ...] = (
    a_signed_in_request,
    an_autosave,
    a_recorded_answer,
    a_board,
)
