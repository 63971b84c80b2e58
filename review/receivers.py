"""What review hears from the app before it, inside that app's transaction."""

from __future__ import annotations

from typing import Any

from mipex_site.accounts.services.people import portal_robot
from mipex_site.base.verdict import Verdict
from questionnaire.signals import (
    affiliation_began,
    assessment_submitted,
    country_asked_for,
    names_asked_for,
)

from .rules import countries_unblinded_for, may_look_at
from .services import cases, interests


def receive_sheet(*, assessment: Any, by: Any, **_signal: Any) -> None:
    cases.receive_sheet(assessment=assessment, by=by)


def tell_of_a_tie(
    *, person: Any, role: str, round_id: int, country_id: int, **_signal: Any
) -> Verdict:
    return may_look_at(person, role=role, round_id=round_id, country_id=country_id)


def tell_of_names(*, person: Any, round_: Any, country_id: int, **_signal: Any) -> bool:
    return country_id in countries_unblinded_for(person, round_)


def recheck_ties(*, affiliation: Any, **_signal: Any) -> None:
    """What is found is the portal's finding: an entry by the person would tell on which side."""
    interests.recheck_ties_of(person=affiliation.person, by=portal_robot())


def connect() -> None:
    """Listen to the apps before this one."""
    assessment_submitted.connect(receive_sheet, dispatch_uid="review.receive_sheet")
    country_asked_for.connect(tell_of_a_tie, dispatch_uid="review.tell_of_a_tie")
    affiliation_began.connect(recheck_ties, dispatch_uid="review.recheck_ties")
    names_asked_for.connect(tell_of_names, dispatch_uid="review.tell_of_names")
