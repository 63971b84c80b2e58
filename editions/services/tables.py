"""The tables of an edition, and the book that explains each of their columns.

Column layouts and the text of results are the engine's: what it recomputes from answers.csv is
compared with results.csv byte for byte.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from scoring.engine import tables as engine
from scoring.engine.aggregate import BELOW_COVERAGE
from scoring.engine.groups import GroupRow
from scoring.engine.missing import Status
from scoring.engine.score import Cell, Results, Row

from .frozen import (
    AnswerFacts,
    CellChange,
    Frozen,
    GroupScoreFacts,
    ScoreChange,
    ScoreFacts,
)

Line = tuple[str, ...]

NODE_COLUMNS = (
    "node", "kind", "parent", "position", "title", "question", "evidence", "weight", "rule",
    "shown", "scored", "strands",
)  # fmt: skip
OPTION_COLUMNS = ("indicator", "option", "points", "label", "description")
COUNTRY_COLUMNS = ("country", "alpha3", "name")
NOT_ASSESSED = "not_assessed.csv"
"""There only where the edition leaves a country out."""

CREDITS = "contributors.csv"
"""There only where somebody asked to be named."""

CREDIT_COLUMNS = ("country", "role", "person")
SAID = {True: "yes", False: "no"}
NOT_ASSESSED_COLUMNS = (*COUNTRY_COLUMNS, "follows_later", "because")
SOURCE_COLUMNS = (
    "country", "indicator", "reference_date", "position", "kind", "title", "article", "year",
    "publisher", "url", "in_force_from", "in_force_until", "published_on",
)  # fmt: skip
ANSWER_COLUMNS = (*engine.ANSWER_COLUMNS, "basis")
CHANGE_COLUMNS = (
    "country", "indicator", "reference_date", "old_status", "old_option", "old_points", "status",
    "option", "points", "words",
)  # fmt: skip
SCORE_CHANGE_COLUMNS = (
    "country", "node", "reference_date", "old_exact", "old_shown", "old_rank", "old_tied",
    "old_ranked", "exact", "shown", "rank", "tied", "ranked",
)  # fmt: skip
GROUP_COLUMNS = (*engine.GROUP_COLUMNS, "name")
PROVISIONAL = "provisional"
"""The last column of every table of a rehearsal, and of no edition: yes in each line."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A data file as a page lists it; SIZE and HASH (SHA-256) are of its bytes."""

    name: str
    words: str
    size: str
    hash: str


def tables(frozen: Frozen) -> Iterator[tuple[str, str]]:
    """Give each table's file name and text."""
    for name, columns, lines in (
        ("answers.csv", ANSWER_COLUMNS, map(_answer, frozen.answers)),
        ("results.csv", engine.RESULT_COLUMNS, engine.result_rows(results(frozen))),
        (
            "group_results.csv",
            engine.GROUP_RESULT_COLUMNS,
            engine.group_result_rows(group_rows(frozen)),
        ),
        ("framework.csv", NODE_COLUMNS, framework_lines(frozen)),
        ("options.csv", OPTION_COLUMNS, option_lines(frozen)),
        ("countries.csv", COUNTRY_COLUMNS, country_lines(frozen)),
        ("groups.csv", GROUP_COLUMNS, group_lines(frozen)),
        ("sources.csv", SOURCE_COLUMNS, source_lines(frozen.answers)),
        *_of_left_out(frozen),
        *_of_credits(frozen),
    ):
        yield name, table_text(columns, lines, marked=bool(frozen.revision.provisional))
    if frozen.succession:
        changed = map(_change, frozen.succession.cells)
        yield "changes.csv", engine.csv_text(CHANGE_COLUMNS, changed)
        moved = map(_score_change, frozen.succession.scores)
        yield "score_changes.csv", engine.csv_text(SCORE_CHANGE_COLUMNS, moved)


def _change(cell: CellChange) -> Line:
    said = [
        value
        for one in (cell.old, cell.new)
        for value in (one.status, _text(one.option), _text(one.points))
    ]
    return (cell.country, cell.indicator, cell.reference_date.isoformat(), *said, cell.words)


def _score_change(one: ScoreChange) -> Line:
    figures = [
        value
        for score, ranked in ((one.old, one.old_ranked), (one.new, one.ranked))
        for value in _place(score, ranked)
    ]
    return (one.country, one.node, one.reference_date.isoformat(), *figures)


def _place(score: ScoreFacts, ranked: int | None) -> Line:
    """Give a figure and its rank among so many RANKED; tied only where there is a rank."""
    tied = "" if score.rank is None else engine.YES_NO[score.tied]
    return _text(score.exact), _text(score.shown), _text(score.rank), tied, _text(ranked)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def table_text(columns: Line, lines: Iterable[Line], *, marked: bool) -> str:
    """Return a whole table; MARKED says in each of its lines that it is a rehearsal's."""
    if marked:
        columns, lines = (*columns, PROVISIONAL), ((*line, "yes") for line in lines)
    return engine.csv_text(columns, lines)


