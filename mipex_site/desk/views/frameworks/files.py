"""A framework as a file: taken away, and brought in after a look at what it would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mipex_site.base.errors import NotAllowed, Refusal
from questionnaire.enums import FrameworkState
from questionnaire.models import Framework
from questionnaire.resources.framework_book import head_of, read_book, tables_of, write_book
from questionnaire.selectors.tree import framework_document
from questionnaire.services.framework.checking import faults_of, faults_of_draft
from questionnaire.services.framework.differing import changes_between
from questionnaire.services.framework.documents import HEAD, LISTS, Document
from questionnaire.services.framework.once import codes_used_before
from questionnaire.services.framework.reading import read_content
from questionnaire.services.framework.shape import completed
from questionnaire.services.framework.taking import (
    Translated,
    print_of_version,
    take_framework,
    version_in_place,
)
from questionnaire.services.framework.translations import translated
from questionnaire.services.framework.writing import as_yaml
from questionnaire.services.problems import BadFile, Problem

from ...forms.frameworks import FrameworkFileForm
from ...selectors.frameworks.comparing import changed_texts, compared
from .places import crumbs, demand_open, open_framework

SALT = "framework file"
VALID_FOR = 24 * 60 * 60
"""Seconds for which a look at a file can be followed by taking it."""
YAML_LIMIT = 1024 * 1024
CARRIED_LIMIT = 2_000_000
"""Characters that the page may carry from the look to the taking."""
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yaml": "application/yaml",
}


@require_GET
@never_cache
def export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Give a framework as a workbook or as a YAML file."""
    framework = open_framework(pk, request.user)
    if kind not in TYPES:
        raise Http404
    document = framework_document(framework)
    if kind == "yaml":
        content = as_yaml(document).encode()
    else:
        content = write_book(document, translated(framework))
    name = f"{framework.code}-{framework.version}".replace("/", "-").replace('"', "")
    disposition = f'attachment; filename="{name}.{kind}"'
    headers = {"Content-Disposition": disposition.encode("ascii", "replace").decode()}
    return HttpResponse(content, content_type=TYPES[kind], headers=headers)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file says: whole, with the version that it would change, or its faults."""

    data: Document
    translations: Translated | None
    framework: Framework | None
    faults: tuple[Any, ...] = ()


@require_http_methods(["GET", "POST"])
@never_cache
def bring_in(request: HttpRequest) -> HttpResponse:
    """Look at a file; nothing is saved here."""
    demand_open(request.user)
    if request.method == "GET":
        return redirect("desk:frameworks")
    form = FrameworkFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ask_again(request, form)
    file = form.cleaned_data["file"]
    try:
        looked = _of_book(file) if file.name.lower().endswith(".xlsx") else _of_yaml(file)
    except NotAllowed:
        raise
    except BadFile as bad:
        return _show_faults(request, file.name, bad.problems)
    except Refusal as refusal:
        form.add_error("file", refusal.reason)
        return _ask_again(request, form)
    if looked.faults:
        return _show_faults(request, file.name, looked.faults)
    return _show(request, file.name, looked)


def _of_yaml(file: Any) -> Looked:
    if file.size > YAML_LIMIT:
        raise Refusal(_("This file is larger than 1 MB, so it is no framework."))
    document = read_content(file.read(), file=file.name)
    faults = faults_of_draft(document.data)
    if faults:
        raise BadFile(document.problem(fault) for fault in faults)
    data = completed(document.data)
    return Looked(data, None, version_in_place(data))


def _of_book(file: Any) -> Looked:
    tables = tables_of(file, name=file.name, size=file.size)
    framework = version_in_place({HEAD: head_of(tables)})
    standing = framework_document(framework) if framework else {}
    book = read_book(tables, standing, translated(framework) if framework else {})
    return Looked(book.data, book.translations, framework, tuple(book.faults))


def _ask_again(request: HttpRequest, form: FrameworkFileForm) -> HttpResponse:
    context = {"file_form": form, "crumbs": crumbs(with_list=True)}
    return render(request, "desk/frameworks/bring_in.html", context, status=422)


def _show_faults(request: HttpRequest, name: str, faults: Any) -> HttpResponse:
    context = {
        "name": name,
        "faults": faults,
        "file_form": FrameworkFileForm(),
        "crumbs": crumbs(with_list=True),
    }
    return render(request, "desk/frameworks/bring_in.html", context, status=422)


def _show(request: HttpRequest, name: str, looked: Looked) -> HttpResponse:
    """Show what would change, and carry the file's content in the page, signed."""
    framework = looked.framework
    old = framework_document(framework) if framework else _nothing(looked.data)
    used = codes_used_before(looked.data[HEAD]["code"], changes_between(old, looked.data))
    if used:
        return _show_faults(request, name, [Problem("", 0, words) for words in used])
    parts = compared(old, looked.data)
    before = translated(framework) if framework else {}
    texts = [] if looked.translations is None else changed_texts(before, looked.translations)
    carried = signing.dumps(
        {
            "data": looked.data,
            "translations": looked.translations,
            "base": print_of_version(framework),
            "by": str(request.user.pk),
        },
        salt=SALT,
        compress=True,
    )
    if len(carried) > CARRIED_LIMIT:
        raise Refusal(_("This file is larger than any framework."))
    context = {
        "name": name,
        "framework": framework,
        "is_locked": bool(framework) and framework.state == FrameworkState.LOCKED,
        "head": looked.data[HEAD],
        "parts": parts,
        "texts": texts,
        "troubles": [str(words) for _address, words in faults_of(looked.data)],
        "carried": carried,
        "crumbs": crumbs(framework, with_list=True),
    }
    return render(request, "desk/frameworks/bring_in.html", context)


def _nothing(data: Document) -> Document:
    return {HEAD: data[HEAD]} | {section: [] for section in LISTS}


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take the file that was looked at: all of it or nothing."""
    demand_open(request.user)
    try:
        carried = signing.loads(request.POST.get("carried", ""), salt=SALT, max_age=VALID_FOR)
    except signing.BadSignature as error:
        raise Refusal(_("Look at the file once more: this page is too old.")) from error
    if carried.pop("by") != str(request.user.pk):
        raise Refusal(_("Somebody else looked at this file. Look at it yourself first."))
    try:
        framework = take_framework(**carried, by=request.user)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error
    messages.success(request, _("The file is taken. Everything that changed is recorded."))
    return redirect("desk:framework", framework.pk)
