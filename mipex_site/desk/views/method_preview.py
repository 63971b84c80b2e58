"""What a draft of a method would change, shown on the last published edition. A simulation."""

from __future__ import annotations

import csv
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mipex_site.base.errors import Refusal
from mipex_site.base.verdict import demand
from scoring.models import Method
from scoring.rules import may_load_method, may_preview_method
from scoring.services.methods import read_method

from ..forms.method_preview import packed, unpacked
from ..forms.methods import MethodFileForm
from ..selectors.method_preview import COLUMNS, Asked, Preview, drafts, preview_of, table_of

FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show a draft beside the method in force; a POST looks at a file and keeps nothing of it.

    The method of such a file stands in the address, so that the page can be sorted and shared.
    """
    demand(may_preview_method(request.user))
    form = MethodFileForm()
    if request.method == "POST":
        form = MethodFileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                return redirect(_address(block=packed(read_method(**form.cleaned_data))))
            except (Refusal, ValidationError) as refusal:
                form.add_error("file", getattr(refusal, "reason", refusal))
    known = drafts()
    chosen, block = _asked_for(request, known)
    asked = Asked.from_query(request.GET)
    preview = preview_of(block, asked) if block else None
    if preview and request.GET.get("format") == "csv":
        return _as_csv(preview)
    context = _context(request, preview, asked) | {
        "drafts": known,
        "chosen": chosen,
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/method_preview.html", context, status=status)


def _asked_for(
    request: HttpRequest, known: list[Method]
) -> tuple[Method | None, dict[str, Any] | None]:
    """Return the draft that the address names with its block, or the block that it carries.

    The draft that was touched last where it says neither. Raises Http404 where it lies.
    """
    if "block" in request.GET:
        try:
            return None, unpacked(request.GET["block"])
        except ValueError as error:
            raise Http404 from error
    asked = request.GET.get("draft", "")
    chosen = next((each for each in known if str(each.pk) == asked), None)
    if asked and chosen is None:
        raise Http404
    chosen = chosen or next(iter(known), None)
    return chosen, chosen.settings if chosen else None


def _context(request: HttpRequest, preview: Preview | None, asked: Asked) -> dict[str, Any]:
    kept = {name: request.GET[name] for name in ("draft", "block") if name in request.GET}
    view = kept | ({"means": "geometric"} if asked.geometric else {})
    here = view | ({"of": asked.of} if asked.of else {})
    return {
        "page": preview,
        "sort": asked.sort,
        "plain_query": urlencode(kept | ({"of": asked.of} if asked.of else {})),
        "of_query": urlencode(view),
        "here_query": urlencode(here),
        "is_kept": "block" not in request.GET,
        "may_load": bool(may_load_method(request.user)),
        "crumbs": _crumbs(request),
    }


def _crumbs(request: HttpRequest) -> list[dict[str, str]]:
    steps = [{"title": _("My work"), "url": reverse("desk:work")}]
    if may_load_method(request.user):
        steps.append({"title": _("Method"), "url": reverse("desk:methods")})
    return steps


def _address(**query: str) -> str:
    return f"{reverse('desk:method-preview')}?{urlencode(query)}"


def _as_csv(preview: Preview) -> HttpResponse:
    """Return all that moves or stays, one figure of one country a line, for a spreadsheet."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    revision = preview.trial.revision
    name = get_valid_filename(f"simulation {preview.title} {revision or ''}.csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")  # Spreadsheets take a file without it for Latin-1.
    writer = csv.writer(response, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in table_of(preview):
        writer.writerow([_harmless(value) for value in line])
    return response


def _harmless(value: object) -> object:
    """Keep a text from being run as a formula by the spreadsheet that opens it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
