"""Views that do the least: what the cases are measured against. No part of the portal."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse


@login_not_required
def empty(request: HttpRequest) -> HttpResponse:
    """Answer with nothing: the way through server and middleware alone."""
    return HttpResponse()


def who(request: HttpRequest) -> HttpResponse:
    """Answer with the name of whoever is signed in: session and person are read."""
    return HttpResponse(request.user.name)
