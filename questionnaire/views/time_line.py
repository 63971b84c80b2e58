"""The time line below a question: the asked days on a line, the spans in words, the form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ..enums import AssessmentState, RequestState
from ..forms.back_casts import TimeLineForm
from ..models import Assessment
from ..selectors.back_casts import Point, TimeLine, said, time_line
from ..selectors.sheet import QuestionPage
from .places import address

ANCHOR = "#time-line"
LONGEST_WORDS = 120


def time_line_of(question: QuestionPage, sent: TimeLineForm | None) -> dict[str, Any]:
    """Return the context of the time line below a question; empty where no day is asked."""
    page, row = question.strand.page, question.row
    if row.answer is None:
        return {}
    found = sent.line if sent else time_line(page.sheet, row.indicator, page.cut_off)
    if found is None:
        return {}
    open_for_all = page.may_answer and page.sheet.state == AssessmentState.OPEN
    form = sent or TimeLineForm(line=found, options=row.options, pool=page.sources)
    return {
        "time_line": found,
        "time_line_form": form if open_for_all else None,
        "time_line_marks": list(_marks(page.sheet, found)),
        "time_line_words": list(_words(found)),
        "time_line_action": address(page.sheet, "time-line", row.indicator.code),
    }


def _marks(sheet: Assessment, found: TimeLine) -> Iterator[dict[str, Any]]:
    """Place the days on the line, the oldest left; X and UNTIL are per cent of its width."""
    points = found.points[::-1]
    step = 100 / len(points)
    one_a_year = len({point.day.year for point in points}) == len(points)
    for number, point in enumerate(points):
        yield {
            "point": point,
            "x": f"{step * (number + 0.5):.2f}%",
            "until": f"{step * (number + 1.5):.2f}%" if number + 1 < len(points) else "",
            "holds": number + 1 < len(points) and _holds(point, points[number + 1]),
            "label": str(point.day.year) if one_a_year else date_format(point.day, "j M y"),
            "is_asked": point.request is not None and point.request.state == RequestState.OPEN,
            "url": ""
            if point is found.cut_off
            else address(sheet, "on-day", found.indicator.code, point.day.isoformat()),
        }


def _words(found: TimeLine) -> Iterator[dict[str, str]]:
    """Say the spans in words, the newest first: since when, and what."""
    newest = found.points
    start = 0
    for number, point in enumerate(newest):
        following = newest[number + 1] if number + 1 < len(newest) else None
        ends = following is None or not _agree(point, following)
        if not ends:
            continue
        yield {"when": _when(newest, start, number), "what": _said(newest[start])}
        start = number + 1


def _holds(point: Point, following: Point) -> bool:
    """Return whether both days are answered, and alike."""
    return point.answer is not None and _agree(point, following)


def _agree(one: Point, other: Point) -> bool:
    if one.answer is None or other.answer is None:
        return one.answer is other.answer
    return said(one.answer) == said(other.answer)


def _when(points: tuple[Point, ...], first: int, last: int) -> str:
    """Name a span by its asked days: POINTS[FIRST] is its newest, POINTS[LAST] its oldest."""
    newest, oldest = (date_format(points[n].day, "j F Y") for n in (first, last))
    if first == last:
        return newest
    return _("%(oldest)s to %(newest)s") % {"oldest": oldest, "newest": newest}


def _said(point: Point) -> str:
    if point.answer is None:
        return _("not answered yet")
    answer = point.answer
    label = answer.option.label if answer.option else str(answer.get_kind_display())
    return Truncator(label).chars(LONGEST_WORDS)
