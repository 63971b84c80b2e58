"""May this person see, judge, return, rule, consent or close? Assignments alone say so.

Four eyes are kept on persons: whoever stood on the expert side of a country in a round, or
wrote any version there, judges nothing there, ended assignments included and superusers too.
A rule asks about the person; where a thing stands is asked by the workflow.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import EXPERT_SIDE, Role
from questionnaire.models import Answer, Assignment, Round
from questionnaire.rules import may_manage_round

from ..models import Case, CaseItem, Dispute, Opinion

JUDGES = (Role.REVIEWER, Role.ADJUDICATOR)
LOOKERS = (Role.COORDINATOR, Role.OBSERVER)


def writers(case: Case) -> frozenset[UUID]:
    """Return who stood on the expert side of the case's country, or wrote any version there.

    The whole country in this round, not the strand alone; ended assignments count. One query.
    """
    there = Q(country__isnull=True) | Q(country_id=case.country_id)
    assigned = Assignment.objects.filter(
        there, round_id=case.round_id, role__in=EXPERT_SIDE
    ).values_list("person_id")
    wrote = Answer.history.filter(
        assessment__round_id=case.round_id, assessment__country_id=case.country_id
    )
    both = assigned.order_by().union(wrote.order_by().values_list("answered_by_id"))
    return frozenset(person for (person,) in both)


def may_see_case(user: User, case: Case) -> Verdict:
    """Its reviewers and adjudicators without a tie, and who runs or observes the round."""
    held = _held(user, case)
    if _reaching(held, case, *LOOKERS):
        return YES
    if _reaching(held, case, *JUDGES) and user.pk not in writers(case):
        return YES
    return no(_("This case is open to its reviewers. Ask the coordinator of the round."))


def may_review(user: User, case: Case, *, written_by: frozenset[UUID] | None = None) -> Verdict:
    """Whether the person may give opinions here; WRITTEN_BY is writers(), where it is known."""
    held = _held(user, case)
    if not _reaching(held, case, Role.REVIEWER):
        return no(_("Only a reviewer of this case can do that. Ask the coordinator."))
    return _has_no_tie(user, held, case, written_by)


def may_return(user: User, case: Case) -> Verdict:
    """A reviewer, once an objection stands that this reviewer may already read."""
    verdict = may_review(user, case)
    if not verdict:
        return verdict
    if not _readable_objections(user, case).exists():
        return no(_("There is nothing to return: you know of no objection that stands."))
    return YES


def may_rule(user: User, dispute: Dispute) -> Verdict:
    return may_adjudicate(user, dispute.item.case)


def may_consent(user: User, item: CaseItem) -> Verdict:
    return may_adjudicate(user, item.case)


def may_adjudicate(user: User, case: Case) -> Verdict:
    """An adjudicator who is on no other side in this country and round, and never was."""
    held = _held(user, case)
    if not _reaching(held, case, Role.ADJUDICATOR):
        return no(
            _("Only a consortium reviewer of this case can do that. Ask the coordinator.")
        )
    reviewed = any(assignment.role == Role.REVIEWER for assignment in held)
    if reviewed or _gave_an_opinion(user, case):
        return no(_("You reviewed this country in this round, so somebody else rules."))
    return _has_no_tie(user, held, case, None)


def may_close(user: User, round_: Round) -> Verdict:
    """Who runs the round. Whether anything still blocks the closing is asked separately."""
    return may_manage_round(user, round_)


def _held(user: User, case: Case) -> list[Assignment]:
    """Every assignment of the person that reaches the case's country, ended ones included."""
    reaching = Q(round__isnull=True) | Q(round_id=case.round_id)
    there = Q(country__isnull=True) | Q(country_id=case.country_id)
    return list(Assignment.objects.of(user).filter(reaching, there))


def _reaching(held: Iterable[Assignment], case: Case, *roles: str) -> bool:
    """Whether one of those that reach the country is running and reaches the strand too."""
    return any(
        assignment.role in roles
        and assignment.ended_at is None
        and assignment.strand_id in {None, case.strand_id}
        for assignment in held
    )


def _has_no_tie(
    user: User,
    held: Iterable[Assignment],
    case: Case,
    written_by: frozenset[UUID] | None,
) -> Verdict:
    if _reaching(held, case, Role.COORDINATOR):
        return no(_("Coordinators know the names, so they judge nothing in their own rounds."))
    if user.pk in (writers(case) if written_by is None else written_by):
        return no(_("You answered for this country in this round, so somebody else judges it."))
    return YES


def _gave_an_opinion(user: User, case: Case) -> bool:
    given = Opinion.objects.filter(reviewer_id=user.pk)
    return given.filter(
        item__case__round_id=case.round_id, item__case__country_id=case.country_id
    ).exists()


def _readable_objections(user: User, case: Case) -> QuerySet[CaseItem]:
    """What is objected to, and spoken on by the person where opinions are hidden until then."""
    standing = CaseItem.objects.filter(case_id=case.pk).objected_to()
    return standing.spoken_on_by(user) if case.round.opinions_hidden else standing
