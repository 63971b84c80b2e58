"""Frozen facts as the engine reads them."""

from __future__ import annotations

from collections.abc import Iterable

from scoring.engine.groups import Membership
from scoring.engine.missing import Status
from scoring.engine.score import Cell

from .frozen import AnswerFacts, MembershipFacts


def cell_of(answer: AnswerFacts) -> Cell:
    """Return a frozen answer."""
    day = answer.reference_date.isoformat()
    return Cell(answer.country, answer.indicator, day, Status(answer.status), answer.points)


def memberships_of(groups: Iterable[MembershipFacts]) -> list[Membership]:
    """Return the frozen memberships."""
    return [
        Membership(each.group, each.country, str(each.first_day), str(each.last_day or ""))
        for each in groups
    ]
