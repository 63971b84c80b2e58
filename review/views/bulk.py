"""Agree with many unchanged answers: first what would happen, then what did."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mipex_site.base.forms import attempt
from mipex_site.base.verdict import demand

from ..forms.bulk import NAME, BulkForm, tick_value
from ..models import Case
from ..rules import may_review
from ..selectors.bulk import CAP, BulkPage, BulkRow, bulk_page
from ..services.bulk import Outcome, agree_in_bulk
from .places import address, case_at, frame, step_to_case
from .values import words_of


@require_http_methods(["GET", "POST"])
@never_cache
def bulk(request: HttpRequest, **codes: str) -> HttpResponse:
    """Show the dry run; agree with what is ticked, and name what was refused meanwhile."""
    found = case_at(request, **codes)
    demand(may_review(request.user, found))
    if request.method == "GET":
        return _show(request, found)
    form = BulkForm({NAME: request.POST.getlist(NAME)})
    outcome = _try(form, found, request)
    if outcome is None:
        return _show(request, found, form=form, status=422)
    if not outcome.refused:
        messages.success(request, _kept_words(outcome))
        return redirect("review:case", **codes)
    return _show(request, found, outcome=outcome, status=200 if outcome.kept else 409)


def _try(form: BulkForm, found: Case, request: HttpRequest) -> Outcome | None:
    """Return what became of the batch, or None where the form says why there was none."""
    done: list[Outcome] = []

    def act(**known: Any) -> None:
        done.append(agree_in_bulk(**known))

    attempt(form, act, case=found, by=request.user)
    return done[0] if done else None


def _kept_words(outcome: Outcome) -> str:
    n = len(outcome.kept)
    return ngettext(
        "You agree with %(n)d answer. It is kept as an opinion of its own.",
        "You agree with %(n)d answers. Each is kept as an opinion of its own.",
        n,
    ) % {"n": n}


def _show(
    request: HttpRequest,
    found: Case,
    *,
    form: BulkForm | None = None,
    outcome: Outcome | None = None,
    status: int = 200,
) -> HttpResponse:
    page = bulk_page(found, request.user)
    ticked = set(request.POST.getlist(NAME)) if form else None
    context = {
        "page": page,
        "cap": CAP,
        "form": form,
        "outcome": outcome,
        "kept_words": _kept_words(outcome) if outcome and outcome.kept else "",
        "lines": [_line(page, row, at, ticked) for at, row in enumerate(page.qualifying)],
        "others": [(row, _url(page, row)) for row in page.others],
        "case_url": address("case", page.place),
        **frame(found.round, step_to_case(page.place)),
    }
    return render(request, "review/bulk.html", context, status=status)


def _line(page: BulkPage, row: BulkRow, at: int, ticked: set[str] | None) -> dict[str, Any]:
    """Lay out one answer; without a choice of the person's own the first CAP are ticked."""
    value = tick_value(row.indicator.code, row.reference_date, row.version)
    return {
        "row": row,
        "value": value,
        "words": words_of(row.reading),
        "url": _url(page, row),
        "ticked": value in ticked if ticked is not None else at < CAP,
    }


def _url(page: BulkPage, row: BulkRow) -> str:
    day = None if row.reference_date == page.cut_off else row.reference_date
    return address("item", page.place, row.indicator.code, day)
