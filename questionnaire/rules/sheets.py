"""May this person do that to a sheet, its answers, or what lies beside them?"""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.clock import present
from mipex_site.base.verdict import YES, Verdict, no

from ..enums import EXPERT_SIDE, AssessmentState, Role, RoundState
from ..models import Assessment, Assignment, ChangeRequest, Indicator, Source, SourceFile
from ..querysets import OPEN_FOR_ANSWERS
from ..signals import names_asked_for
from .standing import JUDGES, LOOKERS, has_role, has_role_in_round, role_on, untied


def may_see_sheet(user: User, sheet: Assessment) -> Verdict:
    """Open to its own side and to who runs the round; the review side reads it blind."""
    role = role_on(user, sheet, *EXPERT_SIDE, *LOOKERS)
    if role in EXPERT_SIDE or (role and has_role(user, sheet, *EXPERT_SIDE)):
        return YES
    if role:
        return untied(user, role, round_id=sheet.round_id, country_id=sheet.country_id)
    return no(
        _("This sheet is open to its own expert and to the coordinator. Ask the coordinator.")
    )


def may_answer(user: User, sheet: Assessment) -> Verdict:
    return may_answer_as(role_on(user, sheet, *EXPERT_SIDE), sheet)


def may_answer_as(role: str, sheet: Assessment) -> Verdict:
    """As may_answer, where the role is already known: it asks the database nothing."""
    if role in {Role.COORDINATOR, Role.OBSERVER}:
        return no(_("Only the expert of this sheet can change its answers."))
    if role not in EXPERT_SIDE:
        return no(
            _("Only the expert of this sheet can change its answers. Ask the coordinator.")
        )
    if sheet.round.state != RoundState.OPEN:
        return no(_("This round is not open for answers. Ask its coordinator."))
    if sheet.state not in OPEN_FOR_ANSWERS:
        return no(
            _("This sheet is with the reviewers. Ask the coordinator if it must come back.")
        )
    return _may_still_enter(sheet)


def _may_still_enter(sheet: Assessment) -> Verdict:
    """What was never handed in until entry closes; what was reopened until its own end."""
    now = present()
    if sheet.state == AssessmentState.OPEN and now >= sheet.entry_ends_at:
        return no(_("Entry has closed for this round. Ask the coordinator for more time."))
    if sheet.open_until and now >= sheet.open_until:
        over = date_format(timezone.localtime(sheet.open_until), "j F Y, H:i")
        return no(
            _(
                "These answers were open again until %(moment)s. What was recorded is with the"
                " review; what you typed is kept. Ask the coordinator if it must still change."
            )
            % {"moment": over}
        )
    return YES


def may_answer_indicator(user: User, sheet: Assessment, indicator: Indicator) -> Verdict:
    """In a returned sheet only what the review asked about in this return is open."""
    verdict = may_answer(user, sheet)
    if not verdict or sheet.state != AssessmentState.RETURNED:
        return verdict
    asked = requests_of_this_return(sheet).filter(indicator=indicator)
    return may_answer_what_was_asked(asked=asked.exists())


def may_answer_what_was_asked(*, asked: bool) -> Verdict:
    """In a returned sheet: yes where the review asked something about the answer."""
    if not asked:
        return no(
            _(
                "The review asked nothing about this answer, so it stays as it is."
                " Ask the coordinator if it must change."
            )
        )
    return YES


def requests_of_this_return(sheet: Assessment) -> QuerySet[ChangeRequest]:
    """The change requests that came with the present return: open, changed or maintained."""
    asked = ChangeRequest.objects.filter(assessment=sheet)
    return asked.filter(created_at__gte=sheet.submitted_at) if sheet.submitted_at else asked


def may_submit(user: User, sheet: Assessment) -> Verdict:
    if not has_role(user, sheet, Role.EXPERT):
        return no(_("Only the expert of this sheet can submit it. Ask the expert."))
    return may_answer_as(Role.EXPERT, sheet)


def may_see_delegations(user: User, sheet: Assessment) -> Verdict:
    """Who helps on a sheet is known to its expert, and to the coordinator."""
    if has_role(user, sheet, Role.EXPERT):
        return YES
    if has_role(user, sheet, Role.COORDINATOR):
        at = {"round_id": sheet.round_id, "country_id": sheet.country_id}
        return untied(user, Role.COORDINATOR, **at)
    return no(_("Only the expert of this sheet lets a colleague help. Ask the expert."))


def is_told_names(user: User, sheet: Assessment) -> bool:
    """Whether an unblinding names the people of the sheet's country to a coordinator just now.

    Without one a coordinator knows both sides of the blind by their pseudonyms, as elsewhere.
    """
    place = {"round_": sheet.round, "country_id": sheet.country_id}
    answers = names_asked_for.send(Assessment, person=user, **place)
    return any(said for _receiver, said in answers)


def may_delegate(user: User, sheet: Assessment) -> Verdict:
    """Its expert, while answers are taken. A delegate passes nothing on."""
    if not has_role(user, sheet, Role.EXPERT):
        return no(_("Only the expert of this sheet lets a colleague help. Ask the expert."))
    if sheet.round.state != RoundState.OPEN:
        return no(_("This round is not open for answers. Ask its coordinator."))
    if present() >= sheet.entry_ends_at:
        return no(_("Entry has closed for this round. Ask the coordinator for more time."))
    return YES


def may_end_delegation(user: User, delegation: Assignment) -> Verdict:
    coordinates = has_role_in_round(user, delegation.round, Role.COORDINATOR)
    return may_end_delegation_as(user, delegation, coordinates=coordinates)


def may_end_delegation_as(user: User, delegation: Assignment, *, coordinates: bool) -> Verdict:
    """As may_end_delegation, where it is known whether the person coordinates the round."""
    if coordinates or delegation.granted_by_id == user.pk:
        return YES
    return no(_("Only who gave this right and the coordinator end it. Ask one of them."))


def is_of_the_owners_side(user: User, source: Source) -> bool:
    """Return whether somebody answers for the source's country and coding, in any strand."""
    held = Assignment.objects.running().of(user, *EXPERT_SIDE)
    here = held.filter(round_id=source.round_id)
    there = Q(country__isnull=True) | Q(country_id=source.country_id)
    return here.filter(there, Q(coding__isnull=True) | Q(coding=source.coding)).exists()


def may_read_file(user: User, file: SourceFile) -> Verdict:
    """Its own side, who runs or observes the round, and who judges an answer that cites it.

    The review side reads what answers that were handed in rest on, and nothing else.
    """
    source = file.source
    if is_of_the_owners_side(user, source):
        return YES
    held = Assignment.objects.running().of(user, *LOOKERS, *JUDGES).in_round(source.round)
    there = held.filter(Q(country__isnull=True) | Q(country_id=source.country_id))
    roles = list(there.values_list("role", "strand_id"))
    at = {"round_id": source.round_id, "country_id": source.country_id}
    if any(role in LOOKERS for role, _strand in roles):
        return untied(user, Role.COORDINATOR, **at)
    strands = {strand for role, strand in roles if role in JUDGES}
    handed_in = source.citations.read_by_the_review()
    if None not in strands:
        handed_in = handed_in.filter(answer__assessment__strand_id__in=strands)
    if strands and handed_in.exists():
        return untied(user, Role.REVIEWER, **at)
    return no(
        _("This file is open to its own side, and to who reviews an answer that cites it.")
    )
