"""Who may load methods and ask for a computation."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import Role
from questionnaire.models import Assignment, Round
from questionnaire.rules import coordinates_the_portal, may_manage_round

from .models import ScoreRun

CONSORTIUM = (Role.COORDINATOR, Role.PUBLISHER, Role.ADJUDICATOR)
"""The roles of those who answer for an index as a whole; observers only watch."""


def may_load_method(user: User) -> Verdict:
    """A method outlives its round, so a coordinator of one round is not enough."""
    if not coordinates_the_portal(user):
        return no(_("Only a coordinator of the whole portal loads or locks a method. Ask one."))
    return YES


def may_preview_method(user: User) -> Verdict:
    """The consortium decides on its method together: whoever works for a whole round of it.

    Nothing is shown but published answers, so that nobody is told what they should not know.
    """
    held = Assignment.objects.running().of(user, *CONSORTIUM)
    if not held.filter(country__isnull=True, strand__isnull=True).exists():
        words = _("What a draft would change is shown to the consortium. Ask a coordinator.")
        return no(words)
    return YES


def may_request_run(user: User, round_: Round) -> Verdict:
    return may_manage_round(user, round_)


def may_retry(user: User, run: ScoreRun) -> Verdict:
    return may_manage_round(user, run.round)
