"""The list of frameworks, one of them as a tree, and two of them side by side."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from mipex_site.base.forms import attempt
from questionnaire.models import Framework
from questionnaire.services.framework.copying import copy_framework

from ...forms.frameworks import CopyForm, FrameworkFileForm
from ...selectors.frameworks.comparing import compared_versions, others
from ...selectors.frameworks.listing import framework_lines
from ...selectors.frameworks.tree import framework_page
from .places import crumbs, demand_open, open_framework


@require_GET
@never_cache
def listing(request: HttpRequest) -> HttpResponse:
    demand_open(request.user)
    context = {
        "lines": framework_lines(),
        "file_form": FrameworkFileForm(),
        "crumbs": crumbs(),
    }
    return render(request, "desk/frameworks/list.html", context)


@require_GET
@never_cache
def tree(request: HttpRequest, pk: int) -> HttpResponse:
    return _tree(request, open_framework(pk, request.user), CopyForm())


@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a new version as a copy of this one."""
    framework = open_framework(pk, request.user)
    form = CopyForm(request.POST)
    made: list[Framework] = []

    def act(*, version: str) -> None:
        made.append(copy_framework(framework=framework, version=version, by=request.user))

    if not attempt(form, act):
        return _tree(request, framework, form, status=422)
    messages.success(request, _("The new version is a draft. You can change everything in it."))
    return redirect("desk:framework", made[0].pk)


def _tree(
    request: HttpRequest, framework: Framework, form: CopyForm, status: int = 200
) -> HttpResponse:
    context = {
        "page": framework_page(framework),
        "copy_form": form,
        "others": others(framework),
        "crumbs": crumbs(framework=None, with_list=True),
    }
    return render(request, "desk/frameworks/tree.html", context, status=status)


@require_GET
@never_cache
def differences(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare a version with another one, that it was copied from if none is named."""
    framework = open_framework(pk, request.user)
    choices = others(framework)
    asked = request.GET.get("with", "")
    if asked.isdecimal():
        other = get_object_or_404(Framework, pk=int(asked))
    else:
        other = choices[0] if choices else None
    context = {
        "framework": framework,
        "other": other,
        "choices": choices,
        "parts": compared_versions(other, framework) if other else [],
        "crumbs": crumbs(framework, with_list=True),
    }
    return render(request, "desk/frameworks/differences.html", context)
