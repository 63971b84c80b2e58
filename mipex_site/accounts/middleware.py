"""Shows moments in the zone of the person who reads them."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone


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
