"""What each answer of an edition gives to its scores, computed by the engine from frozen facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from scoring.engine.explaining.contributions import Explanation, Part
from scoring.engine.explaining.sheets import Sheet, sheet_of
from scoring.engine.nodes import INDEX, INDICATOR
from scoring.engine.tree import Methodology

from .as_engine import cell_of
from .frozen import AnswerFacts, Frozen
from .tables import Line, table_text

CONTRIBUTIONS = "contributions.csv"
CONTRIBUTION_COLUMNS = (
    "country", "index", "node", "reference_date", "level", "status", "effective_weight", "points",
    "contribution", "gap", "whole", "next_option", "next_points", "next_score", "gain",
)  # fmt: skip
"""One line an answer, and one a node that stands as a whole; `whole` names the node in whose
contribution that of an answer lies. The other lines sum to the score, their gaps to the rest."""


def sheets_of(frozen: Frozen, *, beat: Callable[[str], None] | None = None) -> dict[str, Sheet]:
    """Return what explains each country's figures, by country, on its last reference date.

    BEAT is called once a country with the step in words.
    """
    methodology = Methodology.from_document(frozen.methodology)
    sheets = {}
    for country, answers in _last_answers(frozen).items():
        if beat is not None:
            beat(_("Explaining the scores"))
        sheets[country] = sheet_of(methodology, map(cell_of, answers))
    return sheets


def explanations_of(
    frozen: Frozen, sheets: Mapping[str, Sheet]
) -> dict[tuple[str, str], Explanation]:
    """Return the explanation of each overall score that the edition gives, by country and index.

    One that was not issued, or that has no score, is not explained.
    """
    exact = {
        (score.country, score.node, score.reference_date.isoformat()): score.exact
        for score in frozen.scores
        if score.level == INDEX
    }
    return {
        (country, code): found
        for country, sheet in sorted(sheets.items())
        for code, found in sorted(sheet.indexes.items())
        if found.root.points is not None
        and exact.get((country, code, found.date)) == found.root.points
    }


def contribution_lines(explanations: Iterable[Explanation]) -> Iterator[Line]:
    """Give the lines of contributions.csv, sorted by country, index and node."""
    for found in sorted(explanations, key=lambda each: (each.country, each.node)):
        yield from sorted(_lines(found))


def text(frozen: Frozen, sheets: Mapping[str, Sheet]) -> str:
    """Return contributions.csv."""
    lines = contribution_lines(explanations_of(frozen, sheets).values())
    marked = bool(frozen.revision.provisional)
    return table_text(CONTRIBUTION_COLUMNS, lines, marked=marked)


def _lines(found: Explanation) -> Iterator[Line]:
    for part in found.root.standing():
        yield _line(found, part, whole="")
        for below in part.all_parts():
            if below.level == INDICATOR and below is not part:
                yield _line(found, below, whole=part.code)


def _line(found: Explanation, part: Part, *, whole: str) -> Line:
    step = part.step
    return (
        found.country,
        found.node,
        part.code,
        found.date,
        part.level,
        str(part.status),
        _text(part.weight),
        _text(part.points),
        _text(part.contribution),
        _text(part.gap),
        whole,
        _text(step.option if step else None),
        _text(step.points if step else None),
        _text(step.score if step else None),
        _text(step.gain if step else None),
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _last_answers(frozen: Frozen) -> dict[str, list[AnswerFacts]]:
    """Return each country's answers on the last date for which it has a figure."""
    last: dict[str, date] = {}
    for score in frozen.scores:
        last[score.country] = max(last.get(score.country, date.min), score.reference_date)
    found: dict[str, list[AnswerFacts]] = defaultdict(list)
    for answer in frozen.answers:
        if last.get(answer.country) == answer.reference_date:
            found[answer.country].append(answer)
    return found
