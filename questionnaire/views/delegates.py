"""Colleagues who help an expert: who they are, a new one, and the end of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mipex_site.base.forms import attempt
from mipex_site.base.verdict import demand

from ..enums import Role
from ..forms.delegations import DelegationForm, EndForm
from ..models import Assessment
from ..rules import may_see_delegations
from ..selectors.delegations import (
    Delegation,
    DelegationsPage,
    delegations_page,
    help_on,
    number_who_help,
)
from ..selectors.sheet import StrandPage, strand_page
from ..services.delegating import delegate, end_delegation, last_day_of
from .places import address, frame, open_sheet


@require_http_methods(["GET", "POST"])
@never_cache
def delegates(request: HttpRequest, **codes: Any) -> HttpResponse:
    """List who helps; a POST says by ``act`` whether one more does, or one no longer."""
    sheet = open_sheet(request, **codes)
    demand(may_see_delegations(request.user, sheet))
    page = delegations_page(sheet, request.user)
    if request.POST.get("act") == "end":
        return _end(request, sheet, page)
    if request.method == "POST":
        demand(page.may_delegate)
    form = _form(request, sheet, page)
    known = {"sheet": sheet, "by": request.user}
    if form.is_bound and attempt(form, delegate, **known):
        messages.success(request, _("Your colleague can begin: the sheet is in their work."))
        return redirect(address(sheet, "delegates"))
    return _show(request, sheet, page, form)


def _form(request: HttpRequest, sheet: Assessment, page: DelegationsPage) -> DelegationForm:
    return DelegationForm(
        request.POST if request.method == "POST" else None,
        strands=page.strands,
        last_day=last_day_of(sheet),
        initial={"strands": [sheet.strand.code]},
        label_suffix="",
    )


def _end(request: HttpRequest, sheet: Assessment, page: DelegationsPage) -> HttpResponse:
    form = EndForm(request.POST)
    asked = request.POST.get("delegation")
    line = next((one for one in page.running if str(one.row.pk) == asked), None)
    if line is None:
        raise Http404

    def end(*, delegation: int, reason: str) -> None:
        end_delegation(delegation=line.row, reason=reason, by=request.user)

    if attempt(form, end):
        messages.success(request, _("It has ended. What your colleague wrote stays."))
        return redirect(address(sheet, "delegates"))
    offered = DelegationForm(
        strands=page.strands,
        last_day=last_day_of(sheet),
        initial={"strands": [sheet.strand.code]},
    )
    return _show(request, sheet, page, offered, ending=form)


def _show(
    request: HttpRequest,
    sheet: Assessment,
    page: DelegationsPage,
    form: DelegationForm,
    *,
    ending: EndForm | None = None,
) -> HttpResponse:
    strand = strand_page(sheet, request.user)
    wrong = form if form.is_bound else ending
    context = {
        **frame(strand, inside=True),
        "delegations": page,
        "form": form,
        "wrong": wrong,
        "lines": [(one, _end_form(one, ending)) for one in page.running],
        "is_expert": strand.page.role == Role.EXPERT,
        "action": address(sheet, "delegates"),
    }
    status = 422 if wrong else 200
    return render(request, "questionnaire/delegates.html", context, status=status)


def _end_form(line: Delegation, sent: EndForm | None) -> EndForm:
    """Give each line the form that ends it, or the one that was sent with its errors."""
    if sent is not None and sent["delegation"].value() == str(line.row.pk):
        return sent
    return EndForm(initial={"delegation": line.row.pk}, auto_id=f"id_{line.row.pk}_%s")


def delegating_line(strand: StrandPage, request: HttpRequest) -> dict[str, str]:
    """Return what the whole strand says of colleagues: words, and the way to their page.

    It is nothing but a quiet link until somebody helps; an observer reads nothing.
    """
    page = strand.page
    if page.role == Role.DELEGATE:
        return _helping(strand, request)
    if page.role not in {Role.EXPERT, Role.COORDINATOR}:
        return {}
    number = number_who_help(page.sheet)
    url = address(page.sheet, "delegates")
    if number:
        words = ngettext(
            "%(n)d colleague helps with this strand.",
            "%(n)d colleagues help with this strand.",
            number,
        )
        return {"words": words % {"n": number}, "title": _("Who helps"), "url": url}
    if page.role == Role.COORDINATOR:
        return {}
    return {"words": "", "title": _("Let a colleague help"), "url": url}


def _helping(strand: StrandPage, request: HttpRequest) -> dict[str, str]:
    help_ = help_on(strand.page.sheet, request.user)
    if help_ is None:
        return {}
    words = _("You answer on behalf of %(name)s, until %(moment)s. The expert submits.")
    until = date_format(timezone.localtime(help_.until), "j F Y, H:i")
    return {"words": words % {"name": help_.name, "moment": until}, "title": "", "url": ""}
