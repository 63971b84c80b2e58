"""Who may open the pages that span the apps. What they may do there is asked of each app."""

from __future__ import annotations

from django.utils.translation import gettext as _

from editions.enums import RevisionState
from editions.models import Revision
from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import Role
from questionnaire.models import Round
from questionnaire.rules import has_role_in_round

BUILT = (RevisionState.CANDIDATE, RevisionState.SIGNED)


def may_see_board(user: User, round_: Round) -> Verdict:
    if not has_role_in_round(user, round_, Role.COORDINATOR, Role.OBSERVER):
        return no(
            _("The board is open to those who run or observe the round. Ask its coordinator.")
        )
    return YES


def may_know_names(user: User, round_: Round) -> bool:
    """Whether the person may see who answers and who reviews: coordinators alone."""
    return has_role_in_round(user, round_, Role.COORDINATOR)


def may_see_closing(user: User, round_: Round) -> Verdict:
    if not has_role_in_round(user, round_, Role.COORDINATOR):
        return no(_("Only a coordinator of this round closes its review. Ask one of them."))
    return YES


def may_see_publishing(user: User, round_: Round) -> Verdict:
    if not has_role_in_round(user, round_, Role.COORDINATOR, Role.PUBLISHER):
        return no(
            _("This page is open to the coordinators and publishers of the round. Ask one.")
        )
    return YES


def may_preview(user: User, revision: Revision) -> Verdict:
    """Who signs reads what is signed, before anybody else can."""
    if revision.state not in BUILT:
        return no(_("There is nothing to preview: this revision is no candidate."))
    return may_see_publishing(user, revision.edition.round)
