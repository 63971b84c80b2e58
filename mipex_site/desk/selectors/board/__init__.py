"""The board: every country and strand of a round, what state it is in, and who moves next."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from questionnaire.models import Assessment, Round
from questionnaire.selectors.coordinator import BoardRow, board_rows, sheets_on_board
from review.selectors.closing import things_that_block
from review.selectors.standing import case_states

from ...rules import may_call_people
from .asking import Asked
from .cells import ORDER, Cell, cell_of
from .movers import BlockerLine, Movers, NextMove

TONES = {
    "cleared": "ok",
    "last_word": "review",
    "in_review": "review",
    "disputed": "stop",
    "reopened": "going",
    "returned": "warn",
    "late": "warn",
    "submitted": "going",
    "answering": "open",
    "not_begun": "none",
    "excluded": "none",
}
"""The tone of each state in the bar over the board."""


@dataclass(frozen=True, slots=True)
class Row:
    """One country. Its BLOCKERS are there only where it IS_OPEN; LAST_ACT_AT only in a table."""

    code: str
    name: str
    cells: tuple[Cell, ...]
    cleared: int
    move: NextMove
    movers: frozenset[str]
    blockers: tuple[BlockerLine, ...]
    worst: int
    since: date | None
    is_open: bool
    shown_until: datetime | None = None
    left_out: bool = False
    last_act_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BoardPage:
    """All that the board shows, after filter and sort; totals are of what is shown.

    LOST is how many countries a tie keeps from the person: they are in no row and no count.
    SHOWN_UNTIL says by country how long names stand in place of pseudonyms. WAITS are the acts of
    two and the wishes for more time that wait for a decision.
    """

    round: Round
    asked: Asked
    strands: tuple[tuple[str, str], ...]
    all_strands: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    totals: tuple[int, ...]
    counts: dict[str, int]
    countries: int
    cells: int
    blockers: int
    late: int
    yours: int
    may_call: bool
    lost: int
    shown_until: dict[str, datetime]
    waits: tuple[BlockerLine, ...]


def board_page(round_: Round, user: User, asked: Asked, *, for_file: bool = False) -> BoardPage:
    """Return the board, in a number of queries that does not grow with the sheets.

    FOR_FILE leaves names out, also where the page shows them for a day.
    """
    now = timezone.now()
    may_call = may_call_people(user, round_)
    as_table = for_file or asked.view == "table"
    sheets = sheets_on_board(round_, with_activity=as_table)
    movers = Movers(
        round_,
        user,
        may_call=may_call,
        today=timezone.localdate(now),
        sheets=[sheet for sheet in sheets if not sheet.is_excluded],
        for_file=for_file,
    )
    rows, strands = _rows(round_, sheets, movers, now, asked=asked, as_table=as_table)
    shown = asked.pick(rows, [code for code, _title in strands])
    picked = tuple(strand for strand in strands if asked.strand in {"", strand[0]})
    every = [cell for row in rows for cell in row.cells]
    return BoardPage(
        round=round_,
        asked=asked,
        strands=picked,
        all_strands=tuple(strands),
        rows=tuple(shown),
        totals=tuple(_cleared(shown, code) for code, _title in picked),
        counts=dict(Counter(cell.state for cell in every)),
        countries=len(rows),
        cells=len(every),
        blockers=things_that_block(movers.found),
        late=sum(cell.is_late for cell in every),
        yours=movers.yours,
        may_call=may_call,
        lost=len(movers.people.lost),
        shown_until=movers.people.shown_until,
        waits=movers.waits(),
    )


def _cleared(rows: list[Row], strand: str) -> int:
    cells = (cell for row in rows for cell in row.cells)
    return sum(cell.strand == strand and cell.state == "cleared" for cell in cells)


def parts_of(counts: dict[str, int]) -> list[dict[str, object]]:
    """Return the bar over the board: each state with its tone, its count and its words."""
    words = {
        "cleared": lambda n: ngettext("%(n)d cleared", "%(n)d cleared", n),
        "last_word": lambda n: ngettext("%(n)d last word", "%(n)d last words", n),
        "in_review": lambda n: ngettext("%(n)d in review", "%(n)d in review", n),
        "disputed": lambda n: ngettext("%(n)d disputed", "%(n)d disputed", n),
        "reopened": lambda n: ngettext("%(n)d reopened", "%(n)d reopened", n),
        "returned": lambda n: ngettext("%(n)d returned", "%(n)d returned", n),
        "submitted": lambda n: ngettext("%(n)d submitted", "%(n)d submitted", n),
        "answering": lambda n: ngettext("%(n)d answering", "%(n)d answering", n),
        "not_begun": lambda n: ngettext("%(n)d not begun", "%(n)d not begun", n),
        "excluded": lambda n: ngettext("%(n)d excluded", "%(n)d excluded", n),
    }
    return [
        {
            "state": state,
            "tone": TONES[state],
            "count": counts[state],
            "words": says(counts[state]) % {"n": counts[state]},
        }
        for state, says in words.items()
        if counts.get(state)
    ]


def _rows(
    round_: Round,
    sheets: list[Assessment],
    movers: Movers,
    now: datetime,
    *,
    asked: Asked,
    as_table: bool,
) -> tuple[list[Row], list[tuple[str, str]]]:
    """Return every country in the order of its name, and the strands in theirs.

    AS_TABLE says of each cell who moves next there, which the wide board says of a country.
    """
    places: dict[str, dict[str, list[BoardRow]]] = defaultdict(lambda: defaultdict(list))
    strands: dict[str, str] = {}
    for sheet in board_rows(sheets):
        places[sheet.country][sheet.strand].append(sheet)
        strands[sheet.strand] = sheet.strand_title
    states = case_states(round_)
    lacking = movers.lacks_expert(sheets)
    rows = []
    for code, by_strand in places.items():
        if code in movers.people.lost:
            continue
        cells = tuple(
            cell_of(
                by_strand[strand],
                states.get((code, strand)),
                movers.of_cell(code, strand),
                round_=round_,
                now=now,
                move=_move(movers, by_strand[strand][0], strand) if as_table else None,
                lacks_expert=(code, strand) in lacking,
            )
            for strand in strands
            if strand in by_strand
        )
        any_sheet = next(iter(by_strand.values()))[0]
        rows.append(_row(any_sheet, cells, movers, is_open=code == asked.country))
    return rows, list(strands.items())


def _move(movers: Movers, sheet: BoardRow, strand: str | None = None) -> NextMove:
    """Return who moves next; a country that is left out is not cleared, but waits for nobody."""
    move = movers.next_move(sheet.country, strand)
    if sheet.is_excluded and not move.role:
        return replace(move, why=_("Left out"))
    return move


def _row(any_sheet: BoardRow, cells: tuple[Cell, ...], movers: Movers, *, is_open: bool) -> Row:
    code = any_sheet.country
    return Row(
        code=code,
        name=any_sheet.country_name,
        cells=cells,
        cleared=sum(cell.state == "cleared" for cell in cells),
        move=_move(movers, any_sheet),
        movers=movers.roles_in(code),
        blockers=movers.of_country(code) if is_open else (),
        worst=min((cell.gravity for cell in cells), default=len(ORDER)),
        since=movers.since(code),
        is_open=is_open,
        shown_until=movers.people.shown_until.get(code),
        left_out=any_sheet.is_excluded,
        last_act_at=any_sheet.last_act_at,
    )
