"""Where one works oneself: each organisation with its days."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mipex_site.base.forms import attempt

from ..forms.affiliations import JoinForm, LeaveForm
from ..models import Affiliation
from ..services import organisations


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show where the person works and worked; a POST says what changed."""
    if request.method == "GET":
        return _show(request)
    if request.POST.get("act") != "leave":
        form = JoinForm(request.POST)
        done = attempt(form, organisations.join, by=request.user)
        shown: dict[str, Any] = {"form": form}
    else:
        own = Affiliation.objects.filter(person=request.user)
        known = request.POST.get("affiliation", "")
        held = get_object_or_404(own, pk=known if known.isdecimal() else 0)
        left = LeaveForm(request.POST, auto_id=_auto_id(held))
        done = attempt(left, organisations.leave, affiliation=held, by=request.user)
        shown = {"left": (held.pk, left)}
    if not done:
        return _show(request, **shown, status=422)
    messages.success(request, _("It is kept where you work."))
    return redirect("questionnaire:affiliations")


def _show(
    request: HttpRequest,
    *,
    form: JoinForm | None = None,
    left: tuple[int, LeaveForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    own = Affiliation.objects.filter(person=request.user).select_related("organisation")
    rows = list(own.order_by(F("until").desc(nulls_first=True), "organisation__name"))
    key, wrong = left or (None, None)
    context = {
        "now": [
            (row, wrong if row.pk == key else LeaveForm(auto_id=_auto_id(row)))
            for row in rows
            if row.until is None
        ],
        "before": [row for row in rows if row.until is not None],
        "form": form or JoinForm(),
        "wrong": wrong or form,
    }
    return render(request, "questionnaire/affiliations.html", context, status=status)


def _auto_id(held: Affiliation) -> str:
    return f"id_{held.pk}_%s"
