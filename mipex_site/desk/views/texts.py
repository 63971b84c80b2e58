"""The texts of an edition: list, write, preview, review, take away; and the figures for them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from editions.enums import TextKind
from editions.models import EditionText
from editions.rules import may_read_rehearsal, may_write_text
from editions.services import texts
from editions.services.texts import Place
from mipex_site.base.errors import Stale
from mipex_site.base.forms import attempt
from questionnaire.models import Round

from .. import rules
from ..forms.texts import FiguresForm, TextForm, VersionForm
from ..selectors.texts import figures_page, preview_of, text_at, text_page, texts_page
from .places import crumbs_to, open_round

EDGE = 1000
"""Findings are numbered below this; nobody reads so many."""


@require_GET
@never_cache
def page(request: HttpRequest, code: str) -> HttpResponse:
    """List every text of the edition and every place for one."""
    round_ = open_round(code, request.user, may_read_rehearsal)
    data = texts_page(round_, request.user)
    return _show(request, round_, "texts", {"page": data}, below=False)


@require_GET
@never_cache
def text(request: HttpRequest, code: str, kind: str, place: str) -> HttpResponse:
    """Show one text with its figures as they are now."""
    round_ = open_round(code, request.user, may_read_rehearsal)
    found = _found(round_, _place(kind, place))
    return _show(request, round_, "text", {"page": text_page(round_, found, request.user)})


@require_http_methods(["GET", "POST"])
@never_cache
def edit(request: HttpRequest, code: str, kind: str, place: str) -> HttpResponse:
    """Write a text, or a text that is not there yet. What was typed comes back with any no."""
    round_ = open_round(code, request.user, may_write_text)
    where = _place(kind, place)
    held = text_at(round_, where)
    if request.method == "GET":
        return _form(request, round_, where, TextForm(initial=_initial(held)))
    form = TextForm(request.POST)
    if "preview" in request.POST:
        form.is_valid()
        return _form(request, round_, where, form)
    try:
        if not attempt(form, texts.write_text, round_=round_, place=where, by=request.user):
            return _form(request, round_, where, form, status=422)
    except Stale as stale:
        held = text_at(round_, where)
        typed = form.data.dict() | {"version": held.version if held else 0}
        theirs = {"theirs": held, "stale": stale.reason}
        return _form(request, round_, where, TextForm(typed), status=409, **theirs)
    messages.success(request, _("The text is saved. Somebody else reviews it."))
    return redirect("desk:text", round_.code, where.kind, where.code)


@require_POST
def review(request: HttpRequest, code: str, kind: str, place: str) -> HttpResponse:
    """Stand behind the version that was on the page."""
    round_ = open_round(code, request.user, may_read_rehearsal)
    where = _place(kind, place)
    found, version = _found(round_, where), _version(request)
    texts.review_text(text=found, version=version, by=request.user)
    messages.success(request, _("You have reviewed the text with the figures it shows."))
    return redirect("desk:text", round_.code, where.kind, where.code)


@require_POST
def remove(request: HttpRequest, code: str, kind: str, place: str) -> HttpResponse:
    """Take a text away; the record keeps what it said."""
    round_ = open_round(code, request.user, may_write_text)
    found = _found(round_, _place(kind, place))
    texts.remove_text(text=found, version=_version(request), by=request.user)
    messages.success(request, _("The text is taken away. The audit keeps what it said."))
    return redirect("desk:texts", round_.code)


@require_GET
@never_cache
def figures(request: HttpRequest, code: str) -> HttpResponse:
    """List the figures of a country or of a score, each with the words that put it in."""
    round_ = open_round(code, request.user, may_read_rehearsal)
    whose, node = request.GET.get("whose", ""), request.GET.get("node", "")
    data = figures_page(round_, whose=whose, node=node)
    chosen = {"whose": whose, "node": node}
    form = FiguresForm(initial=chosen, whose=data.whose, nodes=data.nodes)
    context = {"page": data, "form": form, "asked": bool(whose or node)}
    return _show(request, round_, "figures", context)


def _place(kind: str, place: str) -> Place:
    """Read a place from its address. Raises Http404."""
    if kind == TextKind.COUNTRY_NOTE and len(place) == 2 and place.isalpha():  # noqa: PLR2004 (an alpha-2 code)
        return Place(kind, country=place.upper())
    if kind == TextKind.PRESS and place == "1":
        return Place(kind)
    is_order = place.isascii() and place.isdecimal() and 0 < int(place) < EDGE
    if kind == TextKind.FINDING and is_order:
        return Place(kind, order=int(place))
    raise Http404(_("There is no such place for a text."))


def _found(round_: Round, place: Place) -> EditionText:
    found = text_at(round_, place)
    if found is None:
        raise Http404(_("Nobody has written this text, or it was taken away."))
    return found


def _version(request: HttpRequest) -> int:
    """Return the version that was on the page; without one, one that no text has."""
    form = VersionForm(request.POST)
    return form.cleaned_data["version"] if form.is_valid() else -1


def _initial(held: EditionText | None) -> dict[str, Any]:
    if held is None:
        return {"version": 0}
    return {"title": held.title, "body": held.body, "version": held.version}


def _form(
    request: HttpRequest,
    round_: Round,
    place: Place,
    form: TextForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    typed = {name: form[name].value() or "" for name in ("title", "body")}
    context = {
        "form": form,
        "place": place,
        "name": texts.words_of(place),
        "round": round_,
        "preview": preview_of(round_, **typed) if request.method == "POST" else None,
    }
    return _show(request, round_, "edit", context | more, status=status)


def _show(
    request: HttpRequest,
    round_: Round,
    name: str,
    context: dict[str, Any],
    *,
    below: bool = True,
    status: int = 200,
) -> HttpResponse:
    """Answer with a page; BELOW the list of texts its crumbs lead back to that too."""
    with_board = bool(rules.may_see_board(request.user, round_))
    crumbs = crumbs_to(round_, with_board=with_board)
    rehearsal = reverse("desk:rehearsal", args=[round_.code])
    crumbs.append({"title": _("Rehearsal"), "url": rehearsal})
    if below:
        crumbs.append({"title": _("Texts"), "url": reverse("desk:texts", args=[round_.code])})
    context |= {"crumbs": crumbs, "demonstration": round_.is_demonstration}
    return render(request, f"desk/texts/{name}.html", context, status=status)
