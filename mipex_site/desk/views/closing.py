"""Closing the review of a round, and asking a second person to take it up again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal
from mipex_site.base.forms import attempt
from mipex_site.base.htmx import render_page_or_part
from questionnaire.models import Round
from review.services.rounds import close_review
from review.services.taking_up import ask_to_go_back

from .. import rules
from ..forms import ClosingForm, GoingBackForm
from ..selectors.closing import closing_page
from .places import crumbs_to, open_round


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest, code: str) -> HttpResponse:
    """List what blocks the closing; when nothing does, ask for the round's code and close."""
    round_ = open_round(code, request.user, rules.may_see_closing)
    form = ClosingForm(request.POST or None, round_=round_)
    if request.method == "POST" and attempt(form, _close, round_=round_, by=request.user):
        messages.success(request, _("The review is closed. The scores are being computed now."))
        return redirect("desk:publishing", round_.code)
    return _show(request, round_, form=form)


@require_POST
def go_back(request: HttpRequest, code: str) -> HttpResponse:
    """Ask a second person to take the round back to its review."""
    round_ = open_round(code, request.user, rules.may_see_closing)
    form = GoingBackForm(request.POST)
    if not attempt(form, ask_to_go_back, round_=round_, by=request.user):
        return _show(request, round_, back_form=form)
    messages.success(request, _("It is asked for. A second person does it or says no."))
    return redirect("desk:closing", round_.code)


def _show(
    request: HttpRequest,
    round_: Round,
    *,
    form: ClosingForm | None = None,
    back_form: GoingBackForm | None = None,
) -> HttpResponse:
    return render_page_or_part(
        request,
        page="desk/closing.html",
        part="desk/_closing.html",
        context={
            "page": closing_page(round_, request.user),
            "form": form or ClosingForm(round_=round_),
            "back_form": back_form or GoingBackForm(),
            "demonstration": round_.is_demonstration,
            "crumbs": crumbs_to(round_, with_board=True),
        },
        status=422 if request.method == "POST" else 200,
    )


def _close(*, round_: Round, by: User) -> None:
    """Close the review. What blocks a country that a tie keeps from the person stays unsaid."""
    kept_back = closing_page(round_, by).kept_back
    if kept_back:
        words = {"countries": ", ".join(kept_back)}
        raise Refusal(_("Another coordinator must look at %(countries)s first.") % words)
    close_review(round_=round_, by=by)
