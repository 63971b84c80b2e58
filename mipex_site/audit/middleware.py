"""Marks what a request does as done by the web, under one request id."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from .models import Channel
from .services.acting import acting


class ActingMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        channel = Channel.ADMIN if request.path.startswith("/admin/") else Channel.WEB
        with acting(channel, request=uuid4().hex):
            return self.get_response(request)
