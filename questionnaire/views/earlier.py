"""Last edition's answer beside the question: what it said, what it rests on, and the confirming."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from mipex_site.base.errors import Refusal
from mipex_site.base.htmx import is_htmx
from mipex_site.base.verdict import Verdict

from ..models import Assessment, EarlierAnswer, Indicator
from ..selectors.earlier import carried_keys, may_confirm, text_of
from ..selectors.expert import SheetRow
from ..selectors.sheet import QuestionPage
from ..selectors.sources import SourceLine
from ..selectors.spot import Spot
from ..selectors.standing import carries, is_rechecked
from ..services.earlier import confirm_earlier
from .listing import step_on
from .places import address


@dataclass(frozen=True, slots=True)
class CarriedSource:
    """A source of the earlier answer: as its edition has it, and its row here, if it has one."""

    text: str
    line: SourceLine | None
    recheck_url: str
    is_next: bool
    """Whether the key for checking stands for this one."""


@dataclass(frozen=True, slots=True)
class Beside:
    """An earlier answer as the question's page shows it.

    VALUE is what the radio of its option sends. MAY_CONFIRM is None once the question is
    answered: there is nothing left to confirm.
    """

    answer: EarlierAnswer
    value: str
    sources: tuple[CarriedSource, ...]
    may_confirm: Verdict | None
    is_confirmed: bool
    is_to_check: bool = False
    """Whether checks alone are missing, and each has its button beside its source."""

    @property
    def year(self) -> int:
        return self.answer.reference_date.year


def beside(question: QuestionPage) -> dict[str, Beside | None]:
    """Return the context of the panel; without an earlier answer there is none."""
    row, page = question.row, question.strand.page
    if row.earlier is None:
        return {"earlier": None}
    lines = {str(line.source.key): line for line in question.lines}
    carried = [lines[key].source for key in carried_keys(row.earlier) if key in lines]
    verdict = may_confirm(carried, page.cut_off) if row.may_answer else None
    shown = Beside(
        answer=row.earlier,
        value=value_of(row, row.earlier),
        sources=tuple(_sources(question, row.earlier, lines)),
        may_confirm=verdict if row.is_carried else None,
        is_confirmed=row.answer is not None and row.answer.confirms_id == row.earlier.pk,
        is_to_check=_is_to_check(row.earlier, lines, page.cut_off),
    )
    return {"earlier": shown}


def _is_to_check(earlier: EarlierAnswer, lines: dict[str, SourceLine], day: date) -> bool:
    carried = [lines[key] for key in carried_keys(earlier) if key in lines]
    unchecked = [line for line in carried if not is_rechecked(line.source, day)]
    can_carry = all(carries(line.source, day) for line in carried)
    return bool(unchecked) and can_carry and all(line.may_recheck for line in unchecked)


def value_of(row: SheetRow, earlier: EarlierAnswer) -> str:
    """Return what the radio of the earlier answer's option sends."""
    places = {option.pk: str(n) for n, option in enumerate(row.options, 1)}
    return places.get(earlier.option_id, earlier.kind)


def _sources(
    question: QuestionPage, earlier: EarlierAnswer, lines: dict[str, SourceLine]
) -> Iterator[CarriedSource]:
    sheet, code = question.strand.page.sheet, question.row.indicator.code
    waits = False
    for frozen in earlier.sources:
        line = lines.get(frozen.get("key", ""))
        url = ""
        if line and line.may_recheck:
            url = f"{address(sheet, 'source-recheck', line.source.key)}?for={code}&at=earlier"
        yield CarriedSource(text_of(frozen), line, url, is_next=bool(url) and not waits)
        waits = waits or bool(url)


def confirm(
    request: HttpRequest, sheet: Assessment, spot: Spot, _typed: object
) -> HttpResponse:
    """Confirm the last edition's answer and go on. Raises Refusal with what is missing."""
    asked = get_object_or_404(Indicator, pk=spot.indicator_id)
    version = request.POST.get("version", "")
    try:
        confirm_earlier(
            sheet=sheet,
            indicator=asked,
            by=request.user,
            expected_version=int(version) if version.isdecimal() else None,
        )
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error
    messages.success(request, _("%(code)s is confirmed.") % {"code": asked.code})
    url = step_on(sheet, asked.code, request.GET.get("show", ""))
    return HttpResponse(headers={"HX-Redirect": url}) if is_htmx(request) else redirect(url)
