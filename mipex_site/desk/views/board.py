"""The board of a round, and what it shows as a table file."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mipex_site.base.htmx import render_page_or_part
from mipex_site.base.templatetags.house import STATES as LOOKS
from questionnaire.enums import Role, RoundState
from questionnaire.models import Round
from review.enums import BlockerKind

from .. import rules
from ..selectors.board import BoardPage, board_page, parts_of
from ..selectors.board.asking import MOVERS, SORTS, STATES, Asked
from .places import crumbs_to, open_round

COLUMNS = (
    "country_code",
    "country",
    "strand_code",
    "strand",
    "state",
    "done",
    "of",
    "since",
    "warnings",
    "next_mover",
    "why",
    "last_activity",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_GET
@never_cache
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show every sheet of the round, ``?view=table`` in a plain table, a line each.

    ``?format=csv`` gives the same lines as a file.
    """
    round_ = request.round_at_hand = open_round(code, request.user, rules.may_see_board)
    asked = Asked.from_query(request.GET)
    as_file = request.GET.get("format") == "csv"
    data = board_page(round_, request.user, asked, for_file=as_file)
    if as_file:
        return _as_csv(data)
    return render_page_or_part(
        request,
        page="desk/board.html",
        part="desk/_board.html",
        context=_context(request, round_, data),
    )


def _context(request: HttpRequest, round_: Round, data: BoardPage) -> dict[str, object]:
    asked = data.asked
    may_close = rules.may_see_closing(request.user, round_)
    return {
        "page": data,
        "parts": parts_of(data.counts),
        "total": data.cells,
        "now": timezone.now(),
        "cleared": data.counts.get("cleared", 0),
        "sorts": [
            (_sort_words()[name], asked.address(sort=name), name == asked.sort)
            for name in SORTS
        ],
        "views": [
            (words, asked.address(view=name), name == asked.view)
            for name, words in (("", _("Board")), ("table", _("Table")))
        ],
        "acts": _waits(data, BlockerKind.JOINT_ACT),
        "extensions": _waits(data, BlockerKind.EXTENSION),
        "may_decide": rules.may_see_closing(request.user, round_),
        "states": [(name, _state_words(name), name == asked.state) for name in STATES],
        "strands": [(c, title, c == asked.strand) for c, title in data.all_strands],
        "movers": [(name, _mover_words(name), name == asked.mover) for name in MOVERS],
        "csv_query": "&".join(part for part in (asked.address(), "format=csv") if part),
        "totals": [(t, n) for (_c, t), n in zip(data.strands, data.totals, strict=True)],
        "rows": [(row, asked.address(country="" if row.is_open else row.code))
                 for row in data.rows],
        "may_close": may_close and round_.state == RoundState.OPEN,
        "demonstration": round_.is_demonstration,
        "crumbs": crumbs_to(round_, with_board=False),
    }  # fmt: skip


def _waits(data: BoardPage, kind: str) -> dict[str, object]:
    """Return how many wait of one kind, and in which places."""
    lines = [line for line in data.waits if line.kind == kind]
    return {"n": sum(line.count for line in lines), "where": [line.place for line in lines]}


def _sort_words() -> dict[str, str]:
    return {
        "worst": _("Worst first"),
        "name": _("A to Z"),
        "oldest": _("Longest waiting"),
        "cleared": _("Most cleared"),
    }


def _state_words(name: str) -> str:
    return str(LOOKS[name].word)


def _mover_words(name: str) -> str:
    if name == "me":
        return _("You")
    return _("Nobody yet") if name == "nobody" else capfirst(str(Role(name).label))


def _as_csv(data: BoardPage) -> HttpResponse:
    """Return the cells that are shown, one a line, for a spreadsheet."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"board-{data.round.code}-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")  # Spreadsheets take a file without it for Latin-1.
    writer = csv.writer(response, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in data.rows:
        for cell in row.cells:
            line = (
                row.code, row.name, cell.strand, cell.strand_title, _state_words(cell.state),
                cell.done, cell.all, cell.since or "", "; ".join(cell.warnings),
                cell.move.who, cell.move.why, _moment(row.last_act_at),
            )  # fmt: skip
            writer.writerow([_harmless(value) for value in line])
    return response


def _moment(at: datetime | None) -> str:
    """Return a moment in UTC as spreadsheets and scripts read it."""
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""


def _harmless(value: object) -> object:
    """Keep a text from being run as a formula by the spreadsheet that opens it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
