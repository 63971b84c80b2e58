"""Consent to points that are no option."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mipex_site.base.verdict import demand

from ..enums import DraftOf
from ..forms import ConsentForm
from ..forms.overruling import attempt
from ..models import CaseItem
from ..rules import may_consent
from ..selectors.reading import item_page
from ..services.consents import consent
from ..services.drafts import on_item
from .contents import url_of
from .drafts import act_on_draft, context_of, keep_what_came, typing_at
from .places import demand_coded_first, frame, item_at, step_to_case
from .values import words_of


@require_http_methods(["GET", "POST"])
@never_cache
def give(request: HttpRequest, **codes: str) -> HttpResponse:
    """Show the answer with its points, and keep an adjudicator's consent to them."""
    found = item_at(request, **codes)
    demand_coded_first(request.user, found)
    if request.method == "POST":
        demand(may_consent(request.user, found))
        done = act_on_draft(request, on_item(found, DraftOf.CONSENT))
        form = ConsentForm(request.POST)
        if done or attempt(form, consent, item=found, by=request.user):
            return done or _given(request)
        keep_what_came(request, on_item(found, DraftOf.CONSENT))
        return _show(request, found, form=form)
    return _show(request, found)


def _given(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Your consent to these points is kept."))
    return redirect(request.get_full_path())


def _show(
    request: HttpRequest, found: CaseItem, *, form: ConsentForm | None = None
) -> HttpResponse:
    page = item_page(found, request.user)
    url = url_of(page.case, page.row)
    status, typing = 422 if form else 200, None
    if page.consent and page.consent.may_consent:
        spot, named = on_item(found, DraftOf.CONSENT), found.indicator
        typing = typing_at(request, spot, code=named.code, title=named.title)
        initial = {**typing.initial, "version": found.version}
        form = form or ConsentForm(initial=initial)
        typing = typing.of(form)
    context = {
        "page": page.case,
        "row": page.row,
        "consent": page.consent,
        "value": words_of(page.row.reading),
        "form": form,
        "item_url": url,
        "here": request.get_full_path(),
        **context_of(typing),
        **frame(found.case.round, step_to_case(page.case.place), (found.indicator.title, url)),
    }
    return render(request, "review/consent.html", context, status=status)
