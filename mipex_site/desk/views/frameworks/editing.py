"""One entry of a framework: read, added, changed, moved, removed, and what it was before."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mipex_site.base.forms import attempt
from questionnaire.enums import FrameworkState
from questionnaire.models import Framework
from questionnaire.selectors.tree import framework_document
from questionnaire.services.framework.checking import faults_of
from questionnaire.services.framework.documents import (
    HEAD,
    IN_ORDER,
    Document,
    Entry,
    entries_of,
    entry_of,
    print_of,
)
from questionnaire.services.framework.editing import move_entry, put_entry, remove_entry
from questionnaire.services.framework.refusing import StaleEntry

from ...forms.frameworks import EntryForm
from ...selectors.frameworks import entry as entries
from ...selectors.frameworks import words
from .places import crumbs, demand_section, open_framework


@dataclass(frozen=True, slots=True)
class Here:
    """Where a page stands: the framework, its document, and the entry with its section."""

    framework: Framework
    document: Document
    section: str
    entry: Entry | None

    @property
    def is_draft(self) -> bool:
        return self.framework.state == FrameworkState.DRAFT


def _here(request: HttpRequest, pk: int, kind: str, name: str) -> Here:
    """Return the entry of that address. Raises NotAllowed, or Http404 where there is none."""
    framework = open_framework(pk, request.user)
    demand_section(kind)
    document = framework_document(framework)
    entry = entry_of(document, kind, name)
    if entry is None:
        raise Http404
    return Here(framework, document, kind, entry)


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest, pk: int, kind: str, name: str) -> HttpResponse:
    """Show an entry; of a draft also its form, and save what comes from it."""
    here = _here(request, pk, kind, name)
    if request.method == "POST":
        return _save(request, here)
    shows = entries.as_it_was(here.framework, kind, here.entry, request.GET.get("as_of", ""))
    return _show(request, here, _form(here, shows=shows), takes_up=shows is not None)


@require_http_methods(["GET", "POST"])
@never_cache
def add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Give the form of a new entry, and add it."""
    framework = open_framework(pk, request.user)
    demand_section(kind)
    if kind == HEAD:
        raise Http404
    here = Here(framework, framework_document(framework), kind, None)
    if request.method == "POST":
        return _save(request, here)
    below = {"parent": request.GET.get("below", ""), "relation": "new"}
    return _show(request, here, _form(here, shows=below))


def _form(here: Here, *, data: object = None, shows: Entry | None = None) -> EntryForm:
    about = {"section": here.section, "document": here.document}
    return EntryForm(data, entry=here.entry, shows=shows, **about)


def _save(request: HttpRequest, here: Here) -> HttpResponse:
    form = _form(here, data=request.POST)

    def act(*, base: str, **_fields: object) -> None:
        entry = form.entry()
        put_entry(
            framework=here.framework,
            section=here.section,
            entry=entry,
            base=base,
            by=request.user,
        )

    try:
        if not attempt(form, act):
            return _show(request, here, form, status=422)
    except StaleEntry as stale:
        return _show_both(request, here, form, stale)
    code = form.entry().get("code") or here.entry["code"]
    messages.success(request, _("“%(code)s” is saved.") % {"code": code})
    return redirect("desk:framework-entry", here.framework.pk, here.section, code)


def _show_both(
    request: HttpRequest, here: Here, form: EntryForm, stale: StaleEntry
) -> HttpResponse:
    """Show what stands now beside what was typed; saved again, the typed one replaces it."""
    typed, current = form.entry(), stale.current
    data = request.POST.copy()
    data["base"] = print_of(current)
    again = _form(here, data=data)
    both = entries.differences(here.section, [*typed], current, typed)
    return _show(request, here, again, status=409, refused=stale.reason, both=both)


