"""Leaving a country out of the edition, and taking it in again: asked for here, done by another."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mipex_site.base.errors import NotAllowed, Refusal
from mipex_site.base.forms import attempt
from questionnaire.models import Round
from questionnaire.services import excluding

from .. import rules
from ..forms.left_out import LeavingOutForm, TakingInForm
from ..selectors.left_out import LeftOutPage, left_out_page
from .places import crumbs_to, open_round


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest, code: str) -> HttpResponse:
    """List what is left out; ask a second person to leave a country out."""
    round_ = _round(request, code)
    data = left_out_page(round_, request.user)
    first = {"country": request.GET.get("country", "")[:2]}
    form = LeavingOutForm(request.POST or None, countries=data.countries, initial=first)
    if request.method == "GET":
        return _show(request, data, form)
    refused = _ask(request, round_, form)
    return _show(request, data, form, refused) if refused else _done(request, round_)


@require_POST
def take_in(request: HttpRequest, code: str) -> HttpResponse:
    """Ask a second person to take a country in again."""
    round_ = _round(request, code)
    data = left_out_page(round_, request.user)
    asked = TakingInForm(request.POST)
    known = {each.country.code: each.country for each in data.countries}
    if not asked.is_valid() or asked.cleaned_data["country"] not in known:
        raise Http404
    excluding.ask_to_take_in(
        round_=round_,
        country=known[asked.cleaned_data["country"]],
        reason=asked.cleaned_data["reason"],
        by=request.user,
    )
    return _done(request, round_)


def _ask(request: HttpRequest, round_: Round, form: LeavingOutForm) -> int | None:
    """Ask; return None, or the status of a refusal, which keeps what was typed."""
    try:
        done = attempt(form, excluding.ask_to_leave_out, round_=round_, by=request.user)
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(None, refusal.reason)
        return refusal.status
    return None if done else 422


def _round(request: HttpRequest, code: str) -> Round:
    request.round_at_hand = open_round(code, request.user, rules.may_see_closing)
    return request.round_at_hand


def _done(request: HttpRequest, round_: Round) -> HttpResponse:
    messages.success(request, _("It is asked for. It is so once a second person does it."))
    return redirect("desk:left-out", round_.code)


def _show(
    request: HttpRequest, data: LeftOutPage, form: LeavingOutForm, status: int = 200
) -> HttpResponse:
    context = {
        "page": data,
        "form": form,
        "demonstration": data.round.is_demonstration,
        "crumbs": crumbs_to(data.round, with_board=True),
    }
    return render(request, "desk/left_out/page.html", context, status=status)
