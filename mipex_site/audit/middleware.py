"""Marks what a request does as done by the web; writes down what it tried and may not."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from mipex_site.base.errors import Refusal

from .models import Channel
from .services.acting import acting
from .services.attempts import note_attempt

logger = logging.getLogger(__name__)
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
NOT_FOR_YOU = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


class ActingMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        channel = Channel.ADMIN if request.path.startswith("/admin/") else Channel.WEB
        with acting(channel, request=uuid4().hex):
            return self.get_response(request)


class AttemptMiddleware:
    """Writes down an act that was refused to somebody who is signed in.

    That is a request which would change something, reached its view and ended with 403, or with
    404, which who may not know of a thing gets instead. It stands last: so it hears a refusal
    before that becomes a page, and it never hears of a form whose token is old.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE:
            return self.get_response(request)
        person = request.user.pk
        response = self.get_response(request)
        tried = getattr(request, "_reached_a_view", False)
        if tried and person is not None and response.status_code in NOT_FOR_YOU:
            _note(request, response, person)
        return response

    def process_view(self, request: HttpRequest, *about_the_view: Any) -> None:
        """Not reached when the token is old: that is asked before."""
        request._reached_a_view = True  # noqa: SLF001 - our own mark

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, Refusal | PermissionDenied | Http404):
            request._refused_because = _sentence(exception)  # noqa: SLF001 - our own mark


def _sentence(exception: Exception) -> str:
    if isinstance(exception, Refusal):
        return exception.reason
    return str(exception) if isinstance(exception, PermissionDenied) else ""


def _note(request: HttpRequest, response: HttpResponse, person: Any) -> None:
    """Write the attempt in a transaction of its own; a refusal stays one if that fails."""
    try:
        note_attempt(
            by=person,
            path=request.path,
            method=str(request.method),
            status=response.status_code,
            reason=_reason(request, response),
        )
    except DatabaseError:
        logger.exception("A refused attempt at %s could not be written down.", request.path)


def _reason(request: HttpRequest, response: HttpResponse) -> str:
    if isinstance(response, JsonResponse):
        said = json.loads(response.content)
        return str(said.get("words", "")) if isinstance(said, dict) else ""
    return getattr(request, "_refused_because", "")
