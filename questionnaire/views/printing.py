"""A sheet on paper: as it stands, or blank; the blank one also as a PDF."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mipex_site.base.pdf import NoPdf, pdf_of

from ..enums import AnswerKind, Evidence
from ..models import Round
from ..rules import may_read_questionnaire
from ..selectors.blank import Paper, blank_of_round, blank_of_sheet
from ..selectors.expert import SheetRow
from ..selectors.sheet import strand_page
from .listing import entry
from .places import WHOLE, address, frame, open_sheet, title_of

OTHER_BOXES = (
    (AnswerKind.NOT_APPLICABLE, gettext_lazy("Does not apply here")),
    (AnswerKind.UNKNOWN, gettext_lazy("Cannot be known")),
)
STYLES = ("css/tokens.css", "css/pages/questionnaire-print.css")


@require_GET
@never_cache
def sheet(request: HttpRequest, **codes: Any) -> HttpResponse:
    """Show the sheet as it stands, laid out for paper; ``?blank=yes`` the blank questionnaire."""
    found = open_sheet(request, **codes)
    if "blank" in request.GET:
        steps = [{"title": title_of(found), "url": address(found, "sheet") + WHOLE}]
        pdf = address(found, "sheet-questionnaire")
        return _blank(request, blank_of_sheet(found), steps=steps, pdf_url=pdf)
    strand = strand_page(found, request.user)
    context = {
        **frame(strand, inside=True),
        "lines": [
            {
                "row": row,
                "entry": entry(strand, row),
                "is_law": row.indicator.evidence == Evidence.LAW,
                **_ticks(row),
            }
            for row in strand.page.rows
        ],
        "blank_url": address(found, "print") + "?blank=yes",
    }
    return render(request, "questionnaire/print.html", context)


def _ticks(row: SheetRow) -> dict[str, Any]:
    """Return the boxes of a question, the chosen one ticked, and whether there is such a one.

    Exceptional points are no box: they are written below.
    """
    kind, option = (row.answer.kind, row.answer.option_id) if row.answer else ("", None)
    ticks = [
        {"label": one.label, "description": one.description, "is_chosen": one.pk == option}
        for one in row.options
    ]
    ticks += [{"label": words, "is_chosen": kind == other} for other, words in OTHER_BOXES]
    return {"ticks": ticks, "is_ticked": any(tick["is_chosen"] for tick in ticks)}


@require_GET
@never_cache
def sheet_pdf(request: HttpRequest, **codes: Any) -> HttpResponse:
    """Give the blank questionnaire of one sheet as a PDF."""
    found = open_sheet(request, **codes)
    steps = [{"title": title_of(found), "url": address(found, "sheet") + WHOLE}]
    name = f"{found.round.code}-{found.country.code}-{found.strand.code}"
    return _pdf(request, blank_of_sheet(found), name=name, steps=steps)


@require_GET
@never_cache
def round_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Give the blank questionnaire of a round, also before its opening day.

    Raises Http404 for those who have no part in the round.
    """
    round_ = get_object_or_404(Round.objects.select_related("framework"), code=code)
    if not may_read_questionnaire(request.user, round_):
        raise Http404
    return _pdf(request, blank_of_round(round_), name=round_.code, steps=[])


def _pdf(
    request: HttpRequest, paper: Paper, *, name: str, steps: list[dict[str, str]]
) -> HttpResponse:
    """Answer with the PDF, or with the page to print where this machine can make none."""
    page = render_to_string(
        "questionnaire/blank_pdf.html", _words(paper) | {"language": get_language()}
    )
    try:
        made = pdf_of(page, styles=STYLES)
    except NoPdf:
        return _blank(request, paper, steps=steps, no_pdf=True)
    shown = f'inline; filename="questionnaire-{name}.pdf"'
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": shown}
    )


def _blank(
    request: HttpRequest,
    paper: Paper,
    *,
    steps: list[dict[str, str]],
    pdf_url: str = "",
    no_pdf: bool = False,
) -> HttpResponse:
    work = {"title": _("My work"), "url": reverse("desk:work")}
    context = {
        **_words(paper),
        "crumbs": [work, *steps],
        "demonstration": paper.round.is_demonstration,
        "no_pdf": no_pdf,
        "pdf_url": pdf_url,
    }
    return render(request, "questionnaire/blank.html", context)


def _words(paper: Paper) -> dict[str, Any]:
    """Return the context that the page and the PDF share."""
    only = paper.sections[0].strand.title if len(paper.sections) == 1 else ""
    where = [part for part in (paper.country, only) if part]
    return {
        "paper": paper,
        "heading": _("Questionnaire: %(where)s") % {"where": ", ".join(where)}
        if where
        else _("Questionnaire"),
        "asked": sum(len(section.questions) for section in paper.sections),
    }
