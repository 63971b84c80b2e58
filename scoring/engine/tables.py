"""The columns of an edition's tables, and their text: the same bytes for the same figures.

UTF-8, LF, RFC 4180 quoting, a header row, sorted by key. An empty field means no value, and
`status` says why. Readers take columns by name and ignore those they do not know.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .faults import Fault
from .groups import GroupRow, Membership
from .missing import Status
from .options import exact
from .rounding import decimal_text
from .score import Cell, Results
from .tree import Methodology

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
)
"""`exact` is the fraction; `score` the same with 17 significant digits; `display` the one
rounded figure. `ranked` says of how many countries the rank is one: those that are ranked at the
same node and date. `tied` is yes or no where there is a rank."""

EARLIER_RESULT_COLUMNS = tuple(name for name in RESULT_COLUMNS if name != "ranked")
"""The columns of editions that were built before `ranked` was there; they stay as they are."""

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


def read_cells(lines: Iterable[str], methodology: Methodology) -> list[Cell]:
    """Read answers.csv.

    Raises Fault on a missing column, an unknown status, points that are no number, or an
    `option` that earns other points than those given.
    """
    cells = []
    for number, line in _records(lines, ANSWER_COLUMNS[:6]):
        try:
            cells.append(_cell(line, methodology))
        except ValueError as error:
            raise Fault(str(error), line=number) from error
    return cells


def read_countries(lines: Iterable[str]) -> list[str]:
    """Read the codes in countries.csv. Raises Fault on a missing column, or a code that stands twice."""
    codes: list[str] = []
    for number, line in _records(lines, ("country",)):
        if not line["country"] or line["country"] in codes:
            reason = f"the country {line['country']!r} is empty or stands twice"
            raise Fault(reason, line=number, column="country")
        codes.append(line["country"])
    return codes


def read_memberships(lines: Iterable[str]) -> list[Membership]:
    """Read groups.csv. Raises Fault on a missing column."""
    return [
        Membership(line["group"], line["country"], line["from"], line["to"])
        for _, line in _records(lines, GROUP_COLUMNS)
    ]


def _records(
    lines: Iterable[str], columns: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(lines, restval="")
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise Fault(f"the columns {', '.join(missing)} are missing", line=1)
    for line in reader:
        yield reader.line_num, line


def _cell(line: Mapping[str, str], methodology: Methodology) -> Cell:
    points = exact(line["points"]) if line["points"] else None
    if line["option"] and line["indicator"] in methodology.leaves:
        options = methodology.leaves[line["indicator"]].options
        if options.points_at(int(line["option"])) != points:
            raise ValueError(f"option {line['option']} does not earn {line['points']} points")
    return Cell(
        country=line["country"],
        indicator=line["indicator"],
        date=line["reference_date"],
        status=Status(line["status"]),
        points=points,
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)