def _show(
    request: HttpRequest, here: Here, form: EntryForm, status: int = 200, **more: object
) -> HttpResponse:
    context = {
        "framework": here.framework,
        "is_draft": here.is_draft,
        "section": here.section,
        "section_title": words.ONE[here.section],
        "new_title": words.NEW.get(here.section, ""),
        "entry": here.entry,
        "is_new": here.entry is None,
        "title": _title(here),
        "form": form,
        "crumbs": crumbs(here.framework, with_list=True),
    }
    if here.entry:
        context["facts"] = entries.facts_of(here.section, here.entry)
        context["troubles"] = _troubles(here)
        context["may_move"] = here.section in IN_ORDER
    return render(request, "desk/frameworks/entry.html", context | more, status=status)


def _title(here: Here) -> str:
    if here.entry is None:
        return str(words.NEW[here.section])
    return here.entry.get("title") or here.entry["code"]


def _troubles(here: Here) -> list[str]:
    """Return what is wrong with this entry before the framework can be locked."""
    codes = [entry["code"] for entry in entries_of(here.document, here.section)]
    at = () if here.section == HEAD else (codes.index(here.entry["code"]),)
    wanted = (here.section, *at)
    return [
        str(message)
        for address, message in faults_of(here.document)
        if address[: len(wanted)] == wanted
    ]


@require_http_methods(["GET", "POST"])
@never_cache
def remove(request: HttpRequest, pk: int, kind: str, name: str) -> HttpResponse:
    """Say what goes with an entry, and remove it where that was read."""
    here = _here(request, pk, kind, name)
    if kind == HEAD:
        raise Http404
    if request.method == "POST":
        return _remove(request, here)
    context = {
        "framework": here.framework,
        "is_draft": here.is_draft,
        "section": kind,
        "entry": here.entry,
        "title": _title(here),
        "base": print_of(here.entry),
        "gone": entries.gone_with(here.document, kind, name),
        "named": entries.named_in(here.document, kind, name),
        "crumbs": crumbs(here.framework, with_list=True),
    }
    return render(request, "desk/frameworks/remove.html", context)


def _remove(request: HttpRequest, here: Here) -> HttpResponse:
    about = {"framework": here.framework, "section": here.section, "code": here.entry["code"]}
    try:
        remove_entry(**about, base=request.POST.get("base", ""), by=request.user)
    except StaleEntry:
        messages.warning(
            request,
            _("Somebody changed this while you had it open. Read it again before it goes."),
        )
        return redirect("desk:framework-entry", here.framework.pk, here.section, about["code"])
    messages.success(request, _("“%(code)s” is removed.") % {"code": about["code"]})
    return redirect("desk:framework", here.framework.pk)


@require_POST
def move(request: HttpRequest, pk: int, kind: str, name: str) -> HttpResponse:
    here = _here(request, pk, kind, name)
    if kind not in IN_ORDER:
        raise Http404
    later = request.POST.get("to") == "later"
    about = {"framework": here.framework, "section": kind, "code": name}
    move_entry(**about, later=later, by=request.user)
    words_of_it = (
        _("“%(code)s” comes later now.") if later else _("“%(code)s” comes earlier now.")
    )
    messages.success(request, words_of_it % {"code": name})
    return redirect("desk:framework-entry", here.framework.pk, kind, name)


@require_GET
@never_cache
def history(request: HttpRequest, pk: int, kind: str, name: str) -> HttpResponse:
    """Show each change of an entry; of a draft, an earlier text can be taken up again."""
    framework = open_framework(pk, request.user)
    demand_section(kind)
    entry = entry_of(framework_document(framework), kind, name)
    past = entries.history_of(framework, kind, name)
    if entry is None and not past:
        raise Http404
    context = {
        "framework": framework,
        "is_draft": framework.state == FrameworkState.DRAFT,
        "section": kind,
        "code": name,
        "entry": entry,
        "past": past,
        "crumbs": crumbs(framework, with_list=True),
    }
    return render(request, "desk/frameworks/history.html", context)
