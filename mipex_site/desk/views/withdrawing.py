"""Withdrawing a public revision: one person asks with a public reason, a publisher does it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from editions.enums import SHOWN
from editions.models import Revision
from editions.services import withdrawing
from mipex_site.base.forms import attempt
from questionnaire.models import Round

from .. import rules
from ..forms.withdrawing import AskToWithdrawForm, RefuseToWithdrawForm
from ..selectors.after import withdrawal_page
from ..selectors.publishing import revision_of
from .places import crumbs_to, open_round


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show what is asked for; a POST asks."""
    round_, revision = _found(request, code, number)
    form = AskToWithdrawForm(request.POST or None)
    known = {"revision": revision, "by": request.user}
    if request.method == "POST" and attempt(form, withdrawing.ask, **known):
        messages.success(request, _("It is asked for. A publisher does it or says no."))
        return redirect("desk:withdrawal", code, number)
    return _show(request, round_, revision, ask_form=form)


@require_POST
def decide(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Withdraw it as the second person, say no, or take back what one asked for."""
    round_, revision = _found(request, code, number)
    verb, seen = request.POST.get("verb"), request.POST.get("seen", "")
    known = {"revision": revision, "by": request.user}
    if verb == "refuse":
        form = RefuseToWithdrawForm(request.POST)
        if not attempt(form, withdrawing.refuse, **known):
            return _show(request, round_, revision, refuse_form=form)
        messages.success(request, _("You said no. The revision stays public."))
        return redirect("desk:withdrawal", code, number)
    if verb not in {"do", "take_back"} or not seen.isdecimal():
        raise Http404
    if verb == "do":
        withdrawing.withdraw(seen=int(seen), **known)
        messages.success(request, _("It is withdrawn. Its address says when and why."))
    else:
        withdrawing.take_back(seen=int(seen), **known)
        messages.success(request, _("It is taken back."))
    return redirect("desk:withdrawal", code, number)


def _found(request: HttpRequest, code: str, number: int) -> tuple[Round, Revision]:
    round_ = open_round(code, request.user, rules.may_see_publishing)
    revision = revision_of(round_, number)
    if revision is None or revision.state not in SHOWN:
        raise Http404(_("There is no such published revision."))
    return round_, revision


def _show(
    request: HttpRequest,
    round_: Round,
    revision: Revision,
    *,
    ask_form: AskToWithdrawForm | None = None,
    refuse_form: RefuseToWithdrawForm | None = None,
) -> HttpResponse:
    data = withdrawal_page(round_, revision, request.user)
    seen = {"seen": data.asked.number} if data.asked else {}
    crumbs = crumbs_to(round_, with_board=bool(rules.may_see_board(request.user, round_)))
    publishing = reverse("desk:publishing", args=[round_.code])
    context = {
        "page": data,
        "ask_form": ask_form or AskToWithdrawForm(),
        "refuse_form": refuse_form or RefuseToWithdrawForm(initial=seen),
        "demonstration": round_.is_demonstration,
        "crumbs": [*crumbs, {"title": _("Publishing"), "url": publishing}],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/withdrawing/page.html", context, status=status)
