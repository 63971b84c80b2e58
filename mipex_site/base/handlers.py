"""What is answered where no view is asked: a stale form, and more text than is taken at once."""

from __future__ import annotations

from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from .doors import answer, is_json_door, too_large
from .middleware import typed_texts


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse what carries an old token: a script gets a fresh one, a person gets the text back.

    Another site can send such a request but read no answer, so that the token tells it nothing.
    """
    if is_json_door(request):
        words = _("The page was open for long. It is asked again with a fresh token.")
        return answer("token", words, status=HTTPStatus.FORBIDDEN, csrf=get_token(request))
    context = {"typed": typed_texts(request)}
    return render(request, "403.html", context, status=HTTPStatus.FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Refuse what cannot be read; nothing of it is saved."""
    if not isinstance(exception, RequestDataTooBig):
        return defaults.bad_request(request, exception)
    if is_json_door(request):
        return too_large()
    return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
