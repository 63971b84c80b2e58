"""What several people said independently about the same question: codings.csv, read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from ..faults import Fault
from ..missing import Status
from ..options import exact, on_scale
from ..reading import Line, records
from ..tree import Leaf, Methodology

CODINGS = "codings.csv"
Meaning = TypeVar("Meaning")

CODING_COLUMNS = (
    "country",
    "indicator",
    "reference_date",
    "coder",
    "blind",
    "status",
    "option",
    "points",
    "value",
)
"""The first four are the key, and must be there; so must one of the last three. `coder` is a
pseudonym. `blind` is yes for a coding made beside a sheet, no for what a sheet said first.
`status` is ok, not_applicable or unknown; left out, ok. `option` is the place among the
indicator's options, 1 for the first; `points` an exact number, 0 to 100; `value` the number that
goalposts turn into points."""

KEY = CODING_COLUMNS[:4]
SAID = ("option", "points", "value")
YES_NO = {"yes": True, "no": False, "": False}
STATUSES = {
    "": Status.OK,
    **{str(status): status for status in (Status.OK, Status.NOT_APPLICABLE, Status.UNKNOWN)},
}


@dataclass(frozen=True, slots=True)
class Coding:
    """What one coder said first about one indicator in one country on one date.

    Shape   country, indicator: codes. date: the reference date, ISO. coder: a pseudonym, which
            is one person (or one role, such as the second expert) throughout. blind: made beside
            a sheet, and so nothing that the review could change.
    Units   points: 0 to 100, exact; None where the status earns none.
    """

    country: str
    indicator: str
    date: str
    coder: str
    points: Fraction | None
    status: Status = Status.OK
    blind: bool = False

    @property
    def cell(self) -> tuple[str, str, str]:
        """The question it answers: the key of the settled answer."""
        return self.country, self.indicator, self.date


def read_codings(
    lines: Iterable[str], methodology: Methodology, *, countries: Collection[str] = ()
) -> list[Coding]:
    """Read codings.csv.

    Shape   countries: the codes there are; empty where any is taken.
    Raises  Fault, with line and column, on a missing column, a line of another length, an
            unknown country, indicator or status, a date that is none, an option that is none, what
            is no number, points outside 0..100, an option, points and a value that disagree, the
            same coder twice on one question, or a table without a coding.
    """
    found: list[Coding] = []
    first: dict[tuple[str, ...], int] = {}
    for number, line in records(lines, KEY):
        if not any(column in line for column in SAID):
            raise Fault("one of the columns option, points and value is needed", line=1)
        key = tuple(line[column] for column in KEY)
        if key in first:
            reason = f"{' '.join(key)} stands in line {first[key]} already"
            raise Fault(reason, line=number, column="coder")
        first[key] = number
        found.append(_coding(number, line, methodology, countries))
    if not found:
        raise Fault("there is no coding in it", line=1)
    return found


def _coding(
    number: int, line: Line, methodology: Methodology, countries: Collection[str]
) -> Coding:
    leaf = methodology.leaves.get(line["indicator"])
    if leaf is None:
        reason = f"there is no indicator {line['indicator']!r}"
        raise Fault(reason, line=number, column="indicator")
    if not line["country"] or (countries and line["country"] not in countries):
        reason = f"there is no country {line['country']!r}"
        raise Fault(reason, line=number, column="country")
    if not line["coder"]:
        raise Fault("the coder is empty", line=number, column="coder")
    status = _word(line, "status", STATUSES, number)
    points = _points(number, line, leaf)
    if (points is not None) != (status == Status.OK):
        has = "no points" if points is None else "points"
        raise Fault(f"a coding that is {status} has {has}", line=number, column="status")
    return Coding(
        country=line["country"],
        indicator=leaf.code,
        date=_date(line["reference_date"], number),
        coder=line["coder"],
        points=points,
        status=status,
        blind=_word(line, "blind", YES_NO, number),
    )


def _points(number: int, line: Line, leaf: Leaf) -> Fraction | None:
    """Return what was coded, from whichever of the three columns say it; they must agree."""
    read = {"option": _of_option, "points": _of_points, "value": _of_value}
    points = None
    for column in SAID:
        if line.get(column):
            try:
                earned = read[column](line[column], leaf)
                if points not in (None, earned):
                    raise ValueError(f"it earns {earned} points and not {points}")
            except ValueError as error:
                raise Fault(str(error), line=number, column=column) from error
            points = earned
    return points


def _of_option(text: str, leaf: Leaf) -> Fraction:
    if leaf.options is None:
        raise ValueError(f"{leaf.code} has no options")
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text!r} is no place of an option")
    return leaf.options.points_at(int(text[:9]))


def _of_points(text: str, leaf: Leaf) -> Fraction:
    points = exact(text)
    if not on_scale(points):
        raise ValueError(f"{points} points for {leaf.code} lie outside 0..100")
    return points


def _of_value(text: str, leaf: Leaf) -> Fraction:
    return leaf.posts.points(exact(text))


def _word(line: Line, column: str, meanings: Mapping[str, Meaning], number: int) -> Meaning:
    """Return what the word in an optional COLUMN means."""
    text = line.get(column, "")
    if text not in meanings:
        known = ", ".join(filter(None, meanings))
        raise Fault(f"{text!r} is none of {known}", line=number, column=column)
    return meanings[text]


def _date(text: str, number: int) -> str:
    try:
        if dt.date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    reason = f"{text!r} is no date such as 2019-12-31"
    raise Fault(reason, line=number, column="reference_date")
