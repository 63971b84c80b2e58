"""Who may open the pages that span the apps. What they may do there is asked of each app."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from editions.enums import RevisionState
from editions.models import Revision
from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import Role
from questionnaire.models import Assignment, Round
from questionnaire.rules import coordinates_the_portal
from questionnaire.selectors.pseudonyms import BLIND_ROLES

BUILT = (RevisionState.CANDIDATE, RevisionState.SIGNED)


@dataclass(frozen=True, slots=True)
class Held:
    """One running assignment, as far as the pages of a round need it."""

    role: str
    round_id: int | None
    whole: bool


def held_by(user: User) -> list[Held]:
    """Return the person's running assignments; one query a request.

    They are kept on the person's object, for a request makes that object anew. Only the pages
    of the desk and their frame ask here: what changes anything asks its own rule.
    """
    if not hasattr(user, "held_at_the_desk"):
        columns = ("role", "round_id", "country_id", "strand_id")
        remember_held(user, Assignment.objects.running().of(user).only(*columns))
    return user.held_at_the_desk


def remember_held(user: User, running: Iterable[Assignment]) -> None:
    """Keep the person's running assignments for `held_by`, where a page has read them anyway."""
    user.held_at_the_desk = [
        Held(row.role, row.round_id, whole=row.country_id is None and row.strand_id is None)
        for row in running
    ]


def holds(held: list[Held], round_: Round, *roles: str) -> bool:
    """Whether one of ROLES over the whole round, or the whole portal, is among HELD."""
    return any(
        each.whole and each.role in roles and each.round_id in {None, round_.pk}
        for each in held
    )


def may_see_board(user: User, round_: Round) -> Verdict:
    if not holds(held_by(user), round_, Role.COORDINATOR, Role.OBSERVER):
        return no(
            _("The board is open to those who run or observe the round. Ask its coordinator.")
        )
    return YES


def may_call_people(user: User, round_: Round) -> bool:
    """Whether the person reads pseudonyms, and may ask for names: coordinators alone."""
    return holds(held_by(user), round_, Role.COORDINATOR)


def may_see_closing(user: User, round_: Round) -> Verdict:
    if not holds(held_by(user), round_, Role.COORDINATOR):
        return no(_("Only a coordinator of this round closes its review. Ask one of them."))
    return YES


def may_see_people(user: User, round_: Round) -> Verdict:
    if not holds(held_by(user), round_, Role.COORDINATOR):
        return no(_("Only a coordinator of this round invites people. Ask one of them."))
    return YES


def may_see_publishing(user: User, round_: Round) -> Verdict:
    if not holds(held_by(user), round_, Role.COORDINATOR, Role.PUBLISHER):
        return no(
            _("This page is open to the coordinators and publishers of the round. Ask one.")
        )
    return YES


def runs_rounds(held: list[Held]) -> bool:
    roles = {Role.COORDINATOR, Role.PUBLISHER}
    return any(each.whole and each.role in roles for each in held)


def may_see_rounds(user: User) -> Verdict:
    if not runs_rounds(held_by(user)):
        return no(
            _("The rounds are open to who coordinates or publishes one. Ask one of them.")
        )
    return YES


def may_see_set_up(user: User, round_: Round) -> Verdict:
    """Who designs it, and who may be the second person for its lock."""
    if not holds(held_by(user), round_, Role.COORDINATOR, Role.PUBLISHER):
        return no(
            _("This page is open to the coordinators and publishers of the round. Ask one.")
        )
    return YES


def may_see_mail(user: User, round_: Round) -> Verdict:
    """Who reads the letters of a round, writes to its people and looks after what failed."""
    if not holds(held_by(user), round_, Role.COORDINATOR):
        return no(_("The letters of a round are open to its coordinators. Ask one of them."))
    return YES


def may_look_after_letter(*, is_of_the_round: bool) -> Verdict:
    if not is_of_the_round:
        return no(_("This is no letter of the round that you may read."))
    return YES


def may_read_sent_mail(user: User) -> Verdict:
    """Who reads in a demonstration what would have been sent."""
    if not any(each.role == Role.COORDINATOR for each in held_by(user)):
        return no(_("Only a coordinator of the demonstration reads what it would have sent."))
    return YES


def may_preview(user: User, revision: Revision) -> Verdict:
    """Who signs reads what is signed, before anybody else can."""
    if revision.state not in BUILT:
        return no(_("There is nothing to preview: this revision is no candidate."))
    return may_see_publishing(user, revision.edition.round)


def may_read_audit(user: User, round_: Round) -> Verdict:
    """Who runs or observes the whole round, and takes no part in it on a side of the blind."""
    held = Assignment.objects.running().of(user).in_round(round_)
    rights = list(held.values_list("role", "country_id", "strand_id"))
    if not any(
        role in {Role.COORDINATOR, Role.OBSERVER} and country is None and strand is None
        for role, country, strand in rights
    ):
        return no(
            _("The audit is open to those who run or observe the round. Ask its coordinator.")
        )
    if any(role in BLIND_ROLES for role, _country, _strand in rights):
        return no(_("You answer, review or rule in this round, so its audit is closed to you."))
    return YES


def may_read_portal_audit(user: User) -> Verdict:
    if not coordinates_the_portal(user):
        return no(_("Only a coordinator of the whole portal reads its audit. Ask one of them."))
    return YES


def may_erase_person(user: User, person: User) -> Verdict:
    """A coordinator of the whole portal, and never one's own account."""
    if not coordinates_the_portal(user):
        return no(_("Only a coordinator of the whole portal erases a person. Ask one of them."))
    if user.pk == person.pk:
        return no(_("Nobody erases their own account. Ask another coordinator of the portal."))
    return YES


def may_erase_address(user: User, email: str) -> Verdict:
    """As may_erase_person, of somebody who has no account."""
    if not coordinates_the_portal(user):
        return no(_("Only a coordinator of the whole portal erases a person. Ask one of them."))
    if user.email == email.lower():
        return no(_("Nobody erases their own account. Ask another coordinator of the portal."))
    return YES


def may_see_portal_people(user: User) -> Verdict:
    if not coordinates_the_portal(user):
        return no(_("Only a coordinator of the whole portal looks after its people. Ask one."))
    return YES


def may_see_frameworks(user: User) -> Verdict:
    if not coordinates_the_portal(user):
        return no(
            _("Only a coordinator of the whole portal opens the frameworks. Ask one of them.")
        )
    return YES
