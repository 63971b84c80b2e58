"""May this person see, judge, return, rule, consent or close? Assignments alone say so.

Four eyes are kept on persons: whoever stood on the expert side of a country in a round, or
wrote any version there, judges nothing there, ended assignments included and superusers too.
A rule asks about the person; where a thing stands is asked by the workflow. Interests must be
declared before anything of a country is seen or judged: interests.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import EXPERT_SIDE, Role
from questionnaire.models import Answer, Assignment, Round, Source
from questionnaire.rules import may_manage_round

from ..models import Case, CaseItem, Dispute, Opinion
from .interests import JUDGES, LOOKERS, assignments_with_tie, tie_of_judge, tie_of_looker
from .sealing import sealed_from


def writers(case: Case) -> frozenset[UUID]:
    """Return who stood on the expert side of the case's country, or wrote any version there.

    The whole country in this round, not the strand alone; ended assignments count, and so do
    who lent a right, who brought answers in for others and who entered a source. One query.
    """
    here = {"round_id": case.round_id, "country_id": case.country_id}
    there = Q(country__isnull=True) | Q(country_id=case.country_id)
    rights = Assignment.objects.filter(there, round_id=case.round_id, role__in=EXPERT_SIDE)
    versions = Answer.history.filter(
        **{f"assessment__{name}": key for name, key in here.items()}
    )
    # What came over from an edition was entered by whoever opened the round, who wrote nothing.
    entered = Source.objects.filter(**here, carried_from="")
    found = (
        rights.order_by()
        .values_list("person_id")
        .union(
            rights.order_by().values_list("granted_by_id"),
            versions.order_by().values_list("answered_by_id"),
            versions.order_by().values_list("history_user_id"),
            entered.order_by().values_list("entered_by_id"),
        )
    )
    return frozenset(person for (person,) in found if person)


def may_see_case(user: User, case: Case) -> Verdict:
    """Its reviewers and adjudicators, who runs or observes the round; none of them with a tie."""
    held = _held(user, case)
    verdict = no(_("This case is open to its reviewers. Ask the coordinator of the round."))
    if _reaching(held, case, *LOOKERS):
        verdict = tie_of_looker(held, case.country)
    if verdict:
        return verdict
    if _reaching(held, case, *JUDGES) and user.pk not in writers(case):
        return tie_of_judge(held, case.country)
    return verdict


def may_review(user: User, case: Case, *, written_by: frozenset[UUID] | None = None) -> Verdict:
    """Whether the person may give opinions here; WRITTEN_BY is writers(), where it is known."""
    held = _held(user, case)
    if not _reaching(held, case, Role.REVIEWER):
        return _refused(_("Only a reviewer of this case can do that."), held, case)
    return _has_no_tie(user, held, case, written_by)


def may_return(user: User, case: Case) -> Verdict:
    """A reviewer who may already read an objection that stands, as often as the round allows."""
    verdict = may_review(user, case)
    if not verdict:
        return verdict
    if not _readable_objections(user, case).exists():
        return no(_("There is nothing to return: you know of no objection that stands."))
    if case.times_returned >= case.round.returns_allowed:
        return no(
            _(
                "This case was returned as often as the round allows (%(n)d). What is still"
                " objected to is disputed once enough reviewers have spoken."
            )
            % {"n": case.times_returned}
        )
    return YES


def may_rule(user: User, dispute: Dispute) -> Verdict:
    return may_adjudicate(user, dispute.item.case)


def may_consent(user: User, item: CaseItem) -> Verdict:
    return may_adjudicate(user, item.case)


def may_adjudicate(user: User, case: Case) -> Verdict:
    """An adjudicator who is on no other side in this country and round, and never was."""
    held = _held(user, case)
    if not _reaching(held, case, Role.ADJUDICATOR):
        return _refused(_("Only a consortium reviewer of this case can do that."), held, case)
    reviewed = any(assignment.role == Role.REVIEWER for assignment in held)
    if reviewed or _gave_an_opinion(user, case):
        return no(_("You reviewed this country in this round, so somebody else rules."))
    return _has_no_tie(user, held, case, None)


def may_close(user: User, round_: Round) -> Verdict:
    """Who runs the round. Whether anything still blocks the closing is asked separately."""
    return may_manage_round(user, round_)


def _refused(why: str, held: Iterable[Assignment], case: Case) -> Verdict:
    """Say whom to ask as well, but not to a coordinator, who would be sent to themselves."""
    if _reaching(held, case, Role.COORDINATOR):
        return no(why)
    return no(f"{why} {_('Ask the coordinator.')}")


def _held(user: User, case: Case) -> list[Assignment]:
    """Every assignment of the person that reaches the case's country, ended ones included."""
    place = {"round_id": case.round_id, "country_id": case.country_id}
    return list(assignments_with_tie(user, **place))


def _reaching(held: Iterable[Assignment], case: Case, *roles: str) -> bool:
    """Whether one of those that reach the country is running and reaches the strand too."""
    return any(
        assignment.role in roles
        and not assignment.is_over
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
    return tie_of_judge(held, case.country)


def _gave_an_opinion(user: User, case: Case) -> bool:
    given = Opinion.objects.filter(reviewer_id=user.pk)
    return given.filter(
        item__case__round_id=case.round_id, item__case__country_id=case.country_id
    ).exists()


def _readable_objections(user: User, case: Case) -> QuerySet[CaseItem]:
    """What is objected to, and spoken on by the person where opinions are hidden until then."""
    standing = CaseItem.objects.filter(case_id=case.pk).objected_to()
    if case.round.opinions_hidden:
        return standing.spoken_on_by(user)
    return standing.exclude(pk__in=sealed_from(user).values("pk"))
