"""One question: the page, and what can be done on it. One address for htmx and for none."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mipex_site.base.errors import Refusal, Stale
from mipex_site.base.forms import attempt
from mipex_site.base.htmx import is_htmx

from ..enums import RequestState
from ..forms.answers import AnswerForm, MaintainForm, typed
from ..forms.sources import SourceForm
from ..models import Answer, Assessment, Indicator, Source
from ..selectors.sheet import Parts, parts_of, version_of
from ..services.answers import maintain_answer, record_answer
from ..services.drafts import keep_draft
from ..services.sources import add_source
from .places import address, open_sheet
from .question import Shown, show


@require_http_methods(["GET", "POST"])
@never_cache
def answer(request: HttpRequest, indicator: str, **codes: Any) -> HttpResponse:
    """Show a question; a POST says by ``act`` what is to be done with what was typed.

    ``stay`` and ``next`` record the answer, ``keep`` keeps it as a draft, ``source`` adds a
    source and keeps the rest as a draft.
    """
    sheet = open_sheet(request, **codes)
    if request.method == "GET":
        return show(request, sheet, indicator)
    if request.POST.get("act") == "keep":
        return _keep(request, sheet, indicator)
    parts = _parts(request, sheet, indicator)
    if request.POST.get("act") == "source":
        return _add_source(request, sheet, parts)
    return _record(request, sheet, parts)


@require_POST
@never_cache
def maintain(request: HttpRequest, indicator: str, **codes: Any) -> HttpResponse:
    """Let a returned answer stand, with a reply to what the review asks."""
    sheet = open_sheet(request, **codes)
    asked = _indicator(sheet, indicator)
    form = MaintainForm(request.POST)
    known = {"sheet": sheet, "indicator": asked, "by": request.user}
    if not attempt(form, maintain_answer, **known):
        return show(request, sheet, indicator, Shown(maintain_form=form, status=422))
    said = _("The answer stands. A consortium reviewer will read your reply.")
    if is_htmx(request):
        return show(request, sheet, indicator, Shown(said=said))
    messages.success(request, said)
    return redirect(address(sheet, "answer", indicator))


def _record(request: HttpRequest, sheet: Assessment, parts: Parts) -> HttpResponse:
    code = parts.indicator.code
    form = AnswerForm(
        request.POST,
        options=parts.options,
        pool=parts.pool,
        answer=parts.answer,
        asks_what_happened=parts.request is not None,
    )
    known = {"sheet": sheet, "indicator": parts.indicator, "by": request.user}
    saved: list[Answer] = []
    try:
        attempt(form, lambda **given: saved.append(record_answer(**given)), **known)
    except Stale:
        # What was typed is a draft now; the page shows it beside what was recorded meanwhile.
        keep_draft(content=typed(request.POST), **known)
        return show(request, sheet, code, Shown(status=409))
    if not saved:
        keep_draft(content=typed(request.POST), **known)
        return show(request, sheet, code, Shown(form=form, status=422))
    if request.POST.get("act") == "next":
        messages.success(request, _said(parts, saved[0]))
        return _lead(request, f"{address(sheet, 'sheet')}?after={code}")
    said = _said(parts, saved[0])
    if is_htmx(request):
        return show(request, sheet, code, Shown(said=said))
    messages.success(request, said)
    return redirect(address(sheet, "answer", code))


def _said(parts: Parts, saved: Answer) -> str:
    """Say what saving did; the same content again makes no version and settles nothing."""
    words = {"code": parts.indicator.code}
    if parts.answer is None or saved.version > parts.answer.version:
        return _("%(code)s is saved.") % words
    if parts.request and parts.request.state == RequestState.OPEN:
        return (
            _("Nothing in %(code)s was changed, so the review's question is still open.")
            % words
        )
    return _("Nothing in %(code)s was changed.") % words


def _keep(request: HttpRequest, sheet: Assessment, code: str) -> HttpResponse:
    """Keep what is being typed. A refusal is said beside the field, and only there."""
    asked = _indicator(sheet, code)
    context = {"refused": "", "at": timezone.now()}
    try:
        if request.POST.get("version") != str(version_of(sheet, asked)):
            # Kept now, it would look as if it was typed after the newer version was read.
            raise Stale(_("Another version was recorded meanwhile. Save to see both texts."))
        content = typed(request.POST)
        keep_draft(sheet=sheet, indicator=asked, content=content, by=request.user)
    except Refusal as refusal:
        context["refused"] = refusal.reason
    if not is_htmx(request):
        return redirect(address(sheet, "answer", code))
    return render(request, "questionnaire/_kept.html", context)


def _add_source(request: HttpRequest, sheet: Assessment, parts: Parts) -> HttpResponse:
    """Enter a source beside an answer that is not finished: the rest is kept as a draft."""
    code = parts.indicator.code
    known = {"sheet": sheet, "by": request.user}
    form = SourceForm(request.POST, rule=sheet.round.evidence_rule)
    added: list[Source] = []
    attempt(form, lambda **fields: added.append(add_source(**known, **fields)))
    content = typed(request.POST)
    if added:
        content = {name: text for name, text in content.items() if name not in form_names(form)}
        content["sources"] = [*content.get("sources", []), str(added[0].key)]
    keep_draft(indicator=parts.indicator, content=content, **known)
    if not added:
        return show(request, sheet, code, Shown(source_form=form, status=422))
    said = _("The source is added and ticked. The answer itself is not saved yet.")
    if is_htmx(request):
        return show(request, sheet, code, Shown(said=said))
    messages.success(request, said)
    return redirect(address(sheet, "answer", code) + "#sources")


def form_names(form: SourceForm) -> set[str]:
    """Return the names under which a browser sends the form's fields."""
    return {form.add_prefix(name) for name in form.fields}


def _parts(request: HttpRequest, sheet: Assessment, code: str) -> Parts:
    try:
        return parts_of(sheet, code, cited=request.POST.getlist("sources"))
    except KeyError as error:
        raise Http404 from error


def _indicator(sheet: Assessment, code: str) -> Indicator:
    return get_object_or_404(Indicator, strand_id=sheet.strand_id, code=code)


def _lead(request: HttpRequest, url: str) -> HttpResponse:
    """Send on to another page, whichever way was asked."""
    if is_htmx(request):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)
