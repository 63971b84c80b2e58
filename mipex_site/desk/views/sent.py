"""In the demonstration alone: what would have been sent, letter by letter."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mipex_site.base.verdict import demand
from mipex_site.mail.services import folder

from .. import rules


@require_GET
@never_cache
def listing(request: HttpRequest) -> HttpResponse:
    """List the letters of the folder, the newest on top."""
    _demand(request)
    return render(request, "desk/mail/sent.html", {"mails": folder.sent_mails()})


@require_GET
@never_cache
def one(request: HttpRequest, name: str) -> HttpResponse:
    """Show one letter as its reader has it, with its headers and a link that works."""
    _demand(request)
    mail = folder.sent_mail(name)
    if mail is None:
        raise Http404
    return render(request, "desk/mail/sent_one.html", {"mail": mail})


def _demand(request: HttpRequest) -> None:
    if not settings.DEMONSTRATION:
        raise Http404(_("Only a demonstration shows what it would have sent."))
    demand(rules.may_read_sent_mail(request.user))
