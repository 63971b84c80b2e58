"""What the frame of every page shows: the pages this person can use, and who is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from questionnaire.enums import Role, RoundState
from questionnaire.models import Round

from .selectors.navigation import Places, places_of

ROUND_KEYS = ("code", "round_code", "round")


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give base.html its nav, who and sign_out_url.

    Nothing is asked before a template asks for it, so that a fragment costs no query.
    """
    context = {
        "demonstration": getattr(settings, "DEMONSTRATION", False),
        "nav": [],
        "who": None,
        "sign_out_url": "",
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        public = [
            (_("Editions"), reverse("editions:edition-list")),
            (_("Sign in"), reverse("accounts:sign-in")),
        ]
        return context | {"nav": _links(request, public)}
    here = {"near": _round_of(request), "at_hand": _at_hand(request)}
    places = SimpleLazyObject(lambda: places_of(user, **here))
    return context | {
        "nav": SimpleLazyObject(lambda: _nav(request, places)),
        "who": SimpleLazyObject(lambda: _who(user, places)),
        "sign_out_url": reverse("accounts:sign-out"),
    }


def _round_of(request: HttpRequest) -> str:
    """Return the code of the round that the open page's address names, or the empty string."""
    found = request.resolver_match.kwargs if request.resolver_match else {}
    return next((str(found[key]) for key in ROUND_KEYS if key in found), "")


def _at_hand(request: HttpRequest) -> Round | None:
    """Return the round of the open page where its view has left it on the request."""
    return getattr(request, "round_at_hand", None)


def _who(user: Any, places: Places) -> dict[str, str]:
    role = Role(places.role).label if places.role else ""
    return {"name": user.name, "role": role, "url": reverse("accounts:profile")}


def _nav(request: HttpRequest, places: Places) -> list[dict[str, Any]]:
    items = [(_("My work"), reverse("desk:work"))]
    if places.board:
        items.append((_("Board"), reverse("desk:board", args=[places.board.code])))
        if not places.closing:
            # Who runs the round finds it on the board, with the rest of what is looked up there.
            items.append((_("Audit"), reverse("desk:audit", args=[places.board.code])))
    if places.closing:
        items.append((_("People"), reverse("desk:people", args=[places.closing.code])))
    if places.closing and places.closing.state == RoundState.OPEN:
        items.append((_("Closing"), reverse("desk:closing", args=[places.closing.code])))
    if places.publishing:
        address = reverse("desk:publishing", args=[places.publishing.code])
        items.append((_("Publishing"), address))
    if places.rounds:
        items.append((_("Rounds"), reverse("desk:rounds")))
    elif places.method:
        # Who runs rounds finds it there, beside what is taken and locked.
        items.append((_("Method"), reverse("desk:method-preview")))
    return _links(request, items)


def _links(request: HttpRequest, items: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"title": title, "url": url, "current": request.path == url} for title, url in items
    ]
