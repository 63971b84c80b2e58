"""May this person ask for more time, grant it, or see who did?"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no

from ..enums import EXPERT_SIDE, AssessmentState, Role, RoundState
from ..models import Assessment, Assignment, Extension, Round
from .standing import LOOKERS, has_role, has_role_in_round, untied


def may_ask_for_extension(user: User, sheet: Assessment) -> Verdict:
    """Its expert, until the sheet is handed in for the first time; also when entry has closed."""
    if not has_role(user, sheet, Role.EXPERT):
        return no(_("Only the expert of this sheet asks for more time. Ask the expert."))
    if sheet.round.state != RoundState.OPEN:
        return no(_("This round is not open for answers. Ask its coordinator."))
    if sheet.state != AssessmentState.OPEN:
        return no(_("This sheet was handed in, so it needs no more time for that."))
    return YES


def may_decide_extension(user: User, extension: Extension) -> Verdict:
    """A coordinator who gains nothing by it and has no tie to the country."""
    round_ = extension.round
    if not has_role_in_round(user, round_, Role.COORDINATOR):
        return no(_("Only a coordinator of this round gives more time. Ask one of them."))
    return gains_nothing(user, extension)


def gains_nothing(user: User, extension: Extension) -> Verdict:
    """Nobody gives more time to themselves, nor to their own side, nor across a tie."""
    at = {"round_id": extension.round_id, "country_id": extension.country_id}
    side = Assignment.objects.of(user, *EXPERT_SIDE).filter(round_id=extension.round_id)
    here = side.filter(Q(country__isnull=True) | Q(country_id=extension.country_id))
    if user.pk == extension.asked_by_id or here.exists():
        return no(_("Nobody gives more time to themselves. Another coordinator decides."))
    return untied(user, Role.COORDINATOR, **at)


def may_withdraw_extension(user: User, extension: Extension) -> Verdict:
    if user.pk != extension.asked_by_id:
        return no(_("Only who asked for more time takes that back."))
    return YES


def may_see_extensions(user: User, round_: Round) -> Verdict:
    """Who runs or observes the round, and who rules in it: nobody is named there to them."""
    held = Assignment.objects.running().of(user, *LOOKERS, Role.ADJUDICATOR).in_round(round_)
    rights = list(held.values_list("role", "country_id", "strand_id"))
    if any(
        role == Role.ADJUDICATOR or (country is None and strand is None)
        for role, country, strand in rights
    ):
        return YES
    return no(_("More time is told to who runs, observes or rules in the round. Ask one."))
