"""How far independent codings agree, before the review is closed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from review.rules import may_read_reliability

from .. import rules
from ..selectors.reliability import reliability_page
from .places import crumbs_to, open_round


@require_GET
@never_cache
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the figures for the codings that are kept by now; no coder is told."""
    round_ = open_round(code, request.user, may_read_reliability)
    with_board = bool(rules.may_see_board(request.user, round_))
    context = {
        "page": reliability_page(round_),
        "demonstration": round_.is_demonstration,
        "crumbs": crumbs_to(round_, with_board=with_board),
    }
    return render(request, "desk/reliability.html", context)
