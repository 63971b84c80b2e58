"""Keeps strangers out, and shows moments in the zone of the person who reads them."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.base.doors import signed_out
from mipex_site.base.htmx import is_htmx
from mipex_site.base.middleware import typed_texts


class SignedInMiddleware(LoginRequiredMiddleware):
    """Sends strangers to sign in: a script hears it as JSON, and a sent text is never dropped."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponse]
    ) -> HttpResponse:
        if getattr(view_func, "is_json_door", False):
            return signed_out()
        typed = [] if is_htmx(request) else typed_texts(request)
        if not typed:
            return super().handle_no_permission(request, view_func)
        reason = _("You were signed out meanwhile. Copy your text, sign in and send it again.")
        context = {"reason": reason, "typed": typed}
        return render(request, "refusal.html", context, status=401)


class ZoneMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(_zone_of(request)):
            return self.get_response(request)


def _zone_of(request: HttpRequest) -> ZoneInfo | None:
    """Return the person's own zone, or None: then the portal's."""
    if not request.user.is_authenticated:
        return None
    try:
        return ZoneInfo(request.user.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return None
