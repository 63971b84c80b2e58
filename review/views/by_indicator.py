"""Review by question: the same question in all of one's countries, one after the other."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRedirect

from mipex_site.base.errors import NotAllowed
from mipex_site.base.htmx import is_htmx
from questionnaire.enums import Role
from questionnaire.models import Indicator, Round

from ..enums import ItemState, OpinionKind
from ..models import CaseItem
from ..rules.bulk import Reach
from ..selectors.by_indicator import AnswerRow, QuestionPage, my_questions, question_page
from ..selectors.cases import SEALED
from .contents import SHOW, SPOKEN, TO_READ
from .places import address, frame
from .values import words_of

BY = "by"
INDICATOR = "indicator"
NEXT = "next"


@require_GET
@never_cache
def index(request: HttpRequest, round_code: str) -> HttpResponse:
    """List the questions of one's cases, with how many answers to each wait."""
    round_, reach = _round_of(request, round_code)
    lines = my_questions(round_, request.user, reach)
    only = request.GET.get(SHOW) == TO_READ
    shown = [
        (line, _url(round_.code, line.indicator_code, only=only))
        for line in lines
        if line.waiting or not only
    ]
    context = {
        "round": round_,
        "lines": shown,
        "only": only,
        "waiting": sum(line.waiting for line in lines),
        "total": sum(line.total for line in lines),
        "first": next((url for line, url in shown if line.waiting), ""),
        **frame(round_),
    }
    return render(request, "review/by_indicator.html", context)


@require_GET
@never_cache
def question(request: HttpRequest, round_code: str, indicator: str) -> HttpResponse:
    """Show one question with the answers of all the countries that one reviews."""
    round_, reach = _round_of(request, round_code)
    asked = Indicator.objects.filter(framework_id=round_.framework_id, code=indicator)
    found = get_object_or_404(asked.prefetch_related("options", "standards"))
    page = question_page(round_, found, request.user, reach)
    if not page.rows:
        raise Http404
    only = request.GET.get(SHOW) == TO_READ
    context = {
        "page": page,
        "round": round_,
        "options": found.options.all(),
        "standards": found.standards.all(),
        "only": only,
        "lines": [_line(row, page) for row in page.rows if row.waits or not only],
        "index_url": reverse("review:by-indicator", args=[round_.code]),
        "here": reverse("review:by-indicator-question", args=[round_.code, found.code]),
        "before": _url(round_.code, page.before, only=only),
        "after": _url(round_.code, page.after, only=only),
        **frame(round_, (_("By question"), reverse("review:by-indicator", args=[round_.code]))),
    }
    return render(request, "review/by_indicator_question.html", context)


def _round_of(request: HttpRequest, code: str) -> tuple[Round, Reach]:
    """Return the round and what the person may do in it. Raises Http404 and NotAllowed."""
    round_ = get_object_or_404(Round, code=code)
    reach = Reach(request.user, round_)
    if not reach.has(Role.REVIEWER):
        raise NotAllowed(
            _("This page is open to the reviewers of the round. Ask its coordinator.")
        )
    return round_, reach


def _url(round_code: str, indicator: str, *, only: bool = False) -> str:
    if not indicator:
        return ""
    path = reverse("review:by-indicator-question", args=[round_code, indicator])
    return f"{path}?{SHOW}={TO_READ}" if only else path


def _line(row: AnswerRow, page: QuestionPage) -> dict[str, Any]:
    """Lay out one country's answer; of one that is to be coded first, the country alone."""
    if row.is_sealed:
        state, words = SEALED, ""
    elif row.state != ItemState.UNDER_REVIEW:
        state, words = row.state, ""
    elif row.own:
        state, words = SPOKEN[OpinionKind(row.own)], _("You have spoken")
    else:
        state, words = ("to_read" if row.waits else row.state), ""
    return {
        "row": row,
        "url": item_url(row, page.indicator.code),
        "value": words_of(row.reading) if row.reading else "",
        "state": state,
        "words": words,
    }


def item_url(row: AnswerRow, indicator: str) -> str:
    """Return the page of one answer, from which saving leads on to the next country."""
    day = None if row.reference_date == row.cut_off else row.reference_date
    path = address("item", row.place, indicator, day)
    return f"{path}{'&' if day else '?'}{BY}={INDICATOR}"


def onward(request: HttpRequest, found: CaseItem) -> HttpResponse | None:
    """Lead on to the same question in the next country; None unless the person works by question.

    It is another case with another heading: a page of its own and no fragment of this one.
    """
    if request.GET.get(BY) != INDICATOR:
        return None
    if request.POST.get("then") != NEXT:
        return redirect(request.get_full_path())
    round_ = found.case.round
    page = question_page(round_, found.indicator, request.user, Reach(request.user, round_))
    here = (found.case.country.code, found.reference_date)
    places = [(row.place.country_code, row.reference_date) for row in page.rows]
    start = places.index(here) + 1 if here in places else 0
    rows = (*page.rows[start:], *page.rows[:start])
    following = next((row for row in rows if row.waits), None)
    code = found.indicator.code
    url = item_url(following, code) if following else _url(round_.code, code)
    return HttpResponseClientRedirect(url) if is_htmx(request) else redirect(url)
