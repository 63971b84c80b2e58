"""From whom is an answer sealed? From who is to code the question first, until that is kept."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from mipex_site.accounts.models import User
from questionnaire.enums import Role
from questionnaire.models import Assessment, Assignment

from ..models import BlindCoding, CaseItem

SECOND = 2
"""The first of the codings that are independent of the one under review."""


def sealed_from(user: User) -> QuerySet[CaseItem]:
    """Return the items whose question this person codes, or would have coded, and has not.

    The same question asked about an earlier day is sealed with it: it would tell as much. The
    seal is broken by the person's own coding and by nothing else: an answer that was settled
    meanwhile may be reopened, and who had read it could never code it blind again.
    """
    same = {"case_id": OuterRef("case_id"), "indicator_id": OuterRef("indicator_id")}
    return CaseItem.objects.filter(Exists(_to_code(user).filter(**same)))


def _to_code(user: User) -> QuerySet[CaseItem]:
    theirs = BlindCoding.objects.filter(item_id=OuterRef("pk"), coder_id=user.pk)
    drawn = CaseItem.objects.filter(~Exists(theirs), is_coded_blind=True).order_by()
    # Who runs the round judges nothing in it, so a right to review there seals nothing.
    reviews, runs = (
        Exists(held_at(user, role, case="case__").running())
        for role in (Role.REVIEWER, Role.COORDINATOR)
    )
    seconds = second_codings(user, case="case__").running()
    return drawn.filter(reviews & ~runs | Exists(seconds))


def held_at(user: User, *roles: str, case: str) -> QuerySet[Assignment]:
    """The person's rights, ended ones too, that reach the CASE of the query around this one."""
    return Assignment.objects.of(user, *roles).filter(
        Q(round__isnull=True) | Q(round_id=OuterRef(f"{case}round_id")),
        Q(country__isnull=True) | Q(country_id=OuterRef(f"{case}country_id")),
        Q(strand__isnull=True) | Q(strand_id=OuterRef(f"{case}strand_id")),
    )


def second_codings(user: User, *, case: str) -> QuerySet[Assignment]:
    """Rights to code a second time where there is no second sheet: only the drawn questions."""
    sheet = Assessment.objects.filter(
        round_id=OuterRef(OuterRef(f"{case}round_id")),
        country_id=OuterRef(OuterRef(f"{case}country_id")),
        strand_id=OuterRef(OuterRef(f"{case}strand_id")),
        coding=OuterRef("coding"),
    )
    return held_at(user, Role.EXPERT, case=case).filter(~Exists(sheet), coding__gte=SECOND)
