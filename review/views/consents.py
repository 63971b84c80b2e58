"""Consent to points that are no option."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mipex_site.base.forms import attempt

from ..forms import ConsentForm
from ..selectors.reading import item_page
from ..services.consents import consent
from .contents import url_of
from .places import frame, item_at, step_to_case
from .values import words_of


@require_http_methods(["GET", "POST"])
@never_cache
def give(request: HttpRequest, **codes: str) -> HttpResponse:
    """Show the answer with its points, and keep an adjudicator's consent to them."""
    found = item_at(request, **codes)
    data = request.POST if request.method == "POST" else None
    form = ConsentForm(data, initial={"version": found.version})
    if request.method == "POST" and attempt(form, consent, item=found, by=request.user):
        messages.success(request, _("Your consent to these points is kept."))
        return redirect(request.get_full_path())
    page = item_page(found, request.user)
    url = url_of(page.case, page.row)
    context = {
        "page": page.case,
        "row": page.row,
        "consent": page.consent,
        "value": words_of(page.row.reading),
        "form": form,
        "item_url": url,
        **frame(found.case.round, step_to_case(page.case.place), (found.indicator.title, url)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/consent.html", context, status=status)
