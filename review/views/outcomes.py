"""What became of a sheet in the review, for the expert who answered it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mipex_site.accounts.models import User
from mipex_site.base.errors import NotAllowed
from questionnaire.models import Assessment

from ..models import Case
from ..rules.reopening import is_lead_expert
from ..selectors.blind import place_of
from ..selectors.outcome import OutcomeRow, outcome_page, sheet_seen_by
from .places import find_case, frame
from .threads import talk_about
from .values import value_words


@require_GET
@never_cache
def outcome(request: HttpRequest, round_code: str, country: str, strand: str) -> HttpResponse:
    """Show states, requests and rulings, and no word on who reviewed."""
    codings = Assessment.objects.filter(
        round__code=round_code, country__code=country, strand__code=strand
    )
    sheets = list(codings.for_page())
    if not sheets:
        raise Http404
    sheet = sheet_seen_by(request.user, sheets)
    if sheet is None:
        raise NotAllowed(
            _("This page is open to the expert of the sheet. Ask the coordinator of the round.")
        )
    page = outcome_page(sheet, request.user)
    context = {
        "page": page,
        "sheet": sheet,
        "discussed": [(row, _words(row)) for row in page.discussed],
        "quiet": [(row, _words(row)) for row in page.quiet],
        **talk_about(find_case(round_code, country, strand), request.user),
        **_after(request.user, sheet),
        **frame(sheet.round),
    }
    return render(request, "review/outcome.html", context)


def _words(row: OutcomeRow) -> str:
    return value_words(kind=row.kind, option=row.option, points=row.points)


def _after(user: User, sheet: Assessment) -> dict[str, Any]:
    """Return what the lead expert may do after the sheet was handed in."""
    place = {"round": sheet.round, "country": sheet.country, "strand": sheet.strand}
    case = Case(**place)
    return {"may_reopen": is_lead_expert(user, case), "place": place_of(case)}
