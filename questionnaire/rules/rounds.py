"""May this person do that to a round, or to what rounds share?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services.places import place_of
from mipex_site.base.verdict import YES, Verdict, no

from ..enums import Role
from ..models import Affiliation, Assignment, Country, Invitation, JointAct, Round
from .standing import coordinates_the_portal, has_role_in_round, untied


def may_create_rounds(user: User) -> Verdict:
    if not coordinates_the_portal(user):
        return no(_("Only a coordinator of the whole portal sets up rounds. Ask one of them."))
    return YES


def may_import_framework(user: User) -> Verdict:
    if not coordinates_the_portal(user):
        return no(
            _("Only a coordinator of the whole portal loads or locks a framework. Ask one.")
        )
    return YES


def may_load_countries(user: User) -> Verdict:
    if not coordinates_the_portal(user):
        return no(_("Only a coordinator of the whole portal changes countries. Ask one."))
    return YES


def may_manage_round(user: User, round_: Round) -> Verdict:
    if not has_role_in_round(user, round_, Role.COORDINATOR):
        return no(_("Only a coordinator of this round can do that. Ask one of them."))
    return YES


def may_ask_for_joint_act(user: User, round_: Round) -> Verdict:
    return may_manage_round(user, round_)


def may_decide_joint_act(user: User, act: JointAct) -> Verdict:
    """A coordinator or publisher of the round, and never who asked for it.

    An act about a country is not decided by whom a tie keeps from it.
    """
    runs = has_role_in_round(user, act.round, Role.COORDINATOR, Role.PUBLISHER)
    verdict = may_decide_joint_act_as(user, act, runs=runs)
    code, _indicator = place_of(act.subject, None, act.details)
    country = Country.objects.filter(code=code).first() if verdict and code else None
    if country is None:
        return verdict
    return untied(user, Role.COORDINATOR, round_id=act.round_id, country_id=country.pk)


def may_decide_joint_act_as(user: User, act: JointAct, *, runs: bool) -> Verdict:
    """As may_decide_joint_act, where it is known who runs the round and that no tie is there."""
    if user.pk == act.asked_by_id:
        return no(_("You asked for this, so somebody else decides. Ask another coordinator."))
    if not runs:
        return no(_("Only a coordinator or publisher of this round decides about this."))
    return YES


def may_withdraw_joint_act(user: User, act: JointAct) -> Verdict:
    if user.pk != act.asked_by_id:
        return no(_("Only who asked for this takes it back."))
    return YES


def may_leave_out(user: User, round_: Round, country: Country) -> Verdict:
    """Leave a country out, or take it in again: who has no tie there that keeps it from them."""
    verdict = may_ask_for_joint_act(user, round_)
    at = {"round_id": round_.pk, "country_id": country.pk}
    return untied(user, Role.COORDINATOR, **at) if verdict else verdict


def may_assign(user: User, round_: Round | None) -> Verdict:
    """A round of None asks about assignments that reach the whole portal."""
    if round_ is not None:
        return may_manage_round(user, round_)
    if not coordinates_the_portal(user):
        return no(_("Only a coordinator of the whole portal gives rights that reach it all."))
    return YES


def may_read_questionnaire(user: User, round_: Round) -> Verdict:
    """Whoever has a part in the round prepares with it, also before its opening day."""
    if Assignment.objects.running().of(user).in_round(round_).exists():
        return YES
    return no(_("The questionnaire is open to those who have a part in its round."))


def may_invite(user: User, round_: Round | None, country: Country | None = None) -> Verdict:
    """A coordinator of the round, but not into a country that a tie keeps from them.

    A round of None means the whole portal, and asks for a coordinator of that.
    """
    if round_ is None:
        return may_assign(user, None)
    verdict = may_manage_round(user, round_)
    if not verdict or country is None:
        return verdict
    return untied(user, Role.COORDINATOR, round_id=round_.pk, country_id=country.pk)


def may_confirm_invitation(user: User, invitation: Invitation) -> Verdict:
    """Whether somebody confirms what another one asked for: a right over the whole round."""
    if user.pk == invitation.invited_by_id:
        return no(_("You asked for this, so somebody else decides. Ask another coordinator."))
    if user.email == invitation.email:
        return no(_("Nobody gives rights to themselves. Ask another coordinator."))
    return may_invite(user, invitation.round)


def may_change_affiliation(user: User, affiliation: Affiliation) -> Verdict:
    """One's own, and nobody else's: who works where is said by who works there."""
    if affiliation.person_id != user.pk:
        return no(_("Only who works there says so. Ask the person."))
    return YES


def may_keep_organisations(user: User) -> Verdict:
    """Whoever coordinates a round, or all of them: organisations belong to no single round."""
    held = Assignment.objects.running().of(user, Role.COORDINATOR)
    if not held.filter(country__isnull=True, strand__isnull=True).exists():
        return no(_("Only a coordinator keeps the list of organisations. Ask one of them."))
    return YES
