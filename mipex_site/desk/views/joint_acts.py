"""Acts of two: a second person does what somebody asked for, or says why not."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from mipex_site.base.forms import attempt
from mipex_site.base.verdict import demand
from questionnaire.models import JointAct, Round
from questionnaire.rules import may_decide_joint_act
from questionnaire.services import joint_acts

from .. import rules
from ..forms.joint_acts import RefusingForm
from ..selectors.joint_acts import act_of, joint_acts_page
from .places import crumbs_to, open_round


@require_GET
@never_cache
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show what waits for a second person, and what became of the last acts."""
    return _show(request, _round(request, code))


@require_POST
def do(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Do it, as the second person."""
    round_ = _round(request, code)
    joint_acts.do(act=_act(request, round_, pk), by=request.user)
    return _done(request, round_, _("It is done, by two people."))


@require_POST
def refuse(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say no, in words."""
    round_ = _round(request, code)
    act = _act(request, round_, pk)
    demand(may_decide_joint_act(request.user, act))
    form = RefusingForm(request.POST, act=act)
    if not attempt(form, joint_acts.refuse, act=act, by=request.user):
        return _show(request, round_, refused=form, status=422)
    return _done(request, round_, _("It is refused. Who asked for it reads why."))


@require_POST
def withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take back what one asked for oneself."""
    round_ = _round(request, code)
    joint_acts.withdraw(act=_act(request, round_, pk), by=request.user)
    return _done(request, round_, _("It is taken back. Nothing was changed."))


def _round(request: HttpRequest, code: str) -> Round:
    request.round_at_hand = open_round(code, request.user, rules.may_see_publishing)
    return request.round_at_hand


def _act(request: HttpRequest, round_: Round, key: int) -> JointAct:
    found = act_of(round_, request.user, key)
    if found is None:
        raise Http404
    return found


def _done(request: HttpRequest, round_: Round, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("desk:joint-acts", round_.code)


def _show(
    request: HttpRequest,
    round_: Round,
    *,
    refused: RefusingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    data = joint_acts_page(round_, request.user)
    fresh = [(line, RefusingForm(act=line.act)) for line in data.waiting]
    context = {
        "page": data,
        "lines": [
            (line, refused if refused and refused.prefix == form.prefix else form)
            for line, form in fresh
        ],
        "demonstration": round_.is_demonstration,
        "crumbs": crumbs_to(round_, with_board=bool(rules.may_see_board(request.user, round_))),
    }
    return render(request, "desk/joint_acts/page.html", context, status=status)
