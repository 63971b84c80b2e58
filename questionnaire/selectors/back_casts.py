"""Earlier days whose law a round asks for too: which, what is missing, how an answer changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext

from mipex_site.base.verdict import YES, Verdict, no

from ..enums import AssessmentState, RequestState
from ..models import (
    Answer,
    Assessment,
    ChangeRequest,
    Citation,
    Indicator,
    Participation,
    ReferenceDay,
    Source,
)
from ..rules import requests_of_this_return


@dataclass(frozen=True, slots=True)
class Point:
    """One asked day of a time line. IS_CHANGE: the answer differs from the day before it."""

    day: date
    answer: Answer | None
    sources: tuple[Source, ...]
    request: ChangeRequest | None
    is_change: bool


@dataclass(frozen=True, slots=True)
class TimeLine:
    """How one indicator stood on each asked day, the newest first; the first is the cut-off."""

    indicator: Indicator
    points: tuple[Point, ...]

    @property
    def cut_off(self) -> Point:
        return self.points[0]

    @property
    def earlier(self) -> tuple[Point, ...]:
        return self.points[1:]

    def point(self, day: date) -> Point | None:
        return next((point for point in self.points if point.day == day), None)


def days_asked(sheet: Assessment, cut_off: date) -> tuple[date, ...]:
    """Return the earlier days that are asked of a sheet, the newest first; one query.

    A country with a cut-off of its own is asked for the days before that.
    """
    days = ReferenceDay.objects.filter(round=sheet.round_id, day__lt=cut_off).order_by("-day")
    return tuple(days.values_list("day", flat=True))


def blank_days(sheet: Assessment, cut_off: date | None = None) -> dict[str, list[date]]:
    """Return the asked days without an answer by the code of the indicator, newest first.

    Indicators stand in the order of the questionnaire; those that lack none are left out.
    """
    days = days_asked(sheet, cut_off or _cut_off_of(sheet))
    if not days:
        return {}
    here = Answer.objects.filter(assessment=sheet, reference_date__in=days)
    there = set(here.values_list("indicator_id", "reference_date"))
    asked = Indicator.objects.filter(strand=sheet.strand_id).order_by("order")
    found = {
        code: [day for day in days if (pk, day) not in there]
        for pk, code in asked.values_list("pk", "code")
    }
    return {code: blank for code, blank in found.items() if blank}


def days_to_meet(sheet: Assessment, cut_off: date | None = None) -> dict[str, list[date]]:
    """Return the earlier days that the review asks to be met, by the indicator's code."""
    if sheet.state != AssessmentState.RETURNED or sheet.open_until is not None:
        return {}
    asked = requests_of_this_return(sheet).filter(state=RequestState.OPEN)
    earlier = asked.filter(reference_date__lt=cut_off or _cut_off_of(sheet))
    found: dict[str, list[date]] = {}
    rows = earlier.order_by("indicator__order", "-reference_date")
    for code, day in rows.values_list("indicator__code", "reference_date"):
        found.setdefault(code, []).append(day)
    return found


def in_words(days: Iterable[date]) -> str:
    """Return days as a list in a sentence."""
    return get_text_list([date_format(day, "j F Y") for day in days], gettext("and"))


def may_submit_days(sheet: Assessment, cut_off: date) -> Verdict:
    """Whether the earlier days keep a sheet from being submitted; one query where none is."""
    blank = blank_days(sheet, cut_off)
    if blank:
        words = ngettext(
            "%(n)d question lacks an answer for an earlier day.",
            "%(n)d questions lack an answer for an earlier day.",
            len(blank),
        )
        return no(words % {"n": len(blank)})
    asked = days_to_meet(sheet, cut_off)
    if asked:
        words = ngettext(
            "The review still asks about an earlier day of %(n)d question.",
            "The review still asks about earlier days of %(n)d questions.",
            len(asked),
        )
        return no(words % {"n": len(asked)})
    return YES


def time_line(
    sheet: Assessment, indicator: Indicator, cut_off: date, days: Sequence[date] | None = None
) -> TimeLine | None:
    """Return how an indicator stood on each asked day; None where no earlier one is asked."""
    days = days_asked(sheet, cut_off) if days is None else days
    if not days:
        return None
    every = (cut_off, *days)
    here = {"assessment": sheet, "indicator": indicator, "reference_date__in": every}
    answers = {row.reference_date: row for row in _answers(here)}
    cited = _cited(answers.values())
    requests: dict[date, ChangeRequest] = {}
    if sheet.state == AssessmentState.RETURNED:
        asked = requests_of_this_return(sheet).filter(indicator=indicator)
        requests = {row.reference_date: row for row in asked}
    return TimeLine(
        indicator,
        tuple(
            Point(
                day=day,
                answer=answers.get(day),
                sources=tuple(cited.get(day, ())),
                request=requests.get(day),
                is_change=_differ(answers.get(day), answers.get(before)),
            )
            for day, before in zip(every, (*every[1:], None), strict=True)
        ),
    )


def said(answer: Answer) -> tuple[object, ...]:
    """Return what makes two answers the same: not their reasons and not their sources."""
    return answer.kind, answer.option_id, answer.points


def _differ(one: Answer | None, before: Answer | None) -> bool:
    return one is not None and before is not None and said(one) != said(before)


def _answers(here: dict[str, object]) -> Iterable[Answer]:
    return Answer.objects.filter(**here).select_related("option")


def _cited(answers: Iterable[Answer]) -> dict[date, list[Source]]:
    rows = Citation.objects.filter(answer__in=list(answers), version=F("answer__version"))
    found: dict[date, list[Source]] = {}
    for row in rows.select_related("source", "answer").order_by("source_id"):
        found.setdefault(row.answer.reference_date, []).append(row.source)
    return found


def _cut_off_of(sheet: Assessment) -> date:
    own = Participation.objects.filter(round=sheet.round_id, country=sheet.country_id)
    return own.values_list("own_cut_off", flat=True).get() or sheet.round.cut_off
