"""What every page of a round begins with: the round, and the way back up."""

from __future__ import annotations

from collections.abc import Callable

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict, demand
from questionnaire.models import Round


def open_round(code: str, user: User, rule: Callable[[User, Round], Verdict]) -> Round:
    """Return the round of that code. Raises Http404, or NotAllowed with the rule's reason."""
    round_ = get_object_or_404(Round.objects.select_related("framework"), code=code)
    demand(rule(user, round_))
    return round_


def crumbs_to(round_: Round, *, with_board: bool) -> list[dict[str, str]]:
    """Return the steps above a page of the round; the board only for those who may see it."""
    steps = [{"title": _("My work"), "url": reverse("desk:work")}]
    if with_board:
        board = reverse("desk:board", args=[round_.code])
        steps.append({"title": _("Board of %(round)s") % {"round": round_}, "url": board})
    return steps
