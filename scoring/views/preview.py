"""What the parts of a composite give together: the one figure that is shown while answering.

No points of a single question, and no score of a strand or a sheet: they would bias.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mipex_site.base.htmx import is_htmx, render_page_or_part
from questionnaire.enums import AggregateRule
from questionnaire.models import Assessment
from questionnaire.rules import may_see_sheet

from ..engine.aggregate import BELOW_COVERAGE, NO_ROW
from ..engine.missing import Status
from ..selectors import CompositePage, composite_page

RULES = {
    AggregateRule.MEAN: gettext_lazy("The parts count the same: their mean is taken."),
    AggregateRule.WEIGHTED_MEAN: gettext_lazy(
        "Their weighted mean is taken: a part counts by its weight."
    ),
    AggregateRule.TABLE: gettext_lazy(
        "The parts are read together in a table: what one counts depends on the others."
    ),
}
WHY_NONE = {
    NO_ROW: gettext_lazy("There are no points: the table has no row for exceptional points."),
    BELOW_COVERAGE: gettext_lazy("There are no points: too many of the parts have no value."),
    Status.UNKNOWN: gettext_lazy("There are no points: a part cannot be known."),
    Status.NOT_APPLICABLE: gettext_lazy("There are no points: the parts do not apply here."),
    Status.NOT_COLLECTED: gettext_lazy("There are no points: a part was not collected."),
}


@require_GET
@never_cache
def composite(
    request: HttpRequest, round_code: str, country: str, strand: str, coding: int, code: str
) -> HttpResponse:
    """Show what the recorded parts of a composite give; before all are there, which are not.

    Open to who may see the sheet; to others it does not exist.
    """
    at = Assessment.objects.at(round_code, country, strand, coding)
    sheet = get_object_or_404(at.for_page())
    if not may_see_sheet(request.user, sheet):
        raise Http404
    try:
        page = composite_page(sheet, code)
    except KeyError as error:
        raise Http404 from error
    return render_page_or_part(
        request,
        page="scoring/composite.html",
        part="scoring/_composite.html",
        context=_words(sheet, page) | {"is_part": is_htmx(request)},
    )


def _words(sheet: Assessment, page: CompositePage) -> dict[str, Any]:
    rule = AggregateRule(page.composite.rule)
    return {
        "sheet": sheet,
        "page": page,
        "rule_words": RULES[rule],
        "shows_weights": rule == AggregateRule.WEIGHTED_MEAN,
        "why_none": _why_none(page),
        "lines": [
            {"part": part, "url": _address(sheet, part.indicator.code)} for part in page.parts
        ],
        "crumbs": _crumbs(sheet, page),
        "demonstration": sheet.round.is_demonstration,
    }


def _why_none(page: CompositePage) -> str:
    """Say why no points stand here though every part is answered; empty where they do."""
    if page.missing or (page.figure and page.figure.shown is not None):
        return ""
    if page.figure is None:
        return _("There are no points: nothing says yet how they are computed for this date.")
    return str(WHY_NONE[page.figure.reason])


def _crumbs(sheet: Assessment, page: CompositePage) -> list[dict[str, str]]:
    words = {"country": sheet.country.name, "strand": sheet.strand.title}
    first = page.parts[0].indicator
    return [
        {"title": _("My work"), "url": reverse("desk:work")},
        {"title": _("%(country)s: %(strand)s") % words, "url": _address(sheet) + "?view=all"},
        {"title": first.title, "url": _address(sheet, first.code)},
    ]


def _address(sheet: Assessment, *more: str) -> str:
    codes = [sheet.round.code, sheet.country.code, sheet.strand.code, sheet.coding]
    return reverse(f"questionnaire:{'answer' if more else 'sheet'}", args=[*codes, *more])
