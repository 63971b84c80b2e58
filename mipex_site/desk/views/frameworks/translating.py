"""A framework in another language, each text beside the one it is of."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from questionnaire.enums import FrameworkState
from questionnaire.models import Framework
from questionnaire.services.framework.refusing import StaleEntry
from questionnaire.services.framework.translations import LANGUAGE, put_translations

from ...forms.frameworks import TranslationForm
from ...selectors.frameworks.translations import TranslationPage, translation_page
from .places import crumbs, open_framework


@require_GET
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the page of the language that was typed."""
    framework = open_framework(pk, request.user)
    language = request.GET.get("language", "").strip()
    if not LANGUAGE.fullmatch(language) or language == framework.language:
        messages.error(
            request,
            _("“%(language)s” is no code of another language, such as fr.")
            % {"language": language[:20]},
        )
        return redirect("desk:framework", framework.pk)
    return redirect("desk:framework-translation", framework.pk, language)


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Show one part in the language KIND, and save what was typed there."""
    framework = open_framework(pk, request.user)
    if not LANGUAGE.fullmatch(kind) or kind == framework.language:
        raise Http404
    data = translation_page(framework, kind, request.GET.get("part", ""))
    if request.method == "GET":
        return _show(request, framework, data, TranslationForm(rows=list(data.rows)))
    form = TranslationForm(request.POST, rows=list(data.rows))
    texts, read = form.said()
    try:
        put_translations(
            framework=framework,
            language=kind,
            texts=texts,
            bases=read,
            still_right=form.still_right(),
            by=request.user,
        )
    except ValidationError as error:
        return _show(request, framework, data, form, status=422, errors=error.messages)
    except StaleEntry as stale:
        return _show_both(request, framework, data, stale)
    messages.success(request, _("The translations are saved."))
    there = reverse("desk:framework-translation", args=[framework.pk, kind])
    return redirect(f"{there}?part={data.part.code}")


def _show_both(
    request: HttpRequest, framework: Framework, data: TranslationPage, stale: StaleEntry
) -> HttpResponse:
    """Show what stands now beside what was typed; saved again, the typed one replaces it."""
    again = request.POST.copy()
    at = 0
    while address := again.get(f"at-{at}"):
        if address in stale.current:
            again[f"read-{at}"] = stale.current[address]
        at += 1
    form = TranslationForm(again, rows=list(data.rows))
    more = {"refused": stale.reason, "current": stale.current}
    return _show(request, framework, data, form, status=409, **more)


def _show(
    request: HttpRequest,
    framework: Framework,
    data: TranslationPage,
    form: TranslationForm,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {
        "framework": framework,
        "is_draft": framework.state == FrameworkState.DRAFT,
        "page": data,
        "form": form,
        "current": {},
        "crumbs": crumbs(framework, with_list=True),
    }
    return render(request, "desk/frameworks/translation.html", context | more, status=status)
