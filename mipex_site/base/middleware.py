"""One clock a request; a Refusal that reaches the top becomes a page, or a fragment for htmx."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from .clock import one_moment
from .errors import DoFirst, Refusal
from .htmx import is_htmx, render_page_or_part


class ClockMiddleware:
    """Holds the clock for a request: what it compares with the present is one moment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with one_moment():
            return self.get_response(request)


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        # What was typed would be lost on the way; so only who reads is led on.
        reads = request.method in {"GET", "HEAD"} and not is_htmx(request)
        if isinstance(exception, DoFirst) and reads:
            return redirect(exception.address)
        return render_page_or_part(
            request,
            page="refusal.html",
            part="components/_refusal.html",
            context={"reason": exception.reason, "typed": typed_texts(request)},
            status=exception.status,
        )


def typed_texts(request: HttpRequest) -> list[str]:
    """Return the longer texts of the refused form, so that nothing typed is lost."""
    hidden = {"csrfmiddlewaretoken", "password"}
    return [
        value
        for name, value in request.POST.items()
        if name not in hidden and isinstance(value, str) and len(value.split()) > 1
    ]
