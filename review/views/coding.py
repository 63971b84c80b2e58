"""Coding blind: the form in place of a sealed answer, and a second expert's own pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mipex_site.accounts.models import User
from mipex_site.base.forms import attempt
from mipex_site.base.htmx import is_htmx, render_page_or_part
from mipex_site.base.verdict import demand
from questionnaire.models import Option

from ..enums import DraftOf
from ..forms import CodingForm
from ..models import Case, CaseItem
from ..rules import may_code_in, may_review
from ..selectors.blind import Place, place_of
from ..selectors.codings import (
    CodingRow,
    coding_question,
    coding_rows,
    drawn_items,
    own_coding,
)
from ..selectors.parts import names_in
from ..selectors.reading import ItemPage, item_page
from ..services.coding import save_coding
from ..services.drafts import on_item
from .contents import SHOW, contents, place_words
from .drafts import Typing, act_on_draft, context_of, keep_what_came, typing_at
from .places import address, find_case, frame, step_to_case, title_of
from .values import value_words


@dataclass(frozen=True, slots=True)
class Coded:
    """What somebody coded, in words."""

    words: str
    text: str
    day: date


def coded_words(item: CaseItem, user: User) -> Coded | None:
    """Return what this person coded before reading the answer, or None."""
    own = own_coding(item, user)
    if own is None:
        return None
    words = value_words(kind=own.kind, option=own.option, points=own.points)
    return Coded(words=words, text=own.text, day=own.day)


# --- For a reviewer: in place of the answer ----------------------------------------------


def show_sealed(
    request: HttpRequest,
    found: CaseItem,
    page: ItemPage,
    *,
    form: CodingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the question with the form, where the answer would stand once it is coded."""
    row, place = page.row, page.case.place
    if row.reference_date != page.case.cut_off:  # an earlier day: coded with the cut-off's
        return redirect(address("item", place, row.indicator.code))
    typing, form = _typing(request, found, row.options, form, may_code=bool(row.may_code))
    context = {
        "page": page.case,
        "row": row,
        "item": page,
        "form": form,
        **context_of(typing),
        "here": address("coding", place, row.indicator.code),
        "sources": row.reading.sources,
        "as_part": is_htmx(request),
        "contents": contents(
            page.case, page.groups, current=row, show=request.GET.get(SHOW, "")
        ),
        "place_words": place_words(page.case, page.place),
        "case_url": address("case", place),
        "review_due": found.case.round.review_due_at,
        "now": timezone.now(),
        **frame(found.case.round, step_to_case(place)),
    }
    return render_page_or_part(
        request,
        page="review/item.html",
        part="review/_desk.html",
        context=context,
        status=status,
    )


def _typing(
    request: HttpRequest,
    found: CaseItem,
    options: Iterable[Option],
    form: CodingForm | None,
    *,
    may_code: bool,
) -> tuple[Typing | None, CodingForm | None]:
    """Return the draft that lies there and the form with it, as far as it may be coded."""
    if not (form or may_code):
        return None, None
    typing = typing_at(
        request,
        on_item(found, DraftOf.CODING),
        fields=CodingForm.base_fields,
        code=found.indicator.code,
        title=found.indicator.title,
    )
    return typing, form or CodingForm(options=options, initial=typing.initial)


# --- The door, for both ------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
def question(request: HttpRequest, indicator: str, **codes: str) -> HttpResponse:
    """Keep a coding of one question; to a second expert this is also its page."""
    case = _case_at(request, **codes)
    found = get_object_or_404(drawn_items(case), indicator__code=indicator)
    found.case = case
    reviews = bool(may_review(request.user, case))
    if request.method == "POST":
        return _keep(request, found, reviews=reviews)
    if reviews:
        return redirect("review:item", indicator=indicator, **codes)
    return _show_question(request, found)


def _keep(request: HttpRequest, found: CaseItem, *, reviews: bool) -> HttpResponse:
    spot, place = on_item(found, DraftOf.CODING), place_of(found.case)
    here = address("item" if reviews else "coding", place, found.indicator.code)
    if act_on_draft(request, spot):
        return redirect(here)
    form = CodingForm(request.POST, options=found.indicator.options.all())
    if attempt(form, save_coding, item=found, by=request.user):
        kept = {"title": found.indicator.title}
        messages.success(request, _("Your coding of “%(title)s” is kept.") % kept)
        return redirect(here)
    keep_what_came(request, spot)
    if reviews:
        page = item_page(found, request.user)
        return show_sealed(request, found, page, form=form, status=422)
    return _show_question(request, found, form=form, status=422)


def _case_at(request: HttpRequest, **codes: str) -> Case:
    """Return the case to who codes in it. Whether there is one is nobody else's to know."""
    case = find_case(**codes)
    demand(may_code_in(request.user, case))
    return case


# --- For a second expert -----------------------------------------------------------------


@require_GET
@never_cache
def listing(request: HttpRequest, **codes: str) -> HttpResponse:
    """List the drawn questions of a case; a reviewer finds them in the case itself."""
    case = _case_at(request, **codes)
    if may_review(request.user, case):
        return redirect("review:case", **codes)
    place = place_of(case)
    rows = coding_rows(case, request.user)
    context = {
        "place": place,
        "you": names_in(case).get(request.user.pk, ""),
        "lines": [(row, _url(place, row), _state(row)) for row in rows],
        "next": next((_url(place, row) for row in rows if _waits(row)), ""),
        "saved": sum(row.is_saved for row in rows),
        "segments": ["done" if row.is_saved else "none" for row in rows],
        **_due(case),
        **frame(case.round),
    }
    return render(request, "review/codings.html", context)


def _show_question(
    request: HttpRequest, found: CaseItem, *, form: CodingForm | None = None, status: int = 200
) -> HttpResponse:
    page = coding_question(found, request.user)
    case, place = found.case, place_of(found.case)
    may_code = bool(page.may_code) and page.own is None
    typing, form = _typing(request, found, page.options, form, may_code=may_code)
    rows = coding_rows(case, request.user)
    context = {
        "page": page,
        "place": place,
        "form": form,
        **context_of(typing),
        "here": request.get_full_path(),
        "sources": page.sources,
        "coded": coded_words(found, request.user),
        "next": next((_url(place, row) for row in rows if _waits(row, found)), ""),
        "list_url": address("codings", place),
        **_due(case),
        **frame(case.round, _step(place)),
    }
    return render(request, "review/coding.html", context, status=status)


def _waits(row: CodingRow, but: CaseItem | None = None) -> bool:
    here = but is not None and row.indicator.pk == but.indicator_id
    return bool(row.may_code) and not row.is_saved and not here


def _state(row: CodingRow) -> str:
    if row.is_saved:
        return "done"
    return "to_code" if row.may_code else "locked"


def _url(place: Place, row: CodingRow) -> str:
    return address("coding", place, row.indicator.code)


def _step(place: Place) -> tuple[str, str]:
    title = _("Blind coding: %(place)s") % {"place": title_of(place)}
    return title, address("codings", place)


def _due(case: Case) -> dict[str, Any]:
    return {"review_due": case.round.review_due_at, "now": timezone.now()}
