"""May this person take a list away as a file, or bring one in?

What a file may change is asked of the services, row by row; here is asked who sees the page.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no

from ..enums import EXPERT_SIDE, Role, RoundState
from ..models import Assignment, Round
from .standing import LOOKERS, coordinates_the_portal


def may_take_lists(user: User) -> Verdict:
    """The lists that rounds share: whoever coordinates a round, or all of them."""
    held = Assignment.objects.running().of(user, Role.COORDINATOR)
    if not held.filter(country__isnull=True, strand__isnull=True).exists():
        return no(_("Only a coordinator takes these lists away. Ask one of them."))
    return YES


def may_keep_people(user: User) -> Verdict:
    if not coordinates_the_portal(user):
        return no(
            _("Only a coordinator of the whole portal opens the list of people. Ask one.")
        )
    return YES


def may_take_answers(user: User, round_: Round | None = None) -> Verdict:
    """Who answers, runs or observes; of a ROUND of None: in any. The review side reads cases."""
    held = Assignment.objects.running().of(user, *EXPERT_SIDE, *LOOKERS)
    if round_ is not None:
        held = held.in_round(round_)
    if not held.exists():
        return no(
            _("Answers are taken away by who gives them and by who runs the round. Ask them.")
        )
    return YES


def may_bring_answers(user: User, round_: Round | None = None) -> Verdict:
    """Who has a sheet to answer there; each row is asked about its own sheet besides."""
    held = Assignment.objects.running().of(user, *EXPERT_SIDE)
    if round_ is not None:
        held = held.in_round(round_)
    if not held.exists():
        return no(_("Only the expert of a sheet brings in its answers and sources. Ask them."))
    if round_ is not None and round_.state != RoundState.OPEN:
        return no(_("This round is not open for answers. Ask its coordinator."))
    return YES
