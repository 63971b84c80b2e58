"""How editions name one, in every round in which one answered or judged, also long ago."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mipex_site.base.forms import attempt

from ..forms.naming import NamingForm
from ..forms.windows import LastWordForm
from ..selectors.naming import OwnNaming, namings_of
from ..services.last_word import say_naming
from ..services.naming import say_naming_as_reviewer

Form = NamingForm | LastWordForm


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """List them; a POST says of one whether it may be."""
    lines = namings_of(request.user)
    if request.method == "GET":
        return _show(request, lines)
    chosen = next((one for one in lines if _key(one) == request.POST.get("where")), None)
    if chosen is None:
        raise Http404
    form = _form(chosen, request.POST)
    if not attempt(form, _service(chosen), by=request.user, **_place(chosen)):
        return _show(request, lines, wrong=(chosen, form), status=422)
    messages.success(request, _("Your word is kept. You can change it here."))
    return redirect("review:own-names")


def _key(one: OwnNaming) -> str:
    return f"{one.round.code}/{one.country.code if one.country else ''}"


def _form(one: OwnNaming, data: Any = None) -> Form:
    kind = LastWordForm if one.country else NamingForm
    return kind(data, naming=one.naming, auto_id=f"id_{_key(one).replace('/', '_')}_%s")


def _service(one: OwnNaming) -> Any:
    return say_naming if one.country else say_naming_as_reviewer


def _place(one: OwnNaming) -> dict[str, Any]:
    return {"round_": one.round} | ({"country": one.country} if one.country else {})


def _show(
    request: HttpRequest,
    lines: list[OwnNaming],
    *,
    wrong: tuple[OwnNaming, Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    chosen, refused = wrong or (None, None)
    shown = [(one, _key(one), refused if one is chosen else _form(one)) for one in lines]
    context = {"lines": shown, "wrong": refused}
    return render(request, "review/names.html", context, status=status)
