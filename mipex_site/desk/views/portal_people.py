"""The people of the whole portal: its coordinators and publishers, and who is asked to be one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mipex_site.base.errors import Refusal
from mipex_site.base.forms import attempt
from mipex_site.base.verdict import demand
from questionnaire.models import Invitation
from questionnaire.services import invitations

from .. import rules
from ..forms.people import PortalInviteForm
from ..selectors.inviting.portal import portal_people
from .people import ACTS


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """List them; a POST invites somebody or says by ``act`` what becomes of an invitation."""
    demand(rules.may_see_portal_people(request.user))
    if request.method == "GET":
        return _show(request)
    act = ACTS.get(request.POST.get("act", ""))
    if act:
        service, said = act
        key = request.POST.get("invitation", "")
        asked = Invitation.objects.filter(round__isnull=True)
        row = get_object_or_404(asked, pk=key if key.isdecimal() else 0)
        service(invitation=row, by=request.user)
        messages.success(request, said())
        return redirect("desk:portal-people")
    form = PortalInviteForm(request.POST)
    if not _invited(request, form):
        return _show(request, form=form, status=422)
    return redirect("desk:portal-people")


def _invited(request: HttpRequest, form: PortalInviteForm) -> bool:
    def ask(**said: Any) -> None:
        made = invitations.invite(round_=None, by=request.user, **said)
        words = _("The invitation is on its way.")
        if not made.issue:
            words = _("Another coordinator must confirm this invitation. It leaves then.")
        messages.success(request, words)

    try:
        return attempt(form, ask)
    except Refusal as refusal:
        form.add_error(None, refusal.reason)
        return False


def _show(
    request: HttpRequest, *, form: PortalInviteForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "people": portal_people(request.user),
        "form": form or PortalInviteForm(),
        "crumbs": [
            {"title": _("My work"), "url": reverse("desk:work")},
            {"title": _("Rounds"), "url": reverse("desk:rounds")},
        ],
    }
    return render(request, "desk/people/portal.html", context, status=status)
