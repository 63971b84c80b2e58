"""The consistency check: one question, all countries side by side; also as a table file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mipex_site.base.errors import NotAllowed
from mipex_site.base.templatetags.house import STATES
from questionnaire.models import Indicator, Round

from ..models import CaseItem
from ..rules.bulk import Reach
from ..selectors.consistency import (
    CONTRADICTIONS,
    JUMPS,
    SHOWS,
    UNSETTLED,
    ConsistencyPage,
    CountryLine,
    IndicatorLine,
    clashes_of,
    consistency_index,
    consistency_page,
)
from ..selectors.consistency_grid import VIEWERS, Held
from .contents import SHOW
from .places import frame, step_to_board
from .values import value_words

GROUP = "group"
COLUMNS = (
    "country_code",
    "country",
    "indicator",
    "state",
    "value",
    "last_edition",
    "value_in_last_edition",
    "options_up_or_down",
    "contradicts",
    "reason",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_GET
@never_cache
def index(request: HttpRequest, round_code: str) -> HttpResponse:
    """List the questions with their jumps, contradictions and answers that are not settled."""
    round_, reach = _round_of(request, round_code)
    lines, hides_some = consistency_index(round_, request.user, reach)
    show = _one_of(request, SHOW, SHOWS)
    context = {
        "round": round_,
        "lines": [(line, _url(round_, line.code)) for line in lines if _has(line, show)],
        "shows": [(name, _show_words(name), name == show) for name in ("", *SHOWS)],
        "hides_some": hides_some,
        **frame(round_, *_board(round_, reach)),
    }
    return render(request, "review/consistency.html", context)


@require_GET
@never_cache
def question(request: HttpRequest, round_code: str, indicator: str) -> HttpResponse:
    """Show one question in every country; ``?format=csv`` gives the same rows as a file."""
    round_, reach = _round_of(request, round_code)
    asked = Indicator.objects.filter(framework_id=round_.framework_id, code=indicator)
    found = get_object_or_404(asked.select_related("strand").prefetch_related("options"))
    page = consistency_page(round_, found, request.user, reach)
    if not page.lines and not page.hides_some:
        raise Http404
    show = _one_of(request, SHOW, SHOWS)
    group = _one_of(request, GROUP, [code for code, _name in page.groups])
    lines = [line for line in page.lines if line.is_shown(show, group)]
    if request.GET.get("format") == "csv":
        return _as_csv(round_, page, lines)
    asked_for = {key: value for key, value in ((SHOW, show), (GROUP, group)) if value}
    context = {
        "page": page,
        "round": round_,
        "rows": [_row(round_, page, line) for line in lines],
        "shows": [(name, _show_words(name), name == show) for name in ("", *SHOWS)],
        "groups": [(code, name, code == group) for code, name in page.groups],
        "hides_some": page.hides_some,
        "is_filtered": bool(asked_for),
        "csv_query": urlencode(asked_for | {"format": "csv"}),
        "before": _url(round_, page.before),
        "after": _url(round_, page.after),
        **frame(round_, *_board(round_, reach), (_("Consistency check"), _url(round_))),
    }
    return render(request, "review/consistency_question.html", context)


def _board(round_: Round, reach: Reach) -> list[tuple[str, str]]:
    return [step_to_board(round_)] if reach.looks_on_all else []


def _round_of(request: HttpRequest, code: str) -> tuple[Round, Reach]:
    """Return the round and what the person may do in it. Raises Http404 and NotAllowed."""
    round_ = get_object_or_404(Round, code=code)
    reach = Reach(request.user, round_)
    if not reach.has(*VIEWERS):
        raise NotAllowed(
            _(
                "The consistency check is open to consortium reviewers and to those who run or"
                " observe the round."
            )
        )
    return round_, reach


def _url(round_: Round, indicator: str | None = None) -> str:
    if indicator is None:
        return reverse("review:consistency", args=[round_.code])
    if not indicator:
        return ""
    return reverse("review:consistency-question", args=[round_.code, indicator])


def _one_of(request: HttpRequest, name: str, known: Iterable[str]) -> str:
    value = request.GET.get(name, "")
    return value if value in known else ""


def _show_words(name: str) -> str:
    return {
        JUMPS: _("Jumps"),
        CONTRADICTIONS: _("Contradicting answers"),
        UNSETTLED: _("Not settled"),
    }.get(name, _("All"))


def _has(line: IndicatorLine, show: str) -> bool:
    return not show or bool(getattr(line, show))


def _row(round_: Round, page: ConsistencyPage, line: CountryLine) -> dict[str, Any]:
    codes = [round_.code, line.code, page.indicator.strand.code, page.indicator.code]
    name = "dispute" if line.is_disputed else "item"
    return {
        "line": line,
        "url": reverse(f"review:{name}", args=codes) if line.now else "",
        "value": _words(line.now),
        "before": _words(line.before),
        "jump": jump_words(line.jump),
    }


def _words(held: Held | None) -> str:
    return value_words(kind=held.kind, option=held.option, points=held.points) if held else ""


def jump_words(jump: int) -> str:
    """Say a jump in words; empty for none."""
    if not jump:
        return ""
    up = ngettext("%(n)d option up", "%(n)d options up", jump)
    down = ngettext("%(n)d option down", "%(n)d options down", -jump)
    return (up if jump > 0 else down) % {"n": abs(jump)}


def _as_csv(round_: Round, page: ConsistencyPage, lines: list[CountryLine]) -> HttpResponse:
    """Return the countries that are shown, one a line, for a spreadsheet."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    today = timezone.localdate().isoformat()
    name = f"consistency-{round_.code}-{page.indicator.code}-{today}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")  # Spreadsheets take a file without it for Latin-1.
    writer = csv.writer(response, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow([_harmless(value) for value in _cells(page, line)])
    return response


def _cells(page: ConsistencyPage, line: CountryLine) -> tuple[object, ...]:
    return (
        line.code,
        line.name,
        page.indicator.code,
        str(STATES[line.state].word),
        _words(line.now),
        line.before.edition if line.before else "",
        _words(line.before),
        line.jump or "",
        "; ".join(f"{clash.other_code}: {clash.words}" for clash in line.clashes),
        line.now.rationale if line.now else "",
    )


def _harmless(value: object) -> object:
    """Keep a text from being run as a formula by the spreadsheet that opens it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def clashes_beside(item: CaseItem, request: HttpRequest, *, reviews: bool) -> dict[str, Any]:
    """Return what the aside of one answer shows to who rules or looks on, and to nobody else."""
    if reviews:
        return {}
    return {"clashes": clashes_of(item, request.user)}