def in_columns_of(there: str, again: str) -> str:
    """Return the results that the engine gives AGAIN in the columns of those that are THERE.

    An edition that was built before a column was there lacks it for good.
    """
    header = tuple(there.partition("\n")[0].split(","))
    columns = next((each for each in engine.EARLIER_LAYOUTS if each == header), None)
    if columns is None:
        return again
    rows = csv.DictReader(io.StringIO(again, newline=""))
    return engine.csv_text(columns, ([row[name] for name in columns] for row in rows))


def results(frozen: Frozen) -> Results:
    """Return the frozen figures as the engine's own rows."""
    rows = sorted(map(_row, frozen.scores), key=lambda row: row.key)
    return Results(tuple(rows))


def _row(score: ScoreFacts) -> Row:
    return Row(
        country=score.country,
        node=score.node,
        level=score.level,
        date=score.reference_date.isoformat(),
        exact=score.exact,
        shown=score.shown,
        rank=score.rank,
        tied=score.tied,
        band=score.band or None,
        coverage=score.coverage,
        status=Status(score.status),
        reason=score.reason,
        lo=score.lo,
        hi=score.hi,
        flags=tuple(score.flags.split()),
    )


def group_rows(frozen: Frozen) -> list[GroupRow]:
    """Return the frozen means as the engine's own rows."""
    levels = {each["code"]: each["kind"] for each in frozen.methodology["aggregates"]}
    levels |= {each["code"]: "index" for each in frozen.methodology["indexes"]}
    rows = [_group_row(mean, levels[mean.node]) for mean in frozen.group_scores]
    return sorted(rows, key=lambda row: (row.group, row.node, row.date))


def _group_row(mean: GroupScoreFacts, level: str) -> GroupRow:
    scored = mean.exact is not None
    return GroupRow(
        group=mean.group,
        node=mean.node,
        level=level,
        date=mean.reference_date.isoformat(),
        exact=mean.exact,
        shown=mean.shown,
        n=mean.counted,
        of=mean.members,
        status=Status.OK if scored else Status.NOT_COLLECTED,
        reason="" if scored else BELOW_COVERAGE,
    )


def _answer(answer: AnswerFacts) -> Line:
    cell = Cell(
        answer.country,
        answer.indicator,
        answer.reference_date.isoformat(),
        Status(answer.status),
        answer.points,
    )
    line = engine.answer_row(cell, option=answer.option, rationale=answer.rationale)
    return (*line, answer.basis)


def framework_lines(frozen: Frozen) -> Iterator[Line]:
    """Give indexes, aggregates and indicators, flat, in the framework's order."""
    document = frozen.methodology
    for position, index in enumerate(document["indexes"], start=1):
        yield _node_line(index | {"kind": "index", "rule": "weighted_mean"}, position)
    for position, node in enumerate(document["aggregates"], start=1):
        yield _node_line(node, position)
    for position, each in enumerate(document["indicators"], start=1):
        yield _node_line(each | {"kind": "indicator"}, position)


def _node_line(entry: dict, position: int) -> Line:
    shown = engine.YES_NO[bool(entry.get("shown", True))]
    return (
        entry["code"],
        entry["kind"],
        entry.get("parent") or "",
        str(position),
        entry["title"],
        entry.get("question", ""),
        entry.get("evidence", ""),
        str(entry.get("weight", "1")),
        entry.get("rule", ""),
        shown,
        " ".join(str(years) for years in entry.get("scored") or ()),
        " ".join(entry.get("strands", ())),
    )


def option_lines(frozen: Frozen) -> Iterator[Line]:
    for indicator in frozen.methodology["indicators"]:
        for place, option in enumerate(indicator["options"], start=1):
            yield (
                indicator["code"],
                str(place),
                str(option["points"]),
                option["label"],
                option.get("description", ""),
            )


def _of_left_out(frozen: Frozen) -> Iterator[tuple[str, Line, list[Line]]]:
    if frozen.not_assessed:
        lines = [
            (each.code, each.alpha3, each.name, SAID[each.follows_later], each.because)
            for each in frozen.not_assessed
        ]
        yield NOT_ASSESSED, NOT_ASSESSED_COLUMNS, sorted(lines)


def _of_credits(frozen: Frozen) -> Iterator[tuple[str, Line, list[Line]]]:
    if frozen.credits:
        lines = [(each.country, each.role, each.person) for each in frozen.credits]
        yield CREDITS, CREDIT_COLUMNS, sorted(lines)


def country_lines(frozen: Frozen) -> list[Line]:
    return sorted((each.code, each.alpha3, each.name) for each in frozen.countries)


def group_lines(frozen: Frozen) -> list[Line]:
    return sorted(
        (each.group, each.country, _day(each.first_day), _day(each.last_day), each.name)
        for each in frozen.groups
    )


def source_lines(answers: Iterable[AnswerFacts]) -> Iterator[Line]:
    """Give what each answer rests on, in the order in which the answer names it."""
    for answer in answers:
        key = (answer.country, answer.indicator, answer.reference_date.isoformat())
        for position, source in enumerate(answer.sources, start=1):
            yield (
                *key,
                str(position),
                source.kind,
                source.title,
                source.article,
                "" if source.year is None else str(source.year),
                source.publisher,
                source.url,
                _day(source.in_force_from),
                _day(source.in_force_until),
                _day(source.published_on),
            )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
