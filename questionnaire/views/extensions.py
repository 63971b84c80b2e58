"""The dates of one sheet, and its expert's wish for more time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mipex_site.base.clock import present
from mipex_site.base.forms import attempt
from mipex_site.base.verdict import demand

from ..forms.extensions import AskingForm
from ..models import Assessment
from ..rules import may_ask_for_extension
from ..selectors.extensions import OwnExtension, open_sheets_of, own_extensions
from ..services.extending import ask_extension, withdraw
from .places import WHOLE, address, crumbs_to_sheet, open_sheet


@require_http_methods(["GET", "POST"])
@never_cache
def asking(request: HttpRequest, **codes: Any) -> HttpResponse:
    """Show the dates and what was asked for; a POST asks, or takes back by ``act``."""
    sheet = open_sheet(request, **codes)
    verdict = may_ask_for_extension(request.user, sheet)
    asked = own_extensions(sheet, request.user, now=present())
    if request.POST.get("act") == "withdraw":
        return _withdraw(request, sheet, asked)
    if request.method == "POST" or not asked:
        demand(verdict)
    waits = any(one.may_withdraw for one in asked)
    asks = verdict and (request.method == "POST" or not waits)
    form = _form(request, sheet) if asks else None
    if form and form.is_bound and attempt(form, ask_extension, sheet=sheet, by=request.user):
        messages.success(request, _("Your coordinators are told. You get a letter."))
        return redirect(address(sheet, "extension"))
    context = {
        "sheet": sheet,
        "now": present(),
        "asked": asked,
        "form": form,
        "verdict": verdict,
        "waits": waits,
        "action": address(sheet, "extension"),
        "back": address(sheet, "sheet") + WHOLE,
        "crumbs": crumbs_to_sheet(sheet),
        "demonstration": sheet.round.is_demonstration,
    }
    status = 422 if form and form.is_bound else 200
    return render(request, "questionnaire/extension.html", context, status=status)


def _form(request: HttpRequest, sheet: Assessment) -> AskingForm:
    place = {"round_id": sheet.round_id, "country_id": sheet.country_id}
    return AskingForm(
        request.POST if request.method == "POST" else None,
        own=len(open_sheets_of(request.user.pk, **place)),
        strand=sheet.strand.title,
        country=sheet.country.name,
        label_suffix="",
    )


def _withdraw(
    request: HttpRequest, sheet: Assessment, asked: list[OwnExtension]
) -> HttpResponse:
    wanted = request.POST.get("extension")
    one = next((each for each in asked if str(each.row.pk) == wanted), None)
    if one is None:
        raise Http404
    withdraw(extension=one.row, by=request.user)
    messages.success(request, _("You have taken it back. The dates stay as they are."))
    return redirect(address(sheet, "extension"))
