"""May this person ask for a reopening, decide on it, or read what was reopened?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import Role, RoundState
from questionnaire.models import Assessment, Assignment, Round
from questionnaire.rules import has_role, has_role_in_round

from ..enums import HANDED_IN, CaseState, ReopeningReason, ReopeningState
from ..models import Case, Reopening
from ..models.windows import BEFORE_ITS_END
from .interests import assignments_with_tie, tie_of_looker
from .judging import may_adjudicate, may_review

READERS = (Role.COORDINATOR, Role.OBSERVER, Role.PUBLISHER)


def may_ask_reopening(user: User, case: Case) -> Verdict:
    """Who takes part in the reopenings of the case, while its sheet can be opened again."""
    verdict = may_take_part(user, case)
    return may_be_reopened(case) if verdict else verdict


def may_take_part(user: User, case: Case) -> Verdict:
    """The expert of the first sheet, who judges the case without a tie, and who runs it."""
    may = (is_lead_expert, may_review, may_adjudicate, may_run_case)
    if any(rule(user, case) for rule in may):
        return YES
    return no(
        _(
            "A reopening is asked for by the expert of the sheet, its reviewers, a consortium"
            " reviewer or the coordinator. Ask the coordinator of the round."
        )
    )


def may_be_reopened(case: Case) -> Verdict:
    """Whether a reopening of the sheet can be asked for as it stands, by whoever may."""
    if case.round.state != RoundState.OPEN:
        return no(_("The review of this round is closed: nothing in it changes."))
    if Reopening.objects.filter(case_id=case.pk, state__in=BEFORE_ITS_END).exists():
        return no(_("A reopening of this sheet is under way already."))
    if case.state not in HANDED_IN:
        where = {
            CaseState.WAITING: _("This case waits for another sheet: nothing is reopened yet."),
            CaseState.RETURNED: _("This case is back with the expert, who can change it now."),
        }
        return no(where[CaseState(case.state)])
    return YES


def reasons_for(user: User, case: Case) -> tuple[ReopeningReason, ...]:
    """Return the reasons that this person may give: who answers does not speak for who reviews."""
    if is_lead_expert(user, case):
        return tuple(one for one in ReopeningReason if one != ReopeningReason.REVIEW)
    return tuple(ReopeningReason)


def may_decide_reopening(user: User, reopening: Reopening) -> Verdict:
    """A coordinator without a tie to the country, and not who asked."""
    verdict = may_run_case(user, reopening.case)
    if verdict and user.pk == reopening.asked_by_id:
        return no(_("You asked for it, so another coordinator decides."))
    return verdict


def may_second_reopening(user: User, reopening: Reopening) -> Verdict:
    """Another coordinator, or a consortium reviewer: neither who asked nor who granted first."""
    case = reopening.case
    if not may_run_case(user, case) and not may_adjudicate(user, case):
        return no(
            _(
                "A second coordinator or a consortium reviewer, without a tie to the country,"
                " decides that. Ask one of them."
            )
        )
    if user.pk == reopening.asked_by_id:
        return no(_("You asked for it, so somebody else decides."))
    if user.pk == reopening.granted_by_id:
        return no(_("You granted it first, so a second person decides."))
    return YES


def may_refuse_reopening(user: User, reopening: Reopening) -> Verdict:
    """Who may grant it; also the first of two may think again."""
    verdict = may_decide_reopening(user, reopening)
    if not verdict and reopening.state == ReopeningState.SECONDING:
        return may_second_reopening(user, reopening)
    return verdict


def may_withdraw_reopening(user: User, reopening: Reopening) -> Verdict:
    """Who asked for it, while that person still has a part in the case."""
    if user.pk != reopening.asked_by_id:
        return no(_("Only who asked for the reopening withdraws it."))
    return may_take_part(user, reopening.case)


def may_read_late_changes(user: User, round_: Round) -> Verdict:
    """Who runs the round, observes it, or signs and publishes its edition."""
    if has_role_in_round(user, round_, *READERS):
        return YES
    return no(
        _("This list is open to the coordinators, observers and publishers of the round.")
    )


def is_lead_expert(user: User, case: Case) -> bool:
    """Whether the person is now the expert of the sheet whose answers are under review."""
    here = {"round": case.round, "country_id": case.country_id, "strand_id": case.strand_id}
    return has_role(user, Assessment(coding=1, **here), Role.EXPERT)


def may_run_case(user: User, case: Case) -> Verdict:
    """A coordinator whom no tie keeps from the country."""
    held = Assignment.objects.running().of(user, Role.COORDINATOR).in_round(case.round)
    if not held.reaching(country_id=case.country_id, strand_id=case.strand_id).exists():
        return no(_("Only a coordinator of this round decides that. Ask one of them."))
    place = {"round_id": case.round_id, "country_id": case.country_id}
    return tie_of_looker(assignments_with_tie(user, **place), case.country)
