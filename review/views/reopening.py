"""Reopenings: ask for one, decide on it, take it back; and the late changes of a round."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mipex_site.accounts.models import User
from mipex_site.base.errors import WrongState
from mipex_site.base.verdict import Verdict, demand
from questionnaire.models import Round

from .. import workflow
from ..enums import ReopeningState
from ..forms.overruling import attempt
from ..forms.windows import DecisionForm, ReopeningForm
from ..models import Case, Reopening
from ..rules import (
    may_ask_reopening,
    may_read_late_changes,
    may_refuse_reopening,
    may_second_reopening,
)
from ..rules.reopening import is_lead_expert, reasons_for
from ..selectors.blind import Place
from ..selectors.reopening import (
    ReopeningPage,
    items_by_key,
    late_changes,
    present_reopening,
    reopening_page,
)
from ..services import reopening as services
from .moves import Possible
from .places import (
    address,
    case_at,
    codes_of,
    frame,
    step_to_case,
    steps_to_board,
    title_of,
)
from .values import words_of

SHOWN = {
    "asked": "pending",
    "seconding": "second_look",
    "open": "reopened",
    "ended": "done",
}
"""The badge of each state that has another name."""
GRANTS = (workflow.GRANT, workflow.GRANT_FIRST, workflow.SECOND)


@require_http_methods(["GET", "POST"])
@never_cache
def reopening(request: HttpRequest, **codes: str) -> HttpResponse:
    """Show what is asked for, open or over, and ask for a reopening."""
    case = _case_at(request, codes)
    page = reopening_page(case, request.user)
    rows = items_by_key(case) if case.pk else {}
    typed = request.POST if request.method == "POST" else None
    if typed is not None:
        services.demand_can_ask(case=case, by=request.user)
    reasons = reasons_for(request.user, case)
    form = ReopeningForm(typed, listable=page.listable, rows=rows, reasons=reasons)
    if request.method == "POST":
        known = {"case": case, "by": request.user}
        if attempt(form, services.ask_reopening, **known):
            messages.success(request, _("The reopening is asked for. A coordinator decides."))
            return redirect(request.path)
    return _show(request, case, page, ask_form=form)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, **codes: str) -> HttpResponse:
    """Grant what is asked for until a moment, or refuse it; a reload leads back to the page."""
    if request.method == "GET":
        return redirect("review:reopening", **codes)
    case = _case_at(request, codes)
    form = DecisionForm(request.POST)
    found = _present(case)
    demand(_may_decide(request.user, found, form))
    service = services.refuse if form.is_refusal else services.grant
    if attempt(form, service, reopening=found, by=request.user):
        messages.success(request, _("Your decision is kept."))
        return redirect("review:reopening", **codes)
    return _show(request, case, reopening_page(case, request.user), decision_form=form)


@require_POST
def withdraw(request: HttpRequest, **codes: str) -> HttpResponse:
    """Take back what one asked for."""
    case = _case_at(request, codes)
    services.withdraw(reopening=_present(case), by=request.user)
    messages.success(request, _("The request is withdrawn."))
    return redirect("review:reopening", **codes)


@require_GET
@never_cache
def changes(request: HttpRequest, round_code: str) -> HttpResponse:
    """List every reopened answer of a round, before and after."""
    round_ = get_object_or_404(Round.objects.select_related("framework"), code=round_code)
    demand(may_read_late_changes(request.user, round_))
    lines = [
        (change, words_of(change.before), words_of(change.now), title_of(change.place))
        for change in late_changes(round_, request.user)
    ]
    above = steps_to_board(request.user, round_)
    context = {"round": round_, "lines": lines, **frame(round_, *above)}
    return render(request, "review/reopen_changes.html", context)


def _case_at(request: HttpRequest, codes: dict[str, str]) -> Case:
    """Return the case for its own expert too. Raises Http404 and NotAllowed."""
    place = (codes["round_code"], codes["country"], codes["strand"])
    case = Case.objects.at(*place).for_page().first()
    if case and is_lead_expert(request.user, case):
        return case
    return case_at(request, **codes)


def _present(case: Case) -> Reopening:
    found = present_reopening(case)
    if found is None:
        raise WrongState(_("No reopening of this sheet is under way."))
    return found


def _may_decide(user: User, found: Reopening, form: DecisionForm) -> Verdict:
    """Whether the person may decide as they mean to; who grants as the second of two is another."""
    seconds = form.is_grant and found.state == ReopeningState.SECONDING
    return (may_second_reopening if seconds else may_refuse_reopening)(user, found)


def _show(
    request: HttpRequest,
    case: Case,
    page: ReopeningPage,
    *,
    ask_form: ReopeningForm | None = None,
    decision_form: DecisionForm | None = None,
) -> HttpResponse:
    forms = [form for form in (ask_form, decision_form) if form is not None]
    is_expert = is_lead_expert(request.user, case)
    context = {
        "page": page,
        "present": _with_badge(page.present),
        "past": [_with_badge(view) for view in page.past],
        "ask_form": ask_form,
        "decision_form": decision_form or DecisionForm(),
        "upcoming_url": _upcoming(page.place) if is_expert else "",
        "back_url": address("outcome" if is_expert else "case", page.place),
        **_verdicts(request, case),
        **frame(case.round, _step(page.place, is_expert=is_expert)),
    }
    status = 422 if any(form.is_bound for form in forms) else 200
    return render(request, "review/reopen.html", context, status=status)


def _with_badge(view: Any) -> tuple[Any, str] | None:
    return (view, SHOWN.get(view.state, view.state)) if view else None


def _step(place: Place, *, is_expert: bool) -> tuple[str, str]:
    if not is_expert:
        return step_to_case(place)
    return _("What the review says: %(place)s") % {"place": title_of(place)}, address(
        "outcome", place
    )


def _upcoming(place: Place) -> str:
    return reverse("questionnaire:upcoming", args=[*codes_of(place), 1])


def _verdicts(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return what this person may do now, from the table itself, and why not."""
    found = present_reopening(case) if case.pk else None
    if found is None:
        if not case.pk:
            return {"may_ask": False, "moves": []}
        may_ask = may_ask_reopening(request.user, case)
        return {
            "may_ask": bool(may_ask),
            "moves": [Possible(_("Ask for it"), may_ask, _("you"))],
        }
    told = {
        move: verdict
        for move, verdict in workflow.verdicts_for(request.user, found)
        if found.state in move.sources
    }
    grants = [told[move] for move in GRANTS if move in told]
    may_grant = any(grants)
    shown = [
        Possible(str(move.title), verdict)
        for move, verdict in told.items()
        if verdict or move not in GRANTS or not may_grant
    ]
    return {
        "may_ask": False,
        "may_decide": may_grant or bool(told.get(workflow.REFUSE)),
        "may_withdraw": bool(told.get(workflow.WITHDRAW)),
        "is_seconding": found.state == ReopeningState.SECONDING,
        "moves": _worth_telling(shown),
    }


def _worth_telling(lines: list[Possible]) -> list[Possible]:
    """Leave out a second reason that says the same."""
    found: dict[str, Possible] = {}
    for line in lines:
        found.setdefault(line.verdict.reason or line.title, line)
    return list(found.values())
