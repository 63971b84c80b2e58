"""Read an edition's tables: the first fault stops the reading, and says where it is."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from fractions import Fraction

from .codes import is_code
from .faults import Fault
from .groups import Membership
from .missing import WITH_POINTS, Status
from .options import exact, on_scale
from .score import Cell
from .tables import GROUP_COLUMNS
from .tree import Leaf, Methodology

NEEDED = ("country", "indicator", "reference_date", "status", "points")
"""The columns of answers.csv without which nothing can be scored."""

STATUSES = {str(status): status for status in Status}
Line = dict[str, str]


def read_cells(
    lines: Iterable[str], methodology: Methodology, *, countries: Collection[str] = ()
) -> list[Cell]:
    """Read answers.csv: NEEDED, and `option` and `value` where they are.

    Shape   points: a number from 0 to 100. option: the place of an option, which must earn
            those points. value: a number that the indicator's goalposts turn into points; it
            stands in place of points, or beside the very points it earns. countries: the
            codes there are; empty where any is taken.
    Raises  Fault, with line and column, on a missing column, a line of another length, an
            unknown country, indicator or status, a date that is none, what is no number, points
            outside 0..100 or that the status cannot have, and the same cell in two lines.
    """
    cells: list[Cell] = []
    first: dict[tuple[str, str, str], int] = {}
    for number, line in records(lines, NEEDED):
        cell = _cell(number, line, methodology)
        if countries and cell.country not in countries:
            reason = f"there is no country {cell.country!r}"
            raise Fault(reason, line=number, column="country")
        key = (cell.country, cell.indicator, cell.date)
        if key in first:
            reason = f"{' '.join(key)} stands in line {first[key]} already"
            raise Fault(reason, line=number)
        first[key] = number
        cells.append(cell)
    return cells


def line_of(lines: Iterable[str], key: tuple[str, str, str]) -> int | None:
    """Return the line of answers.csv in which a cell stands, by country, indicator and date."""
    for number, line in records(lines, NEEDED):
        if (line["country"], line["indicator"], line["reference_date"]) == key:
            return number
    return None


def read_countries(lines: Iterable[str]) -> list[str]:
    """Read the codes in countries.csv. Raises Fault on a missing column or a code given twice."""
    codes: dict[str, int] = {}
    for number, line in records(lines, ("country",)):
        if not line["country"] or line["country"] in codes:
            reason = f"the country {line['country']!r} is empty or stands twice"
            raise Fault(reason, line=number, column="country")
        codes[_code(line, number, "country")] = number
    return list(codes)


def read_memberships(lines: Iterable[str]) -> list[Membership]:
    """Read groups.csv.

    Raises Fault on a missing column, a code or a date that is none, a membership that ends
    before it begins, or one that overlaps another of the same country in the same group.
    """
    found: list[Membership] = []
    others: dict[tuple[str, str], list[Membership]] = defaultdict(list)
    for number, line in records(lines, GROUP_COLUMNS):
        for column in ("from", "to"):
            if line[column] or column == "from":
                _date(line[column], number, column)
        group, country = (_code(line, number, column) for column in ("group", "country"))
        one = Membership(group, country, line["from"], line["to"])
        if one.last and one.last < one.first:
            raise Fault(f"{one.last} is before {one.first}", line=number, column="to")
        if any(_overlap(one, other) for other in others[group, country]):
            reason = f"{country} is in {group} already at that time"
            raise Fault(reason, line=number, column="from")
        others[group, country].append(one)
        found.append(one)
    return found


def records(lines: Iterable[str], columns: Sequence[str]) -> Iterator[tuple[int, Line]]:
    """Give the lines of a table with their numbers, the header being line 1.

    Shape   columns without a name, which spreadsheets leave at the end, are no columns.
    Raises  Fault on a missing column, a column given twice, a line with more or fewer fields
            than the header, or text that is no CSV.
    """
    reader = csv.reader(_texts(lines), strict=True)
    header = _header(reader, columns)
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Fault(f"it is no CSV: {error}", line=reader.line_num) from error
        if len(fields) != len(header):
            if not fields:
                continue
            reason = f"it has {len(fields)} fields, and the header {len(header)}"
            raise Fault(reason, line=reader.line_num)
        yield reader.line_num, dict(zip(header, fields, strict=True))


def _texts(lines: Iterable[str]) -> Iterator[str]:
    """Give the lines; refuse the character NUL, which is no text and which csv lets through."""
    for number, line in enumerate(lines, start=1):
        if "\0" in line:
            raise Fault("it is no text: it has a character NUL", line=number)
        yield line


def _header(reader: Iterator[list[str]], columns: Sequence[str]) -> list[str]:
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise Fault(f"it is no CSV: {error}", line=1) from error
    missing = [column for column in columns if column not in header]
    if missing:
        words = "the columns {} are missing" if len(missing) > 1 else "the column {} is missing"
        raise Fault(words.format(", ".join(missing)), line=1)
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        raise Fault("the column stands twice", line=1, column=twice[0])
    return header


def _cell(number: int, line: Line, methodology: Methodology) -> Cell:
    leaf = methodology.leaves.get(line["indicator"])
    if leaf is None:
        reason = f"there is no indicator {line['indicator']!r}"
        raise Fault(reason, line=number, column="indicator")
    country = _code(line, number, "country")
    status = STATUSES.get(line["status"])
    if status is None:
        reason = f"there is no status {line['status']!r}: it is one of {', '.join(STATUSES)}"
        raise Fault(reason, line=number, column="status")
    date = _date(line["reference_date"], number, "reference_date")
    points = _points(number, line, leaf)
    if (points is not None) != (status in WITH_POINTS):
        has = "has no points" if points is None else "has points"
        raise Fault(f"an answer that is {status} {has}", line=number, column="points")
    return Cell(country, leaf.code, date, status, points)


def _code(line: Line, number: int, column: str) -> str:
    code = line[column]
    if not code:
        raise Fault(f"the {column} is empty", line=number, column=column)
    if not is_code(code):
        reason = f"the {column} {code!r} has a control character"
        raise Fault(reason, line=number, column=column)
    return code


def _points(number: int, line: Line, leaf: Leaf) -> Fraction | None:
    """Return what the answer earns, from its points, or its value, or both that agree."""
    points = None
    if line["points"]:
        points = _number(line["points"], number, "points")
        if not on_scale(points):
            raise Fault(f"{points} lies outside 0..100", line=number, column="points")
    if line.get("value"):
        earned = _earned(line["value"], number, leaf)
        if points not in (None, earned):
            reason = f"it earns {earned} points and not {points}"
            raise Fault(reason, line=number, column="value")
        points = earned
    if line.get("option"):
        _check_option(line["option"], points, number, leaf)
    return points


def _earned(text: str, number: int, leaf: Leaf) -> Fraction:
    if leaf.options is not None:
        reason = f"{leaf.code} has options, and so no value"
        raise Fault(reason, line=number, column="value")
    value = _number(text, number, "value")
    try:
        return leaf.posts.points(value)
    except ValueError as error:
        raise Fault(str(error), line=number, column="value") from error


def _check_option(text: str, points: Fraction | None, number: int, leaf: Leaf) -> None:
    if leaf.options is None:
        raise Fault(f"{leaf.code} has no options", line=number, column="option")
    if not (text.isascii() and text.isdigit()):
        raise Fault(f"{text!r} is no place of an option", line=number, column="option")
    try:
        earned = leaf.options.points_at(int(text[:9]))
    except ValueError as error:
        raise Fault(str(error), line=number, column="option") from error
    if earned != points:
        said = "none" if points is None else points
        reason = f"option {text} earns {earned} points and not {said}"
        raise Fault(reason, line=number, column="option")


def _number(text: str, number: int, column: str) -> Fraction:
    try:
        return exact(text)
    except ValueError as error:
        raise Fault(str(error), line=number, column=column) from error


def _date(text: str, number: int, column: str) -> str:
    try:
        if dt.date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise Fault(f"{text!r} is no date such as 2019-12-31", line=number, column=column)


def _overlap(one: Membership, other: Membership) -> bool:
    return (not one.last or other.first <= one.last) and (
        not other.last or one.first <= other.last
    )
