"""The organisations of the consortium: 30 to 40 rows, one form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mipex_site.base.forms import attempt
from mipex_site.base.verdict import demand
from questionnaire.models import Organisation
from questionnaire.rules import may_keep_organisations
from questionnaire.services.organisations import put_organisation

from ..forms.people import OrganisationForm
from ..selectors.inviting.organisations import organisations


@require_GET
@never_cache
def listing(request: HttpRequest) -> HttpResponse:
    """List every organisation with its country, its kind and its role."""
    demand(may_keep_organisations(request.user))
    context = {"rows": organisations(), "crumbs": _crumbs()[:1]}
    return render(request, "desk/people/organisations.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def edit(request: HttpRequest, name: str = "") -> HttpResponse:
    """Add an organisation, or change the one with that code."""
    demand(may_keep_organisations(request.user))
    known = get_object_or_404(Organisation, code=name) if name else None
    form = OrganisationForm(request.POST or None, known=known)

    def put(**said: Any) -> None:
        if known is None and Organisation.objects.filter(code=said["code"]).exists():
            form.add_error("code", _("There is an organisation with this code already."))
            return
        put_organisation(by=request.user, **said)

    if request.method == "POST" and attempt(form, put):
        messages.success(request, _("The organisation is saved."))
        return redirect("desk:organisations")
    context = {"form": form, "known": known, "crumbs": _crumbs()}
    status = 422 if form.is_bound else 200
    return render(request, "desk/people/organisation.html", context, status=status)


def _crumbs() -> list[dict[str, str]]:
    return [
        {"title": _("My work"), "url": reverse("desk:work")},
        {"title": _("Organisations"), "url": reverse("desk:organisations")},
    ]
