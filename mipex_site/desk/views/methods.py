"""How figures are computed: the method, taken from its file, read, and locked for good."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mipex_site.base.errors import NotAllowed, Refusal
from mipex_site.base.verdict import demand
from scoring.models import Method
from scoring.rules import may_load_method
from scoring.services.methods import OWN, lock_method, take_method

from ..forms.methods import MethodFileForm
from ..selectors.methods import method_lines


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show the methods; a POST takes the portal's own, or that of a file, as a draft."""
    demand(may_load_method(request.user))
    if request.method == "GET":
        return _show(request, MethodFileForm())
    if "own" in request.POST:
        return _taken(request, content=OWN.read_bytes(), name=OWN.name)
    form = MethodFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return _taken(request, **form.cleaned_data)
        except NotAllowed:
            raise
        except Refusal as refusal:
            form.add_error("file", refusal.reason)
        except ValidationError as error:
            form.add_error("file", error.messages)
    return _show(request, form, status=422)


def _taken(request: HttpRequest, **given: Any) -> HttpResponse:
    take_method(**given, by=request.user)
    messages.success(request, _("The method is taken. Read it here, then lock it."))
    return redirect("desk:methods")


@require_POST
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock a method: from now on scores are computed by it."""
    demand(may_load_method(request.user))
    lock_method(method=get_object_or_404(Method, pk=pk), by=request.user)
    messages.success(request, _("The method is locked. Scores are computed by it from now on."))
    return redirect("desk:methods")


def _show(request: HttpRequest, form: MethodFileForm, status: int = 200) -> HttpResponse:
    context = {
        "lines": method_lines(),
        "form": form,
        "crumbs": [
            {"title": _("My work"), "url": reverse("desk:work")},
            {"title": _("Frameworks"), "url": reverse("desk:frameworks")},
        ],
    }
    return render(request, "desk/methods.html", context, status=status)
