"""Where every table is found: those that rounds share, and those of one round."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mipex_site.base.errors import NotAllowed
from mipex_site.base.verdict import demand
from questionnaire.models import Round
from questionnaire.rules import may_take_lists

from ...rules import held_by, may_see_frameworks, may_see_people
from ...selectors.navigation import rounds_run_by
from .places import address_of, crumbs_of
from .things import all_for


@require_GET
@never_cache
def portal(request: HttpRequest) -> HttpResponse:
    """List the tables that all rounds share, and lead to those of each round."""
    demand(may_take_lists(request.user))
    beside = []
    if may_see_frameworks(request.user):
        words = _("Each version as a workbook and as a YAML file, and back.")
        beside.append(_line(_("Frameworks"), words, reverse("desk:frameworks")))
    rounds = rounds_run_by(held_by(request.user))
    context = {
        "lines": _lines(request, None),
        "beside": beside,
        "rounds": [{"round": one, "url": address_of(one)} for one in rounds],
        "crumbs": crumbs_of(None),
    }
    return render(request, "desk/exchange/listing.html", context)


@require_GET
@never_cache
def of_round(request: HttpRequest, code: str) -> HttpResponse:
    """List the tables of a round that are open to this person."""
    round_ = get_object_or_404(Round.objects.select_related("framework"), code=code)
    lines = _lines(request, round_)
    if not lines:
        raise NotAllowed(
            _("No table of this round is open to you. Ask its coordinator for what you need.")
        )
    context = {
        "round": round_,
        "lines": lines,
        "beside": _beside(request, round_),
        "crumbs": crumbs_of(round_),
        "demonstration": round_.is_demonstration,
    }
    return render(request, "desk/exchange/listing.html", context)


def _lines(request: HttpRequest, round_: Round | None) -> list[dict[str, Any]]:
    return [
        {"one": one, "url": address_of(round_, one.thing.slug)}
        for one in all_for(request.user, round_)
        if one.is_open
    ]


def _beside(request: HttpRequest, round_: Round) -> list[dict[str, str]]:
    """Lead to the tables that have pages of their own."""
    found = []
    if may_see_people(request.user, round_):
        people = reverse("questionnaire:people-workbook", args=[round_.code])
        found.append(_line(_("Invitations"), _("Many people invited by one table."), people))
    if may_take_lists(request.user):
        words = _("Countries, groups, organisations and people.")
        found.append(_line(_("What all rounds share"), words, address_of(None)))
    return found


def _line(title: str, words: str, url: str) -> dict[str, str]:
    return {"title": title, "words": words, "url": url}
