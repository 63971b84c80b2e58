"""The columns of what `explain` and `compare` write, and their lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from ..rounding import decimal_text
from .contributions import Explanation, Part
from .notes import shown_change
from .terms import Answer, Change, Term

EXPLAIN_COLUMNS = (
    "country",
    "reference_date",
    "explained",
    "code",
    "level",
    "within",
    "depth",
    "standing",
    "rule",
    "status",
    "points",
    "weight",
    "contribution",
    "gap",
    "base",
    "next_option",
    "next_points",
    "next_score",
    "gain",
)
"""One line for the explained node and for everything below it, a parent before its children.
`within` is the parent's code, empty for the explained node itself; `depth` is 0 for it. `standing`
is yes for the lines whose `contribution` sums to the explained score and whose `gap` sums to what
it lacks to 100. `next_…` and `gain` are of an answer's next better option. All figures are exact:
whole numbers or fractions such as 25/16."""

CHANGE_COLUMNS = (
    "country",
    "node",
    "level",
    "from",
    "to",
    "old",
    "new",
    "delta",
    "policy",
    "method",
    "coverage",
    "correction",
    "old_display",
    "new_display",
    "shown",
    "note",
    "comparability_key",
)
"""One line a country and node, sorted by these. `delta` is `new` less `old`, and the four terms sum
to it; all are exact. `shown` is the delta with one decimal place and its sign; `note` is empty,
hidden, enlarged or reduced. Where a side has no score, all that would need it is empty.
`comparability_key` is the one that both editions share; empty where they share none, and then no
line joins the two scores."""

ANSWER_CHANGE_COLUMNS = (
    "country",
    "node",
    "indicator",
    "from",
    "to",
    "term",
    "old_points",
    "old_status",
    "new_points",
    "new_status",
    "part",
)
"""One line for every answer that changed below a node, and for each term under which it did. The
`part` of the lines of one country, node and term sum to that term in change.csv. Points are in the
units of the new methodology. An `indicator` that is a node's code stands for all below it."""


def explain_rows(explanation: Explanation) -> Iterator[tuple[str, ...]]:
    """Give the lines of explain.csv."""
    standing = {part.code for part in explanation.root.standing()}
    place = (explanation.country, explanation.date, explanation.node)
    for part, within, depth in _descend(explanation.root):
        step = part.step
        yield (
            *place,
            part.code,
            part.level,
            within,
            str(depth),
            "yes" if part.code in standing else "no",
            part.rule,
            str(part.status),
            text(part.points),
            text(part.weight),
            text(part.contribution),
            text(part.gap),
            text(part.base) if part.whole else "",
            str(step.option) if step else "",
            text(step.points) if step else "",
            text(step.score) if step else "",
            text(step.gain) if step else "",
        )


def _descend(part: Part, within: str = "", depth: int = 0) -> Iterator[tuple[Part, str, int]]:
    yield part, within, depth
    for below in part.parts:
        yield from _descend(below, part.code, depth + 1)


def change_rows(changes: Iterable[Change], key: str) -> Iterator[tuple[str, ...]]:
    """Give the lines of change.csv; KEY is the one that both editions share."""
    for change in changes:
        yield (
            change.country,
            change.node,
            change.level,
            change.old_date,
            change.new_date,
            text(change.old),
            text(change.new),
            text(change.delta),
            *(text(change.terms.get(term)) for term in Term),
            *_shown(change),
            key,
        )


def _shown(change: Change) -> tuple[str, str, str, str]:
    if change.old is None or change.new is None:
        return "", "", "", ""
    shown = shown_change(change.old, change.new)
    return str(shown.old), str(shown.new), shown.text, str(shown.note)


def answer_change_rows(changes: Iterable[Change]) -> Iterator[tuple[str, ...]]:
    """Give the lines of answers_changed.csv."""
    for change in changes:
        for answer in change.answers:
            yield (
                change.country,
                change.node,
                answer.indicator,
                change.old_date,
                change.new_date,
                str(answer.term),
                *_answer(answer.old),
                *_answer(answer.new),
                text(answer.part),
            )


def _answer(answer: Answer | None) -> tuple[str, str]:
    return (text(answer.points), str(answer.status)) if answer else ("", "")


def text(value: Fraction | None) -> str:
    """Return an exact figure as text; empty if there is none."""
    return "" if value is None else str(value)


DIGITS = 6


def explain_lines(explanation: Explanation) -> Iterator[str]:
    """Give a table for the terminal: what contributes, what lacks, what would raise it."""
    root = explanation.root
    score = "no score" if root.points is None else f"{root.points} = {_short(root.points)}"
    yield f"{explanation.country} {explanation.node} on {explanation.date}: {score}"
    if root.points is None:
        yield f"reason: {root.status}"
        return
    yield ""
    yield _line("code", "points", "weight", "contributes", "gap to 100")
    for part, _, depth in _descend(root):
        name = "  " * depth + part.code + (f" ({part.rule})" if part.whole else "")
        points = str(part.status) if part.points is None else _short(part.points)
        yield _line(name, points, *map(_short, (part.weight, part.contribution, part.gap)))
    contributed = [part.contribution or Fraction(0) for part in root.standing()]
    yield f"The contributions sum to {sum(contributed, Fraction(0))}."
    yield from _raising_lines(explanation)


def _raising_lines(explanation: Explanation) -> Iterator[str]:
    raising = explanation.raising()
    yield ""
    if not raising:
        yield "No single answer would raise the score."
        return
    yield "Answers that would raise the score, by their next better option:"
    yield _line("code", "points", "next", "the score", "gain")
    for part in raising:
        step = part.step
        if step is not None:
            figures = (part.points, step.points, step.score, step.gain)
            yield _line(part.code, *map(_short, figures))


def _line(name: str, *figures: str) -> str:
    return f"{name:<32}" + "".join(f"{figure:>14}" for figure in figures)


def _short(value: Fraction | None) -> str:
    return "-" if value is None else decimal_text(value, digits=DIGITS)
