"""Interests: declared before anything of a country is shown; names: shown for a stated reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mipex_site.base.forms import attempt
from mipex_site.base.verdict import demand
from questionnaire.models import Country, Round

from ..forms.interests import DecisionForm, DeclarationForm, UnblindingForm
from ..models import Declaration
from ..rules import may_declare, may_see_unblindings, may_unblind
from ..selectors.interests import (
    Declared,
    declarations_in,
    interests_page,
    names_page,
    unblindings_of,
)
from ..services import interests as services
from .places import frame, step_to_board, steps_to_board


@require_http_methods(["GET", "POST"])
@never_cache
def declare(request: HttpRequest, round_code: str, country: str) -> HttpResponse:
    """Ask for the interests in a country; of the country itself its name alone is shown."""
    round_, where = _place(round_code, country)
    demand(may_declare(request.user, round_, where))
    form = DeclarationForm(request.POST if request.method == "POST" else None)
    known = {"round_": round_, "country": where, "by": request.user}
    if request.method == "POST" and attempt(form, services.declare_interest, **known):
        messages.success(request, _("Your declaration is kept."))
        return redirect(request.path)
    page = interests_page(round_, where, request.user)
    if page.declared and not form.is_bound:
        form = DeclarationForm(
            initial={"interest": page.declared.interest, "text": page.declared.text}
        )
    context = {"page": page, "form": form, **frame(round_)}
    return render(request, "review/interests.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@never_cache
def decide(request: HttpRequest, round_code: str, country: str) -> HttpResponse:
    """List what was declared about a country; a POST decides on one, or asks the rules anew."""
    round_, where = _place(round_code, country)
    demand(may_unblind(request.user, round_, where))
    lines = declarations_in(round_, where, request.user)
    form = None
    if request.POST.get("act") == "recheck":
        return _recheck(request, round_, where)
    if request.method == "POST":
        form = DecisionForm(request.POST)
        line = _line_of(lines, request.POST.get("declaration", ""))
        if attempt(form, _decide, held=line.row, by=request.user):
            messages.success(request, _("Your decision is kept."))
            return redirect(request.path)
    context = {
        "round": round_,
        "country": where,
        "lines": [(line, _decision_form(line, form)) for line in lines],
        **frame(round_, *_steps_above(request, round_)),
    }
    status = 422 if form is not None else 200
    return render(request, "review/interests_decide.html", context, status=status)


def _decide(
    *, held: Declaration, declaration: int, is_cleared: bool, text: str, by: Any
) -> Declaration:
    return services.decide_interest(declaration=held, is_cleared=is_cleared, text=text, by=by)


def _recheck(request: HttpRequest, round_: Round, country: Country) -> HttpResponse:
    found = services.recheck_ties(round_=round_, country=country, by=request.user)
    if found:
        messages.warning(request, _("Ties were found that nobody knew of. Decide on them."))
    else:
        messages.success(request, _("Nothing new was found."))
    return redirect(request.path)


def _line_of(lines: tuple[Declared, ...], asked: str) -> Declared:
    for line in lines:
        if str(line.row.pk) == asked:
            return line
    raise Http404


def _decision_form(line: Declared, sent: DecisionForm | None) -> DecisionForm | None:
    """Return the form for one declaration: as it was sent, if it is the one that was sent."""
    if line.is_own:
        return None
    if sent is not None and sent.data.get("declaration") == str(line.row.pk):
        return sent
    return DecisionForm(initial={"declaration": line.row.pk}, auto_id=f"id_{line.row.pk}_%s")


@require_http_methods(["GET", "POST"])
@never_cache
def names(request: HttpRequest, round_code: str, country: str) -> HttpResponse:
    """Show who is behind the pseudonyms of a country, for a day, once a reason is given."""
    round_, where = _place(round_code, country)
    demand(may_unblind(request.user, round_, where))
    form = UnblindingForm(request.POST if request.method == "POST" else None)
    known = {"round_": round_, "country": where, "by": request.user}
    if request.method == "POST" and attempt(form, services.unblind, **known):
        messages.success(
            request, _("The names are shown to you for 24 hours. It is on record.")
        )
        return redirect(request.path)
    context = {
        "page": names_page(round_, where, request.user),
        "round": round_,
        "country": where,
        "form": form,
        **frame(round_, *_steps_above(request, round_)),
    }
    return render(request, "review/interests_names.html", context, status=_status(form))


@require_GET
@never_cache
def learned(request: HttpRequest, round_code: str) -> HttpResponse:
    """List who learned names in a round, and why, for those who run or observe it."""
    round_ = get_object_or_404(Round, code=round_code)
    demand(may_see_unblindings(request.user, round_))
    context = {
        "round": round_,
        "lines": unblindings_of(round_, request.user),
        **frame(round_, step_to_board(round_)),
    }
    return render(request, "review/interests_learned.html", context)


def _place(round_code: str, country: str) -> tuple[Round, Country]:
    return get_object_or_404(Round, code=round_code), get_object_or_404(Country, code=country)


def _steps_above(request: HttpRequest, round_: Round) -> list[tuple[str, str]]:
    learned = _("Who learned names"), reverse("review:names-learned", args=[round_.code])
    return [*steps_to_board(request.user, round_), learned]


def _status(form: Any) -> int:
    return 422 if form.is_bound else 200
