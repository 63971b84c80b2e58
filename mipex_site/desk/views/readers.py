"""Who reads an edition under embargo: invite, send a new link, end."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from editions.models import Edition, EmbargoReader
from editions.services import embargo
from mipex_site.base.forms import attempt
from questionnaire.models import Round

from .. import rules
from ..forms import ReaderForm
from ..selectors.readers import readers_page
from .places import crumbs_to, open_round


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest, code: str) -> HttpResponse:
    """List the readers; invite one."""
    round_, edition = _found(request, code)
    form = ReaderForm(request.POST or None)
    known = {"edition": edition, "by": request.user}
    if request.method == "POST" and attempt(form, embargo.invite, **known):
        words = _("%(name)s is invited. The letter with the link leaves within minutes.")
        messages.success(request, words % {"name": form.cleaned_data["name"]})
        return redirect("desk:readers", round_.code)
    crumbs = crumbs_to(round_, with_board=bool(rules.may_see_board(request.user, round_)))
    publishing = reverse("desk:publishing", args=[round_.code])
    context = {
        "page": readers_page(round_, edition, request.user),
        "form": form,
        "demonstration": round_.is_demonstration,
        "crumbs": [*crumbs, {"title": _("Publishing"), "url": publishing}],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/readers/page.html", context, status=status)


@require_POST
def send_again(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    round_, edition = _found(request, code)
    reader = get_object_or_404(EmbargoReader, pk=pk, edition=edition)
    embargo.send_again(reader=reader, by=request.user)
    messages.success(request, _("A new link is on its way. The old one is void."))
    return redirect("desk:readers", round_.code)


@require_POST
def end(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    round_, edition = _found(request, code)
    reader = get_object_or_404(EmbargoReader, pk=pk, edition=edition)
    embargo.end(reader=reader, by=request.user)
    messages.success(request, _("The link is closed."))
    return redirect("desk:readers", round_.code)


def _found(request: HttpRequest, code: str) -> tuple[Round, Edition]:
    round_ = open_round(code, request.user, rules.may_see_publishing)
    edition = Edition.objects.filter(round=round_).first()
    if edition is None:
        raise Http404(_("The edition of this round is not prepared yet."))
    edition.round = round_
    return round_, edition
