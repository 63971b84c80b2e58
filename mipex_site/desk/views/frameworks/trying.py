"""What a framework would have made of the last edition's answers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from ...selectors.frameworks.trying import trial_page
from .places import crumbs, open_framework


@require_GET
@never_cache
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute the framework on an edition's answers, and save nothing."""
    framework = open_framework(pk, request.user)
    context = {
        "page": trial_page(framework, request.GET.get("edition", "")),
        "crumbs": crumbs(framework, with_list=True),
    }
    return render(request, "desk/frameworks/scores.html", context)
