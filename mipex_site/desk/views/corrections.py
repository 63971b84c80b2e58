"""Corrections of a published edition: look into a note, decide, issue a revision."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from editions.models import CorrectionRequest
from editions.services import corrections
from mipex_site.base.forms import attempt
from mipex_site.base.verdict import demand
from questionnaire.models import Round

from .. import rules
from ..forms.corrections import DecideForm, IssueForm, LookIntoForm
from ..selectors.corrections import (
    CorrectionPage,
    accepted_of,
    correction_page,
    corrections_page,
)
from .places import crumbs_to, open_round


@require_GET
@never_cache
def page(request: HttpRequest, code: str) -> HttpResponse:
    """List what readers sent, newest first, and what is to be issued."""
    return _list(request, _round(request, code))


@require_POST
def issue(request: HttpRequest, code: str) -> HttpResponse:
    round_ = _round(request, code)
    data = corrections_page(round_, request.user)
    if data.edition is None or data.may_issue is None:
        raise Http404(_("The edition of this round is not prepared yet."))
    demand(data.may_issue)
    form = IssueForm(request.POST, accepted=accepted_of(data.edition))
    if attempt(form, corrections.issue, edition=data.edition, by=request.user):
        messages.success(request, _("The new revision is being built."))
        return redirect("desk:publishing", round_.code)
    return _list(request, round_, form=form)


@require_GET
@never_cache
def one(request: HttpRequest, code: str, key: UUID) -> HttpResponse:
    return _one(request, _found(request, code, key))


@require_POST
def look_into(request: HttpRequest, code: str, key: UUID) -> HttpResponse:
    found = _found(request, code, key)
    demand(found.may_look_into)
    form = _look_into_form(found, request)
    asked: CorrectionRequest = found.request
    if attempt(form, corrections.look_into, request=asked, by=request.user):
        messages.success(request, _("Kept. Two others decide now."))
        return redirect("desk:correction", code, key)
    return _one(request, found, look_into_form=form)


@require_POST
def decide(request: HttpRequest, code: str, key: UUID) -> HttpResponse:
    found = _found(request, code, key)
    demand(found.may_decide)
    form = DecideForm(request.POST)
    if attempt(form, corrections.decide, request=found.request, by=request.user):
        messages.success(request, _("Your decision is kept."))
        return redirect("desk:correction", code, key)
    return _one(request, found, decide_form=form)


def _round(request: HttpRequest, code: str) -> Round:
    return open_round(code, request.user, rules.may_see_publishing)


def _found(request: HttpRequest, code: str, key: UUID) -> CorrectionPage:
    found = correction_page(_round(request, code), request.user, key)
    if found is None:
        raise Http404(_("There is no such note."))
    return found


def _look_into_form(found: CorrectionPage, request: HttpRequest | None = None) -> LookIntoForm:
    published, proposal = found.published, found.proposal
    shown = proposal or published
    return LookIntoForm(
        request.POST if request else None,
        options=list(found.options),
        sources=published.sources,
        initial={
            "findings": found.request.findings,
            "status": shown.status,
            "option": shown.option,
            "rationale": shown.rationale,
        },
    )


def _list(
    request: HttpRequest, round_: Round, *, form: IssueForm | None = None
) -> HttpResponse:
    data = corrections_page(round_, request.user)
    if form is None and data.edition and data.accepted:
        form = IssueForm(accepted=accepted_of(data.edition))
    context = {"page": data, "form": form, **_frame(request, round_)}
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/corrections/list.html", context, status=status)


def _one(
    request: HttpRequest,
    found: CorrectionPage,
    *,
    look_into_form: LookIntoForm | None = None,
    decide_form: DecideForm | None = None,
) -> HttpResponse:
    frame = _frame(request, found.round)
    notes = reverse("desk:corrections", args=[found.round.code])
    frame["crumbs"] = [*frame["crumbs"], {"title": _("Corrections"), "url": notes}]
    context = {
        "page": found,
        "look_into_form": look_into_form or _look_into_form(found),
        "decide_form": decide_form or DecideForm(),
        **frame,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/corrections/one.html", context, status=status)


def _frame(request: HttpRequest, round_: Round) -> dict[str, object]:
    board = bool(rules.may_see_board(request.user, round_))
    publishing = reverse("desk:publishing", args=[round_.code])
    steps = [
        *crumbs_to(round_, with_board=board),
        {"title": _("Publishing"), "url": publishing},
    ]
    return {"demonstration": round_.is_demonstration, "crumbs": steps}
