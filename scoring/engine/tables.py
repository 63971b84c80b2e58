"""The columns of an edition's tables, and their text: the same bytes for the same figures.

UTF-8, LF, RFC 4180 quoting, a header row, sorted by key. An empty field means no value, and
`status` says why. Readers take columns by name and ignore those they do not know.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from .groups import GroupRow
from .missing import Status
from .rounding import decimal_text
from .score import Cell, Results

ANSWER_COLUMNS = (
    "country",
    "indicator",
    "reference_date",
    "status",
    "option",
    "points",
    "rationale",
)
"""`option` is the place among the indicator's options, 1 for the first; empty for exceptional
points. `points` is exact: a whole number, or a fraction such as 125/2."""

RESULT_COLUMNS = (
    "country",
    "node",
    "level",
    "reference_date",
    "exact",
    "score",
    "display",
    "rank",
    "ranked",
    "tied",
    "band",
    "coverage",
    "status",
    "reason",
    "lo",
    "hi",
    "flags",
)
"""`exact` is the fraction; `score` the same with 17 significant digits; `display` the one
rounded figure. `ranked` says of how many countries the rank is one: those that are ranked at the
same node and date. `tied` is yes or no where there is a rank. `lo` and `hi` are exact: the least
and the most the score could be if everything missing were answered. `flags` are separated by
spaces: break, estimated, provisional."""

WITHOUT_BOUNDS = tuple(name for name in RESULT_COLUMNS if name not in {"lo", "hi", "flags"})
EARLIER_RESULT_COLUMNS = tuple(name for name in WITHOUT_BOUNDS if name != "ranked")
EARLIER_LAYOUTS = (EARLIER_RESULT_COLUMNS, WITHOUT_BOUNDS)
"""The columns of editions that were built before the others were there; they stay as they are."""

GROUP_COLUMNS = ("group", "country", "from", "to")
"""First and last day of a membership, both included; an empty `to` means still a member."""

GROUP_RESULT_COLUMNS = (
    "group",
    "node",
    "level",
    "reference_date",
    "exact",
    "score",
    "display",
    "n",
    "of",
    "status",
    "reason",
)

YES_NO = {True: "yes", False: "no"}


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""Return a whole table as text.

    >>> csv_text(("a", "b"), [("1", 'say "yes", or no')])
    'a,b\n1,"say ""yes"", or no"\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def answer_row(
    cell: Cell, *, option: int | None = None, rationale: str = ""
) -> tuple[str, ...]:
    """Return one line of answers.csv; the caller sorts by the first three columns."""
    return (
        cell.country,
        cell.indicator,
        cell.date,
        str(Status(cell.status)),
        _text(option),
        _text(cell.points),
        rationale,
    )


def result_rows(results: Results) -> Iterator[tuple[str, ...]]:
    """Give the lines of results.csv."""
    fields = Counter((row.node, row.date) for row in results.rows if row.rank is not None)
    for row in results.rows:
        yield (
            row.country,
            row.node,
            row.level,
            row.date,
            _text(row.exact),
            "" if row.exact is None else decimal_text(row.exact),
            _text(row.shown),
            _text(row.rank),
            "" if row.rank is None else str(fields[row.node, row.date]),
            "" if row.rank is None else YES_NO[row.tied],
            row.band or "",
            _text(row.coverage),
            str(row.status),
            row.reason,
            _text(row.lo),
            _text(row.hi),
            " ".join(row.flags),
        )


def group_result_rows(rows: Iterable[GroupRow]) -> Iterator[tuple[str, ...]]:
    """Give the lines of group_results.csv."""
    for row in rows:
        yield (
            row.group,
            row.node,
            row.level,
            row.date,
            _text(row.exact),
            "" if row.exact is None else decimal_text(row.exact),
            _text(row.shown),
            str(row.n),
            str(row.of),
            str(row.status),
            row.reason,
        )


def _text(value: object) -> str:
    return "" if value is None else str(value)
