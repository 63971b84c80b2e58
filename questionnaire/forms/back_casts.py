"""Parsing of a time line: what held on each earlier day that a round asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..enums import AnswerKind
from ..models import Option, Source
from ..selectors.back_casts import Point, TimeLine, said
from ..services.back_casts import Span
from .answers import numbered
from .limits import within_limit

SAME = "same"
WITHOUT_OPTION = (AnswerKind.NOT_APPLICABLE, AnswerKind.UNKNOWN)
LONGEST_LABEL = 90


@dataclass(frozen=True, slots=True)
class DayRow:
    """The fields of one day, with the day in words."""

    point: Point
    said: forms.BoundField
    reason: forms.BoundField


class TimeLineForm(forms.Form):
    """For each asked day: the same as on the next later one, or what held instead, and why."""

    # The server says what is missing, in the portal's own words and all at once.
    use_required_attribute = False

    sources = forms.MultipleChoiceField(
        label=_("What the earlier days rest on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each day cites those that were in force on it."),
    )

    def __init__(
        self,
        *args: Any,
        line: TimeLine,
        options: Sequence[Option],
        pool: Sequence[Source],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.line, self.options = line, numbered(options)
        self.pool = {str(source.key): source for source in pool}
        self.fields["sources"].choices = [(key, str(row)) for key, row in self.pool.items()]
        self.initial.setdefault("sources", sorted(_cited(line)))
        for point in line.points:
            self.fields[_name("version", point.day)] = forms.IntegerField(
                min_value=0, widget=forms.HiddenInput, initial=_version(point)
            )
        for later, point in zip(line.points, line.earlier, strict=False):
            self._add_day(later, point)

    def _add_day(self, later: Point, point: Point) -> None:
        day = date_format(point.day, "j F Y")
        same = gettext("The same as on %(day)s") % {"day": date_format(later.day, "j F Y")}
        labels = [(value, _short(one.label)) for value, one in self.options.items()]
        kinds = [*WITHOUT_OPTION]
        if point.answer and point.answer.kind == AnswerKind.EXCEPTIONAL:
            kinds.append(AnswerKind.EXCEPTIONAL)
        without = [(kind.value, str(kind.label).capitalize()) for kind in kinds]
        self.fields[_name("said", point.day)] = forms.ChoiceField(
            label=day,
            choices=[("", gettext("Choose…")), (SAME, same), *labels, *without],
            initial=self._said(later, point),
            error_messages={"required": gettext("Say what held on %(day)s.") % {"day": day}},
        )
        self.fields[_name("reason", point.day)] = forms.CharField(
            label=gettext("Why, on %(day)s") % {"day": day},
            required=False,
            initial=self._reason(later, point),
            validators=[within_limit],
            widget=forms.Textarea(attrs={"rows": 1}),
        )

    def _said(self, later: Point, point: Point) -> str:
        if point.answer is None:
            return ""
        if _is_same(later, point):
            return SAME
        places = {option.pk: value for value, option in self.options.items()}
        return places.get(point.answer.option_id, point.answer.kind)

    def _reason(self, later: Point, point: Point) -> str:
        if point.answer is None or _is_same(later, point):
            return ""
        return point.answer.rationale

    @property
    def has_blank(self) -> bool:
        return any(point.answer is None for point in self.line.earlier)

    def rows(self) -> Iterator[DayRow]:
        for point in self.line.earlier:
            yield DayRow(
                point, self[_name("said", point.day)], self[_name("reason", point.day)]
            )

    def versions(self) -> Iterator[forms.BoundField]:
        for point in self.line.points:
            yield self[_name("version", point.day)]

    def clean(self) -> dict[str, Any]:
        """Return what record_time_line takes."""
        given = self.cleaned_data
        since, spans = self._spans(given)
        kept = set(given.get("sources", ())) == _cited(self.line)
        return {
            "held_since": since,
            "earlier": spans,
            "sources": None if kept else [self.pool[key] for key in given.get("sources", ())],
            "expected": {
                point.day: given.get(_name("version", point.day)) for point in self.line.points
            },
        }

    def _spans(self, given: dict[str, Any]) -> tuple[date | None, list[Span]]:
        """Fold the days into spans, each from the earliest day on which it was the same."""
        starts, told = [self.line.cut_off.day], []
        for point in self.line.earlier:
            picked = given.get(_name("said", point.day), "")
            if picked in {SAME, ""}:
                starts[-1] = point.day
            else:
                starts.append(point.day)
                told.append((picked, given.get(_name("reason", point.day), ""), point))
        since = [*starts[:-1], None]
        spans = [self._span(start, *each) for start, each in zip(since[1:], told, strict=True)]
        return since[0], spans

    def _span(self, since: date | None, picked: str, reason: str, point: Point) -> Span:
        option = self.options.get(picked)
        exceptional = picked == AnswerKind.EXCEPTIONAL and point.answer
        return Span(
            since=since,
            kind=AnswerKind.CHOSEN if option else picked,
            option=option,
            points=point.answer.points if exceptional else None,
            rationale=reason,
        )


def always_the_same(post: QueryDict, line: TimeLine) -> QueryDict:
    """Return what was sent, with every earlier day the same as the next later one."""
    sent = post.copy()
    for point in line.earlier:
        sent[_name("said", point.day)] = SAME
    return sent


def _name(what: str, day: date) -> str:
    return f"{what}-{day.isoformat()}"


def _version(point: Point) -> int:
    return point.answer.version if point.answer else 0


def _is_same(later: Point, point: Point) -> bool:
    return bool(later.answer) and said(later.answer) == said(point.answer)


def _cited(line: TimeLine) -> set[str]:
    return {str(source.key) for point in line.points for source in point.sources}


def _short(label: str) -> str:
    return Truncator(label).chars(LONGEST_LABEL)
