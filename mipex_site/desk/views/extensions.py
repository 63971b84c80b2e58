"""More time in a round: the log of what was asked and decided, and the decision itself."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mipex_site.base.forms import attempt
from mipex_site.base.verdict import demand
from questionnaire.enums import ExtensionState
from questionnaire.models import Extension, Round
from questionnaire.rules import may_manage_round, may_see_extensions
from questionnaire.services import extending, joint_acts

from .. import rules
from ..forms.extensions import DecidingForm, RefusingForm
from ..selectors.extensions import ExtensionPage, extension_page, extensions_page
from .places import crumbs_to, open_round


@require_GET
@never_cache
def listing(request: HttpRequest, code: str) -> HttpResponse:
    """List every wish for more time that the person may read of, and the round's dates."""
    round_ = _round(request, code)
    page = extensions_page(round_, request.user)
    return render(
        request, "desk/extensions/index.html", {"page": page, **_frame(request, round_)}
    )


@require_http_methods(["GET", "POST"])
@never_cache
def one(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show one wish; a POST says by ``act`` what a coordinator does with it."""
    round_ = _round(request, code)
    page = extension_page(round_, request.user, number)
    if page is None:
        raise Http404
    if request.method == "POST":
        demand(may_manage_round(request.user, round_))
        demand(page.may_decide)
    deed = DEEDS.get(request.POST.get("act", ""))
    if deed is not None and page.line.act:
        return deed(request, page)
    form = _form(request, page)
    if form.is_bound and attempt(
        form, _decision(form), extension=page.line.row, by=request.user
    ):
        messages.success(request, _told(page))
        return redirect("desk:extensions", round_.code)
    return _show(request, page, form=form)


def _round(request: HttpRequest, code: str) -> Round:
    return open_round(code, request.user, may_see_extensions)


def _frame(request: HttpRequest, round_: Round) -> dict[str, object]:
    board = bool(rules.may_see_board(request.user, round_))
    return {
        "demonstration": round_.is_demonstration,
        "crumbs": crumbs_to(round_, with_board=board),
    }


def _form(request: HttpRequest, page: ExtensionPage) -> DecidingForm:
    sent = request.POST if request.method == "POST" else None
    return DecidingForm(sent, wish=page.line.row, label_suffix="")


def _decision(form: DecidingForm) -> Callable[..., Extension]:
    return extending.deny if form.is_denial else extending.grant


def _told(page: ExtensionPage) -> str:
    """Say what became of it: two people may be needed."""
    page.line.row.refresh_from_db()
    return {
        ExtensionState.GRANTED: _("More time is granted. Who asked gets a letter."),
        ExtensionState.DENIED: _("It is denied. Who asked gets a letter."),
        ExtensionState.ASKED: _("This takes days of the review: it waits for a second person."),
    }[page.line.row.state]


def _show(
    request: HttpRequest,
    page: ExtensionPage,
    *,
    form: DecidingForm,
    refusing: RefusingForm | None = None,
) -> HttpResponse:
    round_ = page.line.row.round
    log = {"title": _("More time"), "url": reverse("desk:extensions", args=[round_.code])}
    frame = _frame(request, round_)
    wrong = refusing if refusing and refusing.is_bound else form if form.is_bound else None
    context = {
        "page": page,
        "line": page.line,
        "round": round_,
        "now": page.now,
        "form": form,
        "refusing": refusing or RefusingForm(label_suffix="", auto_id="refuse_%s"),
        "wrong": wrong,
        **frame,
        "crumbs": [*frame["crumbs"], log],
    }
    status = 422 if wrong else 200
    return render(request, "desk/extensions/one.html", context, status=status)


def _do(request: HttpRequest, page: ExtensionPage) -> HttpResponse:
    joint_acts.do(act=page.line.act, by=request.user)
    messages.success(request, _("More time is granted. Who asked gets a letter."))
    return redirect("desk:extensions", page.line.row.round.code)


def _refuse(request: HttpRequest, page: ExtensionPage) -> HttpResponse:
    form = RefusingForm(request.POST, label_suffix="", auto_id="refuse_%s")
    if attempt(form, joint_acts.refuse, act=page.line.act, by=request.user):
        messages.success(request, _("Refused. It can be granted for less time, or denied."))
        return redirect("desk:extension", page.line.row.round.code, page.line.row.pk)
    deciding = DecidingForm(wish=page.line.row, label_suffix="")
    return _show(request, page, form=deciding, refusing=form)


def _take_back(request: HttpRequest, page: ExtensionPage) -> HttpResponse:
    joint_acts.withdraw(act=page.line.act, by=request.user)
    messages.success(request, _("Taken back. It can be granted for less time, or denied."))
    return redirect("desk:extension", page.line.row.round.code, page.line.row.pk)


DEEDS = {"do": _do, "refuse": _refuse, "take-back": _take_back}
