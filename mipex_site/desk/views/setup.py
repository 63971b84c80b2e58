"""A round from nothing to open: its design in steps, the lock of two, and the opening."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mipex_site.base.forms import attempt
from mipex_site.base.htmx import render_page_or_part
from mipex_site.base.verdict import demand
from questionnaire.enums import JointActKind, RoundState
from questionnaire.models import JointAct, Round
from questionnaire.rules import may_create_rounds, may_manage_round
from questionnaire.selectors.designs import Part
from questionnaire.services import deeds, designs, joint_acts, setting_up
from questionnaire.services.completeness import faults_of_design
from questionnaire.services.copying import begin_round
from scoring.rules import may_preview_method

from .. import rules
from ..forms.setup import (
    AskForm,
    BeginForm,
    CalendarForm,
    CountriesForm,
    NameForm,
    PartForm,
    RulesForm,
)
from ..selectors.setup import (
    countries_shown,
    rounds_list,
    rounds_to_copy,
    rounds_to_extend,
    setup_page,
    steps_of,
)
from .places import open_round

FORMS: dict[Part, type[PartForm]] = {
    Part.NAME: NameForm,
    Part.COUNTRIES: CountriesForm,
    Part.CALENDAR: CalendarForm,
    Part.RULES: RulesForm,
}


@require_GET
@never_cache
def listing(request: HttpRequest) -> HttpResponse:
    """List the rounds that this person runs, each with its next step."""
    demand(rules.may_see_rounds(request.user))
    may_begin = may_create_rounds(request.user)
    context = {
        "lines": rounds_list(request.user),
        "may_begin": may_begin,
        "may_preview": not may_begin and may_preview_method(request.user),
        "crumbs": _crumbs(),
    }
    return render(request, "desk/setup/rounds.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a round, as a copy of an earlier one or from nothing; the steps come after it."""
    demand(may_create_rounds(request.user))
    choices = {
        "rounds": rounds_to_copy(request.user),
        "extendable": rounds_to_extend(request.user),
    }
    form = BeginForm(request.POST or None, **choices)
    if request.method == "POST" and attempt(form, begin_round, by=request.user):
        messages.success(request, _("The round is there, in design. Go on with its countries."))
        return redirect("desk:setup-countries", form.cleaned_data["code"])
    context = {"form": form, "crumbs": _crumbs(listed=True)}
    return render(request, "desk/setup/new.html", context, status=_status(request))


