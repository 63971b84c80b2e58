"""Doors for scripts: JSON in and out, and never a redirect or a page in answer.

Every answer has ``state`` and ``words``, a whole sentence that can be shown as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .errors import Refusal

LARGEST_BODY = 1024 * 1024
"""Bytes. The texts of one answer and of one source at their limits fit in four times over."""


def json_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view as a door: its refusals, and those made before it is asked, are JSON."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return refused(refusal.reason, status=refusal.status)
        except RequestDataTooBig:
            return too_large()
        except Http404:
            return refused(_("There is nothing here for you."), status=HTTPStatus.NOT_FOUND)

    door.is_json_door = True
    return door


def is_json_door(request: HttpRequest) -> bool:
    """Return whether the request's address leads to a door for scripts."""
    found = request.resolver_match
    return found is not None and getattr(found.func, "is_json_door", False)


def answer(state: str, words: str, *, status: int = 200, **more: Any) -> JsonResponse:
    """Answer a script; nothing of it is for a cache."""
    response = JsonResponse({"state": state, "words": words} | more, status=status)
    response["Cache-Control"] = "no-store"
    return response


def refused(words: str, *, status: int, **more: Any) -> JsonResponse:
    return answer("refused", words, status=status, **more)


def too_large() -> JsonResponse:
    words = _("This is more text than the portal takes at once. Shorten it and save again.")
    return refused(words, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def signed_out() -> JsonResponse:
    words = _("You are signed out. What you typed is kept in this browser until you are back.")
    sign_in = reverse("accounts:sign-in")
    return answer("signed_out", words, status=HTTPStatus.UNAUTHORIZED, sign_in=sign_in)


def another_person() -> JsonResponse:
    """Whoever is signed in is not who typed: nothing is taken in their name."""
    words = _("Somebody else is signed in now. What you typed was not sent in their name.")
    sign_in = reverse("accounts:sign-in")
    return answer("another_person", words, status=HTTPStatus.UNAUTHORIZED, sign_in=sign_in)


def still_signed_in(request: HttpRequest, **more: Any) -> JsonResponse:
    """Say who is signed in, with a fresh token, and let the session last while a page is open.

    It is prolonged once a day, for each time is a write.
    """
    today = timezone.now().date().isoformat()
    if request.session.get("used_on") != today:
        request.session["used_on"] = today
    known = {"person": request.user.browser_key, "csrf": get_token(request)}
    return answer("open", _("You are signed in."), **known, **more)


def moment(at: datetime) -> dict[str, str]:
    """Return a moment for a script, in UTC, and for the person, in their own zone."""
    return {"at": at.astimezone(UTC).isoformat(timespec="seconds"), "shown": shown(at)}


def shown(at: datetime) -> str:
    """Return the time of a moment as the person reads it, with the day if it is not today."""
    local = timezone.localtime(at)
    today = local.date() == timezone.localdate()
    return date_format(local, "H:i" if today else "j F, H:i")


def body_of(request: HttpRequest) -> dict[str, Any]:
    """Return the request's JSON object.

    Raises RequestDataTooBig above LARGEST_BODY, before a byte is read, and ValueError for what
    is no JSON object.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        raise RequestDataTooBig
    # NaN is no JSON: a database would refuse it long after it was said to be kept.
    body = json.loads(request.body, parse_constant=_no_number)
    if not isinstance(body, dict):
        raise ValueError("The body is no JSON object.")
    return body


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number.")
