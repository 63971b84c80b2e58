"""One check of a candidate, with every fault it found; and the explanation of a jump."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from editions.models import Revision
from editions.services import jumps
from mipex_site.base.forms import attempt
from questionnaire.models import Round

from .. import rules
from ..forms import ExplanationForm
from ..selectors.checks import check_page
from ..selectors.publishing import revision_of
from .places import crumbs_to, open_round

LINES = 100


@require_GET
@never_cache
def page(request: HttpRequest, code: str, number: int, name: str) -> HttpResponse:
    """List every fault of a check, a hundred a page."""
    round_, revision = _found(request, code, number)
    return _show(request, round_, revision, name)


@require_POST
def explain(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Keep why an answer is far from the last edition's; the next build finds it."""
    round_, revision = _found(request, code, number)
    form = ExplanationForm(request.POST)
    if not attempt(form, jumps.explain, revision=revision, by=request.user):
        return _show(request, round_, revision, jumps.CHECK, form=form)
    messages.success(request, _("The explanation is kept. Build the edition again to use it."))
    return redirect("desk:check", round_.code, revision.number, jumps.CHECK)


def _show(
    request: HttpRequest,
    round_: Round,
    revision: Revision,
    name: str,
    *,
    form: ExplanationForm | None = None,
) -> HttpResponse:
    found = check_page(round_, revision, name, request.user)
    if found is None:
        raise Http404(_("This revision has no such check."))
    listed = Paginator(found.faults, LINES).get_page(request.GET.get("page"))
    crumbs = crumbs_to(round_, with_board=bool(rules.may_see_board(request.user, round_)))
    publishing = reverse("desk:publishing", args=[round_.code])
    context = {
        "page": found,
        "listed": listed,
        "forms": [(line, _form_for(line.country, line.indicator, form)) for line in listed],
        "failed": form,
        "demonstration": round_.is_demonstration,
        "crumbs": [*crumbs, {"title": _("Publishing"), "url": publishing}],
    }
    return render(request, "desk/publishing_check.html", context, status=422 if form else 200)


def _form_for(country: str, indicator: str, failed: ExplanationForm | None) -> ExplanationForm:
    """Return the form of one answer; what was refused keeps its words."""
    place = {"country": country, "indicator": indicator}
    if failed is not None and all(failed.data.get(name) == place[name] for name in place):
        return failed
    return ExplanationForm(initial=place, auto_id=f"{country}_{indicator}_%s")


def _found(request: HttpRequest, code: str, number: int) -> tuple[Round, Revision]:
    round_ = open_round(code, request.user, rules.may_see_publishing)
    revision = revision_of(round_, number)
    if revision is None:
        raise Http404
    return round_, revision