@require_http_methods(["GET", "POST"])
@never_cache
def step(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """Show or save one part of the design. Once that has ended, the last step shows it all."""
    round_ = open_round(code, request.user, may_manage_round)
    if request.method == "GET" and round_.state != RoundState.DESIGN:
        return redirect("desk:setup", code)
    key = Part(part)
    form = _form(request, round_, key)
    if request.method == "POST" and attempt(form, _service(round_, key), by=request.user):
        messages.success(request, _("This step is saved."))
        return redirect(_next(request, round_, key))
    context = {
        "round": round_,
        "form": form,
        "steps": steps_of(round_, faults_of_design(round_)),
        "here": key.value,
        "crumbs": _crumbs(listed=True),
        "sees_frameworks": bool(rules.may_see_frameworks(request.user)),
        "query": request.GET.get("q", "").strip(),
        "only": request.GET.get("only", ""),
    }
    page = f"desk/setup/{key}.html"
    return render(request, page, context, status=_status(request))


@require_GET
@never_cache
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the whole design, what it lacks, and who is to move; htmx asks while it opens."""
    return _show(request, _round(request, code))


@require_POST
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask a second person to lock, to unlock or to cancel."""
    round_ = _round(request, code)
    form = AskForm(request.POST)
    if not attempt(form, _ask, round_=round_, by=request.user):
        return _show(request, round_, form=form, status=422)
    messages.success(request, _("It is asked for. A second person does it or says no."))
    return redirect("desk:setup", code)


@require_POST
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """Do what somebody else asked for, say no to it, or take back what one asked for."""
    round_ = _round(request, code)
    act = _act(request, round_)
    verb = request.POST.get("verb")
    if verb == "do":
        joint_acts.do(act=act, by=request.user)
        messages.success(request, _("It is done."))
    elif verb == "refuse":
        joint_acts.refuse(act=act, words=request.POST.get("words", ""), by=request.user)
        messages.success(request, _("You said no. Who asked for it reads why."))
    elif verb == "withdraw":
        joint_acts.withdraw(act=act, by=request.user)
        messages.success(request, _("It is taken back."))
    else:
        raise Http404
    return redirect("desk:setup", code)


@require_POST
def open_it(request: HttpRequest, code: str) -> HttpResponse:
    """Queue the opening; a worker takes it within seconds."""
    round_ = _round(request, code)
    setting_up.ask_to_open(round_=round_, by=request.user)
    messages.success(request, _("The round is being opened. You can leave this page."))
    return redirect("desk:setup", code)


def _form(request: HttpRequest, round_: Round, part: Part) -> PartForm:
    known: dict[str, Any] = {"round_": round_}
    if part == Part.NAME:
        known["extendable"] = rounds_to_extend(request.user, round_)
    if part == Part.COUNTRIES:
        found = countries_shown(
            round_, request.GET.get("q", "").strip(), request.GET.get("only", "")
        )
        known |= dict(zip(("countries", "taking_part"), found, strict=True))
    return FORMS[part](request.POST or None, **known)


def _service(round_: Round, part: Part) -> Callable[..., Any]:
    if part == Part.COUNTRIES:
        return partial(designs.put_countries, round_=round_)
    return partial(designs.change_round, round_=round_, part=part)


def _next(request: HttpRequest, round_: Round, part: Part) -> str:
    """Return where it goes on: the next step, or the same where more of it is to be done."""
    if request.POST.get("then") != "next":
        return request.get_full_path()
    parts = [*Part]
    after = parts[parts.index(part) + 1 :]
    name = f"desk:setup-{after[0]}" if after else "desk:setup"
    return reverse(name, args=[round_.code])


def _ask(*, round_: Round, kind: str, reason: str, by: Any) -> None:
    asks = {
        JointActKind.LOCK: deeds.ask_to_lock,
        JointActKind.UNLOCK: deeds.ask_to_unlock,
        JointActKind.CANCEL: deeds.ask_to_cancel,
    }
    if kind not in asks:
        raise Http404
    asks[JointActKind(kind)](round_=round_, reason=reason, by=by)


def _act(request: HttpRequest, round_: Round) -> JointAct:
    """Return the act that waits; one that was decided meanwhile is refused by the service."""
    key = request.POST.get("act", "")
    rows = round_.joint_acts.filter(kind__in=deeds.KINDS)
    found = rows.filter(pk=int(key)).first() if key.isdecimal() else None
    if found is None:
        raise Http404
    return found


def _round(request: HttpRequest, code: str) -> Round:
    round_ = open_round(code, request.user, rules.may_see_set_up)
    request.round_at_hand = round_
    return round_


def _show(
    request: HttpRequest, round_: Round, *, form: AskForm | None = None, status: int = 200
) -> HttpResponse:
    data = setup_page(round_, request.user)
    forms = {kind: AskForm(initial={"kind": kind}) for kind in data.may_ask}
    if form is not None and form.data.get("kind") in forms:
        forms[form.data["kind"]] = form
    context = {
        "page": data,
        "lock": forms.get(JointActKind.LOCK.value),
        "unlock": forms.get(JointActKind.UNLOCK.value),
        "cancel": forms.get(JointActKind.CANCEL.value),
        "sees_frameworks": bool(rules.may_see_frameworks(request.user)),
        "here": "check",
        "steps": data.steps,
        "round": round_,
        "crumbs": _crumbs(listed=True),
    }
    return render_page_or_part(
        request,
        page="desk/setup/check.html",
        part="desk/setup/_check.html",
        context=context,
        status=status,
    )


def _crumbs(*, listed: bool = False) -> list[dict[str, str]]:
    steps = [{"title": _("My work"), "url": reverse("desk:work")}]
    if listed:
        steps.append({"title": _("Rounds"), "url": reverse("desk:rounds")})
    return steps


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
