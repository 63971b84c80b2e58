"""Which pages a person can use: asked of their running assignments, once a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from mipex_site.accounts.models import User
from questionnaire.enums import Role, RoundState
from questionnaire.models import Round
from scoring.rules import CONSORTIUM

from ..rules import Held, held_by, holds, runs_rounds

LEADING = (
    Role.COORDINATOR,
    Role.PUBLISHER,
    Role.OBSERVER,
    Role.ADJUDICATOR,
    Role.REVIEWER,
    Role.EXPERT,
    Role.DELEGATE,
)
"""Of several roles the first of these is named beside the person."""

BOARD_ROLES = (Role.COORDINATOR, Role.OBSERVER)
CLOSING_ROLES = (Role.COORDINATOR,)
PUBLISHING_ROLES = (Role.COORDINATOR, Role.PUBLISHER)


@dataclass(frozen=True, slots=True)
class Places:
    """What a person can use: their leading role, and the round of each page, or None."""

    role: str
    board: Round | None
    closing: Round | None
    publishing: Round | None
    rounds: bool = False
    method: bool = False


def rounds_run_by(held: list[Held]) -> list[Round]:
    """Return the rounds that the person runs, publishes or observes whole, the newest first."""
    running = [each for each in held if each.whole and each.role in _RUNNING]
    if not running:
        return []
    keys = {each.round_id for each in running}
    reached = Q() if None in keys else Q(pk__in=keys)
    return list(Round.objects.filter(reached).order_by("-cut_off", "-pk"))


_RUNNING = (Role.COORDINATOR, Role.PUBLISHER, Role.OBSERVER)


def places_of(user: User, *, near: str, at_hand: Round | None = None) -> Places:
    """Return where the person can go; NEAR is the code of the round whose page is open.

    Without such a round it is the newest one that is open, else the newest. At most two queries:
    none for the rounds where that of the open page is AT_HAND and every page is there for it.
    """
    held = held_by(user)
    rounds = [at_hand] if at_hand and _reaches_all(held, at_hand) else rounds_run_by(held)

    def place(*roles: str) -> Round | None:
        reached = [round_ for round_ in rounds if holds(held, round_, *roles)]
        return _nearest(reached, near)

    return Places(
        role=leading_role(held),
        board=place(*BOARD_ROLES),
        closing=place(*CLOSING_ROLES),
        publishing=place(*PUBLISHING_ROLES),
        rounds=runs_rounds(held),
        method=any(each.whole and each.role in CONSORTIUM for each in held),
    )


def _reaches_all(held: list[Held], round_: Round) -> bool:
    """Whether each page that the person has for some round is there for this one."""
    return all(
        holds(held, round_, *roles) or not any(each.role in roles for each in held)
        for roles in (BOARD_ROLES, CLOSING_ROLES, PUBLISHING_ROLES)
    )


def leading_role(held: list[Held]) -> str:
    """Return the role by which the person is introduced, or the empty string."""
    roles = {each.role for each in held}
    return next((role.value for role in LEADING if role in roles), "")


def _nearest(rounds: list[Round], near: str) -> Round | None:
    by_code = next((round_ for round_ in rounds if round_.code == near), None)
    return by_code or nearest(rounds)


def nearest(rounds: Sequence[Round]) -> Round | None:
    """Return the first of these rounds that is open, else the first."""
    running = next((round_ for round_ in rounds if round_.state == RoundState.OPEN), None)
    return running or (rounds[0] if rounds else None)
