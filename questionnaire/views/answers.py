"""One question: the page, and what can be done on it. One address for htmx and for none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mipex_site.base.errors import Closed
from mipex_site.base.forms import attempt
from mipex_site.base.htmx import is_htmx

from ..enums import RequestState, SetAsideBecause
from ..forms.answers import MaintainForm, typed_whole
from ..forms.labels import also_changed
from ..forms.saving import Saved, record_typed
from ..forms.sources import SourceForm
from ..models import Assessment, Indicator, Source
from ..selectors.spot import Spot, spot_at
from ..services.answers import maintain_answer
from ..services.drafts import (
    Clash,
    Typed,
    demand_open,
    discard_draft,
    keep_beside,
    keep_typed,
    set_aside,
)
from ..services.sources import add_source
from .earlier import confirm
from .listing import step_on
from .places import address, codes_of, open_sheet
from .question import Shown, show

Act = Callable[[HttpRequest, Assessment, Spot, Typed], HttpResponse]


@require_http_methods(["GET", "POST"])
@never_cache
def answer(request: HttpRequest, indicator: str, **codes: Any) -> HttpResponse:
    """Show a question; a POST says by ``act`` what is to be done with what was typed.

    ``stay`` and ``next`` record the answer, ``keep`` keeps it as a draft, ``source`` adds a
    source and keeps the rest as a draft, ``discard`` takes the recorded answer instead,
    ``confirm`` records the last edition's answer as it was.
    """
    sheet = open_sheet(request, **codes)
    if request.method == "GET":
        return show(request, sheet, indicator)
    spot = spot_at((*codes_of(sheet), indicator), user=request.user)
    if spot is None:
        raise Http404
    typed = typed_whole(request.POST)
    act = ACTS.get(request.POST.get("act", ""), _record)
    try:
        return act(request, sheet, spot, typed)
    except Clash as clash:
        _keep_refused(request, clash, spot, typed)
        return show(request, sheet, indicator, Shown(clash=clash, status=409))
    except Closed as closed:
        # The middleware shows the reason, with the text for copying.
        _keep_refused(request, closed, spot, typed)
        raise


def _keep_refused(
    request: HttpRequest, refusal: Clash | Closed, spot: Spot, typed: Typed
) -> None:
    if isinstance(refusal, Clash):
        keep_beside(clash=refusal, typed=typed, by=request.user)
    else:
        late = SetAsideBecause.CLOSED
        set_aside(spot=spot, content=typed.fields, by=request.user, because=late)


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


def _record(request: HttpRequest, sheet: Assessment, spot: Spot, typed: Typed) -> HttpResponse:
    code = spot.indicator
    saved = record_typed(sheet=sheet, spot=spot, typed=typed, by=request.user)
    if saved.answer is None:
        return show(request, sheet, code, Shown(form=saved.form, status=422))
    said = _said(saved)
    if request.POST.get("act") == "next":
        messages.success(request, said)
        return _lead(request, step_on(sheet, code, request.GET.get("show", "")))
    return _stay(request, sheet, code, said)


def _stay(
    request: HttpRequest, sheet: Assessment, code: str, said: str, *, at: UUID | None = None
) -> HttpResponse:
    """Show the question again, with what was done; AT is the key of the source it was done to."""
    if is_htmx(request):
        return show(request, sheet, code, Shown(said=said, at=at or ""))
    messages.success(request, said)
    return redirect(address(sheet, "answer", code) + ("#sources" if at else ""))


def _said(saved: Saved) -> str:
    """Say what saving did; the same content again makes no version and settles nothing."""
    parts = saved.parts
    words = {"code": parts.indicator.code}
    if parts.answer is None or saved.answer.version > parts.answer.version:
        return _("%(code)s is saved.") % words + also_changed(saved.merged)
    if parts.request and parts.request.state == RequestState.OPEN:
        return (
            _("Nothing in %(code)s was changed, so the review's question is still open.")
            % words
        )
    return _("Nothing in %(code)s was changed.") % words


def _keep(request: HttpRequest, sheet: Assessment, spot: Spot, typed: Typed) -> HttpResponse:
    """Keep what is being typed. A clash is said beside the field, and only there."""
    context = {"refused": "", "at": timezone.now()}
    try:
        kept = keep_typed(spot=spot, typed=typed, by=request.user)
        context |= {"also": also_changed(kept.merged), "kept": kept}
    except (Clash, Closed) as refusal:
        if not is_htmx(request):
            raise
        _keep_refused(request, refusal, spot, typed)
        context["refused"] = refusal.reason
    if not is_htmx(request):
        return redirect(address(sheet, "answer", spot.indicator))
    return render(request, "questionnaire/_kept.html", context)


def _add_source(
    request: HttpRequest, sheet: Assessment, spot: Spot, typed: Typed
) -> HttpResponse:
    """Enter a source beside an answer that is not finished: the rest is kept as a draft."""
    demand_open(spot)
    known = {"sheet": sheet, "by": request.user}
    form = SourceForm(request.POST, rule=sheet.round.evidence_rule)
    added: list[Source] = []
    attempt(form, lambda **fields: added.append(add_source(**known, **fields)))
    if added:
        names = form_names(form)
        rest = {name: text for name, text in typed.fields.items() if name not in names}
        ticked = [*rest.get("sources", []), str(added[0].key)]
        typed = replace(typed, fields={**rest, "sources": ticked})
    keep_typed(spot=spot, typed=typed, by=request.user)
    if not added:
        shown = Shown(source_form=form, status=422)
        return show(request, sheet, spot.indicator, shown)
    said = _("The source is added and ticked. The answer itself is not saved yet.")
    return _stay(request, sheet, spot.indicator, said, at=added[0].key)


def _discard(request: HttpRequest, sheet: Assessment, spot: Spot, typed: Typed) -> HttpResponse:
    """Take the recorded answer; the draft is found again among the texts not taken."""
    discard_draft(spot=spot, by=request.user)
    because = SetAsideBecause.DISCARDED
    set_aside(spot=spot, content=typed.fields, by=request.user, because=because)
    said = _("The draft is set aside. You find its text among the texts not taken.")
    return _stay(request, sheet, spot.indicator, said)


def form_names(form: SourceForm) -> set[str]:
    """Return the names under which a browser sends the form's fields."""
    return {form.add_prefix(name) for name in form.fields}


def _indicator(sheet: Assessment, code: str) -> Indicator:
    return get_object_or_404(Indicator, strand_id=sheet.strand_id, code=code)


def _lead(request: HttpRequest, url: str) -> HttpResponse:
    """Send on to another page, whichever way was asked."""
    if is_htmx(request):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)


ACTS: dict[str, Act] = {
    "keep": _keep,
    "source": _add_source,
    "discard": _discard,
    "confirm": confirm,
}
"""Whatever else ``act`` says records the answer: Enter in a field sends none."""
