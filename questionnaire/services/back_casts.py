"""Record how an answer stood on the earlier days that a round asks for: a time line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal, Stale, WrongState

from ..enums import AnswerKind, AssessmentState
from ..models import Answer, Assessment, Indicator, Option, Source
from ..selectors.back_casts import Point, TimeLine, time_line
from .answering import hold_place, tidy
from .answers import record_answer
from .evidence import faults_of_law


@dataclass(frozen=True, slots=True)
class Span:
    """What held from SINCE on, until the next later change. None: longer than is asked."""

    since: date | None
    kind: str = AnswerKind.CHOSEN
    option: Option | None = None
    points: Fraction | None = None
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What is to stand on one day."""

    kind: str
    option: Option | None
    points: Fraction | None
    rationale: str
    note: str
    change_reason: str
    sources: tuple[Source, ...]

    @property
    def said(self) -> tuple[object, ...]:
        return self.kind, self.option.pk if self.option else None, self.points


@transaction.atomic
def record_time_line(
    *,
    sheet: Assessment,
    indicator: Indicator,
    held_since: date | None,
    earlier: Sequence[Span] = (),
    sources: Sequence[Source] | None = None,
    expected: Mapping[date, int] | None = None,
    by: User,
) -> list[Answer]:
    """Record one answer for each earlier day that is asked: all of them, or none.

    HELD_SINCE is the day since when the cut-off's answer holds (None: longer than is asked);
    EARLIER says what held before, the newest first. Each day rests on those of SOURCES that
    were in force on it; where none are given a new answer rests on the next later one's. A day
    that says the same already keeps its own reason. Unchanged days make no version. EXPECTED
    are the versions that the person read, by day.

    Raises NotAllowed; Refusal where no earlier day is asked or the cut-off has no answer; Stale;
    ValidationError with a sentence for each day that is not as it must be.
    """
    place = hold_place(sheet=sheet, indicator=indicator, by=by, reference_date=None)
    line = time_line(place.sheet, indicator, place.day)
    _demand_ready(place.sheet, line, place.day)
    _demand_fresh(line, expected or {})
    plan = _plan(held_since, earlier, line)
    known = {"sheet": sheet, "indicator": indicator, "by": by}
    recorded, faults, later = [], [], _as_it_is(line.cut_off)
    for point in line.earlier:
        later = _told(point, plan[point.day], later, sources)
        try:
            answer = record_answer(
                **known,
                reference_date=point.day,
                **{name: getattr(later, name) for name in Told.__slots__},
            )
        except ValidationError as error:
            faults += [_on(point.day, fault) for fault in error.messages]
        else:
            recorded.append(answer)
    if faults:
        raise ValidationError(faults)
    return recorded


def _demand_ready(sheet: Assessment, line: TimeLine | None, cut_off: date) -> None:
    if sheet.state != AssessmentState.OPEN:
        raise WrongState(
            _(
                "The sheet came back for single answers. Open the day that the review asks about."
            )
        )
    if line is None:
        raise Refusal(_("This round asks for no earlier day."))
    if line.cut_off.answer is None:
        raise Refusal(
            _("Answer the question for %(day)s first.") % {"day": date_format(cut_off, "j F Y")}
        )


def _demand_fresh(line: TimeLine, expected: Mapping[date, int]) -> None:
    for point in line.points:
        version = point.answer.version if point.answer else 0
        if expected.get(point.day, version) != version:
            raise Stale(
                _(
                    "Somebody recorded another answer for %(day)s after you opened this page."
                    " Read it first."
                )
                % {"day": date_format(point.day, "j F Y")}
            )


def _plan(
    held_since: date | None, earlier: Sequence[Span], line: TimeLine
) -> dict[date, Span | None]:
    """Return the span that each asked day lies in, None being today's answer.

    The spans must be in order, each must hold an asked day, and every asked day a span.
    """
    spans = [(held_since or date.min, None), *((one.since or date.min, one) for one in earlier)]
    if any(later <= before for (later, _one), (before, _other) in pairwise(spans)):
        raise ValidationError(_("The changes must follow each other, the newest first."))
    plan: dict[date, Span | None] = {}
    used = set()
    for point in line.points:
        number = next((n for n, (start, _one) in enumerate(spans) if start <= point.day), None)
        if number is None:
            raise ValidationError(_on(point.day, _("Say what held then.")))
        plan[point.day] = spans[number][1]
        used.add(number)
    for number, (start, _one) in enumerate(spans):
        if number not in used:
            raise ValidationError(
                _on(start, _("Between this change and the next no day is asked."))
            )
    return plan


def _as_it_is(point: Point) -> Told:
    answer = point.answer
    return Told(
        kind=answer.kind,
        option=answer.option,
        points=answer.points,
        rationale=answer.rationale,
        note=answer.note,
        change_reason=answer.change_reason,
        sources=point.sources,
    )


def _told(
    point: Point, span: Span | None, later: Told, sources: Sequence[Source] | None
) -> Told:
    """Return what is to stand on a day, LATER being what stands on the next later one."""
    what = span or later
    wanted = replace(later, kind=what.kind, option=what.option, points=what.points)
    present = _as_it_is(point) if point.answer else None
    if present and present.said != wanted.said:
        present = None
    reason = present.rationale if present else later.rationale
    if wanted.said != later.said:
        reason = tidy(span.rationale)
    return replace(
        wanted,
        rationale=reason,
        note=present.note if present else "",
        change_reason=present.change_reason if present else "",
        sources=_sources(point, present, later, sources),
    )


def _sources(
    point: Point, present: Told | None, later: Told, given: Sequence[Source] | None
) -> tuple[Source, ...]:
    if given is None and present is not None:
        return present.sources
    pool = later.sources if given is None else given
    return tuple(source for source in pool if not faults_of_law([source], point.day))


def _on(day: date, fault: str) -> str:
    return _("%(day)s: %(fault)s") % {"day": date_format(day, "j F Y"), "fault": fault}
