"""May this person code a question blind? No rows of asking: who reviews does, and a second expert.

A second expert holds a right to a further coding of a sheet of which there is no further sheet,
and so codes the drawn questions alone, on pages that show nothing of the first sheet.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import EXPERT_SIDE, Role, RoundState
from questionnaire.models import Answer, Assessment, Assignment, Round
from questionnaire.selectors.pseudonyms import BLIND_ROLES

from ..enums import SETTLED
from ..models import Case, CaseItem
from .interests import LOOKERS
from .judging import may_review
from .sealing import SECOND, held_at, second_codings

FIRST = 1
"""The coding whose answers are under review."""


def may_code(user: User, item: CaseItem) -> Verdict:
    """Whether this person codes the item's question. Where it stands is asked by may_be_coded."""
    verdict = may_code_in(user, item.case)
    if verdict and not item.is_coded_blind:
        return no(_("This question is not among those that are coded blind."))
    return verdict


def may_code_in(user: User, case: Case) -> Verdict:
    """Whether this person codes the drawn questions of a case."""
    verdict = may_review(user, case)
    return may_code_as_second(user, case) if not verdict and is_second(user, case) else verdict


def may_code_as_second(user: User, case: Case) -> Verdict:
    """Whether a second expert never answered the first sheet, nor had the right to."""
    if _had_the_first_sheet(user, case):
        return no(_("You could write on the first sheet, so somebody else codes it blind."))
    return YES


def is_second(user: User, case: Case) -> bool:
    """Whether the person has a running right to a further coding that has no sheet here."""
    held = Assignment.objects.running().of(user, Role.EXPERT).filter(round_id=case.round_id)
    here = held.reaching(country_id=case.country_id, strand_id=case.strand_id)
    codings = set(here.filter(coding__gte=SECOND).values_list("coding", flat=True))
    if not codings:
        return False
    sheets = Assessment.objects.filter(
        round_id=case.round_id, country_id=case.country_id, strand_id=case.strand_id
    )
    return bool(codings - set(sheets.values_list("coding", flat=True)))


def _had_the_first_sheet(user: User, case: Case) -> bool:
    first = Q(coding__isnull=True) | Q(coding=FIRST)
    held = Assignment.objects.of(user, *EXPERT_SIDE).filter(first, round_id=case.round_id)
    if held.reaching(country_id=case.country_id, strand_id=case.strand_id).exists():
        return True
    return Answer.history.filter(
        answered_by_id=user.pk,
        assessment__round_id=case.round_id,
        assessment__country_id=case.country_id,
        assessment__strand_id=case.strand_id,
        assessment__coding=FIRST,
    ).exists()


def cases_of_second(user: User) -> QuerySet[Case]:
    """Return the cases in which may_code_in says yes to a second expert, without asking each."""
    seconds = second_codings(user, case="").running()
    first = Q(coding__isnull=True) | Q(coding=FIRST)
    had_it = held_at(user, *EXPERT_SIDE, case="").filter(first)
    wrote = Answer.history.filter(
        answered_by_id=user.pk,
        assessment__round_id=OuterRef("round_id"),
        assessment__country_id=OuterRef("country_id"),
        assessment__strand_id=OuterRef("strand_id"),
        assessment__coding=FIRST,
    )
    return Case.objects.filter(Exists(seconds), ~Exists(had_it), ~Exists(wrote))


def may_be_coded(item: CaseItem, round_: Round) -> Verdict:
    """Whether the question can still be coded, by whoever may; it asks the database nothing."""
    if round_.state != RoundState.OPEN:
        return no(_("The review of this round is closed: nothing in it changes."))
    if item.state in SETTLED:
        return no(_("The review of this question has ended. It stays closed to you."))
    return YES


def may_count_codings(user: User, case: Case) -> Verdict:
    """Who runs or observes the round reads how many codings there are, and none of them."""
    held = Assignment.objects.of(user, *LOOKERS).in_round(case.round).running()
    if held.reaching(country_id=case.country_id, strand_id=case.strand_id).exists():
        return YES
    return no(_("Only who runs the round reads how many questions are coded."))


def may_read_reliability(user: User, round_: Round) -> Verdict:
    """Who runs or observes the whole round, and stands on no side of the blind in it."""
    held = Assignment.objects.running().of(user).in_round(round_)
    rights = list(held.values_list("role", "country_id", "strand_id"))
    if not any(
        role in LOOKERS and country is None and strand is None
        for role, country, strand in rights
    ):
        return no(_("Reliability is open to those who run or observe the round. Ask one."))
    if any(role in BLIND_ROLES for role, _country, _strand in rights):
        return no(
            _("You answer, review or rule in this round, so its reliability is closed to you.")
        )
    return YES
