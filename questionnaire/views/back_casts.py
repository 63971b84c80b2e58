"""The earlier days of one question: its time line, and each day on a page of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mipex_site.base.errors import Stale
from mipex_site.base.forms import attempt
from mipex_site.base.verdict import Verdict

from ..enums import AssessmentState, Evidence, RequestState
from ..forms.answers import AnswerForm, MaintainForm, as_recorded
from ..forms.back_casts import TimeLineForm, always_the_same
from ..models import Assessment, Indicator, Source
from ..rules import may_answer_what_was_asked
from ..selectors.back_casts import Point, TimeLine, time_line
from ..selectors.expert import SheetPage, cut_off_of
from ..selectors.sheet import strand_page
from ..selectors.sources import source_lines
from ..services.answers import maintain_answer, record_answer
from ..services.back_casts import record_time_line
from .places import address, frame, open_sheet
from .question import Shown, show
from .time_line import ANCHOR


@require_POST
@never_cache
def line(request: HttpRequest, indicator: str, **codes: Any) -> HttpResponse:
    """Record the time line of a question: ``act`` says whether it was always the same."""
    sheet = open_sheet(request, **codes)
    asked = get_object_or_404(Indicator, strand_id=sheet.strand_id, code=indicator)
    found = time_line(sheet, asked, cut_off_of(sheet))
    if found is None:
        raise Http404
    is_same = request.POST.get("act") == "same"
    form = TimeLineForm(
        always_the_same(request.POST, found) if is_same else request.POST,
        line=found,
        options=list(asked.options.all()),
        pool=list(Source.objects.of_sheet(sheet)),
    )
    known = {"sheet": sheet, "indicator": asked, "by": request.user}
    try:
        done = attempt(form, record_time_line, **known)
    except Stale as stale:
        form.add_error(None, stale.reason)
        return show(request, sheet, indicator, Shown(time_line_form=form, status=409))
    if not done:
        return show(request, sheet, indicator, Shown(time_line_form=form, status=422))
    messages.success(
        request, _("The earlier days of %(code)s are saved.") % {"code": indicator}
    )
    return redirect(address(sheet, "answer", indicator) + ANCHOR)


@require_http_methods(["GET", "POST"])
@never_cache
def day(request: HttpRequest, indicator: str, day: str, **codes: Any) -> HttpResponse:
    """Show and record the answer for one earlier day; meet what the review asks about it."""
    sheet = open_sheet(request, **codes)
    asked = get_object_or_404(Indicator, strand_id=sheet.strand_id, code=indicator)
    found = time_line(sheet, asked, cut_off_of(sheet))
    point = found.point(_parsed(day)) if found else None
    if point is None or point is found.cut_off:
        raise Http404
    if request.method == "GET":
        return _show_day(request, sheet, found, point)
    known = {"sheet": sheet, "indicator": asked, "by": request.user}
    if request.POST.get("act") == "maintain":
        form, service = MaintainForm(request.POST), maintain_answer
    else:
        form, service = _answer_form(sheet, point, request.POST, asked), record_answer
    return _act(request, sheet, (found, point), form, (service, known))


def _act(
    request: HttpRequest,
    sheet: Assessment,
    where: tuple[TimeLine, Point],
    form: AnswerForm | MaintainForm,
    act: tuple[Any, dict[str, Any]],
) -> HttpResponse:
    found, point = where
    service, known = act

    def carry_out(**given: Any) -> None:
        given.pop("draft_version", None)
        service(**given, reference_date=point.day, **known)

    try:
        done = attempt(form, carry_out)
    except Stale as stale:
        form.add_error(None, stale.reason)
        return _show_day(request, sheet, found, point, form, status=409)
    if not done:
        return _show_day(request, sheet, found, point, form, status=422)
    words = {"day": date_format(point.day, "j F Y"), "code": found.indicator.code}
    messages.success(request, _("%(code)s is saved for %(day)s.") % words)
    return redirect(address(sheet, "answer", found.indicator.code) + ANCHOR)


def _answer_form(
    sheet: Assessment, point: Point, data: Any, indicator: Indicator
) -> AnswerForm:
    options = list(indicator.options.all())
    recorded = as_recorded(point.answer, options, point.sources)
    if point.request and point.request.state == RequestState.OPEN:
        recorded.pop("change_reason", None)
    return AnswerForm(
        data,
        initial=recorded | {"version": point.answer.version if point.answer else 0},
        options=options,
        pool=list(Source.objects.of_sheet(sheet)),
        answer=point.answer,
        asks_what_happened=point.request is not None,
    )


def _show_day(
    request: HttpRequest,
    sheet: Assessment,
    found: TimeLine,
    point: Point,
    sent: AnswerForm | MaintainForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    strand = strand_page(sheet, request.user)
    may_answer = _may_answer(strand.page, point)
    form = sent if isinstance(sent, AnswerForm) else None
    form = form or _answer_form(sheet, point, None, found.indicator)
    reply = {"reply": point.request.reply} if point.request else {}
    lines = source_lines(sheet, strand.page.sources, may_answer, point.day)
    context = {
        **frame(strand, inside=True),
        "indicator": found.indicator,
        "point": point,
        "form": form if may_answer else None,
        "wrong": sent,
        "verdict": may_answer,
        "maintain_form": sent
        if isinstance(sent, MaintainForm)
        else MaintainForm(initial=reply),
        "may_maintain": point.request and point.request.state != RequestState.CHANGED,
        "ticked_lines": [one for one in lines if str(one.source.key) in form.ticked],
        "other_lines": [one for one in lines if str(one.source.key) not in form.ticked],
        "is_law": found.indicator.evidence == Evidence.LAW,
        "back": address(sheet, "answer", found.indicator.code) + ANCHOR,
    }
    code = found.indicator.code
    context["crumbs"].append({"title": code, "url": address(sheet, "answer", code)})
    return render(request, "questionnaire/on_day.html", context, status=status)


def _may_answer(page: SheetPage, point: Point) -> Verdict:
    if page.may_answer and page.sheet.state == AssessmentState.RETURNED:
        return may_answer_what_was_asked(asked=point.request is not None)
    return page.may_answer


def _parsed(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError as error:  # well formed, and yet no day of the calendar
        raise Http404 from error
    if found is None:
        raise Http404
    return found
