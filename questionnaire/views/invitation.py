"""What an invitation's link opens: first an envelope, then what is asked, and a yes or a no.

A programme that follows the links of mails only reads, and reading changes nothing. So the
envelope is opened by a button, and only what was opened shows the part and its form.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal
from mipex_site.base.forms import attempt

from ..enums import Role, RoundState
from ..forms.invitation import AcceptForm, DeclineForm, NewPersonForm
from ..models import Invitation
from ..services import invitations
from ..services.invitations import NoInvitation

if TYPE_CHECKING:
    from collections.abc import Callable

JUDGES = (Role.REVIEWER, Role.ADJUDICATOR)
TAKES_NO_SIDE = (Role.COORDINATOR, Role.OBSERVER, Role.PUBLISHER)
YOURS, SIGN_IN, ANOTHER, NEW = "yours", "sign_in", "another", "new"
"""Who reads the page: its person, who has yet to sign in, somebody else, or a newcomer."""


def no_invitation_is_a_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer every link that opens nothing with one page, which does not tell why."""

    @wraps(view)
    def door(request: HttpRequest, token: str) -> HttpResponse:
        try:
            return view(request, token)
        except NoInvitation as nothing:
            return render(request, "accounts/invitation_none.html", status=nothing.status)

    return door


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@never_cache
@no_invitation_is_a_page
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; a POST says by ``act`` whether it is opened, accepted or declined."""
    act = request.POST.get("act", "")
    if act == "open":
        invitations.open_it(token=token)
        return redirect("questionnaire:invitation", token)
    invitation = invitations.found(token)
    if not invitation.opened_at:
        return render(request, "accounts/invitation.html", {"round": invitation.round})
    if act == "decline":
        return _decline(request, token, invitation)
    if act == "accept":
        return _accept(request, token, invitation)
    return _show(request, token, invitation)


def _accept(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    reader = _reader(request, invitation)
    form = _form(reader, invitation, request.POST)
    if form is None:
        return _show(request, token, invitation, status=409)
    taken: list[invitations.Accepted] = []

    def take(**said: Any) -> None:
        if reader == YOURS:
            taken.append(invitations.accept(token=token, by=request.user, **said))
        else:
            taken.append(invitations.accept_as_new(token=token, **said))

    if not _tried(form, take):
        return _show(request, token, invitation, form=form, status=422)
    if reader == NEW:
        login(request, taken[0].person)
    messages.success(request, _thanks(invitation))
    return redirect(reverse("desk:work"))


def _thanks(invitation: Invitation) -> str:
    """Say where the part is found: before the round is open, nothing stands in anybody's work."""
    if invitation.role in TAKES_NO_SIDE:
        return _("Thank you: the part is yours. Its pages are in the menu above.")
    if invitation.round.state == RoundState.OPEN:
        return _("Thank you: the part is yours. It is in your work below.")
    return _("Thank you: the part is yours. It stands in your work once the round is open.")


def _decline(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    form = DeclineForm(request.POST)
    if not _tried(form, lambda reason: invitations.decline(token=token, reason=reason)):
        return _show(request, token, invitation, no_form=form, status=422)
    return render(request, "accounts/invitation_declined.html", {"round": invitation.round})


def _tried(form: Form, action: Callable[..., object]) -> bool:
    """Try it; a refusal stands above the form, so that what was filled in is not lost."""
    try:
        return attempt(form, action)
    except NoInvitation:
        raise
    except Refusal as refusal:
        form.add_error(None, refusal.reason)
        return False


def _reader(request: HttpRequest, invitation: Invitation) -> str:
    if request.user.is_authenticated:
        return YOURS if request.user.email == invitation.email else ANOTHER
    return SIGN_IN if User.objects.filter(email=invitation.email).exists() else NEW


def _form(reader: str, invitation: Invitation, data: Any = None) -> AcceptForm | None:
    kinds = {YOURS: AcceptForm, NEW: NewPersonForm}
    return kinds[reader](data, invitation=invitation) if reader in kinds else None


def _show(
    request: HttpRequest,
    token: str,
    invitation: Invitation,
    *,
    form: AcceptForm | None = None,
    no_form: DeclineForm | None = None,
    status: int = 200,
) -> HttpResponse:
    reader = _reader(request, invitation)
    here = reverse("questionnaire:invitation", args=[token])
    context = {
        "invitation": invitation,
        "round": invitation.round,
        "reader": reader,
        "judges": invitation.role in JUDGES,
        "answers": invitation.role == Role.EXPERT,
        "form": form or _form(reader, invitation),
        "no_form": no_form or DeclineForm(),
        "sign_in_url": f"{reverse('accounts:sign-in')}?{urlencode({'next': here})}",
        "demonstration": bool(invitation.round and invitation.round.is_demonstration),
    }
    return render(request, "accounts/invitation_open.html", context, status=status)
