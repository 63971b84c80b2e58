"""The case: the whole of it on one page, and one answer at a time with the opinion on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from mipex_site.base.htmx import is_htmx, render_page_or_part
from mipex_site.base.verdict import demand
from questionnaire.models import Option

from ..enums import DraftOf, ItemState
from ..forms import OpinionForm
from ..forms.overruling import attempt
from ..models import Case, CaseItem
from ..rules import may_review
from ..selectors import CaseRow, case_page
from ..selectors.codings import coding_progress
from ..selectors.reading import ItemPage, groups_of, item_page
from ..services.drafts import on_item
from ..services.opinions import give_opinion
from .by_indicator import onward
from .coding import coded_words, show_sealed
from .consistency import clashes_beside
from .contents import SHOW, contents, next_to_read, place_words, url_of, with_show
from .drafts import act_on_draft, context_of, keep_what_came, typing_at
from .moves import moves_of_case, moves_of_item
from .places import address, case_at, demand_coded_first, frame, item_at, step_to_case
from .threads import talk_about
from .values import compared, positions, words_of

NEXT = "next"


@require_GET
@never_cache
def case(request: HttpRequest, **codes: str) -> HttpResponse:
    """Show the whole case: every answer with its reason, its sources and where it stands."""
    found = case_at(request, **codes)
    page = case_page(found, request.user)
    listed = contents(page, groups_of(found), show=request.GET.get(SHOW, ""))
    talk = talk_about(found, request.user)
    moves = moves_of_case(found, request.user, talk["talk"])
    context = {
        "page": page,
        "contents": listed,
        "lines": [(entry, words_of(entry.row.reading)) for entry in listed.entries],
        "moves": moves,
        "codings": coding_progress(found, request.user) if not page.may_review else None,
        "may_return": moves[0].verdict,
        "return_url": address("return", page.place),
        **talk,
        **_due(found),
        **frame(found.round),
    }
    return render(request, "review/case.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def item(request: HttpRequest, **codes: str) -> HttpResponse:
    """Show one answer, and keep an opinion on it. htmx swaps the desk for the next answer's."""
    found = item_at(request, **codes)
    if request.method == "GET":
        response = _show(request, found)
        if is_htmx(request):
            # Reached by the redirect after an opinion: another answer, so begin at its top.
            response["HX-Push-Url"] = request.get_full_path()
            response["HX-Reswap"] = "outerHTML show:window:top"
        return response
    demand_coded_first(request.user, found)
    demand(may_review(request.user, found.case))
    spot = on_item(found, DraftOf.OPINION)
    done = act_on_draft(request, spot)
    if done:
        return done
    form = _form(found, found.indicator.options.all(), data=request.POST)
    if not attempt(form, give_opinion, item=found, by=request.user):
        keep_what_came(request, spot)
        return _show(request, found, form=form, status=422)
    kept = {"title": found.indicator.title}
    messages.success(request, _("Your opinion on “%(title)s” is kept.") % kept)
    return _go_on(request, found)


def _go_on(request: HttpRequest, found: CaseItem) -> HttpResponse:
    """Lead to the next answer to read if it was asked for, or to the same one again."""
    across = onward(request, found)
    if across:
        return across
    page = case_page(found.case, request.user)
    here = next(row for row in page.rows if _is_at(row, found))
    asked = request.POST.get("then") == NEXT
    following = next_to_read(page, after=here) if asked else here
    if following:
        return redirect(with_show(url_of(page, following), request.GET.get(SHOW, "")))
    # Nothing is left to read. The whole case is another page: no fragment of this one.
    url = address("case", page.place)
    return HttpResponseClientRedirect(url) if is_htmx(request) else redirect(url)


def _is_at(row: CaseRow, found: CaseItem) -> bool:
    return (row.indicator.pk, row.reference_date) == (found.indicator_id, found.reference_date)


def _form(
    found: CaseItem,
    options: Iterable[Option],
    *,
    data: Any = None,
    typed: Mapping[str, str] = MappingProxyType({}),
) -> OpinionForm:
    """Return the form, with every option but the expert's own to suggest; TYPED is a draft."""
    others = [option for option in options if option.pk != found.answer.option_id]
    return OpinionForm(data, options=others, initial={**typed, "version": found.version})


def _show(
    request: HttpRequest,
    found: CaseItem,
    *,
    form: OpinionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = item_page(found, request.user)
    if page.row.is_sealed:
        return show_sealed(request, found, page)
    show = request.GET.get(SHOW, "")
    typing = None
    if form or page.row.may_speak:
        spot, named = on_item(found, DraftOf.OPINION), found.indicator
        typing = typing_at(request, spot, code=named.code, title=named.title)
        form = form or _form(found, page.row.options, typed=typing.initial)
        typing = typing.of(form)
    context = {
        "page": page.case,
        "row": page.row,
        "item": page,
        "form": form,
        **context_of(typing),
        "here": request.get_full_path(),
        "as_part": is_htmx(request),
        "contents": contents(page.case, page.groups, current=page.row, show=show),
        "place_words": place_words(page.case, page.place),
        "coded": coded_words(found, request.user),
        **_reading(page),
        **_ways(page),
        **_around(request, found, page),
    }
    return render_page_or_part(
        request,
        page="review/item.html",
        part="review/_desk.html",
        context=context,
        status=status,
    )


def _around(request: HttpRequest, found: CaseItem, page: ItemPage) -> dict[str, Any]:
    """Return what stands beside the answer: what clashes, the talk, what can happen, the frame."""
    talk = talk_about(found.case, request.user, found)
    return {
        **clashes_beside(found, request, reviews=bool(page.case.may_review)),
        **talk,
        "moves": moves_of_item(found, request.user, page, talk["talk"]),
        **_due(found.case),
        **frame(found.case.round, step_to_case(page.case.place)),
    }


def _reading(page: ItemPage) -> dict[str, Any]:
    """Return the answer laid out: the table, the reasons side by side, who else spoke."""
    row = page.row
    before, now = ([], [])
    if row.before and row.before.rationale != row.reading.rationale:
        before, now = compared(row.before.rationale, row.reading.rationale)
    return {
        "positions": positions(row, expert=page.case.expert, codings=page.codings),
        "value": words_of(row.reading),
        "value_before": words_of(row.before) if row.before else "",
        "reason_before": before,
        "reason_now": now,
        "codings": [(coding, words_of(coding.reading)) for coding in page.codings],
        "others": [opinion for opinion in row.opinions if not opinion.is_yours],
    }


def _ways(page: ItemPage) -> dict[str, str]:
    """Return the addresses of what else may be done with this answer."""
    place, row = page.case.place, page.row
    day = None if row.reference_date == page.case.cut_off else row.reference_date
    codes = (place, row.indicator.code, day)
    disputed = row.state in {ItemState.DISPUTED, ItemState.RULED}
    return {
        "case_url": address("case", place),
        "consent_url": address("consent", *codes) if page.consent else "",
        "dispute_url": address("dispute", *codes) if disputed else "",
    }


def _due(found: Case) -> dict[str, Any]:
    return {"review_due": found.round.review_due_at, "now": timezone.now()}
