"""The only place that knows what an htmx request is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def render_page_or_part(
    request: HttpRequest, *, page: str, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Answer htmx with the fragment and everybody else with the page, from one context."""
    response = render(request, part if is_htmx(request) else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
